"""Changing what the ledger says, and nothing in the account. Loads no client: looking after a ledger needs none.

Recorded in the history as an apply is: what begins before it does, how it ended behind it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from reconciler.errors import LedgerError
from reconciler.ledger.store import HeldLedger
from reconciler.model.history import PlannedChange
from reconciler.model.ledger import Line
from reconciler.workflow.provenance import Checkout
from reconciler.workflow.run_history import all_applied, beginning, recorded, stopped
from reconciler.workflow.setting import Setting

AT_ONCE = 1_000
"""Lines under way at once: a shared journal makes durable in one upload what waits together."""


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


async def _append_all(held: HeldLedger, lines: Sequence[Line]) -> None:
    for start in range(0, len(lines), AT_ONCE):
        written = await asyncio.gather(
            *(held.append(line) for line in lines[start : start + AT_ONCE]), return_exceptions=True
        )
        for failure in written:
            if failure is not None:
                raise failure
