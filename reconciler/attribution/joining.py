"""Which event of the audit log made the value that is there now. Pure.

The log is a best effort: events come late or never, and its documentation has ``from`` and ``to`` swapped in its
example. So the values decide, and what they leave open stays open. With R for what we recorded and O for what is
there now, the newest event of the field is held against them:

    one of its values is    the other one is                                    then
    ----------------------  --------------------------------------------------  ------------------------------------
    O, under ``to``         R, or what the event before it led to               it made O
    O, under ``to``         something else: an event between them is missing    it made O, unless the event before it
                                                                                shows that the log is swapped
    O, under ``from``       R, or what the event before it led to, and read     it made O: this log is swapped
                            the documented way they do not follow each other
    O, under ``from``       something else                                      not reached
    not O                   anything                                            not reached: a later event is missing

An older event that led to O is no answer where a newer one leads away from it. Two users within one second, both with O
among their values, are several.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reconciler.attribution.events import AuditEvent, Edit
from reconciler.attribution.runs import Span
from reconciler.model.address import Address
from reconciler.model.attribution import Attribution, Known, Ours, Unattributed, Why
from reconciler.model.paths import Path, dotted

Test = Callable[[Any], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldNow:
    """A field of a live object. ``is_now`` and ``was_recorded`` tell a value of the API from O and R of the table."""

    path: Path
    field: Path
    is_now: Test
    was_recorded: Test
    canonical: Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked about: a field of an object, or (``now`` None) where the object went.

    ``alternate_id`` is another id that the log may know it by. ``applied`` is the last run that touched it.
    """

    address: Address
    remote_id: str
    alternate_id: str | None = None
    now: FieldNow | None = None
    applied: Span | None = None

    @property
    def ids(self) -> frozenset[str]:
        """Every id of the object."""
        return frozenset(one for one in (self.remote_id, self.alternate_id) if one)


@dataclass(frozen=True, slots=True)
class Pages:
    """What was read of the log, the newest first. ``until`` is the oldest stamp, if there was any event.

    ``whole``: the window ends there; otherwise older events may follow.
    """

    events: Sequence[AuditEvent]
    until: datetime | None
    whole: bool


def answer(wanted: Wanted, pages: Pages, spans: Sequence[Span]) -> Attribution | None:
    """Who made it; None where older pages are needed to tell."""
    about = [event for event in pages.events if event.about(wanted.ids)]
    return (
        _end_of(wanted, about, pages, spans) if wanted.now is None else _maker(wanted, wanted.now, about, pages, spans)
    )


def _end_of(wanted: Wanted, events: Sequence[AuditEvent], pages: Pages, spans: Sequence[Span]) -> Attribution | None:
    if not events:
        return Unattributed(Why.NO_EVENT) if pages.whole else None
    newest = _newest(events)
    if _may_go_on(newest[0], pages):
        return None
    ends = [event for event in newest if event.deletes]
    if len({event.author for event in ends}) != 1:
        return Unattributed(Why.SEVERAL if ends else Why.NOT_REACHED)
    removed = (span for span in spans if span.holds(ends[0].time) and span.removed(wanted.address, wanted.remote_id))
    return _told(ends[0], next(removed, None))


def _maker(
    wanted: Wanted, now: FieldNow, events: Sequence[AuditEvent], pages: Pages, spans: Sequence[Span]
) -> Attribution | None:
    steps = [(event, edit) for event in events if (edit := _step(event, now)) is not None]
    if not steps:
        return Unattributed(Why.NO_EVENT) if pages.whole else None
    if _may_go_on(steps[0][0], pages):
        return None
    latest = steps[0][0].time
    holders = [step for step in steps if step[0].time == latest and _holds(now, step[1])]
    if len({event.author for event, _ in holders}) != 1:
        return Unattributed(Why.SEVERAL if holders else Why.NOT_REACHED)
    event, edit = holders[0]
    before = next((e for other, e in steps if other.time < latest and not _applied(wanted, now, other, e)), None)
    direct = now.is_now(edit.second) and now.was_recorded(edit.first)
    if not direct and before is None and not pages.whole:
        return None
    swapped = not now.is_now(edit.second)
    if not direct and not _follows(now, edit, before, swapped=swapped):
        return Unattributed(Why.NOT_REACHED)
    path = dotted(now.path)
    made = (s for s in spans if s.holds(event.time) and s.made(wanted.address, wanted.remote_id, path, now.is_now))
    return _told(event, next(made, None), swapped=swapped)


def _holds(now: FieldNow, edit: Edit) -> bool:
    return now.is_now(edit.first) or now.is_now(edit.second)


def _step(event: AuditEvent, now: FieldNow) -> Edit | None:
    """What an event did to the field; nothing, where both of its values are the same to the API."""
    edit = event.edit_of(now.field)
    if edit is None:
        return None
    first, second = now.canonical(edit.first), now.canonical(edit.second)
    return None if first == second else Edit(edit.field, first, second)


def _follows(now: FieldNow, edit: Edit, before: Edit | None, *, swapped: bool) -> bool:
    """The table above, but for the row that needs no second look."""
    as_documented = now.was_recorded(edit.first) or (before is not None and before.second == edit.first)
    as_swapped = now.was_recorded(edit.second) or (before is not None and before.first == edit.second)
    if swapped:
        return as_swapped and not as_documented
    return as_documented or not (before is not None and as_swapped)


def _applied(wanted: Wanted, now: FieldNow, event: AuditEvent, edit: Edit) -> bool:
    """Whether it is what our last apply did: what it led to is recorded, whichever way the log spells it."""
    span = wanted.applied
    return (
        span is not None and span.holds(event.time) and (now.was_recorded(edit.first) or now.was_recorded(edit.second))
    )


def _newest(events: Sequence[AuditEvent]) -> Sequence[AuditEvent]:
    return [event for event in events if event.time == events[0].time]


def _may_go_on(event: AuditEvent, pages: Pages) -> bool:
    """Whether the next page may hold another event of the same second."""
    return not pages.whole and pages.until is not None and event.time <= pages.until


def _told(event: AuditEvent, span: Span | None, *, swapped: bool = False) -> Attribution:
    if span is None:
        return Known(author=event.author, when=event.when, event=event.id, swapped=swapped)
    begun = span.run.begun
    return Ours(
        actor=begun.actor,
        when=event.when,
        event=event.id,
        started=begun.started,
        command=begun.command,
        commit=begun.commit,
    )
