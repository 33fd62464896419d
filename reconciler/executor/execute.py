"""Carrying out a plan: intents first, then the graph, one outcome for every pending change."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from reconciler.errors import LedgerError, ReconcilerError
from reconciler.executor.graph import walk
from reconciler.executor.intents import intends, write_down_intents
from reconciler.executor.listings import Listings
from reconciler.executor.pause import Patience
from reconciler.executor.run import Progress, Run
from reconciler.executor.settle import in_doubt
from reconciler.executor.writing import act
from reconciler.model.events import Applied, Blocked, Emit, Failed, Outcome, Report, Stopped
from reconciler.model.kind import Kinds
from reconciler.model.ledger import Intended, Journal, Ledger, Settled
from reconciler.model.observed import World
from reconciler.model.plan import Change, Plan
from reconciler.model.session import WriteSession

CONCURRENCY = 8
"""Changes of one kind and action under way at once. The session's pace is what limits writes; this bounds memory."""


async def execute(
    plan: Plan,
    *,
    kinds: Kinds,
    session: WriteSession,
    journal: Journal,
    ledger: Ledger,
    world: World,
    emit: Emit,
    patience: Patience,
    concurrency: int = CONCURRENCY,
) -> Report:
    """Make ``plan`` true, and tell for every pending change how it ended.

    ``world`` is a fresh look at everything the plan touches; ``ledger`` is the one the plan was made with. Raises
    LedgerError when the intents cannot be written down: then nothing was written at all. Every later failure is
    an outcome.
    """
    run = Run(
        kinds=kinds,
        session=session,
        journal=journal,
        ledger=ledger,
        world=world,
        project=plan.project,
        account=plan.account,
        lifted=plan.lifted,
        unassigned=plan.unassigned,
        emit=emit,
        patience=patience,
        listings=Listings(session, kinds),
    )
    intended = await write_down_intents(
        plan.pending, kinds=kinds, world=world, journal=journal, project=plan.project, ledger=ledger
    )
    run.intended.update(intended)

    async def carry_out_one(change: Change) -> Applied | Failed:
        return await carry_out(run, change)

    outcomes = await walk(plan.pending, carry_out_one, halted=lambda: run.halted, concurrency=concurrency, emit=emit)
    await _drop_intents_never_begun(run, outcomes)
    return Report(outcomes, interrupted=patience.stop.is_set())


async def carry_out(run: Run, change: Change) -> Applied | Failed:
    """One change, whatever happens in it: a failure here never takes the results of others with it."""
    progress = Progress()
    failure: ReconcilerError
    try:
        notes = await act(run, change, progress)
        return Applied(change, (*progress.notes, *notes), run.ids.get(change.address))
    except LedgerError as error:
        run.ledger_failures.append(error)  # the run halts, and its intents stay for the next one
        failure = error
    except ReconcilerError as error:
        failure = error
    except Exception as error:  # noqa: BLE001 - a defect in one change must not lose the outcome of the others
        # The text of an unforeseen exception may quote any value, secrets included; its type cannot.
        failure = ReconcilerError(
            f"{change.address}: unexpected {type(error).__name__}",
            hint="this is a defect of the program: please report it",
            code="internal",
        )
        failure.__cause__ = error
    written = progress.written or in_doubt(failure)
    if not written:
        await _drop_intent(run, change)
    return Failed(change, failure, written=written, notes=tuple(progress.notes))


async def _drop_intents_never_begun(run: Run, outcomes: Iterable[Outcome]) -> None:
    """An intent of this run that is left behind makes the next one look for what cannot be there."""
    never_begun = [outcome.change for outcome in outcomes if isinstance(outcome, Blocked | Stopped)]
    await asyncio.gather(*(_drop_intent(run, change) for change in never_begun))


async def _drop_intent(run: Run, change: Change) -> None:
    """Take back what this run intended. What an earlier run may have done is still in doubt, and its intent returns."""
    if not intends(change) or run.ledger_failures:
        return
    earlier = run.ledger.intents.get(change.address)
    try:
        await run.note(Settled(change.address) if earlier is None else Intended((earlier,)))
    except LedgerError:
        return  # the run halts; a left-over intent costs the next run a look, and no more
