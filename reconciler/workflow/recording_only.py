"""Changing what the ledger says, and nothing in the account. Loads no client: looking after a ledger needs none.

Recorded in the history as an apply is: what begins before it does, how it ended behind it.
"""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.errors import LedgerError
from reconciler.ledger.store import HeldLedger
from reconciler.model.history import PlannedChange
from reconciler.model.ledger import Line
from reconciler.workflow.provenance import Checkout
from reconciler.workflow.run_history import all_applied, beginning, recorded, stopped
from reconciler.workflow.setting import Setting


async def record_only(
    setting: Setting,
    held: HeldLedger,
    changes: Sequence[PlannedChange],
    lines: Sequence[Line],
    *,
    here: Checkout | None = None,
) -> LedgerError | None:
    """Take ``lines`` into the ledger, all or none, between the two lines of a run's history.

    There is no journal: nothing outside the ledger happens that a line would have to remember. Raises LedgerError
    where nothing was taken. The error that is answered says that all of them are, and that the history does not.
    """
    begun = beginning(setting, changes=changes, here=here)
    await held.append_history([begun])
    try:
        await held.compact(lines=lines)
    except LedgerError:
        await recorded(held, stopped(setting, begun))
        raise
    return await recorded(held, all_applied(setting, begun))
