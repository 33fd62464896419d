"""Taking objects into the ledger, or changing what it says of them, without touching anything in the account.

Recorded in the history as an apply is: what begins before it does, how it ended behind it. No session is needed, so
none can be misused: the objects were seen before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

from reconciler.errors import LedgerError
from reconciler.ledger.store import HeldLedger
from reconciler.model.history import PlannedChange
from reconciler.model.ledger import Ledger, Line, Recorded
from reconciler.model.plan import Adopt, Desired, Move, Record
from reconciler.model.recording import entry_for, remembering
from reconciler.model.reference import Unknown
from reconciler.planner.situation import Situation
from reconciler.workflow.provenance import Checkout
from reconciler.workflow.run_history import all_applied, beginning, recorded, stopped
from reconciler.workflow.run_record import identity
from reconciler.workflow.setting import Setting

AT_ONCE = 1_000
"""Lines under way at once: a shared journal makes durable in one upload what waits together."""

Ownership = Adopt | Record | Move
"""Changes that can be carried out in the ledger alone."""


async def record_ownership(
    setting: Setting, held: HeldLedger, changes: Sequence[Ownership], seen: Situation, *, here: Checkout | None = None
) -> LedgerError | None:
    """Record the objects of ``changes`` as ours, as they were seen; the account's identity with them.

    A field that differs from its manifest is left out of what is remembered: nobody has sent it, and the next plan
    shows it. Raises LedgerError before anything is recorded, and ``unfinished`` where a run was cut short: what that
    made may be one of these objects, and only an apply can tell. The error that is answered says that everything is
    recorded and durable, and that the ledger or its history could not be tidied.
    """
    check_finished(held.ledger)
    lines = [_recorded(change, seen) for change in changes]
    planned = [
        PlannedChange(
            address=change.address,
            action=change.action,
            remote_id=change.remote.id,
            moved_from=line.instead_of,
        )
        for change, line in zip(changes, lines, strict=True)
    ]
    return await record_only(setting, held, planned, lines, first=[identity(setting, seen)], here=here)


async def record_only(
    setting: Setting,
    held: HeldLedger,
    changes: Sequence[PlannedChange],
    lines: Iterable[Line],
    *,
    first: Sequence[Line] = (),
    here: Checkout | None = None,
) -> LedgerError | None:
    """Write ``first`` and then ``lines``, in any order, between the two lines of a run's history; fold the journal.

    Raises LedgerError where a line could not be written: those before it are durable. The error that is answered says
    that all of them are, and that the ledger or its history could not be tidied.
    """
    begun = beginning(setting, changes=changes, here=here)
    await held.append_history([begun])
    try:
        for line in first:
            await held.append(line)
        await _append_all(held, list(lines))
    except LedgerError:
        await recorded(held, stopped(setting, begun))
        raise
    failed = await recorded(held, all_applied(setting, begun))
    try:
        await held.compact()
    except LedgerError as error:
        return error
    return failed


def check_finished(ledger: Ledger) -> None:
    """Raise LedgerError where a run began something and did not finish."""
    if ledger.intents:
        pending = min(ledger.intents)
        raise LedgerError(
            f"a run began to change {pending} and did not finish",
            hint="run reconciler apply first: it looks what became of that",
            code="unfinished",
        )


async def _append_all(held: HeldLedger, lines: Sequence[Line]) -> None:
    for start in range(0, len(lines), AT_ONCE):
        written = await asyncio.gather(
            *(held.append(line) for line in lines[start : start + AT_ONCE]), return_exceptions=True
        )
        for failure in written:
            if failure is not None:
                raise failure


def _recorded(change: Ownership, seen: Situation) -> Recorded:
    kind, wanted = seen.kinds[change.address.kind], change.desired
    observed = seen.world.find(kind.name, change.remote.id)
    if wanted is None or observed is None:  # an interrupted create, which is refused above
        raise ValueError(f"{change.address} was not seen")
    before = None if isinstance(change, Adopt) else change.entry
    entry = entry_for(
        kind,
        _agreed(wanted, change),
        observed,
        origin=change.origin if isinstance(change, Adopt) else change.entry.origin,
        project=seen.project,
        salt=seen.ledger.header.salt,
        before=before,
    )
    known = seen.ledger.entries.get(change.address)
    moved_from = change.entry.address if isinstance(change, Move) and change.moved_from is None else change.moved_from
    return Recorded(remembering(entry, known) if before is None else entry, instead_of=moved_from)


def _agreed(wanted: Desired, change: Ownership) -> Desired:
    """What the manifest states and the object has: no field that differs, no reference to what is not there yet."""
    differing = {diff.path for diff in change.diffs}
    values = {
        path: value for path, value in wanted.values.items() if path not in differing and not isinstance(value, Unknown)
    }
    return replace(wanted, values=values)
