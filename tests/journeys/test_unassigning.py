"""A profile goes, and with it its numbers only where somebody said so: by name, checked again, and crash-safe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.killing import INTERRUPTED, End, Moment, Place, end_at
from tests.journeys.workspace import Emulator, Outcome, Workspace, emulator, manifest, profile

OLD = "40017a3c-0000-4000-8000-00000000000a"
FIRST, SECOND, ELSEWHERE = "+15550100001", "+15550100002", "+15550100009"
HOSTED, CODE = "+15125550100", "12345"
SEED: dict[str, Any] = {
    "messaging_profiles": [{"id": OLD, "name": "Old", "whitelisted_destinations": ["US"]}],
    "phone_numbers": [
        {"id": "1", "phone_number": FIRST, "messaging_profile_id": OLD, "tags": ["portal"]},
        {"id": "2", "phone_number": SECOND, "messaging_profile_id": OLD},
        {"id": "9", "phone_number": ELSEWHERE, "messaging_profile_id": None},
    ],
    "short_codes": [{"short_code": CODE, "messaging_profile_id": OLD, "tags": ["portal"]}],
    "messaging_hosted_numbers": [{"phone_number": HOSTED, "messaging_profile_id": OLD}],
    "messaging_optouts": [{"from": FIRST, "to": f"+4477{n:08}", "messaging_profile_id": OLD} for n in range(3)],
}
ALL = {FIRST, SECOND, CODE, HOSTED}
DELETED = {"lifecycle": {"on_remove": "delete"}}
FLAG = "--unassign-numbers"
HISTORY = f'unassigns ["HostedNumber {HOSTED}", "PhoneNumberMessaging {FIRST}", "PhoneNumberMessaging {SECOND}", '
"""Nothing else remembers whom it was that was taken off."""


@pytest.fixture
def telnyx() -> Iterator[Emulator]:
    """An old profile with two numbers, a short code and a hosted number on it, and a number on none."""
    with emulator(seed=SEED) as made:
        yield made


@pytest.fixture
def workspace(tmp_path: Path, telnyx: Emulator) -> Workspace:
    """The old profile is ours, and its manifest is gone; what is on it is nobody's."""
    made = Workspace.at(tmp_path / "project", telnyx)
    made.declare(profile("old") | DELETED, profile("new"))
    made.apply("--allow-adopt")
    made.declare(profile("new"))
    telnyx.forget_requests()
    return made


def on_old(telnyx: Emulator) -> set[str]:
    """What is on the old profile, by what people know it by."""
    return {
        row.get("short_code") or row["phone_number"]
        for collection in ("phone_numbers", "short_codes", "messaging_hosted_numbers")
        for row in telnyx.rows(collection)
        if row["messaging_profile_id"] == OLD
    }


def named(document: Any) -> set[str]:
    """What the plan says that it will unassign."""
    return {one["label"] for change in document["changes"] for one in change["unassigns"]}


def finding(outcome: Outcome, code: str) -> Any:
    """The one finding of this code."""
    [found] = [each for each in outcome.document["diagnostics"] if each["code"] == code]
    return found


def number(name: str, phone_number: str, **spec: Any) -> dict[str, Any]:
    """A number's manifest."""
    return manifest("PhoneNumberMessaging", name, phone_number=phone_number, **spec)


def gone(telnyx: Emulator) -> bool:
    """Whether the old profile is."""
    return OLD not in {row["id"] for row in telnyx.rows("messaging_profiles")}


def test_without_the_option_the_delete_is_refused(telnyx: Emulator, workspace: Workspace) -> None:
    """With the list, the number of them, and what to type."""
    refused = workspace.call("plan", "--format", "json")
    told = finding(refused, "children-attached")
    assert refused.code == 1
    assert told["summary"].startswith(f"4 attached: HostedNumber {HOSTED}, PhoneNumberMessaging {FIRST}, ")
    assert told["hint"].startswith(
        "add --unassign-numbers to take 1 HostedNumber, 2 PhoneNumberMessaging, 1 ShortCode off it first"
    )
    assert named(refused.document) == set()
    assert workspace.apply(code=1).code == 1
    assert (telnyx.writes(), on_old(telnyx)) == ([], ALL)


def test_a_mobile_number_holds_the_profile(telnyx: Emulator, workspace: Workspace) -> None:
    """Nothing takes one off it, whatever is typed."""
    [mobile] = telnyx.rows("mobile_phone_numbers")
    telnyx.edit("mobile_phone_numbers", mobile["id"], messaging_profile_id=OLD)
    refused = workspace.call("plan", FLAG, "--format", "json")
    assert refused.code == 1
    assert finding(refused, "children-attached")["summary"].startswith(
        f"1 attached: mobile number {mobile['phone_number']}; "
    )
    assert workspace.apply(FLAG, code=1).code == 1
    assert (telnyx.writes(), on_old(telnyx)) == ([], ALL)


@pytest.mark.parametrize("way", ["apply", "saved", "destroy"])
def test_with_it_each_is_named_unassigned_and_nothing_else_is_touched(
    way: str, telnyx: Emulator, workspace: Workspace
) -> None:
    """Before the delete, however it is typed; apply, then plan, is empty."""
    if way == "destroy":
        done = workspace.call("destroy", "--auto-approve", FLAG, "--settle", "1", "--format", "json")
        assert done.code == 0, done.err
    else:
        planned = workspace.plan(FLAG, "--out", "plan.json")
        assert named(planned) == ALL
        assert planned["requests"]["writes"] == 5
        assert named(workspace.call("show", "plan.json", "--format", "json").document) == ALL
        fingerprint = ("plan.json", "--fingerprint", planned["fingerprint"]) if way == "saved" else (FLAG,)
        done = workspace.call("apply", "--auto-approve", "--format", "json", *fingerprint)
        assert done.code == 0, done.err
    assert gone(telnyx)
    assert on_old(telnyx) == set()
    writes = [each for each in telnyx.requests() if each["method"] != "GET"]
    patched = [each for each in writes if each["method"] == "PATCH"]
    assert [each["body"] for each in patched] == [{"messaging_profile_id": ""}] * 4
    at = [each["path"] for each in writes].index(f"/messaging_profiles/{OLD}")
    assert all(each in writes[:at] for each in patched)
    assert [row["tags"] for row in telnyx.rows("short_codes")] == [["portal"]]
    [note] = [note for one in done.document["outcomes"] for note in one["notes"]]
    assert note["code"] == "unassigns-numbers"
    assert all(each in note["summary"] for each in ALL)
    assert HISTORY in workspace.call("history", "MessagingProfile/old").words
    assert workspace.actions() == ({"MessagingProfile/new": "create"} if way == "destroy" else {})


def test_a_saved_plan_says_what_it_unassigns_and_takes_no_option(workspace: Workspace) -> None:
    """Its fingerprint is another one than without; each number by name in every format."""
    refused = workspace.call("plan", "--format", "json")
    planned = workspace.plan(FLAG, "--out", "plan.json")
    assert planned["fingerprint"] != refused.document["fingerprint"]
    for form in ("text", "markdown", "html", "github"):
        shown = workspace.call("show", "plan.json", "--format", form).out if form != "html" else ""
        shown = shown or workspace.call("plan", FLAG, "--format", form).out
        assert all(each in shown for each in ALL), form
    twice = workspace.call("apply", "plan.json", FLAG, "--auto-approve")
    assert (twice.code, "--unassign-numbers does not go with a saved plan" in twice.err) == (64, True)


def test_numbers_whose_manifests_go_as_well(telnyx: Emulator, workspace: Workspace) -> None:
    """They are forgotten, then unassigned; one that says prevent_destroy holds the profile."""
    mine = number("first", FIRST, messaging_profile="old")
    workspace.declare(profile("old") | DELETED, profile("new"), mine)
    workspace.apply()
    workspace.declare(profile("new"))
    telnyx.forget_requests()
    planned = workspace.plan(FLAG)
    [delete] = [each for each in planned["changes"] if each["action"] == "delete"]
    assert named(planned) == ALL
    assert delete["depends_on"] == ["PhoneNumberMessaging/first"]
    workspace.declare(profile("old") | DELETED, profile("new"), mine | {"lifecycle": {"prevent_destroy": True}})
    workspace.apply()
    workspace.declare(profile("new"))
    telnyx.forget_requests()
    refused = workspace.call("plan", FLAG, "--format", "json")
    assert refused.code == 1
    assert finding(refused, "children-attached")["summary"].startswith(f"1 attached: PhoneNumberMessaging {FIRST}")


def test_what_a_manifest_moves_or_keeps_is_its_own_business(telnyx: Emulator, workspace: Workspace) -> None:
    """A number of ours moves by its own change, before; one that says nothing of its profile holds the delete."""
    moving = number("first", FIRST, messaging_profile="new")
    workspace.declare(profile("new"), moving, number("second", SECOND, tags=["x"]))
    refused = workspace.call("plan", FLAG, "--format", "json")
    told = finding(refused, "children-attached")
    assert refused.code == 1
    assert told["summary"].startswith(f"1 attached: PhoneNumberMessaging {SECOND};")
    assert told["detail"] == f"PhoneNumberMessaging {SECOND} is managed as PhoneNumberMessaging/second"
    assert named(refused.document) == {HOSTED, CODE}
    workspace.declare(profile("new"), moving)
    assert named(workspace.plan(FLAG)) == {HOSTED, CODE, SECOND}
    workspace.apply(FLAG)
    [new] = telnyx.rows("messaging_profiles")
    held = {row["phone_number"]: row["messaging_profile_id"] for row in telnyx.rows("phone_numbers")}
    assert held == {FIRST: new["id"], SECOND: None, ELSEWHERE: None}


def test_a_number_of_another_project_is_never_unassigned(telnyx: Emulator, workspace: Workspace) -> None:
    """Its project says where it is to be: the delete is refused, and says whose it is."""
    settings = (workspace.folder / "reconciler.yaml").read_text("utf-8")
    workspace.write(f"project: billing\n{settings}", "reconciler.yaml")
    workspace.declare(number("desk", FIRST, messaging_profile={"id": OLD}))
    workspace.apply("--allow-adopt", "manifests.yaml")
    workspace.write(settings, "reconciler.yaml")
    workspace.declare(profile("new"))
    telnyx.forget_requests()
    refused = workspace.call("plan", FLAG, "--format", "json")
    assert refused.code == 1
    told = finding(refused, "children-attached")
    assert told["detail"] == f"PhoneNumberMessaging {FIRST} is managed as PhoneNumberMessaging/desk of project billing"
    assert workspace.apply(FLAG, code=1).code == 1
    assert (telnyx.writes(), on_old(telnyx)) == ([], ALL)


def test_a_number_that_came_since_the_review_makes_a_saved_plan_stale(telnyx: Emulator, workspace: Workspace) -> None:
    """Nobody has seen it, so nothing is unassigned at all."""
    workspace.plan(FLAG, "--out", "plan.json")
    telnyx.edit("phone_numbers", "9", messaging_profile_id=OLD)
    telnyx.forget_requests()
    refused = workspace.call("apply", "plan.json", "--auto-approve")
    assert refused.code == 3
    assert (telnyx.writes(), on_old(telnyx)) == ([], {*ALL, ELSEWHERE})


def test_one_that_comes_while_others_are_unassigned_stays_and_is_told(telnyx: Emulator, workspace: Workspace) -> None:
    """Exit 4, with what is live and what to type; the same command with the option then names it, too."""
    telnyx.fault("PATCH /phone_numbers/2/messaging * status-before=422")
    done = workspace.apply(FLAG, code=4)
    assert not gone(telnyx)
    assert f"3 of 4 unassigned: HostedNumber {HOSTED}, PhoneNumberMessaging {FIRST}, ShortCode {CODE}" in done.words
    assert f"Next: reconciler apply --auto-approve --settle 1 {FLAG}" in done.out
    telnyx.fault()
    telnyx.edit("phone_numbers", "9", messaging_profile_id=OLD)
    refused = workspace.call("plan", "--format", "json")
    assert finding(refused, "children-attached")["summary"].startswith("2 attached: ")
    workspace.apply(FLAG)
    assert gone(telnyx)
    assert (workspace.actions(), workspace.ledger["intents"]) == ({}, [])


def test_lost_answers_and_busy_moments(telnyx: Emulator, workspace: Workspace) -> None:
    """A PATCH is repeated until it is answered, and does the same twice."""
    telnyx.fault("PATCH /phone_numbers/1/messaging 1 drop-after", "PATCH /short_codes/* 1 status-before=429")
    workspace.apply(FLAG)
    assert gone(telnyx)
    assert on_old(telnyx) == set()


MOMENTS = [Moment(place, f"WRITE * {write}") for write in range(1, 6) for place in (Place.BEFORE, Place.AFTER)]
ENDS = [(moment, saved) for moment in MOMENTS for saved in (False, True)]
SOME = [(MOMENTS[3], True)]
"""In the middle of the numbers."""


@pytest.mark.parametrize(
    ("moment", "saved"),
    [pytest.param(*end, marks=[] if end in SOME else pytest.mark.soak, id=f"{end[0]} saved={end[1]}") for end in ENDS],
)
def test_killed_on_the_way(moment: Moment, saved: bool, telnyx: Emulator, workspace: Workspace) -> None:
    """After each unassignment and before the delete: the same command converges."""
    command = ("apply", "plan.json", "--auto-approve") if saved else ("apply", "--auto-approve", FLAG)
    workspace.plan(FLAG, "--out", "plan.json")
    code, said = end_at(telnyx, workspace, moment, command)
    assert code == -9, said
    again = workspace.call(*command)
    assert again.code == 0, again.out + again.err
    assert gone(telnyx)
    assert on_old(telnyx) == set()
    assert (workspace.actions(), workspace.ledger["intents"]) == ({}, [])


@pytest.mark.soak
def test_told_to_stop_on_the_way(telnyx: Emulator, workspace: Workspace) -> None:
    """What is under way is finished, and nothing is deleted that was not begun."""
    moment = Moment(Place.AFTER, "PATCH * 4")
    code, said = end_at(telnyx, workspace, moment, ("apply", "--auto-approve", FLAG), end=End.TERM)
    assert code in (0, INTERRUPTED), said
    assert workspace.call("apply", "--auto-approve", FLAG).code == 0
    assert gone(telnyx)


def test_a_rehearsal_tells_the_same(telnyx: Emulator, workspace: Workspace) -> None:
    """On the copy the numbers are the account's own, and the account is not written to."""
    told = workspace.call("apply", "--rehearse", FLAG, "--format", "json").document
    assert telnyx.writes() == []
    assert told["crash"]["next_apply"] is not None
    done = workspace.call("apply", "--auto-approve", FLAG, "--format", "json").document
    assert told["result"]["outcomes"] == done["outcomes"]


def test_opt_outs_are_told_once_for_each_profile(telnyx: Emulator, workspace: Workspace) -> None:
    """One request for each old profile; what moves away from one that stays strands them, a delete loses them."""
    assert finding(workspace.call("plan", "--format", "json"), "opt-outs-lost")["summary"].startswith("3 people opted")
    unasked = workspace.call("plan", "--format", "json", "--no-impact")
    assert finding(unasked, "opt-outs-lost")["summary"].startswith("nobody has counted")
    workspace.declare(
        profile("old") | DELETED,
        profile("new"),
        *(number(f"n{at}", each, messaging_profile="new") for at, each in enumerate((FIRST, SECOND))),
        manifest("ShortCode", "code", short_code=CODE, messaging_profile="new"),
        manifest("HostedNumber", "desk", phone_number=HOSTED, messaging_profile=None),
    )
    telnyx.forget_requests()
    moved = workspace.call("plan", "--format", "json")
    told = finding(moved, "opt-outs-stranded")["summary"]
    assert told == (
        "3 people opted out on MessagingProfile/old; that does not hold where "
        "PhoneNumberMessaging/n0, PhoneNumberMessaging/n1, ShortCode/code will be"
    )
    assert sum("optouts" in each["path"] for each in telnyx.requests()) == 1
