"""What others did to our objects, out of the audit log: every event that no run of ours made. Pure.

The values of an event are put into the order of time by what is known to have been there before it: what a run of ours
left, or what the event before led to. Where that says nothing they stand in the order that the log has for ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reconciler.attribution.events import AuditEvent, Edit
from reconciler.attribution.runs import Span
from reconciler.model.address import Address
from reconciler.model.attribution import OutsideChange, OutsideField
from reconciler.model.kind import ResourceKind
from reconciler.model.paths import MISSING, Path, dotted
from reconciler.model.plan import SENSITIVE
from reconciler.model.spec import Leaf


@dataclass(frozen=True, slots=True)
class Object:
    """One of ours. ``secrets`` are the fields (dotted) whose values are never shown."""

    address: Address
    remote_id: str
    kind: ResourceKind
    secrets: frozenset[str] = frozenset()


_Left = dict[tuple[str, Path], tuple[datetime, Any]]
"""When a field of an object was last given a value by an event, and which."""


def outside_changes(
    events: Sequence[AuditEvent], objects: Mapping[str, Object], spans: Sequence[Span]
) -> tuple[OutsideChange, ...]:
    """The newest first. ``events`` are in that order, ``spans`` too; ``objects`` are by remote id."""
    left: _Left = {}
    found: list[OutsideChange] = []
    about = [(event, objects[event.resource_id]) for event in reversed(events) if event.resource_id in objects]
    touched = _touched(spans)
    its = {one.remote_id: [spans[place] for place in sorted(touched(one))] for _, one in about}
    swapped = _is_swapped(about, its)
    for event, one in about:
        if not _is_ours(event, one, its[one.remote_id], swapped=swapped):
            found.append(_outside(event, one, its[one.remote_id], left, swapped=swapped))
            continue
        for leaf, edit in _edits(event, one.kind):
            left[one.remote_id, leaf.path] = (event.time, canonical(leaf, edit.first if swapped else edit.second))
    return tuple(reversed(found))


def _touched(spans: Sequence[Span]) -> Callable[[Object], set[int]]:
    """Which runs, by their places, changed an object: thousands of events ask."""
    places: dict[Address | str | None, set[int]] = {}
    for place, span in enumerate(spans):
        for change in span.run.changes:
            for key in (change.address, change.remote_id, change.change.remote_id):
                places.setdefault(key, set()).add(place)
    return lambda one: places.get(one.address, set()) | places.get(one.remote_id, set())


def _is_swapped(about: Iterable[tuple[AuditEvent, Object]], its: Mapping[str, Sequence[Span]]) -> bool:
    """Whether the log has new values under ``from``: of what our own runs did, both values are known."""
    seen = [way for event, one in about for way in _ways(event, one, its[one.remote_id])]
    return seen.count(True) > seen.count(False)


def _is_ours(event: AuditEvent, one: Object, spans: Sequence[Span], *, swapped: bool) -> bool:
    """Made while a run of ours changed this object, from what it found to what it was about to make of it."""
    if event.deletes:
        return any(span.holds(event.time) and span.meant_to_remove(one.address, one.remote_id) for span in spans)
    return swapped in _ways(event, one, spans)


def _ways(event: AuditEvent, one: Object, spans: Sequence[Span]) -> Iterator[bool]:
    """For each field that a run of ours changed between the same two values: whether the log has them swapped."""
    for span in spans:
        if not span.holds(event.time):
            continue
        for leaf, edit in _edits(event, one.kind):
            for change in span.fields(one.address, one.remote_id, dotted(leaf.path)):
                ours = canonical(leaf, change.before), canonical(leaf, change.after)
                if ours == (theirs := (canonical(leaf, edit.first), canonical(leaf, edit.second))):
                    yield False
                elif ours == theirs[::-1]:
                    yield True


def _edits(event: AuditEvent, kind: ResourceKind) -> Iterator[tuple[Leaf, Edit]]:
    """What it did, field by field, as far as these are ours; settings are told by their fields."""
    for leaf in kind.leaves.values():
        edit = None if leaf.settings else event.edit_of(leaf.field)
        if edit is not None and canonical(leaf, edit.first) != canonical(leaf, edit.second):
            yield leaf, edit


def _outside(event: AuditEvent, one: Object, spans: Sequence[Span], left: _Left, *, swapped: bool) -> OutsideChange:
    known = {leaf.field[0] for leaf in one.kind.leaves.values()}
    fields: list[OutsideField] = []
    for leaf, edit in _edits(event, one.kind):
        before, after = _in_order(leaf, edit, _known_before(event, one, leaf, spans, left), swapped=swapped)
        left[one.remote_id, leaf.path] = (event.time, after)
        secret = dotted(leaf.path) in one.secrets
        if secret:
            before, after = (None if value is None else SENSITIVE for value in (before, after))
        fields.append(OutsideField(path=dotted(leaf.path), before=before, after=after, sensitive=secret))
    return OutsideChange(
        address=one.address,
        remote_id=one.remote_id,
        when=event.when,
        author=event.author,
        change=event.change,
        event=event.id,
        fields=tuple(fields),
        others=() if event.whole else tuple(sorted({dotted(e.field) for e in event.edits if e.field[0] not in known})),
    )


def _in_order(leaf: Leaf, edit: Edit, there: Any, *, swapped: bool) -> tuple[Any, Any]:
    """The values as they followed each other; ``there`` is what is known to have been there before, or MISSING."""
    first, second = canonical(leaf, edit.first), canonical(leaf, edit.second)
    turned = second == there if there in (first, second) else swapped
    return (second, first) if turned else (first, second)


def _known_before(event: AuditEvent, one: Object, leaf: Leaf, spans: Sequence[Span], left: _Left) -> Any:
    """What was there before an event; MISSING where nobody knows."""
    theirs = left.get((one.remote_id, leaf.path))
    for span in spans:
        begin = span.begin.replace(microsecond=0)  # as the log has it
        if begin > event.time or (theirs is not None and begin <= theirs[0]):
            continue
        for change in span.fields(one.address, one.remote_id, dotted(leaf.path)):
            return canonical(leaf, change.after)
    return MISSING if theirs is None else theirs[1]


def canonical(leaf: Leaf, value: Any) -> Any:
    """A value as it is compared; as it is, where a log holds what no API would answer."""
    try:
        return leaf.canonical(value)
    except (AttributeError, TypeError, ValueError):
        return value
