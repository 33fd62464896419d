"""Numbers, short codes and hosted numbers on profiles: what is told, in which order, and what is never touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.workspace import Emulator, Workspace, emulator, manifest, profile

OLD = "40017a3c-0000-4000-8000-00000000000a"
OURS, THEIRS = "+15550100001", "+15550100009"
SEED: dict[str, Any] = {
    "messaging_profiles": [{"id": OLD, "name": "Old", "whitelisted_destinations": ["US"]}],
    "phone_numbers": [
        {"id": "1", "phone_number": OURS, "messaging_profile_id": OLD, "tags": ["portal"]},
        {"id": "2", "phone_number": THEIRS, "messaging_profile_id": None, "tags": ["theirs"]},
    ],
    "short_codes": [{"short_code": "12345", "messaging_profile_id": OLD, "tags": ["portal"]}],
    "messaging_hosted_numbers": [{"phone_number": "+15125550100", "messaging_profile_id": OLD}],
    "messaging_optouts": [{"from": OURS, "to": f"+4477{n:08}", "messaging_profile_id": OLD} for n in range(3)],
    "messaging_profile_metrics": [{"messaging_profile_id": OLD, "sent": 12, "received": 3}],
}
DELETED = {"lifecycle": {"on_remove": "delete"}}


@pytest.fixture
def telnyx() -> Iterator[Emulator]:
    """An old profile with one of everything on it, and a number that is none of our business."""
    with emulator(seed=SEED) as made:
        yield made


@pytest.fixture
def workspace(tmp_path: Path, telnyx: Emulator) -> Workspace:
    """The profile is ours; so far, nothing on it is."""
    made = Workspace.at(tmp_path / "project", telnyx)
    made.declare(profile("old") | DELETED, profile("new"))
    made.apply("--allow-adopt")
    telnyx.forget_requests()
    return made


def on(name: str | None) -> list[dict[str, Any]]:
    """Everything of the old profile, on this one."""
    return [
        manifest("PhoneNumberMessaging", "desk", phone_number=OURS, messaging_profile=name),
        manifest("ShortCode", "codes", short_code="12345", messaging_profile=name),
        manifest("HostedNumber", "reception", phone_number="+15125550100", messaging_profile=name),
    ]


def held(telnyx: Emulator) -> dict[str, Any]:
    """Which profile each thing is on, by what people know it by."""
    return {
        row.get("short_code") or row["phone_number"]: row["messaging_profile_id"]
        for collection in ("phone_numbers", "short_codes", "messaging_hosted_numbers")
        for row in telnyx.rows(collection)
    }


@pytest.mark.parametrize("recorded", [False, True], ids=["adopted by the same plan", "recorded before"])
def test_everything_moves_and_then_the_old_profile_goes(recorded: bool, telnyx: Emulator, workspace: Workspace) -> None:
    """In one plan: what it moves itself holds nothing back, and opt-outs that stay behind are told."""
    if recorded:
        workspace.declare(profile("old") | DELETED, profile("new"), *on("old"))
        workspace.apply()
        telnyx.forget_requests()
    workspace.declare(profile("new"), *on("new"))
    document = workspace.plan()
    assert {each["code"] for each in document["diagnostics"]} == {"number-moves-profile", "opt-outs-lost"}
    assert len(document["diagnostics"]) == 4
    by_address = {each["address"]: each for each in document["changes"]}
    assert by_address["PhoneNumberMessaging/desk"]["impact"] == {
        "touched": [{"what": "phone number", "count": 1, "labels": [OURS]}],
        "opt_outs_stranded": 3,
        "traffic": {"days": 7, "sent": 12, "received": 3, "shared": True},
        "unknown": [],
    }
    assert by_address["MessagingProfile/old"]["impact"]["touched"] == []
    workspace.apply()
    assert workspace.actions() == {}
    [new] = telnyx.rows("messaging_profiles")
    assert held(telnyx) == {OURS: new["id"], "12345": new["id"], "+15125550100": new["id"], THEIRS: None}
    assert telnyx.writes()[-1] == ("DELETE", f"/messaging_profiles/{OLD}")
    assert [row["tags"] for row in telnyx.rows("phone_numbers")] == [["portal"], ["theirs"]]
    assert telnyx.rows("short_codes")[0]["tags"] == ["portal"]


def test_what_stays_holds_the_profile_back_by_its_kind(telnyx: Emulator, workspace: Workspace) -> None:
    """Managed but not moved, forgotten, or nobody's: all the same."""
    workspace.declare(profile("new"), *on("new")[:1])
    refused = workspace.call("plan", "--format", "json")
    assert refused.code == 1
    [finding] = [each for each in refused.document["diagnostics"] if each["code"] == "children-attached"]
    assert finding["summary"].startswith("2 attached: HostedNumber +15125550100, ShortCode 12345;")
    assert held(telnyx)[OURS] == OLD


def test_null_takes_everything_off_its_profile_and_says_what_that_means(telnyx: Emulator, workspace: Workspace) -> None:
    """With "" on the wire: null would have changed nothing (guide §18.8)."""
    workspace.declare(profile("old"), profile("new"), *on(None))
    document = workspace.plan()
    assert [each["code"] for each in document["diagnostics"]] == ["number-unassign"] * 3
    workspace.apply()
    assert set(held(telnyx).values()) == {None}
    assert workspace.actions() == {}
    sent = {each["path"].split("/")[1]: each["body"] for each in telnyx.requests() if each["method"] == "PATCH"}
    assert sent == {
        "messaging_hosted_numbers": {"messaging_profile_id": ""},
        "phone_numbers": {"messaging_profile_id": ""},
        "short_codes": {"messaging_profile_id": "", "tags": ["portal"]},
    }


def test_first_profile_of_a_number_is_no_move(telnyx: Emulator, workspace: Workspace) -> None:
    """Nothing is left behind, so nothing is said and no opt-outs are asked for."""
    number = manifest("PhoneNumberMessaging", "theirs", phone_number=THEIRS, messaging_profile="old")
    workspace.declare(profile("old"), profile("new"), number)
    document = workspace.plan()
    assert document["diagnostics"] == []
    assert not [each for each in telnyx.requests() if "optouts" in each["path"]]


def test_a_profile_that_others_set_meanwhile_survives_other_tags(telnyx: Emulator, workspace: Workspace) -> None:
    """A short code's PATCH must name the profile: it names the one of that moment."""
    code = manifest("ShortCode", "codes", short_code="12345", tags=["ours"])
    workspace.declare(profile("old"), profile("new"), code)
    other = next(row["id"] for row in telnyx.rows("messaging_profiles") if row["id"] != OLD)
    telnyx.edit("short_codes", telnyx.rows("short_codes")[0]["id"], messaging_profile_id=other)
    workspace.apply()
    assert (held(telnyx)["12345"], telnyx.rows("short_codes")[0]["tags"]) == (other, ["ours"])
    [sent] = [each["body"] for each in telnyx.requests() if each["method"] == "PATCH"]
    assert sent == {"messaging_profile_id": other, "tags": ["ours"]}


def test_a_hosted_number_is_deleted_only_when_that_is_said_twice(telnyx: Emulator, workspace: Workspace) -> None:
    """By ``on_remove``, and by lifting the guard; then its manifest waits for an order, and nothing is wrong."""
    number = manifest("HostedNumber", "reception", phone_number="+15125550100")
    workspace.declare(profile("old"), profile("new"), number | DELETED)
    workspace.apply()
    workspace.declare(profile("old"), profile("new"))
    refused = workspace.call("plan", "--format", "json")
    assert (refused.code, refused.codes) == (1, ["hosted-delete-live"])
    assert telnyx.rows("messaging_hosted_numbers")
    workspace.apply("--allow", "hosted-delete-live:HostedNumber/reception")
    assert telnyx.rows("messaging_hosted_numbers") == []
    workspace.declare(profile("old"), profile("new"), number)
    waiting = workspace.call("plan", "--format", "json")
    assert (waiting.code, waiting.codes) == (0, ["hosted-number-waiting"])
    assert workspace.actions() == {}


def test_an_order_and_its_number_are_declared_together(telnyx: Emulator, workspace: Workspace) -> None:
    """The number is waited for until the order is complete, and then configured."""
    number = "+15125550177"
    workspace.declare(
        profile("old"),
        profile("new"),
        manifest("HostedNumberOrder", "desk", phone_numbers=[number], messaging_profile="old"),
        manifest("HostedNumber", "desk", phone_number=number, messaging_profile="new", tags=["desk"]),
    )
    workspace.apply()
    [order] = telnyx.rows("messaging_hosted_number_orders")
    telnyx.admin("POST", "advance", order=order["id"], status="successful")
    assert workspace.actions() == {"HostedNumber/desk": "adopt"}
    workspace.apply()
    assert workspace.actions() == {}
    assert held(telnyx)[number] != OLD


def test_a_number_from_the_environment_is_nowhere_in_the_output(telnyx: Emulator, workspace: Workspace) -> None:
    """Promise 7: by which value an object is known may be a secret."""
    del telnyx
    workspace.environment["DESK"] = OURS
    number = manifest("PhoneNumberMessaging", "desk", phone_number="${env:DESK}", messaging_profile="new")
    workspace.declare(profile("old"), profile("new"), number)
    for format_ in ("json", "text", "markdown"):
        shown = workspace.call("plan", "--format", format_)
        assert shown.code == 0, shown.err
        assert OURS not in shown.out + shown.err
    workspace.apply()
    assert OURS not in workspace.everything_kept()
