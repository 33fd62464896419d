"""When our own runs wrote, and what: by which an event of the audit log is recognised as ours. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from reconciler.model.address import Address
from reconciler.model.history import Ending, FieldChange, PastChange, PastRun
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
    _by_address: Mapping[Address, Sequence[int]] = field(init=False, repr=False, compare=False)
    _by_id: Mapping[str | None, Sequence[int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note which of its changes, by their places, are about what: every finding asks every run."""
        by_address: dict[Address, list[int]] = {}
        by_id: dict[str | None, list[int]] = {}
        for place, change in enumerate(self.run.changes):
            if change.change.action in _WRITES:
                by_address.setdefault(change.address, []).append(place)
                by_id.setdefault(change.remote_id, []).append(place)
        object.__setattr__(self, "_by_address", by_address)
        object.__setattr__(self, "_by_id", by_id)

    def holds(self, time: datetime) -> bool:
        """Whether something that happened then may be of this run."""
        return self.begin - SLACK <= time <= self.end + SLACK

    def changes(self, address: Address, remote_id: str) -> Iterable[PastChange]:
        """What it did, or was about to do, to one object."""
        places = {*self._by_address.get(address, ()), *self._by_id.get(remote_id, ())}
        return [self.run.changes[place] for place in sorted(places)]

    def recorded(self, remote_id: str) -> Iterable[PastChange]:
        """What it is recorded to have done to the object with this id, whatever its name was."""
        changes = (self.run.changes[place] for place in self._by_id.get(remote_id, ()))
        return [change for change in changes if _did(change)]

    def made(self, address: Address, remote_id: str, path: str, equal: Callable[[Any], bool]) -> bool:
        """Whether it is recorded to have given a field this value.

        A plan is no record: what a run that was killed did not get to, somebody may have done by hand. Of a secret
        nobody can say: its value is not recorded.
        """
        changes = (change for change in self.changes(address, remote_id) if _did(change))
        return any(equal(field.after) for change in changes for field in _shown(change, path))

    def removed(self, address: Address, remote_id: str) -> bool:
        """Whether it is recorded to have deleted the object, be it to replace it."""
        return any(_did(change) for change in self._removals(address, remote_id))

    def meant_to_remove(self, address: Address, remote_id: str) -> bool:
        """Whether it deleted the object, or was about to."""
        return any(True for _ in self._removals(address, remote_id))

    def _removals(self, address: Address, remote_id: str) -> Iterator[PastChange]:
        for change in self.changes(address, remote_id):
            if change.change.remote_id == remote_id and change.change.action in {Action.DELETE, Action.REPLACE}:
                yield change

    def fields(self, address: Address, remote_id: str, path: str) -> Iterable[FieldChange]:
        """What it did, or was about to do, to a field (dotted); nothing for a secret, whose values are not recorded."""
        return (field for change in self.changes(address, remote_id) for field in _shown(change, path))


def _did(change: PastChange) -> bool:
    """Whether its own result was recorded, and something of it is live."""
    return change.end.written or change.end.ending is Ending.APPLIED


def _shown(change: PastChange, path: str) -> Iterator[FieldChange]:
    return (field for field in change.change.fields if field.path == path and not field.sensitive)


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
