"""What a run says of itself in the history: what it is about to do, and how that ended."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from reconciler import __version__
from reconciler.errors import LedgerError
from reconciler.ledger.store import HeldLedger
from reconciler.model.digest import canonical_json
from reconciler.model.events import Applied, Blocked, Failed, Outcome, Report, Stopped
from reconciler.model.history import (
    ChangeEnded,
    Ending,
    FieldChange,
    HistoryLine,
    Lift,
    PlannedChange,
    RunBegun,
    RunEnded,
)
from reconciler.model.kind import Attached
from reconciler.model.paths import dotted
from reconciler.model.plan import SENSITIVE, Change, FieldDiff, Move, Plan
from reconciler.model.reference import Unknown
from reconciler.model.saved.plan import Provenance
from reconciler.workflow.actor import actor
from reconciler.workflow.provenance import Checkout, checkout
from reconciler.workflow.setting import Reading, Setting, places

_OWN_OPTIONS = {"max-deletes": "--max-deletes", "mass-vanish": "--allow-vanished"}
"""Guards with an option of their own, beside ``--allow``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a run goes by: the words of ``--allow``, and what git says of the manifests that the plan was made from.

    ``plan_saved`` is when that was, where it is a saved plan, which has its lifts in it.
    """

    allowed: Collection[str] = ()
    here: Checkout | None = None
    plan_saved: str | None = None


def manifests_here(setting: Setting, reading: Reading, allowed: Collection[str]) -> Ground:
    """For a plan that is made now. Asks git, which may take its time: not while a lock is held."""
    return Ground(allowed=allowed, here=checkout(setting.project.root, places(setting, reading)))


def reviewed_then(made: Provenance) -> Ground:
    """For a saved plan."""
    here = None if made.commit is None else Checkout(made.commit, made.dirty)
    return Ground(here=here, plan_saved=made.created)


def run_begun(setting: Setting, ground: Ground, plan: Plan) -> RunBegun:
    """The first line of an apply: everything that it is about to do, and who told it to."""
    return beginning(
        setting,
        changes=[_planned(change, plan.unassigned.get(change.address, ())) for change in plan.pending],
        here=ground.here,
        plan_saved=ground.plan_saved,
        fingerprint=plan.fingerprint,
        lifted=tuple(Lift(guard=word, by=_lifted_by(word, setting, ground)) for word in plan.lifted),
    )


def beginning(
    setting: Setting, *, changes: Iterable[PlannedChange], here: Checkout | None = None, **known: Any
) -> RunBegun:
    """The first line of any run."""
    around = setting.around
    line = RunBegun(
        run="",
        started=stamp(around.now()),
        command=around.command,
        tool=__version__,
        actor=actor(around),
        commit=here.commit if here else None,
        dirty=here.dirty if here else False,
        changes=tuple(changes),
        **known,
    )
    # Started when, by whom, to do what: two runs of one account that agree in all of it do not hold its lock.
    return replace(line, run=hashlib.sha256(repr(line).encode(errors="backslashreplace")).hexdigest()[:16])


def run_ended(setting: Setting, begun: RunBegun, report: Report) -> RunEnded:
    """The last line of an apply."""
    return RunEnded(
        run=begun.run,
        finished=stamp(setting.around.now()),
        interrupted=report.interrupted,
        changes=tuple(_ended(outcome) for outcome in report.outcomes),
    )


def stopped(setting: Setting, begun: RunBegun) -> RunEnded:
    """The last line of a run that could not write anything."""
    changes = [ChangeEnded(address=change.address, ending=Ending.STOPPED) for change in begun.changes]
    return RunEnded(run=begun.run, finished=stamp(setting.around.now()), changes=tuple(changes))


async def recorded(ledger: HeldLedger, line: HistoryLine) -> LedgerError | None:
    """Add to the history what is done already. A failure undoes nothing, and is an answer, not an end."""
    try:
        await ledger.append_history([line])
    except LedgerError as error:
        return error
    return None


def stamp(now: datetime) -> str:
    """A time as the history has it."""
    return now.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _lifted_by(word: str, setting: Setting, ground: Ground) -> str:
    if ground.plan_saved is not None:
        return "the saved plan"
    if word in ground.allowed:
        return "--allow"
    if word in setting.account.allowed_guards:
        return "guards.allow"
    return _OWN_OPTIONS.get(word, "--allow")


def _planned(change: Change, unassigned: Sequence[Attached]) -> PlannedChange:
    """``unassigned`` has no entry and no change of its own: who took it off, and off what, is told here alone."""
    fields = [_field(diff) for diff in change.diffs]
    if unassigned:
        names = [f"{one.what} {one.label}" for one in unassigned]
        fields.append(FieldChange(path="unassigns", before=names, after=None))
    return PlannedChange(
        address=change.address,
        action=change.action,
        remote_id=change.remote.id if change.remote else None,
        moved_from=change.moved_from or (change.entry.address if isinstance(change, Move) else None),
        fields=tuple(fields),
    )


def _field(diff: FieldDiff) -> FieldChange:
    """The planner has masked secrets already; a field that is marked is never trusted to be."""
    if diff.sensitive:
        before, after = (None if value is None else SENSITIVE for value in (diff.before, diff.after))
        return FieldChange(path=dotted(diff.path), before=before, after=after, sensitive=True)
    if isinstance(diff.after, Unknown):
        return FieldChange(
            path=dotted(diff.path), before=_json(diff.before), after=diff.after, id_of=diff.after.address
        )
    return FieldChange(path=dotted(diff.path), before=_json(diff.before), after=_json(diff.after))


def _json(value: Any) -> Any:
    return json.loads(canonical_json(value))


def _ended(outcome: Outcome) -> ChangeEnded:
    change = outcome.change
    known = change.remote.id if change.remote else None
    match outcome:
        case Applied(remote_id=made):
            return ChangeEnded(address=change.address, ending=Ending.APPLIED, remote_id=made or known, written=True)
        case Failed(error=error, written=written):
            return ChangeEnded(
                address=change.address, ending=Ending.FAILED, remote_id=known, written=written, error=error.code
            )
        case Blocked():
            return ChangeEnded(address=change.address, ending=Ending.BLOCKED, remote_id=known)
        case Stopped():
            return ChangeEnded(address=change.address, ending=Ending.STOPPED, remote_id=known)


def all_applied(setting: Setting, begun: RunBegun) -> RunEnded:
    """The last line of a run that did everything that it said."""
    changes = [
        ChangeEnded(address=one.address, ending=Ending.APPLIED, remote_id=one.remote_id, written=True)
        for one in begun.changes
    ]
    return RunEnded(run=begun.run, finished=stamp(setting.around.now()), changes=tuple(changes))
