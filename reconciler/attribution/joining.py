"""Which event of the audit log made the value that is there now. Pure.

The log is a best effort: events come late or never, and its documentation has ``from`` and ``to`` swapped in its
example. So the values decide, and what they leave open stays open. With R for what we recorded and O for what is
there now, the newest event of the field is held against them, read the way that is known for this log:

    the log is             known by                                             a newest event that leads to O
    ---------------------  ---------------------------------------------------  ------------------------------------
    as documented,         events of our own runs, all of one mind              made it
    or swapped
    swapped                no such event, but the events of the field make one  made it
                           chain from R to O that way, and no link of it goes
                           the documented way: two events at the least
    as documented          neither, and nothing in the field's own chain        made it, whatever it started from
                           speaks for a swapped log
    not known              the chain speaks for a swapped log, or for both      not reached

A newest event that does not lead to O is no answer, nor is an older one that does: a later one is missing. One event
alone never shows that a log is swapped: in a log as documented it is one that leads away from O. Two users within
one second are several.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from reconciler.attribution.events import AuditEvent, Edit
from reconciler.attribution.orientation import Orientation
from reconciler.attribution.runs import SLACK, Span
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
    _places: Mapping[str, Sequence[int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note where the events of each object are: thousands of findings ask after every page."""
        places: dict[str, list[int]] = {}
        for place, event in enumerate(self.events):
            for one in {event.resource_id, event.alternate_id} - {None}:
                places.setdefault(str(one), []).append(place)
        object.__setattr__(self, "_places", places)

    def about(self, ids: frozenset[str]) -> Sequence[AuditEvent]:
        """The events of the object that has these ids, the newest first."""
        places = {place for one in ids for place in self._places.get(one, ())}
        return [self.events[place] for place in sorted(places)]


def answer(
    wanted: Wanted, pages: Pages, spans: Sequence[Span], orientation: Orientation | None = None
) -> Attribution | None:
    """Who made it; None where older pages are needed to tell.

    ``orientation`` is what these pages say of the log: whoever has many questions looks only once.
    """
    about = pages.about(wanted.ids)
    if wanted.now is None:
        return _end_of(wanted, about, pages, spans)
    return _maker(wanted, wanted.now, about, pages, spans, orientation or Orientation(pages.events, spans))


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
    wanted: Wanted,
    now: FieldNow,
    events: Sequence[AuditEvent],
    pages: Pages,
    spans: Sequence[Span],
    orientation: Orientation,
) -> Attribution | None:
    steps = [(event, edit) for event in events if (edit := _step(event, now)) is not None]
    if not steps:
        return Unattributed(Why.NO_EVENT) if pages.whole else None
    if _may_go_on(steps[0][0], pages):
        return None
    path = dotted(now.path)
    swapped = orientation.swapped(
        wanted.remote_id, path, either=lambda value: now.is_now(value) or now.was_recorded(value)
    )
    others = [(event, edit) for event, edit in steps if not _applied(wanted, now, event, edit, swapped=bool(swapped))]
    latest = [(event, edit) for event, edit in others if event.time == steps[0][0].time]
    if len({event.author for event, _ in latest}) != 1:
        fits = any(now.is_now(edit.first) or now.is_now(edit.second) for _, edit in latest)
        return Unattributed(Why.SEVERAL if fits else Why.NOT_REACHED)
    if swapped is None:
        swapped = _way(now, _since(wanted.applied, others), whole=pages.whole)
    if swapped is None:
        return Unattributed(Why.NOT_REACHED) if pages.whole else None
    event = _leader(now, latest, swapped=swapped)
    if event is None:
        return Unattributed(Why.NOT_REACHED)
    made = (s for s in spans if s.holds(event.time) and s.made(wanted.address, wanted.remote_id, path, now.is_now))
    return _told(event, next(made, None), swapped=swapped)


def _since(applied: Span | None, steps: Sequence[tuple[AuditEvent, Edit]]) -> Sequence[Edit]:
    """What was done since our last apply began, the oldest first."""
    return [edit for event, edit in reversed(steps) if applied is None or event.time >= applied.begin - SLACK]


def _leader(now: FieldNow, latest: Sequence[tuple[AuditEvent, Edit]], *, swapped: bool) -> AuditEvent | None:
    """The event of one second that led to O; none, where as many of them led away from it."""
    to = [event for event, edit in latest if now.is_now(edit.first if swapped else edit.second)]
    away = [event for event, edit in latest if now.is_now(edit.second if swapped else edit.first)]
    return to[0] if len(to) > len(away) else None


def _way(now: FieldNow, chain: Sequence[Edit], *, whole: bool) -> bool | None:
    """Whether the events of a field, the oldest first, read as those of a swapped log; None where they do not tell.

    A link counts for one way only where the other one does not have it: two values to and fro link both ways.
    """
    links = {(one.second == two.first, one.first == two.second) for one, two in pairwise(chain)}
    documented, swapped = (True, False) in links, (False, True) in links
    if documented and not swapped:
        return False
    if not whole:
        return None
    if not swapped and (not chain or not now.was_recorded(chain[0].second)):
        return False
    all_of_it = len(chain) > 1 and now.was_recorded(chain[0].second) and now.is_now(chain[-1].first)
    return True if swapped and all_of_it and all(link[1] for link in links) and not documented else None


def _step(event: AuditEvent, now: FieldNow) -> Edit | None:
    """What an event did to the field; nothing, where both of its values are the same to the API."""
    edit = event.edit_of(now.field)
    if edit is None:
        return None
    first, second = now.canonical(edit.first), now.canonical(edit.second)
    return None if first == second else Edit(edit.field, first, second)


def _applied(wanted: Wanted, now: FieldNow, event: AuditEvent, edit: Edit, *, swapped: bool) -> bool:
    """Whether it may be what our last apply did: it led to what is recorded.

    One that began at the value of now is kept, unless our run is recorded to have found that value: read the other way
    it is somebody's who made it.
    """
    before, after = (edit.second, edit.first) if swapped else (edit.first, edit.second)
    span = wanted.applied
    if span is None or not span.holds(event.time) or not now.was_recorded(after):
        return False
    found = (field.before for field in span.fields(wanted.address, wanted.remote_id, dotted(now.path)))
    return not now.is_now(before) or any(now.is_now(value) for value in found)


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
