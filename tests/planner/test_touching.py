"""What is told of what a change touches: nothing secret, nothing endless, and nothing that leaves anyway."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.address import Address
from reconciler.model.impact import Impact, Touched, Traffic
from reconciler.model.kind import Attached
from reconciler.model.plan import SENSITIVE
from reconciler.model.probe import Measure, OptOuts, Things, Unlearnt
from reconciler.model.resource import Resource
from reconciler.planner.draft import draft
from reconciler.planner.hiding import LONGEST
from reconciler.planner.situation import Situation
from reconciler.planner.touching import touching
from tests.planner.worlds import agent, live_profile, live_sender, order, profile, recorded, sender, situation

A, P1 = profile("a", webhook_url="https://b.example"), live_profile(webhook_url="https://a.example")
HERE = recorded(profile("a"), P1)


def told(here: Situation, *learnt: Measure | Unlearnt) -> Impact:
    """What is told of profile ``a``."""
    return touching({A.address: learnt}, {}, draft(here).changes, here).impact[A.address]


def numbers(*labels: str) -> Things:
    """Phone numbers, all of them known."""
    return Things("phone number", len(labels), tuple(Attached("phone number", label, label) for label in labels))


def test_parts_are_told_in_the_order_they_were_asked_for() -> None:
    """Sorts of which there is nothing are left out."""
    learnt = (numbers("+1", "+2", "+3", "+4"), Things("short code", 0), OptOuts(3), Traffic(1, 2), Unlearnt("x"))
    assert told(situation([A], [HERE], [P1]), *learnt) == Impact(
        touched=(Touched("phone number", 4, ("+1", "+2", "+3")),), opt_outs=3, traffic=Traffic(1, 2), unknown=("x",)
    )


def test_long_names_are_cut() -> None:
    """A label says which one is meant."""
    [touched] = told(situation([A], [HERE], [P1]), numbers("x" * 5000)).touched
    assert [len(label) for label in touched.labels] == [LONGEST]


HUSHED = [
    (agent(agent_id="+15125550100"), "agent_id"),
    (order(phone_numbers=["+15125550199", "+15125550100"]), "phone_numbers"),
    (agent(profile={"id": "+15125550100"}), "profile"),
    (agent(profile={"name": "+15125550100"}), "profile"),
]


@pytest.mark.parametrize(("hushed", "field"), HUSHED)
@pytest.mark.parametrize(
    ("label", "shown"),
    [("+15125550100", SENSITIVE), ("call +15125550100", SENSITIVE), ("+15125550101", "+15125550101")],
)
def test_a_secret_value_is_covered_wherever_it_turns_up(hushed: Resource, field: str, label: str, shown: str) -> None:
    """Whichever manifest it belongs to, and whatever holds it there."""
    secret = replace(hushed, secrets=frozenset({(field,), ("not", "stated")}))
    [touched] = told(situation([A, secret], [HERE], [P1]), numbers(label)).touched
    assert touched.labels == (shown,)


SENDER = Attached("AlphanumericSenderId", "s1", "ACME")


def test_what_the_plan_itself_takes_away_is_not_touched() -> None:
    """A sender that is deleted beside its profile's update; not where only some are known by name."""
    here = situation([A], [HERE, recorded(sender(), live_sender())], [P1, live_sender()])
    assert told(here, Things("sender ID", 1, (SENDER,))).touched == ()
    assert told(here, Things("sender ID", 9, (SENDER,))).touched == (Touched("sender ID", 9, ("ACME",)),)


def test_the_object_itself_stays_in_sight() -> None:
    """A sender that is deleted is what its delete touches; known by a secret, it is not named."""
    address = Address("AlphanumericSenderId", "acme")
    for secrets, shown in (((), "ACME"), (("alphanumeric_sender_id",), SENSITIVE)):
        entry = replace(recorded(sender(), live_sender()), secrets=secrets)
        here = situation([profile("a")], [HERE, entry], [P1, live_sender()])
        found = touching({address: [Things("sender ID", 1, (SENDER,))]}, {}, draft(here).changes, here)
        assert found.impact[address].touched == (Touched("sender ID", 1, (shown,)),)
        assert found.diagnostics == ()
