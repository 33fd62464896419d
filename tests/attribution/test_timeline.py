"""What others did to our objects: everything that no run of ours did, with the values in the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from reconciler.attribution.runs import spans_of
from reconciler.attribution.timeline import Object, outside_changes
from reconciler.model.address import Address
from reconciler.model.attribution import OutsideChange
from reconciler.model.history import FieldChange, PastRun
from reconciler.model.plan import SENSITIVE, Action
from reconciler.resources import kinds

from .scenes import ANNA, BOB, MAIN, ROBOT, decoded, row, run

PROFILE = kinds()["MessagingProfile"]
OURS = {"p1": Object(MAIN, "p1", PROFILE)}
URL = "webhook_url"


def before(past: PastRun, **values: Any) -> PastRun:
    """The run, which found these values."""
    fields = past.changes[0].change.fields
    for field in fields:
        object.__setattr__(field, "before", values.get(field.path))
    return past


def outside(rows: Sequence[Any], *runs: PastRun, objects: Any = None) -> list[OutsideChange]:
    """What others did, the newest first."""
    return list(outside_changes(decoded(rows), objects or OURS, spans_of(runs)))


def told(rows: Sequence[Any], *runs: PastRun) -> list[tuple[str | None, list[tuple[str, Any, Any]]]]:
    """Who, and what of which field became what."""
    return [
        (one.author.user_id, [(field.path, field.before, field.after) for field in one.fields])
        for one in outside(rows, *runs)
    ]


def test_our_own_events_are_left_out() -> None:
    """A create and an update of ours, in either spelling of the log; what others did stays."""
    made = run(0, action=Action.CREATE, webhook_url="a")
    updated = before(run(60, webhook_url="b"), webhook_url="a")
    ours = [row(1, ROBOT, change_type="create", webhook_url=(None, "a")), row(61, ROBOT, webhook_url=("a", "b"))]
    theirs = row(90, webhook_url=("b", "x"))
    assert told([*ours, theirs], updated, made) == [(ANNA, [(URL, "b", "x")])]
    swapped = [row(1, ROBOT, change_type="create", webhook_url=("a", None)), row(61, ROBOT, webhook_url=("b", "a"))]
    assert told([*swapped, row(90, webhook_url=("x", "b"))], updated, made) == [(ANNA, [(URL, "b", "x")])]


def test_away_from_ours_within_our_time_is_not_ours() -> None:
    """Somebody who is quick: the value that we left is where that event begins, not where it ends."""
    made = before(run(60, webhook_url="b"), webhook_url="a")
    quick = [
        row(61, ROBOT, webhook_url=("a", "b")),
        row(62, webhook_url=("b", "x")),
        row(63, BOB, webhook_url=("x", "b")),
    ]
    assert told(quick, made) == [(BOB, [(URL, "x", "b")]), (ANNA, [(URL, "b", "x")])]
    undone = [row(61, ROBOT, webhook_url=("a", "b")), row(62, webhook_url=("b", "a"))]
    assert told(undone, made) == [(ANNA, [(URL, "b", "a")])]


def test_a_chain_of_others() -> None:
    """Each begins where the one before ended, whichever way the log spells it."""
    made = before(run(0, webhook_url="b"), webhook_url="a")
    log = [row(60, webhook_url=("b", "x")), row(70, BOB, webhook_url=("x", "y")), row(80, webhook_url=("y", "x"))]
    chain = [(ANNA, [(URL, "y", "x")]), (BOB, [(URL, "x", "y")]), (ANNA, [(URL, "b", "x")])]
    assert told(log, made) == chain
    spelled = [row(60, webhook_url=("x", "b")), row(70, BOB, webhook_url=("y", "x")), row(80, webhook_url=("x", "y"))]
    assert told(spelled, made) == chain


def test_what_nobody_knows_stands_as_documented() -> None:
    """No run gave the field a value."""
    assert told([row(60, webhook_url=("x", "y"))]) == [(ANNA, [(URL, "x", "y")])]
    later = run(90, webhook_url="x")  # which says nothing of what was there before
    assert told([row(60, webhook_url=("x", "y"))], later) == [(ANNA, [(URL, "x", "y")])]


def test_what_nobody_knows_in_a_swapped_log() -> None:
    """What our own run did to another field tells which way round this log is."""
    made = before(run(0, webhook_url="b"), webhook_url="a")
    log = [row(1, ROBOT, webhook_url=("b", "a")), row(60, name=("y", "x"))]
    assert told(log, made) == [(ANNA, [("name", "x", "y")])]


def test_deletions() -> None:
    """Ours, where a run was about to; else somebody's, with what was lost."""
    deleted = run(60, action=Action.DELETE)
    assert outside([row(61, ROBOT, change_type="delete", webhook_url=("a", None))], deleted) == []
    [lost] = outside(
        [row(61, change_type="delete", webhook_url=("a", None), id=("p1", None))], run(60, webhook_url="a")
    )
    assert (lost.change, [(f.path, f.before) for f in lost.fields], lost.others) == ("delete", [(URL, "a")], ())


def test_secrets_are_covered_and_strangers_are_named_only() -> None:
    """A field that is secret somewhere in the kind; a field that this program does not manage."""
    secret = {"p1": Object(MAIN, "p1", PROFILE, frozenset({URL}))}
    log = [row(60, webhook_url=("canary-1", "canary-2"), v1_secret=("canary-3", "canary-4"))]
    [change] = outside(log, objects=secret)
    assert (change.fields[0].before, change.fields[0].after, change.fields[0].sensitive) == (SENSITIVE, SENSITIVE, True)
    assert change.others == ("v1_secret",)
    assert "canary" not in repr(change)
    [change] = outside([row(60, webhook_url=("", "canary-2"))], objects=secret)
    assert change.fields[0].before is None


def test_settings_are_told_by_their_fields() -> None:
    """Whole in the log, or dotted."""
    expected = [("number_pool_settings.toll_free_weight", 1, 2)]
    dotted = row(60, number_pool_settings__toll_free_weight=(1, 2))
    whole = row(60, number_pool_settings=({"toll_free_weight": 1}, {"toll_free_weight": 2}))
    assert told([dotted]) == told([whole]) == [(ANNA, expected)]


def test_other_objects_are_nobody_s_business() -> None:
    """Only what is ours, or was."""
    assert outside([row(60, resource_id="p2", webhook_url=("a", "b"))]) == []


@pytest.mark.parametrize("value", [7, ["x"], {"a": 1}, True])
def test_a_log_may_hold_anything(value: Any) -> None:
    """A normaliser that expects a text is not asked about a number."""
    [change] = outside([row(60, webhook_url=(value, "b"), whitelisted_destinations=(7, value))])
    assert change.address == Address("MessagingProfile", "main")


def test_a_masked_value_of_ours_tells_nothing() -> None:
    """The history of a secret holds no value: an event is shown rather than taken for ours."""
    past = run(60, sensitive=True, webhook_url=SENSITIVE)
    assert isinstance(past.changes[0].change.fields[0], FieldChange)
    assert told([row(61, ROBOT, webhook_url=("a", "b"))], past) == [(ROBOT, [(URL, "a", "b")])]


def test_a_run_of_which_the_log_has_no_event_yet() -> None:
    """What it is recorded to have left is known all the same."""
    made = before(run(60, webhook_url="b"), webhook_url="a")
    assert told([row(90, webhook_url=("x", "b"))], made) == [(ANNA, [(URL, "b", "x")])]
    assert told([row(30, webhook_url=("x", "a"))], made) == [(ANNA, [(URL, "x", "a")])]
