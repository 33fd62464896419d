"""RCS test numbers to the end: sent once, sent again where nobody can tell, and never called "no drift" or "none"."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest

from tests.journeys.workspace import Emulator, Workspace, manifest

AGENT = "a1f09c3e5d7b4862"
ANNA, BERTA = "+15125550142", "+15125550143"
CODE = "cannot-be-read-back"
PUT = "PUT /messaging/rcs/test_number_invite/*/*"


def invite(name: str, number: str, **metadata: Any) -> dict[str, Any]:
    """A handset for the agent ``support``."""
    made = manifest("RcsTestNumber", name, agent="support", phone_number=number)
    return {**made, "metadata": {**made["metadata"], **metadata}}


SUPPORT = manifest("RcsAgent", "support", agent_id=AGENT)


def sent(telnyx: Emulator) -> list[str]:
    """The numbers that were invited, in the order of the requests."""
    return [path.rsplit("/", 1)[1].replace("%2B", "+") for method, path in telnyx.writes() if method == "PUT"]


@pytest.fixture
def invited(telnyx: Emulator, workspace: Workspace) -> Workspace:
    """One number, invited."""
    workspace.declare(SUPPORT, invite("anna", ANNA))
    workspace.apply()
    assert sent(telnyx) == [ANNA]
    telnyx.forget_requests()
    return workspace


def test_it_is_sent_once_and_never_asked_for(telnyx: Emulator, invited: Workspace) -> None:
    """Plan, apply and drift read the agent alone."""
    assert invited.actions() == {}
    invited.apply()
    assert invited.call("drift").code == 0
    assert invited.call("destroy", "--auto-approve").code == 0
    assert not [each["path"] for each in telnyx.requests() if "test_number" in each["path"]]
    assert [row["phone_number"] for row in telnyx.rows("rcs_test_numbers")] == [ANNA]


@pytest.mark.parametrize("effect", ["drop-after", "drop-before", "status-after=503", "truncate", "rate-limit=0.2"])
def test_an_answer_that_is_lost_once_is_asked_for_again(telnyx: Emulator, workspace: Workspace, effect: str) -> None:
    """By the transport, as a PUT is."""
    telnyx.fault(f"{PUT} 1 {effect}")
    workspace.declare(SUPPORT, invite("anna", ANNA))
    workspace.apply()
    assert sent(telnyx) == [ANNA, ANNA]
    assert workspace.actions() == {}
    assert len(telnyx.rows("rcs_test_numbers")) == 1


def test_one_that_is_lost_for_good_is_sent_by_the_next_run(telnyx: Emulator, workspace: Workspace) -> None:
    """Nobody looks for it, as nothing would show it; the intent stays, and says what the next create finishes."""
    telnyx.fault(f"{PUT} * drop-after")
    workspace.declare(SUPPORT, invite("anna", ANNA))
    failed = workspace.apply(code=4)
    assert "may have been carried out" in failed.err + failed.out
    assert ANNA[2:] not in failed.err.replace(str(workspace.folder), "")
    telnyx.fault()
    [change] = [one for one in workspace.plan()["changes"] if one["action"] != "noop"]
    assert (change["action"], change["reason"]) == ("create", "interrupted-create")
    workspace.apply()
    assert (workspace.actions(), workspace.ledger["intents"]) == ({}, [])


def test_an_invite_that_was_refused_is_not_recorded(telnyx: Emulator, workspace: Workspace) -> None:
    """And leaves no intent."""
    telnyx.fault(f"{PUT} * status-before=422")
    workspace.declare(SUPPORT, invite("anna", ANNA))
    workspace.apply(code=4)
    assert workspace.ledger["intents"] == []
    assert "RcsTestNumber/anna" not in workspace.recorded


def test_with_the_ledger_lost_it_is_sent_again_and_that_is_said(telnyx: Emulator, invited: Workspace) -> None:
    """Promise 9: a plan is right without it; here that means a request that changes nothing."""
    shutil.rmtree(invited.folder / ".reconciler")
    planned = invited.plan()
    assert invited.actions() == {"RcsAgent/support": "adopt", "RcsTestNumber/anna": "create"}
    assert [(one["code"], one["severity"]) for one in planned["diagnostics"]] == [(CODE, "info")]
    drift = invited.call("drift", "--format", "json")
    assert (drift.code, drift.document["found"]) == (0, [])
    invited.apply()
    assert (invited.actions(), len(telnyx.rows("rcs_test_numbers"))) == ({}, 1)


def test_a_removed_manifest_leaves_the_invite(telnyx: Emulator, invited: Workspace) -> None:
    """The plan says so before it is forgotten."""
    invited.declare(SUPPORT)
    said = invited.call("plan").out
    assert "forget" in said
    assert "sent stays" in said
    invited.apply()
    assert invited.recorded == {"RcsAgent/support"}
    assert len(telnyx.rows("rcs_test_numbers")) == 1


def test_another_number_under_the_same_name_is_refused(telnyx: Emulator, invited: Workspace) -> None:
    """It is another invite: under a name of its own it is sent, and the old one forgotten."""
    invited.declare(SUPPORT, invite("anna", BERTA))
    refused = invited.call("plan", "--format", "json")
    assert (refused.code, refused.codes) == (1, ["immutable-field"])
    invited.declare(SUPPORT, invite("berta", BERTA))
    assert invited.actions() == {"RcsTestNumber/anna": "forget", "RcsTestNumber/berta": "create"}
    invited.apply()
    assert sent(telnyx) == [BERTA]


def test_a_new_name_for_the_same_number_sends_nothing(telnyx: Emulator, invited: Workspace) -> None:
    """The ledger finds it by its natural key."""
    invited.declare(SUPPORT, invite("ann", ANNA))
    assert invited.actions() == {"RcsTestNumber/ann": "move"}
    invited.apply()
    assert (sent(telnyx), invited.actions()) == ([], {})


def test_a_secret_number_is_nowhere(telnyx: Emulator, workspace: Workspace) -> None:
    """Not in the ledger, not in an id, not in the name of the request that failed (promise 7)."""
    workspace.environment["PHONE"] = ANNA
    workspace.declare(SUPPORT, invite("anna", "${env:PHONE}"))
    telnyx.fault(f"{PUT} * status-before=503")
    outputs = [workspace.apply("--log-level", "debug", code=4)]
    telnyx.fault()
    outputs += [workspace.apply(), workspace.call("plan", "--format", "json"), workspace.call("drift")]
    assert workspace.actions() == {}
    workspace.environment["PHONE"] = BERTA
    outputs.append(workspace.call("plan"))
    assert "immutable-field" in outputs[-1].out + outputs[-1].err
    outputs += [workspace.call("status"), workspace.call("ledger", "show"), workspace.call("destroy", "--auto-approve")]
    told = workspace.everything_kept() + "".join(one.out + one.err for one in outputs)
    assert not [number for number in (ANNA, BERTA) if number[1:] in told]


def test_a_saved_plan_sends_what_was_reviewed(telnyx: Emulator, workspace: Workspace) -> None:
    """Once: applied again there is nothing left of it."""
    workspace.declare(SUPPORT, invite("anna", ANNA))
    assert workspace.call("plan", "--out", "reviewed.plan").code == 0
    workspace.apply("reviewed.plan")
    again = workspace.call("apply", "--auto-approve", "reviewed.plan")
    assert again.code == 0, again.err
    assert sent(telnyx) == [ANNA]


def test_a_rehearsal_sends_it_to_the_copy_alone(telnyx: Emulator, workspace: Workspace) -> None:
    """And the plan after it is empty there."""
    workspace.declare(SUPPORT, invite("anna", ANNA))
    rehearsed = workspace.call("apply", "--rehearse", "--format", "json")
    assert rehearsed.code == 0, rehearsed.out + rehearsed.err
    assert sent(telnyx) == []


def test_who_is_asked_says_that_it_cannot_be_read(invited: Workspace) -> None:
    """Never "none": status, export, adopt, explain."""
    status = invited.call("status", "--format", "json").document
    assert [one["code"] for one in status["notices"]] == [CODE]
    assert "of the 1 recorded, only the ledger knows" in status["notices"][0]["summary"]
    exported = invited.call("export", "elsewhere", "--kind", "RcsTestNumber", "--no-record")
    assert (exported.code, CODE in exported.out + exported.err) == (0, True), exported.out + exported.err
    assert not list(invited.folder.glob("elsewhere/*.yaml"))
    explained = invited.call("explain", "RcsTestNumber").out
    assert "adopt    never: the API shows none" in explained
    invited.declare(SUPPORT, invite("anna", ANNA), invite("berta", BERTA))
    adopted = invited.call("adopt", "--format", "json")
    assert (adopted.code, adopted.document["absent"]) == (0, []), adopted.err
    assert CODE in json.dumps(adopted.document)
    named = invited.call("adopt", "RcsTestNumber/berta=i1")
    assert (named.code, "so none can be adopted" in named.out + named.err) == (1, True)


def test_metrics_do_not_count_what_nobody_sees(invited: Workspace) -> None:
    """A zero would be a claim."""
    made = invited.call("drift", "--metrics", "drift.prom")
    assert made.code == 0, made.err
    told = (invited.folder / "drift.prom").read_text("utf-8")
    assert 'kind="RcsAgent"' in told
    assert 'kind="RcsTestNumber"' not in told


def test_more_than_a_day_takes_are_warned_of(workspace: Workspace) -> None:
    """As many as were written; the plan is applied all the same."""
    workspace.declare(SUPPORT, *(invite(f"n{i}", f"+15125550{i:03}") for i in range(21)))
    found = workspace.plan()["diagnostics"]
    assert [one["code"] for one in found if one["severity"] == "warning"] == ["rcs-test-number-limit"]
