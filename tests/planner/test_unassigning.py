"""What may be unassigned before a delete: the table of ``planner/unassigning.py``, row by row, and its law."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from reconciler.model.address import Address
from reconciler.model.impact import Impact, Touched
from reconciler.model.kind import Attached, Facts
from reconciler.model.ledger import Entry
from reconciler.model.observed import Observed
from reconciler.model.plan import SENSITIVE, Plan
from reconciler.model.policy import Policy
from reconciler.model.probe import Things
from reconciler.model.resource import OnRemove, Resource
from reconciler.planner.draft import draft
from reconciler.planner.planning import finish
from reconciler.planner.situation import Situation
from tests.planner.worlds import HERE, KINDS, NUMBER, P1, A, live, live_profile, profile, recorded, resource, situation

ASKED = Policy(unassign_numbers=True)
P2 = live_profile("p2", "b")
B = profile("b")
HOSTED, CODE = KINDS["HostedNumber"], KINDS["ShortCode"]
N1 = Attached("PhoneNumberMessaging", "n1", "+15125550101")


def manifest(**stated: Any) -> Resource:
    """Of the number."""
    return resource(NUMBER, "desk", phone_number="+15125550101", **stated)


def row(at: str | None = "p1") -> Observed:
    """The number, live."""
    return live(NUMBER, "n1", phone_number="+15125550101", messaging_profile_id=at)


def planned(here: Situation, *attached: Attached, policy: Policy = ASKED, **more: tuple[Attached, ...]) -> Plan:
    """The plan of a situation in which this hangs on profile ``a``, which is to go."""
    facts: Facts = {"phone_numbers": attached, **more}
    return finish(draft(here), {A.address: facts}, here, policy, reads=0, rate=1)


def entry(**fields: Any) -> Entry:
    """The number, recorded on the profile that goes."""
    return recorded(manifest(messaging_profile={"id": "p1"}), row(), **fields)


GONE = situation((), [HERE], [P1])
ROWS: dict[str, tuple[Situation, bool]] = {
    "nobody's": (GONE, True),
    "its manifest goes as well": (situation((), [HERE, entry()], [P1, row()]), True),
    "its manifest goes as well, and it is retained": (
        situation((), [HERE, entry(on_remove=OnRemove.RETAIN)], [P1, row()]),
        True,
    ),
    "its manifest goes as well, and says prevent_destroy": (
        situation((), [HERE, entry(prevent_destroy=True)], [P1, row()]),
        False,
    ),
    "of another project": (situation((), [HERE, entry(project="billing")], [P1, row()]), False),
    "adopted for its tags": (situation([manifest(tags=["x"])], [HERE], [P1, row()]), False),
    "adopted as it is": (situation([manifest()], [HERE], [P1, row()]), False),
    "ours for its tags": (
        situation([manifest(tags=["x"])], [HERE, recorded(manifest(tags=["x"]), row())], [P1, row()]),
        False,
    ),
    "renamed by this plan": (
        situation([manifest()], [HERE, entry(address=Address("PhoneNumberMessaging", "old"))], [P1, row()]),
        False,
    ),
}


@pytest.mark.parametrize("case", ROWS)
def test_row(case: str) -> None:
    """Free or kept; without the option neither is touched, and the delete is refused."""
    here, free = ROWS[case]
    plan = planned(here, N1)
    assert plan.unassigned == ({A.address: (N1,)} if free else {})
    assert plan.applicable is free, plan.diagnostics
    refused = planned(here, N1, policy=Policy())
    assert (refused.unassigned, refused.applicable) == ({}, False)
    hints = [each.hint for each in refused.diagnostics if each.code == "children-attached"]
    assert ["--unassign-numbers" in hint for hint in hints] == [free]


def test_what_moves_by_its_own_change_is_not_named() -> None:
    """Nor does it hold the delete."""
    here = situation([B, manifest(messaging_profile="b")], [HERE, recorded(B, P2)], [P1, P2, row()])
    plan = planned(here, N1)
    assert (plan.unassigned, plan.applicable) == ({}, True)


def test_what_is_deleted_is_not_named() -> None:
    """A hosted number that goes for good."""
    number = resource(HOSTED, "desk", phone_number="+15125550101")
    live_one = live(HOSTED, "h1", phone_number="+15125550101", messaging_profile_id="p1")
    here = situation((), [HERE, recorded(number, live_one, on_remove=OnRemove.DELETE)], [P1, live_one])
    policy = replace(ASKED, destroying=True, allowed=frozenset({"hosted-delete-live"}))
    plan = planned(here, policy=policy, hosted_numbers=(Attached("HostedNumber", "h1", "+15125550101"),))
    assert (plan.unassigned, plan.applicable) == ({}, True)


def test_what_cannot_be_without_a_profile_still_holds_it() -> None:
    """A sender and an auto-response go by their own deletes, or not at all."""
    sender, answer = Attached("AlphanumericSenderId", "s1", "ACME"), Attached("AutoResponse", "r1", "stop for US")
    plan = planned(GONE, N1, alphanumeric_sender_ids=(sender,), auto_responses=(answer,))
    assert plan.unassigned == {A.address: (N1,)}
    [blocked] = plan.changes
    assert blocked.blocked_by == "children-attached"
    [told] = [each for each in plan.diagnostics if each.code == "children-attached"]
    assert told.summary.startswith("2 attached: AlphanumericSenderId ACME, AutoResponse stop for US;")
    assert "--unassign-numbers" not in told.hint


def test_each_is_paid_for_and_named_once_in_order() -> None:
    """By kind and name; two lists that show one thing are one request."""
    code = Attached("ShortCode", "c1", "12345")
    others = tuple(Attached("PhoneNumberMessaging", f"n{at}", f"+1512555010{at}") for at in (3, 2))
    plan = planned(GONE, *others, N1, N1, short_codes=(code,), hosted_numbers=(N1,))
    assert plan.unassigned == {A.address: (N1, others[1], others[0], code)}
    assert plan.requests.writes == 5


def test_what_is_named_is_not_touched_as_well() -> None:
    """Each number stands in a plan once; without the option it is not named, and touched."""
    learnt = {A.address: [Things("phone number", 1, (N1,))]}

    def impact(policy: Policy) -> Impact:
        facts: Facts = {"phone_numbers": (N1,)}
        plan = finish(draft(GONE), {A.address: facts}, GONE, policy, reads=0, rate=1, learnt=learnt)
        return plan.impact[A.address]

    assert impact(ASKED).touched == ()
    assert impact(Policy()).touched == (Touched("phone number", 1, (N1.label,)),)


@pytest.mark.parametrize(("id_", "label"), [("n1", "unknown"), ("h1", "+15125550101"), ("h1", "+15125550109")])
def test_one_number_in_two_lists_has_one_owner(id_: str, label: str) -> None:
    """What a manifest keeps as a phone number may be listed as a hosted one, too: it is unassigned as neither."""
    hosted = Attached("HostedNumber", id_, label)
    plan = planned(situation([manifest()], [HERE], [P1, row()]), N1, hosted_numbers=(hosted,))
    assert not plan.applicable
    assert plan.unassigned == ({A.address: (hosted,)} if label == "+15125550109" else {})


def test_names_that_are_secrets_are_covered() -> None:
    """Known by a secret of the ledger, or of a manifest that is loaded."""
    hidden = situation((), [HERE, entry(secrets=("phone_number",))], [P1, row()])
    assert planned(hidden, N1).unassigned == {A.address: (N1._replace(label=SENSITIVE),)}
    named = replace(profile("b", webhook_url="https://x.example/+15125550101"), secrets=frozenset({("webhook_url",)}))
    within = N1._replace(label="https://x.example/+15125550101")
    assert planned(situation([named], [HERE, recorded(B, P2)], [P1, P2]), within).unassigned == {
        A.address: (within._replace(label=SENSITIVE),)
    }


def test_what_is_no_kind_of_ours_holds_the_delete() -> None:
    """Nobody knows how it would be unassigned."""
    plan = planned(GONE, Attached("phone number", "n1", "+1"))
    assert (plan.unassigned, plan.applicable) == ({}, False)


OWNERS = ("nobody", "forgotten", "protected", "another project", "tags", "moves")


@settings(max_examples=40)
@given(st.lists(st.sampled_from(OWNERS), max_size=6))
def test_law_of_ownership(owners: list[str]) -> None:
    """Named is what has no owner, all of it, and nothing else; a plan with an owner left on the profile is refused."""
    resources, entries, rows, attached = [B], [HERE, recorded(B, P2)], [P1, P2], []
    for at, owner in enumerate(owners):
        number, name = f"+1512555010{at}", f"n{at}"
        one = live(NUMBER, name, phone_number=number, messaging_profile_id="p1")
        rows.append(one)
        attached.append(Attached("PhoneNumberMessaging", name, number))
        stated = resource(NUMBER, name, phone_number=number, messaging_profile={"id": "p1"})
        match owner:
            case "forgotten":
                entries.append(recorded(stated, one))
            case "protected":
                entries.append(recorded(stated, one, prevent_destroy=True))
            case "another project":
                entries.append(recorded(stated, one, project="billing"))
            case "tags":
                resources.append(resource(NUMBER, name, phone_number=number, tags=["x"]))
            case "moves":
                resources.append(resource(NUMBER, name, phone_number=number, messaging_profile="b"))
    plan = planned(situation(resources, entries, rows), *attached)
    named = {one.id for these in plan.unassigned.values() for one in these}
    assert named == {f"n{at}" for at, owner in enumerate(owners) if owner in {"nobody", "forgotten"}}
    held = {"protected", "another project", "tags"}.intersection(owners)
    assert ("children-attached" in {change.blocked_by for change in plan.changes}) is bool(held)
