"""How a change ends, whatever happens in it: a failure here never takes the results of others with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from reconciler.errors import LedgerError, ReconcilerError
from reconciler.executor.intents import intends
from reconciler.executor.run import Progress, Run
from reconciler.executor.settle import in_doubt
from reconciler.executor.writing import Notes
from reconciler.model.events import Applied, Failed
from reconciler.model.ledger import Intended, Settled
from reconciler.model.plan import Change


async def ended(run: Run, change: Change, act: Callable[[Progress], Awaitable[Notes]]) -> Applied | Failed:
    """Carry out ``act``, and tell how the change ended by it."""
    progress = Progress()
    failure: ReconcilerError
    try:
        notes = await act(progress)
        return Applied(change, (*progress.notes, *notes), run.ids.get(change.address))
    except LedgerError as error:
        run.ledger_failures.append(error)  # the run halts, and its intents stay for the next one
        failure = error
    except ReconcilerError as error:
        failure = error
    except Exception as error:  # noqa: BLE001 - a defect in one change must not lose the outcome of the others
        failure = defect(change, error)
    written = progress.written or in_doubt(failure)
    if not written:
        await drop_intent(run, change)
    return Failed(change, failure, written=written, notes=tuple(progress.notes))


def defect(change: Change, error: Exception) -> ReconcilerError:
    """What to say of an exception that nobody foresaw."""
    # Its text may quote any value, secrets included; its type cannot.
    failure = ReconcilerError(
        f"{change.address}: unexpected {type(error).__name__}",
        hint="this is a defect of the program: please report it",
        code="internal",
    )
    failure.__cause__ = error
    return failure


async def drop_intent(run: Run, change: Change) -> None:
    """Take back what this run intended. What an earlier run may have done is still in doubt, and its intent returns."""
    if not intends(change) or run.ledger_failures:
        return
    earlier = run.ledger.intents.get(change.address)
    try:
        await run.note(Settled(change.address) if earlier is None else Intended((earlier,)))
    except LedgerError:
        return  # the run halts; a left-over intent costs the next run a look, and no more
