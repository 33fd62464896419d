"""What a saved plan that was begun costs and looks at again, and what it cannot tell to be its own doing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.ledger import Entry
from reconciler.model.observed import Remote
from reconciler.model.plan import Requests
from reconciler.planner.draft import draft
from reconciler.planner.remainder import Remainder, left_of, remainder, to_confirm
from reconciler.planner.situation import Situation
from tests.planner.worlds import (
    SALT,
    answer,
    live_answer,
    live_profile,
    live_sender,
    profile,
    recorded,
    sender,
    situation,
)
from tests.saved.test_files import saved

A, GOAL, P1 = profile("a"), profile("a", enabled=False), live_profile()
HERE, STOP = recorded(A, P1), recorded(answer(), live_answer())
UPDATE = situation([GOAL], [HERE], [P1])
DONE = situation([GOAL], [recorded(GOAL, live_profile(enabled=False))], [live_profile(enabled=False)])
OLD, NEW = sender(), sender(us_long_code_fallback="+15125550142")
ACME = recorded(OLD, live_sender())
REPLACE = situation([A, NEW], [HERE, ACME], [P1, live_sender()])


def left(then: Situation, now: Situation, *, reviewed: bool = True) -> Remainder:
    """What is left of a plan that was saved then and has been begun."""
    file = saved(then) if reviewed else replace(saved(then), reviewed={})
    now = replace(now, ledger=replace(now.ledger, begun=(file.plan.fingerprint,)))
    return remainder(file, {change.address: change for change in draft(now).changes}, now, SALT)


def test_without_what_was_reviewed_nothing_counts_as_done() -> None:
    """Whether the rest of the object is as it was, such a file cannot tell."""
    assert left(UPDATE, DONE).done == (A.address,)
    found = left(UPDATE, DONE, reviewed=False)
    assert (found.todo, found.done, [one.change.address for one in found.overtaken]) == ((), (), [A.address])


def test_a_replace_that_somebody_made_needless() -> None:
    """The old object is there still, and as desired: not what was reviewed, and not our doing."""
    same = live_sender(us_long_code_fallback="+15125550142")
    found = left(REPLACE, situation([A, NEW], [HERE, ACME], [P1, same]))
    assert (found.todo, found.done, [one.change.address for one in found.overtaken]) == ((), (), [NEW.address])


@pytest.mark.parametrize(
    ("known", "asked"),
    [((HERE, STOP), []), ((HERE,), [("AutoResponse", Remote("r1", "p1"))])],
    ids=["the ledger knows it", "no entry knows it"],
)
def test_a_removal_that_the_ledger_forgot_is_looked_for_by_id(
    known: tuple[Entry, ...], asked: list[tuple[str, Remote]]
) -> None:
    """Absence from a list proves nothing."""
    plan = saved(situation([A], [HERE, STOP], [P1, live_answer()]))
    assert to_confirm(plan, situation([A], known, [P1])) == asked


def test_a_replace_that_the_ledger_forgot_is_looked_for_by_id() -> None:
    """Its old object, as a delete's."""
    assert to_confirm(saved(REPLACE), situation([A, NEW], [HERE], [P1])) == [("AlphanumericSenderId", Remote("s1"))]
    assert to_confirm(saved(UPDATE), situation([GOAL])) == []


def test_what_runs_is_the_rest_under_the_reviewed_fingerprint() -> None:
    """Once part of it is done nobody knows what the rest costs."""
    plan = saved(UPDATE).plan
    whole, half = left(UPDATE, UPDATE), left(UPDATE, DONE)
    assert left_of(plan, whole) == plan
    assert left_of(plan, half) == replace(plan, changes=(), requests=Requests())
