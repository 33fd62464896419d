"""What a plan tells of numbers, opt-outs and traffic: asked for risky changes alone, once, and never at any price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.workspace import Emulator, Workspace, emulator, manifest, profile

A, B = "40017a3c-0000-4000-8000-00000000000a", "40017a3c-0000-4000-8000-00000000000b"
NUMBERS = [{"phone_number": f"+1555010{index:04}", "messaging_profile_id": A} for index in range(5)]
SEED: dict[str, Any] = {
    "messaging_profiles": [
        {"id": each, "name": name, "whitelisted_destinations": ["US"]} for each, name in ((A, "A"), (B, "B"))
    ],
    "phone_numbers": NUMBERS,
    "short_codes": [{"short_code": "12345", "messaging_profile_id": A}],
    "messaging_optouts": [{"from": "12345", "to": f"+4477{n:08}", "messaging_profile_id": A} for n in range(3)],
    "messaging_profile_metrics": [
        {"messaging_profile_id": A, "sent": 48210, "received": 1204},
        {"messaging_profile_id": A, "sent": 9, "timestamp": "2020-01-01T00:00:00Z"},
    ],
}
HELD = {"on_remove": "delete"}
TOLD = (
    "touches 5 phone numbers (+15550100000, +15550100001, +15550100002, …), 1 short code (12345); "
    "48,210 messages out and 1,204 in during the last 7 days"
)


@pytest.fixture
def telnyx() -> Iterator[Emulator]:
    """Profiles A, which is in use, and B, which is not."""
    with emulator(seed=SEED) as made:
        yield made


@pytest.fixture
def workspace(tmp_path: Path, telnyx: Emulator) -> Workspace:
    """Both profiles are ours."""
    made = Workspace.at(tmp_path / "project", telnyx)
    made.declare(*_profiles())
    made.apply("--allow-adopt")
    telnyx.forget_requests()
    return made


def _profiles(**of_a: Any) -> list[dict[str, Any]]:
    return [{**profile("a", **of_a), "lifecycle": HELD}, {**profile("b"), "lifecycle": HELD}]


def _reads(telnyx: Emulator) -> Counter[str]:
    """The GETs since the last time, by path and query."""
    found = Counter(f"{each['path']}?{each['query']}" for each in telnyx.requests() if each["method"] == "GET")
    telnyx.forget_requests()
    return found


def _impact(document: Any, address: str) -> Any:
    return next(each["impact"] for each in document["changes"] if each["address"] == address)


def test_a_risky_update_tells_what_it_touches(workspace: Workspace) -> None:
    """In words, and as data; reads are counted in the plan's price."""
    workspace.declare(*_profiles(webhook_url="https://a.example"))
    document = workspace.plan()
    assert _impact(document, "MessagingProfile/a") == {
        "touched": [
            {"what": "phone number", "count": 5, "labels": [each["phone_number"] for each in NUMBERS[:3]]},
            {"what": "short code", "count": 1, "labels": ["12345"]},
        ],
        "opt_outs_stranded": 0,
        "traffic": {"days": 7, "sent": 48210, "received": 1204, "shared": False},
        "unknown": [],
    }
    assert _impact(document, "MessagingProfile/b") is None
    assert document["requests"]["reads"] == 6  # the profiles, three lists below A, hosted numbers, traffic
    assert TOLD in workspace.call("plan").words


@pytest.mark.parametrize("spec", [{}, {"mms_transcoding": True}, {"name": "A2"}])
def test_other_changes_ask_nothing(telnyx: Emulator, workspace: Workspace, spec: dict[str, Any]) -> None:
    """Nothing but the list of profiles is read."""
    workspace.declare(*_profiles(**spec))
    assert workspace.plan()["requests"]["reads"] == 1
    assert _reads(telnyx).total() == 1


@pytest.mark.parametrize(
    "spec",
    [
        {"enabled": False},
        {"whitelisted_destinations": ["CA"]},
        {"webhook_failover_url": "https://a.example"},
        {"webhook_api_version": "1"},
        {"daily_spend_limit": "1"},
        {"daily_spend_limit_enabled": True, "daily_spend_limit": "2"},
    ],
)
def test_risky_fields(workspace: Workspace, spec: dict[str, Any]) -> None:
    """Each by itself."""
    workspace.declare(*_profiles(**spec))
    assert TOLD in workspace.call("plan").words


def test_it_can_be_left_out(telnyx: Emulator, workspace: Workspace) -> None:
    """What guards read they still read; the plan is the same to the letter of its fingerprint."""
    workspace.declare(*_profiles(webhook_url="https://a.example"))
    told = workspace.plan()
    telnyx.forget_requests()
    untold = workspace.plan("--no-impact")
    assert _reads(telnyx).total() == 1
    assert _impact(untold, "MessagingProfile/a") is None
    assert untold["fingerprint"] == told["fingerprint"]
    workspace.declare(profile("b"))
    refused = workspace.call("plan", "--no-impact", "--format", "json")
    assert refused.code == 1
    assert "children-attached" in refused.codes
    paths = {each.partition("?")[0] for each in _reads(telnyx)}
    assert f"/messaging_profiles/{A}/phone_numbers" in paths
    assert not [path for path in paths if "optouts" in path or "metrics" in path]
    assert workspace.apply("--no-impact", code=1).out.count("touches") == 0


def test_a_delete_reads_no_list_twice(telnyx: Emulator, workspace: Workspace) -> None:
    """What its guards have read is told without a further read; opt-outs are counted by one row."""
    workspace.declare(profile("c"))
    made = workspace.call("plan", "--format", "json", "--max-deletes", "2")
    reads = _reads(telnyx)
    assert set(reads.values()) == {1}, reads
    impact = _impact(made.document, "MessagingProfile/a")
    assert [(each["what"], each["count"]) for each in impact["touched"]] == [("phone number", 5), ("short code", 1)]
    assert impact["opt_outs_stranded"] == 3
    assert impact["traffic"]["sent"] == 48210
    assert sum("/messaging_profile_metrics" in each for each in reads) == 1, "one list for both profiles"
    assert not [each for each in reads if each.startswith(("/phone_numbers/messaging", "/short_codes"))]
    assert "3 opt-outs stranded" in workspace.call("plan", "--max-deletes", "2").words
    telnyx.forget_requests()
    workspace.declare(profile("b"))
    workspace.call("plan")
    reads = _reads(telnyx)
    assert set(Counter(each.partition("?")[0] for each in reads).values()) == {1}, reads
    [opt_outs] = [each for each in reads if "optouts" in each]
    assert "page%5Bsize%5D=1" in opt_outs


def test_a_move_leaves_opt_outs_behind(telnyx: Emulator, workspace: Workspace) -> None:
    """A sender that goes to another profile: the blocks of the old one do not go with it."""
    sender = {"alphanumeric_sender_id": "ACME", "messaging_profile": "a"}
    workspace.declare(*_profiles(), manifest("AlphanumericSenderId", "acme", **sender))
    workspace.apply()
    workspace.declare(*_profiles(), manifest("AlphanumericSenderId", "acme", **sender | {"messaging_profile": "b"}))
    assert (
        "touches 1 sender ID (ACME), 3 opt-outs stranded; "
        "48,210 messages out and 1,204 in on its profile during the last 7 days"
    ) in workspace.call("plan").words
    workspace.declare(*_profiles(webhook_url="https://a.example"), manifest("AlphanumericSenderId", "acme", **sender))
    telnyx.forget_requests()
    assert "1 sender ID (ACME)" in workspace.call("plan").words
    senders = [each for each in _reads(telnyx) if "alphanumeric_sender_ids" in each]
    assert len(senders) == 1, "the list that the plan has read says it already"


FAULTS = ("status-before=403", "status-before=404", "status-before=500", "broken-json")


@pytest.mark.parametrize("fault", FAULTS)
def test_what_no_guard_needs_never_fails_the_plan(telnyx: Emulator, workspace: Workspace, fault: str) -> None:
    """It is unknown, and one finding says why; the plan can be applied."""
    workspace.declare(*_profiles(webhook_url="https://a.example"))
    telnyx.fault(f"GET /messaging_profiles/*/metrics * {fault}", f"GET /messaging_hosted_numbers * {fault}")
    document = workspace.plan("--out", "plan.json")
    telnyx.fault()
    impact = _impact(document, "MessagingProfile/a")
    assert impact["traffic"] is None
    assert impact["unknown"] == ["hosted numbers", "traffic"]
    [finding] = document["diagnostics"]
    assert (finding["code"], finding["severity"]) == ("impact-unknown", "info")
    assert f"traffic: GET /messaging_profiles/{A}/metrics" in finding["detail"]
    assert "hosted numbers and traffic unknown" in workspace.call("show", "plan.json").words
    workspace.apply("plan.json")


def test_what_a_guard_needs_still_fails_it(telnyx: Emulator, workspace: Workspace) -> None:
    """A delete is never planned without knowing what hangs on the profile."""
    workspace.declare(profile("b"))
    telnyx.fault("GET /messaging_profiles/*/phone_numbers * status-before=403")
    assert workspace.call("plan").code == 1


def test_a_list_that_may_not_be_read_is_asked_once(telnyx: Emulator, workspace: Workspace) -> None:
    """And not once for each of many changes."""
    workspace.declare(profile("c"))
    telnyx.fault("GET /messaging_optouts * status-before=403")
    workspace.call("plan", "--max-deletes", "2")
    assert sum("optouts" in each for each in _reads(telnyx)) == 1


def _many(count: int, numbers: int) -> dict[str, Any]:
    ids = [f"40017a3c-0000-4000-8000-{index:012}" for index in range(count)]
    return {
        "messaging_profiles": [
            {"id": each, "name": f"P{index}", "whitelisted_destinations": ["US"], "webhook_url": "https://a.example"}
            for index, each in enumerate(ids)
        ],
        "phone_numbers": [
            {"phone_number": f"+1555{index:07}", "messaging_profile_id": ids[index % count]} for index in range(numbers)
        ],
    }


@pytest.mark.parametrize(
    ("profiles", "numbers", "reads"),
    [
        pytest.param(300, 600, 10, id="pages: 2 of profiles, 3 of numbers, 2 of traffic, 1 of each other list"),
        pytest.param(2, 501, 8, id="the whole account has more pages than there are profiles"),
    ],
)
def test_many_risky_updates(tmp_path: Path, profiles: int, numbers: int, reads: int) -> None:
    """One list for the whole account where that takes fewer requests than to ask for each profile."""
    with emulator(seed=_many(profiles, numbers)) as telnyx:
        workspace = Workspace.at(tmp_path, telnyx)
        wanted = [profile(f"p{n}", name=f"P{n}", webhook_url="https://b.example") for n in range(profiles)]
        workspace.declare(*wanted)
        telnyx.forget_requests()
        document = workspace.plan("--allow-adopt")
        asked = _reads(telnyx)
        by_path = Counter(each.partition("?")[0] for each in asked)
    assert document["requests"]["reads"] == asked.total()
    assert set(asked.values()) == {1}, asked
    assert asked.total() == reads, by_path
    counts = [each["impact"]["touched"][0]["count"] for each in document["changes"]]
    assert sum(counts) == numbers


def test_a_saved_plan_tells_it(telnyx: Emulator, workspace: Workspace) -> None:
    """As it was when it was saved; traffic that goes on makes no plan stale."""
    workspace.declare(*_profiles(webhook_url="https://a.example"))
    planned = workspace.plan("--out", "plan.json")
    [row, _] = telnyx.rows("messaging_profile_metrics")
    telnyx.edit("messaging_profile_metrics", row["id"], sent=99999)
    shown = workspace.call("show", "plan.json", "--format", "json").document
    assert _impact(shown, "MessagingProfile/a") == _impact(planned, "MessagingProfile/a")
    assert TOLD in workspace.call("show", "plan.json").words
    assert "48,210 messages" in workspace.call("show", "plan.json", "--format", "markdown").words
    refused = workspace.call("apply", "plan.json", "--no-impact", "--auto-approve")
    assert (refused.code, "--no-impact does not go with a saved plan" in refused.err) == (64, True)
    workspace.apply("plan.json")


def test_a_secret_name_is_not_told(telnyx: Emulator, workspace: Workspace) -> None:
    """Neither where the object itself changes, nor where it hangs on one that does."""
    workspace.environment["SENDER"] = "HUSHHUSH"
    sender = {"alphanumeric_sender_id": "${env:SENDER}", "messaging_profile": "a"}
    workspace.declare(*_profiles(), manifest("AlphanumericSenderId", "acme", **sender))
    workspace.apply()
    workspace.declare(
        *_profiles(webhook_url="https://a.example"),
        manifest("AlphanumericSenderId", "acme", **sender | {"messaging_profile": "b"}),
    )
    for format_name in ("text", "json", "markdown"):
        out = workspace.call("plan", "--format", format_name, "--out", "plan.json").out
        assert "sender ID" in out
        assert "HUSHHUSH" not in out
    assert "HUSHHUSH" not in (workspace.folder / "plan.json").read_text("utf-8")
    # Known to be a secret from the ledger alone.
    workspace.declare(*_profiles(enabled=False))
    out = workspace.call("plan", "--max-deletes", "1").out
    assert "touches 1 sender ID ((sensitive))" in out
    assert "HUSHHUSH" not in out
