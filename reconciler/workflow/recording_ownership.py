"""Taking objects into the ledger without touching anything in the account.

No session is needed, so none can be misused: the objects were seen before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reconciler.errors import LedgerError
from reconciler.ledger.store import HeldLedger
from reconciler.model.history import PlannedChange
from reconciler.model.ledger import Recorded
from reconciler.model.plan import Adopt, Desired, Move, Record
from reconciler.model.recording import entry_for, remembering
from reconciler.model.reference import Unknown
from reconciler.planner.situation import Situation
from reconciler.workflow.provenance import Checkout
from reconciler.workflow.recording_only import record_only
from reconciler.workflow.run_record import identity
from reconciler.workflow.setting import Setting
from reconciler.workflow.unfinished import check_finished

Ownership = Adopt | Record | Move
"""Changes that can be carried out in the ledger alone."""


async def record_ownership(
    setting: Setting, held: HeldLedger, changes: Sequence[Ownership], seen: Situation, *, here: Checkout | None = None
) -> LedgerError | None:
    """Record the objects of ``changes`` as ours, as they were seen; the account's identity with them.

    A field that differs from its manifest is left out of what is remembered: nobody has sent it, and the next plan
    shows it. Raises LedgerError before anything is recorded, and ``unfinished`` where a run was cut short: what that
    made may be one of these objects, and only an apply can tell. The error that is answered says that everything is
    recorded, and that the history does not say so.
    """
    check_finished(held.ledger, setting.account.name)
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
    return await record_only(setting, held, planned, [identity(setting, seen), *lines], here=here)


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
