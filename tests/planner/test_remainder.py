"""What is left of a saved plan, where its table in ``tests/saved`` does not look: secrets, vanished parents, traces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reconciler.model.ledger import IntentKind
from reconciler.model.observed import Remote
from reconciler.model.plan import SENSITIVE, Requests
from reconciler.model.resource import OnRemove, Resource
from reconciler.model.saved.plan import SavedPlan
from reconciler.planner.draft import draft
from reconciler.planner.remainder import Remainder, left_of, remainder, reviewed_fields, to_confirm
from reconciler.planner.situation import Situation
from tests.planner.worlds import (
    GONE,
    HERE,
    ORDER,
    P1,
    SALT,
    A,
    answer,
    intends,
    live,
    live_answer,
    live_profile,
    order,
    profile,
    recorded,
    situation,
)
from tests.saved.test_files import saved, through_a_file

URL = ("webhook_url",)
UPDATE = situation([profile("a", enabled=False)], [HERE], [P1])
DELETE = situation((), [HERE], [P1])


def left(file: SavedPlan, now: Situation, *, begun_as: str = "") -> Remainder:
    """What is left of a plan that was begun, or of which another was begun."""
    begun = replace(now, ledger=replace(now.ledger, begun=(begun_as or file.plan.fingerprint,)))
    return remainder(file, {change.address: change for change in draft(begun).changes}, begun, SALT)


def told(found: Remainder) -> list[str]:
    """In a word for each address."""
    return [
        *(f"{change.action} {change.address}" for change in found.todo),
        *(f"done {address}" for address in found.done),
        *(f"overtaken {one.change.address}" for one in found.overtaken),
    ]


def hidden(value: str) -> Resource:
    """A profile whose webhook is a secret."""
    written = {"metadata": {"name": "a"}, "spec": {"webhook_url": "https://x.example/${env:WORD}"}}
    return replace(profile("a", webhook_url=f"https://x.example/{value}"), secrets=frozenset({URL}), written=written)


@pytest.mark.parametrize(("value", "expected"), [("0ne", "record"), ("two", "overtaken")])
@pytest.mark.parametrize("read", [through_a_file, lambda plan: plan])
def test_a_secret_that_was_written_is_the_one_that_was_approved(
    value: str, expected: str, read: Callable[[SavedPlan], SavedPlan]
) -> None:
    """A file holds its seal; the value comes from the environment again, and may be another by now."""
    file = read(saved(situation([hidden("0ne")], [HERE], [P1])))
    now = situation([hidden(value)], [HERE], [live_profile(webhook_url=f"https://x.example/{value}")])
    assert told(left(file, now)) == [f"{expected} MessagingProfile/a"]


def test_what_waits_for_a_parent_that_has_vanished_still_waits_for_it() -> None:
    """The ledger has an id of the parent, and it is not the one that the plan will make."""
    file = saved(situation([A, answer()], [HERE], gone=GONE))
    now = situation([A, answer()], [HERE], gone=GONE, intents=[intends(A), intends(answer())])
    assert told(left(file, now)) == ["create MessagingProfile/a", "create AutoResponse/stop"]


def test_what_had_vanished_before_the_review_is_made_as_approved() -> None:
    """It did not vanish since."""
    here = situation([A], [HERE], gone=GONE)
    assert told(left(saved(here), here)) == ["create MessagingProfile/a"]


def test_a_secret_of_a_child_is_the_approved_one_once_its_parent_is_made() -> None:
    """The plan holds a seal of it, and an id that was not known."""
    child = answer(resp_text="You will hear from us no more.")
    written = {"metadata": {"name": "stop"}, "spec": {"resp_text": "${env:TEXT}"}}
    child = replace(child, secrets=frozenset({("resp_text",)}), written=written)
    file = through_a_file(saved(situation([A, child])))
    assert told(left(file, situation([A, child], [HERE], [P1]))) == [
        "create AutoResponse/stop",
        "done MessagingProfile/a",
    ]


def test_what_the_killed_run_made_wants_what_it_wanted() -> None:
    """Parent and child were made and not recorded; their ids are found."""
    file = saved(situation([A, answer()]))
    now = situation([A, answer()], (), [P1, live_answer()], intents=[intends(A), intends(answer())])
    assert told(left(file, now)) == ["adopt MessagingProfile/a", "adopt AutoResponse/stop"]


def test_a_parent_that_somebody_made_is_not_the_plans_own() -> None:
    """Before the plan was begun, its child was to be made under another."""
    file = saved(situation([A, answer()]))
    found = left(file, situation([A, answer()], [HERE], [P1]), begun_as="sha256:another")
    assert told(found) == ["overtaken MessagingProfile/a", "overtaken AutoResponse/stop"]


@pytest.mark.parametrize("here", [UPDATE, DELETE])
def test_what_the_ledger_knows_as_a_secret_is_covered_in_what_was_reviewed(here: Situation) -> None:
    """The manifest does not say so, or says nothing any more."""
    entry = replace(HERE, secrets=("webhook_url",))
    known = situation(here.resources, [entry], [live_profile(webhook_url="https://x.example/t0ken")])
    [change] = draft(known).changes
    fields = reviewed_fields(change, known)
    assert fields is not None
    assert (fields["webhook_url"], fields["name"]) == (SENSITIVE, "a")


def test_a_child_of_what_the_plan_has_made_wants_what_it_wanted() -> None:
    """Its parent's id was not known, and is."""
    file = saved(situation([A, answer()]))
    now = situation([A, answer()], [HERE], [P1], intents=[intends(answer())])
    assert told(left(file, now)) == ["create AutoResponse/stop", "done MessagingProfile/a"]


@pytest.mark.parametrize(
    "now",
    [
        situation((), [replace(HERE, project="x")], [P1]),
        situation((), (), [P1], intents=[intends(A, entry=replace(HERE, project="x"))]),
    ],
)
def test_what_another_project_remembers_is_not_forgotten(now: Situation) -> None:
    """Nothing would be done, and not because it is done."""
    file = saved(situation((), [replace(HERE, on_remove=OnRemove.RETAIN)], [P1]))
    assert told(left(file, now)) == ["overtaken MessagingProfile/a"]


NUMBERS: dict[str, Any] = {"phone_numbers": [{"phone_number": "+15125550100"}]}
DESK = live(ORDER, "o1", status="pending", **NUMBERS)


@pytest.mark.parametrize(("status", "expected"), [("deleted", "done"), ("pending", "overtaken")])
def test_an_order_that_is_still_shown_may_be_deleted(status: str, expected: str) -> None:
    """It answers no 404, and does not count as live."""
    file = saved(situation((), [recorded(order(), DESK, on_remove=OnRemove.DELETE)], [DESK]))
    now = situation((), (), [live(ORDER, "o1", status=status, **NUMBERS)])
    assert told(left(file, now)) == [f"{expected} HostedNumberOrder/desk"]


def test_a_plan_that_does_not_say_what_was_reviewed_is_not_carried_on() -> None:
    """Whether the rest of the object is as it was, nobody can tell."""
    done = situation(UPDATE.resources, [HERE], [live_profile(enabled=False)])
    assert told(left(saved(UPDATE), done)) == ["record MessagingProfile/a"]
    assert told(left(replace(saved(UPDATE), reviewed={}), done)) == ["overtaken MessagingProfile/a"]


def test_settings_that_were_switched_off_since_are_not_as_they_were() -> None:
    """A whole object that the plan leaves alone is null now."""
    pool = {"long_code_weight": 1, "toll_free_weight": 1, "skip_unhealthy": True}
    file = saved(situation(UPDATE.resources, [HERE], [live_profile(number_pool_settings=pool)]))
    now = situation(UPDATE.resources, [HERE], [live_profile(enabled=False, number_pool_settings=None)])
    assert told(left(file, now)) == ["overtaken MessagingProfile/a"]


def test_what_runs_is_what_is_left_under_the_plans_own_fingerprint() -> None:
    """The price is of the whole plan, and no longer told once some of it is done."""
    plan = saved(situation([A, answer()])).plan
    whole = left_of(plan, Remainder(plan.changes, (), ()))
    assert whole == plan
    assert plan.requests != Requests()
    rest = left_of(plan, Remainder(plan.changes[1:], (A.address,), ()))
    assert rest == replace(plan, changes=plan.changes[1:], requests=Requests())


def test_only_what_was_to_be_deleted_and_is_recorded_no_more_must_be_asked_for() -> None:
    """Not what the ledger still knows, as that is looked at anyway; nor what the plan leaves alone."""
    stop = recorded(answer(), live_answer())
    file = saved(situation((), [HERE, stop], [P1, live_answer()]))
    assert to_confirm(file, situation((), [HERE], [P1])) == [("AutoResponse", Remote("r1", "p1"))]
    assert to_confirm(file, situation((), [stop], [P1])) == [("MessagingProfile", Remote("p1"))]
    assert to_confirm(file, situation((), [HERE, stop])) == []
    assert to_confirm(saved(UPDATE), situation()) == []


def test_a_replace_must_be_asked_for_as_a_delete() -> None:
    """Its old object may be there still."""
    half = intends(answer(), IntentKind.REPLACE)
    moved = situation([A, answer(country_code="CA")], [HERE, recorded(answer(), live_answer())], [P1, live_answer()])
    assert to_confirm(saved(moved), situation((), [HERE], intents=[half])) == [("AutoResponse", Remote("r1", "p1"))]
