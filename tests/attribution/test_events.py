"""Events of the log: what is documented is read, whatever else comes is passed over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from reconciler.attribution.events import Edit, events_of
from reconciler.attribution.runs import moment, spans_of
from reconciler.model.attribution import Author

from .scenes import ANNA, PEOPLE, at, row, run


def test_an_event() -> None:
    """Every field that is used."""
    body = {"data": [row(60, ANNA.upper(), alternate_resource_id="+1", a__b=("x", None))]}
    [event] = events_of(body, PEOPLE)
    assert (event.resource_id, event.alternate_id, event.change, event.when) == ("p1", "+1", "update", at(60))
    assert event.author == Author(role="organization_member", user_id=ANNA.upper(), name="Anna Ek")
    assert event.edits == (Edit(("a", "b"), "x", None),)
    assert not event.deletes


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "x",
        {},
        {"data": None},
        {"data": [None, "x", 7, {}]},
        {"data": [{"resource_id": 7, "created_at": at(0)}]},
    ]
    + [{"data": [{"resource_id": "p1", "created_at": when}]} for when in (None, 7, "noon", "")],
)
def test_what_is_no_event(body: Any) -> None:
    """No id or no time: nobody can be told by it."""
    assert list(events_of(body, {})) == []


@pytest.mark.parametrize("changes", [None, "x", 7, [None, "x", {}, {"field": ""}, {"field": 7}]])
def test_what_is_no_change(changes: Any) -> None:
    """``changes`` may be null; the event itself stays, as a deletion may have none."""
    [event] = events_of({"data": [row(0) | {"changes": changes, "user_id": None, "change_made_by": None}]}, PEOPLE)
    assert event.edits == ()
    assert event.author == Author(role="")


def test_a_time_without_a_zone_is_utc() -> None:
    """As a log might write it."""
    [event] = events_of({"data": [row(0) | {"created_at": "2026-02-01T12:00:00"}]}, {})
    assert event.time == moment("2026-02-01T12:00:00") == datetime(2026, 2, 1, 12, tzinfo=UTC)


def test_a_run_with_an_unreadable_time_is_no_span() -> None:
    """A history is a record for people, who may have edited it."""
    good, bad = run(0), run(1)
    object.__setattr__(bad.begun, "started", "noon")
    assert [span.run for span in spans_of([bad, good])] == [good]
