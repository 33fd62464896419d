"""When our own runs wrote, and what: by which an event of the audit log is recognised as ours. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from reconciler.model.address import Address
from reconciler.model.history import FieldChange, PastChange, PastRun
from reconciler.model.plan import Action

SLACK = timedelta(seconds=5)
"""Between our clock and the API's, whose stamps end at the second."""

LONGEST_RUN = timedelta(hours=1)
"""Of a run whose end nobody recorded."""

_WRITES = frozenset({Action.CREATE, Action.UPDATE, Action.REPLACE, Action.DELETE, Action.ADOPT})


@dataclass(frozen=True, slots=True)
class Span:
    """A run of ours and the time within which it wrote."""

    begin: datetime
    end: datetime
    run: PastRun

    def holds(self, time: datetime) -> bool:
        """Whether something that happened then may be of this run."""
        return self.begin - SLACK <= time <= self.end + SLACK

    def changes(self, address: Address, remote_id: str) -> Iterable[PastChange]:
        """What it did, or was about to do, to one object."""
        return (
            change
            for change in self.run.changes
            if change.change.action in _WRITES and (change.address == address or change.remote_id == remote_id)
        )

    def made(self, address: Address, remote_id: str, path: str, equal: Callable[[Any], bool]) -> bool:
        """Whether it gave a field this value. Of a secret nobody can say: its value is not recorded."""
        return any(equal(field.after) for field in self.fields(address, remote_id, path))

    def removed(self, address: Address, remote_id: str) -> bool:
        """Whether it deleted the object, be it to replace it."""
        return any(
            change.change.remote_id == remote_id and change.change.action in {Action.DELETE, Action.REPLACE}
            for change in self.changes(address, remote_id)
        )

    def fields(self, address: Address, remote_id: str, path: str) -> Iterable[FieldChange]:
        """What it did to a field (dotted); nothing for a secret, whose values are not recorded."""
        changes = self.changes(address, remote_id)
        return (f for change in changes for f in change.change.fields if f.path == path and not f.sensitive)


def spans_of(runs: Sequence[PastRun]) -> tuple[Span, ...]:
    """The runs with their times, in the order given (the newest first); one with an unreadable stamp is left out."""
    found: list[Span] = []
    for run in runs:
        begin = moment(run.begun.started)
        end = moment(run.end.finished) if run.end else None
        if begin is not None:
            found.append(Span(begin, end or begin + LONGEST_RUN, run))
    return tuple(found)


def last_touch(spans: Sequence[Span], address: Address, remote_id: str) -> Span | None:
    """The newest run that finished and changed something of this object."""
    return next((span for span in spans if span.run.end and any(span.changes(address, remote_id))), None)


def moment(stamp: str) -> datetime | None:
    """A time as the history keeps it."""
    try:
        found = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
