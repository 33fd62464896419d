"""What every apply, destroy and change of the ledger leaves behind: who did what, from where, and how it ended.

Two lines for each run: what is about to be done, before anything is, and how each of it ended. A run of which only the
first is there was cut short. Pure data; where it is kept is the business of ``reconciler.ledger``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.plan import Action
from reconciler.model.reference import Unknown

if TYPE_CHECKING:  # which names the actors of runs
    from reconciler.model.attribution import Blamed, OutsideChange


class Ending(StrEnum):
    """How a change ended; ``UNKNOWN`` where the run has not said."""

    APPLIED = "applied"
    FAILED = "failed"
    BLOCKED = "blocked"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


class Result(StrEnum):
    """How a run ended as a whole; ``UNFINISHED``: it was cut short, or is still under way."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who ran it: a login of the CI ``system`` with the address of its ``run``, else user@host."""

    name: str
    system: str | None = None
    run: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """A guard that was lifted, and by which option, setting or file."""

    guard: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field (dotted manifest path) before and after; secrets are masked, for good.

    ``id_of``: after is the remote id of this address's object, which the same run made. ``after`` is ``Unknown`` then,
    unless the run has told that id.
    """

    path: str
    before: Any
    after: Any
    sensitive: bool = False
    id_of: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChange:
    """A change as it was about to be made. ``remote_id`` is None for an object that did not exist."""

    address: Address
    action: Action
    remote_id: str | None = None
    moved_from: Address | None = None
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunBegun:
    """The first line of a run. Times are ISO 8601.

    ``commit`` and ``dirty`` are of the manifests that the plan was made from; ``plan_saved`` is when that was, where a
    saved plan was applied. ``run`` tells two runs apart.
    """

    run: str
    started: str
    command: str
    tool: str
    actor: Actor
    commit: str | None = None
    dirty: bool = False
    plan_saved: str | None = None
    fingerprint: str | None = None
    lifted: tuple[Lift, ...] = ()
    changes: tuple[PlannedChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEnded:
    """How one change ended. ``written``: something of it is live, even if it failed; ``error`` is a code."""

    address: Address
    ending: Ending
    remote_id: str | None = None
    written: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """The last line of a run."""

    run: str
    finished: str
    interrupted: bool = False
    changes: tuple[ChangeEnded, ...] = ()


HistoryLine = RunBegun | RunEnded


@dataclass(frozen=True, slots=True)
class History:
    """Every line, the oldest first, and what there is to say about how they were found."""

    lines: tuple[HistoryLine, ...] = ()
    notes: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class PastChange:
    """A change and how it ended."""

    change: PlannedChange
    end: ChangeEnded

    @property
    def address(self) -> Address:
        """Whose it is."""
        return self.change.address

    @property
    def remote_id(self) -> str | None:
        """The object's id, as far as it is known."""
        return self.end.remote_id or self.change.remote_id


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run and, unless it was cut short, its end. ``changes`` may be some of them only: what was asked for."""

    begun: RunBegun
    end: RunEnded | None
    changes: tuple[PastChange, ...]

    @property
    def result(self) -> Result:
        """How all of it ended, in a word."""
        if self.end is None:
            return Result.UNFINISHED
        told = {one.address: one for one in self.end.changes}
        ends = [told.get(change.address) for change in self.begun.changes]
        done = [end is not None and end.ending is Ending.APPLIED for end in ends]
        if all(done):
            return Result.COMPLETE
        if self.end.interrupted:
            return Result.INTERRUPTED
        written = any(end is not None and end.written for end in ends)
        return Result.PARTIAL if any(done) or written else Result.FAILED


def past_runs(lines: Sequence[HistoryLine]) -> tuple[PastRun, ...]:
    """The runs, the newest first. An end without its beginning, which was cut away with an old part, says nothing."""
    begun: list[RunBegun] = []
    ends: dict[int, RunEnded] = {}
    latest: dict[str, int] = {}
    for line in lines:
        match line:
            case RunBegun(run=run):
                latest[run] = len(begun)
                begun.append(line)
            case RunEnded(run=run) if run in latest:
                ends[latest[run]] = line
    return tuple(_past(begun[place], ends.get(place)) for place in reversed(range(len(begun))))


def _past(begun: RunBegun, end: RunEnded | None) -> PastRun:
    told: Mapping[Address, ChangeEnded] = {one.address: one for one in end.changes} if end else {}
    ids = {address: one.remote_id for address, one in told.items()}
    changes = [
        PastChange(
            replace(change, fields=tuple(_filled(field, ids) for field in change.fields)),
            told.get(change.address) or ChangeEnded(address=change.address, ending=Ending.UNKNOWN),
        )
        for change in begun.changes
    ]
    return PastRun(begun, end, tuple(changes))


def _filled(field: FieldChange, ids: Mapping[Address, str | None]) -> FieldChange:
    if field.id_of is None:
        return field
    return replace(field, after=ids.get(field.id_of) or Unknown(field.id_of))


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryReport:
    """What ``history`` shows: the runs, the newest first, with those of their changes that were asked for.

    ``address`` and ``field`` are what was asked about, if anything in particular. ``outside`` is what others did
    meanwhile, the newest first, by the audit log; None where that was not asked. ``commits`` are those of the runs, by
    name, as far as git has them.
    """

    account: str
    address: Address | None = None
    field: str | None = None
    runs: tuple[PastRun, ...] = ()
    outside: tuple[OutsideChange, ...] | None = None
    commits: Mapping[str, Blamed] = dataclasses.field(default_factory=dict)
    notes: tuple[Diagnostic, ...] = ()
