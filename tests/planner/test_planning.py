"""The finished plan: what it consists of, and what an apply of it will cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.kind import Attached, Facts
from reconciler.model.observed import Observed
from reconciler.model.plan import Plan, Requests
from reconciler.model.policy import Policy
from reconciler.model.resource import OnRemove
from reconciler.planner.draft import draft
from reconciler.planner.guards import run_guards
from reconciler.planner.planning import finish, plain_facts
from reconciler.planner.situation import Situation
from tests.planner.worlds import (
    HERE,
    P1,
    A,
    answer,
    live_answer,
    live_profile,
    live_sender,
    profile,
    protected,
    recorded,
    sender,
    situation,
)

NUMBER: Facts = {"phone_numbers": (Attached("phone number", "n2", "+15125550102"), Attached("order", "n1", "o"))}


def plan(here: Situation, *, rate: float = 2.0, facts: Facts | None = None, allowed: tuple[str, ...] = ()) -> Plan:
    """The plan of a situation. ``facts`` are those of its last change."""
    drafted = draft(here)
    known = {drafted.changes[-1].address: facts} if facts else {}
    return finish(drafted, known, here, Policy(allowed=frozenset(allowed)), reads=3, rate=rate)


def test_a_plan_is_what_was_drafted_and_what_guards_say_of_it() -> None:
    """Every part, and a fingerprint of nothing else."""
    base = situation(
        [A, sender(file="z.yaml"), answer("stop", messaging_profile="nobody", file="y.yaml")],
        [HERE, recorded(profile("old"), live_profile("p2", "old"))],
        [P1, live_profile("p2", "old")],
    )
    here = replace(base, account="main")
    drafted, policy = draft(here), Policy(allowed=frozenset({"children-attached"}))
    facts = {drafted.changes[-1].address: NUMBER}
    verdict = run_guards(drafted.changes, facts, here, policy)
    made = finish(drafted, facts, here, policy, reads=7, rate=1.0)
    assert made == Plan(
        account="main",
        project="default",
        changes=verdict.changes,
        diagnostics=(*drafted.diagnostics, *verdict.diagnostics),
        lifted=("children-attached",),
        fingerprint=made.fingerprint,
        requests=Requests(reads=7, writes=2, estimated_seconds=0.0),
        facts={drafted.changes[-1].address: {"phone_numbers": (("order", "n1"), ("phone number", "n2"))}},
    )
    assert [one.code for one in made.diagnostics] == ["unknown-reference", "children-attached"]


def test_findings_of_guards_stand_among_the_others_by_place() -> None:
    """In the order in which somebody reads the files."""
    refused = answer("stop", messaging_profile="nobody", file="z.yaml")
    widened = situation([profile("a", whitelisted_destinations=["*"]), refused], [HERE], [P1])
    assert [one.code for one in plan(widened).diagnostics] == ["destinations-widened", "unknown-reference"]


def test_facts_are_kept_without_the_names_that_people_know_things_by() -> None:
    """Those may be secrets; and in one order, as they are part of the fingerprint."""
    assert plain_facts(NUMBER) == {"phone_numbers": (("order", "n1"), ("phone number", "n2"))}


def profiles(number: int, **fields: object) -> list[Observed]:
    """Live profiles, numbered."""
    return [live_profile(f"p{i}", f"a{i}", **fields) for i in range(number)]


MANY = [profile(f"a{i}") for i in range(4)]
ENTRIES = [recorded(one, row) for one, row in zip(MANY, profiles(4), strict=True)]
SENDERS = [sender(f"s{i}", alphanumeric_sender_id=f"ACME{i}") for i in range(3)]
ROWS = [live_sender(f"s{i}", alphanumeric_sender_id=f"ACME{i}") for i in range(3)]
REPLACED = [sender(f"s{i}", alphanumeric_sender_id=f"ACME{i}", us_long_code_fallback="+15125550142") for i in range(3)]
SENT = [recorded(one, row) for one, row in zip(SENDERS, ROWS, strict=True)]
OTHERS = profiles(4, whitelisted_destinations=["CA"])


@pytest.mark.parametrize(
    ("here", "writes", "seconds"),
    [
        (situation(), 0, 0.0),
        (situation([A], [HERE], [P1]), 0, 0.0),
        (situation(MANY), 4, 1.5),
        (situation(MANY, ENTRIES, OTHERS), 4, 1.5),
        (situation(MANY, (), OTHERS, allow_adopt=True), 4, 1.5),
        (situation(MANY, (), profiles(4)), 0, 0.0),
        (situation(MANY, ENTRIES[:2], OTHERS, allow_adopt=True), 4, 1.5),
        (situation((), ENTRIES, profiles(4)), 4, 1.5),
        (situation((), [replace(one, on_remove=OnRemove.RETAIN) for one in ENTRIES], profiles(4)), 0, 0.0),
        (situation((), [replace(one, prevent_destroy=True) for one in ENTRIES], profiles(4)), 0, 0.0),
        (situation([replace(one, lifecycle=protected()) for one in MANY], ENTRIES, profiles(4)), 0, 0.0),
        (situation([A, *REPLACED], [HERE, *SENT], [P1, *ROWS]), 6, 1.0),
        (situation([*MANY[:2], *SENDERS, A], [HERE], [P1]), 5, 1.0),
        (situation([A, *REPLACED[:1]], [HERE, *SENT], [P1, *ROWS]), 4, 1.0),
        (situation([A, *SENDERS[1:], *REPLACED[:1]], [HERE, SENT[0]], [P1, ROWS[0]]), 4, 1.0),
        (situation([*MANY[:2], profile("x"), profile("y")], ENTRIES[:2], OTHERS[:2]), 4, 0.5),
    ],
)
def test_an_apply_is_priced_by_its_busiest_endpoint(here: Situation, writes: int, seconds: float) -> None:
    """Two a second at each endpoint, the first at once; a replace writes twice, and the ledger costs nothing."""
    assert plan(here).requests == Requests(reads=3, writes=writes, estimated_seconds=seconds)


def test_the_price_is_told_to_a_tenth_of_a_second() -> None:
    """Nobody plans by milliseconds."""
    assert plan(situation(MANY), rate=9.5).requests.estimated_seconds == 0.3


def test_a_delete_of_another_kind_is_another_endpoint() -> None:
    """One of each takes no time."""
    here = situation((), [HERE, recorded(answer(), live_answer())], [P1, live_answer()])
    assert plan(here).requests == Requests(reads=3, writes=2, estimated_seconds=0.0)
