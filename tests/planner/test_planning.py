"""The finished plan: what it consists of, and what an apply of it will cost."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from reconciler.model.kind import Attached, Facts
from reconciler.model.observed import Observed
from reconciler.model.plan import Plan
from reconciler.model.policy import Policy
from reconciler.model.resource import OnRemove
from reconciler.planner.draft import draft
from reconciler.planner.guards import run_guards
from reconciler.planner.planning import finish, plain_facts
from reconciler.planner.pricing import Spent, price, seconds_at, too_late
from reconciler.planner.situation import Situation
from reconciler.planner.touching import touching
from reconciler.resources import kinds
from tests.model.test_steps import adopt
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
        diagnostics=(*drafted.diagnostics, *verdict.diagnostics, *touching({}, {}, verdict.changes, here).diagnostics),
        lifted=("children-attached",),
        fingerprint=made.fingerprint,
        requests=price(verdict.changes, here.kinds, spent=Spent(), rate=1.0, reads=7),
        facts={drafted.changes[-1].address: {"phone_numbers": (("order", "n1"), ("phone number", "n2"))}},
        consequences={drafted.changes[-1].address: made.consequences[drafted.changes[-1].address]},
    )
    assert [one.code for one in made.diagnostics] == ["unknown-reference", "children-attached", "opt-outs-lost"]


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
    made = plan(here).requests
    assert (made.reads, made.writes, made.estimated_seconds) == (3, writes, seconds)


def test_the_price_is_told_to_a_tenth_of_a_second() -> None:
    """Nobody plans by milliseconds."""
    assert plan(situation(MANY), rate=9.5).requests.estimated_seconds == 0.3


def test_a_delete_of_another_kind_is_another_endpoint() -> None:
    """One of each takes no time."""
    here = situation((), [HERE, recorded(answer(), live_answer())], [P1, live_answer()])
    made = plan(here).requests
    assert (made.reads, made.writes, made.estimated_seconds) == (3, 2, 0.0)


def test_every_step_of_an_apply_is_in_its_price() -> None:
    """Two looks and one round of questions, then the writes: the busiest endpoint of each, and never the same twice."""
    spent = Spent(looked={"GET /a": 2, "GET /a/{}/b": 8}, asked={"GET /c": 5, "GET /g": 3}, guarded={"GET /g": 3})
    here = situation((), ENTRIES, profiles(4))
    found = price(plan(here).changes, here.kinds, spent=spent, rate=2.0)
    planned = {one.endpoint: one.planned for one in found.per_endpoint}
    assert planned == {
        "GET /a": 4,
        "GET /a/{}/b": 16,
        "GET /c": 5,
        "GET /g": 7,
        "GET /messaging_profiles/{}": 4,
        "DELETE /messaging_profiles/{}": 4,
    }
    assert (found.reads, found.writes, found.rate) == (18, 4, 2.0)
    assert found.estimated_seconds == 0.5 + 3.5 + 2.0 + 0.5 + 3.5 + 1.5
    assert {one.endpoint: one.made for one in found.per_endpoint}["GET /g"] == 3


def test_an_endpoint_is_not_free_again_at_once() -> None:
    """Whatever step asked it last."""
    assert seconds_at(2.0, [{"e": 1}, {"f": 1}, {"e": 1}, {"e": 2}]) == 1.5
    assert seconds_at(math.inf, [{"e": 100}]) == 0


def test_what_is_blocked_entails_nothing() -> None:
    """Its guard tells what it would do."""
    here = situation((), [HERE], [P1])
    address = draft(here).changes[-1].address
    blocked = finish(draft(here), {address: NUMBER}, here, Policy(), reads=0, rate=1.0)
    assert (blocked.changes[-1].blocked_by, blocked.consequences) == ("children-attached", {})
    assert address in finish(draft(here), {}, here, Policy(), reads=0, rate=1.0).consequences


def test_a_deadline_is_for_what_is_written() -> None:
    """A plan of nothing fits into any; one that takes as long as it may fits, too."""
    made = plan(situation(MANY)).requests
    assert made.estimated_seconds == 1.5
    assert too_late(made, None) is None
    assert too_late(made, 1.5) is None
    assert too_late(made, 1.4) is not None
    assert too_late(replace(made, writes=0), 0.1) is None


def test_a_job_costs_what_it_takes_at_the_least() -> None:
    """Begun, looked at, and its numbers read; the rest that is worth no job goes one by one."""
    found = price([adopt(f"n{i}") for i in range(252)], kinds(), spent=Spent(), rate=2.0)
    assert {one.endpoint: one.planned for one in found.per_endpoint} == {
        "POST /messaging_numbers_bulk_updates": 1,
        "GET /messaging_numbers_bulk_updates/{}": 1,
        "GET /phone_numbers/messaging": 1,
        "PATCH /phone_numbers/{}/messaging": 2,
    }
    assert (found.writes, found.estimated_seconds) == (3, 0.5)
