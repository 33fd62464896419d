"""Whether an account's log has ``from`` and ``to`` swapped, by evidence: events of our own runs. Pure.

Of what a run of ours wrote, both values are recorded, so its event tells which way the log spells them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.attribution.events import AuditEvent
from reconciler.attribution.runs import Span
from reconciler.model.paths import dotted


@dataclass(frozen=True, slots=True)
class Witness:
    """One field of an event that a run of ours explains. The values are in the order of time."""

    path: str
    before: Any
    after: Any
    swapped: bool


class Orientation:
    """What our own events say of a log, object by object."""

    def __init__(self, events: Sequence[AuditEvent], spans: Sequence[Span]) -> None:
        """Look at all events once. Runs without an end are passed over: nobody knows what they wrote."""
        self._by_id: dict[str, list[Witness]] = {}
        self._documented = self._swapped = 0
        for event in events:
            for witness in _witnesses(event, spans):
                self._by_id.setdefault(event.resource_id, []).append(witness)
                self._swapped += witness.swapped
                self._documented += not witness.swapped

    def swapped(self, remote_id: str, path: str, *, either: Callable[[Any], bool]) -> bool | None:
        """Whether the log is swapped, for a question about a field (dotted); None where there is no evidence, or both.

        What stands between the two values of the question (``either`` of them) is no evidence for it: somebody who
        changed the field back during our run looks just like our run in a swapped log.
        """
        swapped, documented = self._swapped, self._documented
        for one in self._by_id.get(remote_id, ()):
            if one.path == path and either(one.before) and either(one.after):
                swapped -= one.swapped
                documented -= not one.swapped
        return None if bool(swapped) == bool(documented) else bool(swapped)


def _witnesses(event: AuditEvent, spans: Sequence[Span]) -> Iterator[Witness]:
    edits = {dotted(edit.field): (edit.first, edit.second) for edit in event.edits}
    for span in spans:
        if not span.holds(event.time):
            continue
        for change in span.recorded(event.resource_id):
            for field in change.change.fields:
                theirs, ours = edits.get(field.path), (field.before, field.after)
                if field.sensitive or theirs is None or ours[0] == ours[1]:
                    continue
                if theirs in (ours, ours[::-1]):
                    yield Witness(field.path, *ours, swapped=theirs != ours)
