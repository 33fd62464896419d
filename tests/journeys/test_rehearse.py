"""``apply --rehearse``: what it tells comes true, and nothing of it reaches the account (promise 1)."""

from __future__ import annotations

import asyncio
import gc
import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from reconciler.api.endpoints import READING
from reconciler.errors import ReconcilerError
from reconciler.model.events import Event
from reconciler.transport.sender import Sender
from reconciler.workflow.copying import copied
from reconciler.workflow.fault_profiles import FAULT_PROFILES
from reconciler.workflow.rehearse import rehearse
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.setting import Setting, Surroundings, prepare
from tests.journeys.test_crashes import AFTER, BEFORE, WRITES
from tests.journeys.workspace import Emulator, Outcome, Workspace, emulator, manifest, profile

OK, ERROR, STALE, PARTLY, LOCKED, USAGE = 0, 1, 3, 4, 5, 64
READS = 13
"""Three lists of the account, twice; what the put, the replace and the delete read again before they write; and what
is on the profiles of the replaced sender and of the deleted answer: numbers, short codes, traffic."""
REPLACED = "AlphanumericSenderId/replaced"
PACE = "accounts: {default: {}}"
"""The pace that an account has by default: time that tests could not wait for, and a rehearsal need not."""


@pytest.fixture
def mixed(telnyx: Emulator, workspace: Workspace) -> Workspace:
    """An applied project whose next apply creates, updates, replaces and deletes."""
    workspace.declare(*BEFORE)
    workspace.apply()
    workspace.declare(*AFTER)
    telnyx.forget_requests()
    return workspace


def _rehearse(workspace: Workspace, *arguments: str, code: int = OK) -> Any:
    done = workspace.call("apply", "--rehearse", "--format", "json", *arguments)
    assert done.code == code, done.out + done.err
    return done.document


def _files(workspace: Workspace) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in workspace.folder.rglob("*") if path.is_file()}


def _setting(workspace: Workspace) -> Setting:
    around = Surroundings(
        folder=workspace.folder,
        environment=workspace.environment,
        stdin=lambda: b"",
        now=lambda: datetime.now(UTC),
        command="a test",
    )
    return prepare(around, None)


def _outcomes(document: Any) -> list[tuple[str, str, str, bool]]:
    return [(one["address"], one["action"], one["outcome"], one["written"]) for one in document["outcomes"]]


@pytest.mark.parametrize("faults", [None, *FAULT_PROFILES])
def test_each_profile_bites_and_nothing_reaches_the_account(
    faults: str | None, telnyx: Emulator, mixed: Workspace
) -> None:
    """The account sees GETs alone, neither it nor a file changes; faults cost requests and time, and are survived."""
    mixed.write(PACE, "reconciler.yaml")
    state, files = telnyx.state(), _files(mixed)
    told = _rehearse(mixed, *(["--faults", faults] if faults else []), code=PARTLY if faults == "outage" else OK)
    assert {request["method"] for request in telnyx.requests()} == {"GET"}
    assert telnyx.state() == state
    assert _files(mixed) == files
    assert (told["written_to_account"], told["faults"]) == (False, faults)
    cost = told["cost"]
    assert (cost["reads"] + cost["writes"] > READS + WRITES) is bool(faults)
    assert (cost["seconds"] > 0.3) is bool(faults)
    assert told["crash"]["writes"] == WRITES
    assert told["result"]["complete"] is (faults != "outage")
    if faults == "outage":
        assert told["next_apply"]["converges"] is True
    else:
        assert told["next_apply"] is None


def test_no_session_to_the_account_could_write(
    telnyx: Emulator, mixed: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the account is copied, every sender whose wire leads there has the permission to read, and no other."""
    monkeypatch.chdir(mixed.folder)
    towards: list[Sender] = []

    def emit(_event: Event) -> None:
        senders = [each for each in gc.get_objects() if isinstance(each, Sender)]
        towards.extend(each for each in senders if each.wire._base.url == telnyx.base)

    async def go() -> None:
        await copied(_setting(mixed), PlanRequest(), emit, asks=True)

    gc.collect()
    asyncio.run(go())
    assert towards
    assert {sender.permission for sender in towards} == {READING}


def test_what_is_told_comes_true(telnyx: Emulator, mixed: Workspace) -> None:
    """Every outcome, the fingerprint, and the number of requests of either kind are those of the apply after it."""
    told = _rehearse(mixed)
    assert told["fingerprint"] == mixed.plan()["fingerprint"]
    telnyx.forget_requests()
    done = mixed.apply("--format", "json").document
    assert _outcomes(told["result"]) == _outcomes(done)
    assert done["complete"] is told["result"]["complete"] is True
    sent = telnyx.requests()
    assert told["cost"]["writes"] == sum(request["method"] != "GET" for request in sent) == WRITES
    assert told["cost"]["reads"] == sum(request["method"] == "GET" for request in sent)


def test_ids_of_the_copy_are_not_told(mixed: Workspace) -> None:
    """An object that is only rehearsed has no id; a replaced one has the id that it has now."""
    now = {entry["address"]: entry["remote"]["id"] for entry in mixed.ledger["entries"]}
    lines = mixed.call("apply", "--rehearse", "--format", "jsonl").lines
    ended = [line["outcome"] for line in lines if line.get("event") == "ended"]
    for outcome in (*ended, *lines[-1]["result"]["outcomes"]):
        assert outcome["remote_id"] == now.get(outcome["address"])
    assert [line["purpose"] for line in lines if line.get("event") == "observing"][:2] == ["planning", "rehearsing"]
    assert len(ended) == len(AFTER) + 1


def test_time_is_that_of_the_account_and_nobody_waits(telnyx: Emulator, workspace: Workspace) -> None:
    """Forty creates at 9.5 requests/s and endpoint are 4.1 s, told in a fraction of that; a faster account is told."""
    workspace.write(PACE, "reconciler.yaml")
    workspace.declare(*(profile(f"p{number}") for number in range(40)))
    began = time.monotonic()
    told = _rehearse(workspace)
    took = time.monotonic() - began
    assert told["rate"] == 9.5
    assert told["cost"]["seconds"] == pytest.approx(39 / 9.5, abs=0.3)
    assert took < told["cost"]["seconds"]
    workspace.write("accounts: {default: {rate: 50}}", "reconciler.yaml")
    assert _rehearse(workspace)["cost"]["seconds"] == pytest.approx(39 / 50, abs=0.1)


def test_the_worst_moment_is_between_delete_and_create(telnyx: Emulator, mixed: Workspace) -> None:
    """What is said to be missing is what a real kill at that moment leaves missing, and one more apply repairs it."""
    crash = _rehearse(mixed)["crash"]
    assert crash["missing"] == [REPLACED]
    assert 0 < crash["after_writes"] < crash["writes"] == WRITES
    assert crash["next_apply"]["converges"] is True
    addresses = {change["address"] for change in mixed.plan()["changes"] if change["action"] != "noop"}
    lists = [crash[name] for name in ("missing", "unrecorded", "done", "not_done")]
    assert sorted(address for each in lists for address in each) == sorted(addresses)

    telnyx.fault("POST /alphanumeric_sender_ids 1 hold-before")
    with mixed.start("apply", "--auto-approve") as process:
        while ("POST", "/alphanumeric_sender_ids") not in telnyx.writes():
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        process.kill()
        process.communicate()
    telnyx.fault()
    assert telnyx.rows("alphanumeric_sender_ids") == []
    after = _rehearse(mixed)
    assert (REPLACED, "create", "applied", True) in _outcomes(after["result"])
    mixed.apply()
    assert [row["alphanumeric_sender_id"] for row in telnyx.rows("alphanumeric_sender_ids")] == ["SWAP"]


def test_without_a_replace_a_lost_memory_is_the_worst(workspace: Workspace) -> None:
    """A create that was answered and not noted: known by its intent alone, and found by the next apply."""
    workspace.declare(profile("a"), profile("b"))
    crash = _rehearse(workspace)["crash"]
    assert (crash["after_writes"], crash["missing"]) == (1, [])
    assert crash["unrecorded"] == ["MessagingProfile/a"]
    assert crash["not_done"] == ["MessagingProfile/b"]
    assert crash["next_apply"]["converges"] is True
    assert crash["next_apply"]["cost"]["writes"] == 1


def test_the_copy_belongs_to_the_same_organization(telnyx: Emulator, workspace: Workspace) -> None:
    """What only the copy has made does not make it a stranger's account for the next apply."""
    workspace.declare(profile("alerts"))
    workspace.apply()
    telnyx.delete("messaging_profiles", "Alerts")
    crash = _rehearse(workspace, "--allow-vanished", "1")["crash"]
    assert crash["unrecorded"] == ["MessagingProfile/alerts"]
    assert crash["next_apply"]["converges"] is True


def test_people_are_told(mixed: Workspace) -> None:
    """The plan, that nothing was written, the price, and the crash in few lines."""
    mixed.write(PACE, "reconciler.yaml")
    done = mixed.call("apply", "--rehearse")
    assert done.code == OK, done.err
    assert "-/+ replace  replaced" in done.out
    assert "2 created, 2 updated, 1 replaced, 1 deleted; nothing was written to account default." in done.out
    assert f"{WRITES} writes, and takes about 0.2 s at 9.5 requests/s" in done.out
    assert f"  missing: {REPLACED} (deleted, and not made again yet)\n" in done.out
    assert "The next apply finishes it" in done.out


def _both(workspace: Workspace, *arguments: str) -> tuple[Outcome, Outcome]:
    """A rehearsal, and then the apply."""
    return tuple(  # type: ignore[return-value]  # two of them
        workspace.call("apply", "--auto-approve", "--settle", "1", "--format", "json", *extra, *arguments)
        for extra in (("--rehearse",), ())
    )


def test_a_guard_refuses_both(telnyx: Emulator, mixed: Workspace) -> None:
    """Facts are read of the account itself: a number that hangs on a profile keeps it, here and there."""
    mixed.declare(profile("new"))
    told, done = _both(mixed, "--max-deletes", "9", "--allow", "looks-like-rename")
    assert (told.code, done.code) == (OK, OK), told.out + told.err
    made = telnyx.rows("messaging_profiles")[0]["id"]
    telnyx.edit("phone_numbers", "+15550100001", messaging_profile_id=made)
    mixed.declare(profile("other"))
    lifts = ("--max-deletes", "9", "--allow", "looks-like-rename")
    told, done = _both(mixed, *lifts)
    assert (told.code, done.code) == (ERROR, ERROR)
    assert [finding["code"] for finding in told.document["result"]["diagnostics"]] == done.codes
    assert "children-attached" in done.codes
    assert told.document["crash"] is None
    # Lifted, it is the API that refuses (10021): the copied number stands in its way in the rehearsal, too.
    told, done = _both(mixed, *lifts, "--allow", "children-attached")
    assert told.code == done.code == PARTLY
    assert _outcomes(told.document["result"]) == _outcomes(done.document)
    failures = [
        [one["error"]["status"] for one in each["outcomes"] if one["error"]]
        for each in (told.document["result"], done.document)
    ]
    assert failures == [[422], [422]]


def test_consent_is_asked_for_as_in_the_apply(telnyx: Emulator, workspace: Workspace) -> None:
    """With --auto-approve nobody agrees to an adoption; without it a person would be asked, and says yes."""
    telnyx.create("messaging_profiles", name="Alerts", whitelisted_destinations=["GB"])
    workspace.declare(profile("alerts"))
    told, done = _both(workspace)
    assert (told.code, done.code) == (ERROR, ERROR)
    assert [finding["code"] for finding in told.document["result"]["diagnostics"]] == done.codes
    assert _outcomes(_rehearse(workspace)["result"]) == [("MessagingProfile/alerts", "adopt", "applied", True)]


def test_what_the_api_would_refuse_is_refused(tmp_path: Any) -> None:
    """The account's own link domains are copied: one that it has is taken, another is refused as it would be."""
    with emulator(seed={"messaging_url_domains": [{"url_domain": "acme.example"}]}) as telnyx:
        workspace = Workspace.at(tmp_path / "project", telnyx)

        def shortening(domain: str) -> dict[str, Any]:
            return profile("alerts", url_shortener_settings={"domain": domain})

        workspace.declare(shortening("acme.example"))
        assert _rehearse(workspace)["result"]["complete"] is True
        workspace.declare(shortening("acct.fyi"))
        told, done = _both(workspace)
    assert told.code == done.code == ERROR
    assert told.document["result"]["outcomes"][0]["error"]["code"] == done.document["outcomes"][0]["error"]["code"]


def test_no_lock_is_taken(mixed: Workspace, telnyx: Emulator) -> None:
    """While an apply is under way a rehearsal is possible, and another apply is not."""
    telnyx.fault("POST /messaging_profiles 1 hold-before")
    with mixed.start("apply", "--auto-approve") as process:
        while ("POST", "/messaging_profiles") not in telnyx.writes():
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        mixed.apply(code=LOCKED)
        _rehearse(mixed)
        process.kill()
        process.communicate()


def test_a_saved_plan_is_rehearsed(telnyx: Emulator, mixed: Workspace) -> None:
    """The file and not the manifests; what is left of it after an interruption; and refused once it is stale."""
    assert mixed.call("plan", "--out", "saved.plan").code == OK
    mixed.declare(*BEFORE)
    told = _rehearse(mixed, "saved.plan")
    assert told["result"]["summary"]["applied"] == len(AFTER) + 1
    assert told["crash"]["missing"] == [REPLACED]
    assert told["crash"]["next_apply"]["converges"] is True
    telnyx.fault("POST /alphanumeric_sender_ids 1 status-before=422")
    mixed.apply("saved.plan", code=PARTLY)
    telnyx.fault()
    left = _rehearse(mixed, "saved.plan")
    assert _outcomes(left["result"]) == [(REPLACED, "create", "applied", True)]
    assert left["fingerprint"] == told["fingerprint"]
    mixed.apply("saved.plan")
    assert _rehearse(mixed, "saved.plan")["result"]["outcomes"] == []
    telnyx.edit("messaging_profiles", "Kept", webhook_url="https://portal.example.com")
    _rehearse(mixed, "saved.plan", code=STALE)


def test_several_kinds_and_states_are_copied(telnyx: Emulator, workspace: Workspace) -> None:
    """Orders in their states, numbers, agents: the plan on the copy is the account's, and runs to its end."""
    order = manifest("HostedNumberOrder", "desk", phone_numbers=["+15125550188"], messaging_profile="alerts")
    agent = manifest("RcsAgent", "agent", agent_id="a1f09c3e5d7b4862", profile="alerts")
    workspace.declare(profile("alerts"), order)
    workspace.apply()
    telnyx.admin("POST", "advance", status="successful")
    workspace.declare(profile("alerts", name="Renamed"), profile("other"), order, agent)
    told, done = _both(workspace, "--allow-adopt")
    assert told.code == done.code == OK, told.out + told.err
    assert _outcomes(told.document["result"]) == _outcomes(done.document)
    workspace.declare(profile("alerts", name="Renamed"), agent)
    told, done = _both(workspace)
    assert told.code == done.code, told.out + done.out


@pytest.mark.parametrize(
    ("collection", "row"),
    [
        ("messaging_profiles", {"id": "40010000-0000-4000-8000-000000000001", "name": "New"}),
        ("messaging_hosted_number_orders", {"id": "an order without numbers"}),
    ],
    ids=["another plan", "a row that the sandbox cannot take"],
)
def test_a_copy_that_is_none_tells_nothing(
    collection: str, row: dict[str, str], mixed: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the copy does not behave as the account, nothing is said but that, and no value is quoted."""
    monkeypatch.chdir(mixed.folder)
    copy = asyncio.run(copied(_setting(mixed), PlanRequest(), lambda _: None, asks=True))
    assert copy.rows is not None
    rows = {**copy.rows, collection: [*copy.rows[collection], row]}
    with pytest.raises(ReconcilerError) as raised:
        rehearse(replace(copy, rows=rows), lambda _: None)
    assert raised.value.code == "rehearsal-differs"
    assert row["id"] not in str(raised.value)


def test_standing_in_for_the_built_in_account_and_for_standard_input(workspace: Workspace) -> None:
    """Manifests that can be read only once; and an account that is a sandbox itself, at the pace of a real one."""
    text = json.dumps(profile("alerts"))
    done = workspace.call("apply", "--rehearse", "--account", "sandbox", "--format", "json", "-", stdin=text)
    assert done.code == OK, done.err
    assert done.document["result"]["summary"]["applied"] == 1
    assert done.document["crash"]["next_apply"]["converges"] is True
    assert done.document["rate"] == 9.5
    assert workspace.actions("--account", "sandbox", str(workspace.declare(profile("alerts")))) == {
        "MessagingProfile/alerts": "create"
    }


def test_faults_need_a_rehearsal(workspace: Workspace) -> None:
    """A name that there is not, and a fault for the real account, are mistakes of the command line."""
    assert workspace.call("apply", "--faults", "outage").code == USAGE
    refused = workspace.call("apply", "--rehearse", "--faults", "earthquake")
    assert refused.code == USAGE
    assert all(name in refused.err for name in FAULT_PROFILES)
