"""Carrying out a plan: intents first, then the graph, one outcome for every pending change."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from reconciler.executor.bulk import carry_out_together
from reconciler.executor.ending import drop_intent, ended
from reconciler.executor.graph import Left, walk
from reconciler.executor.intents import write_down_intents
from reconciler.executor.listings import Listings
from reconciler.executor.pause import Patience
from reconciler.executor.run import Run
from reconciler.executor.writing import act
from reconciler.model.events import Applied, Blocked, Emit, Failed, Outcome, Report, Stopped
from reconciler.model.kind import Kinds
from reconciler.model.ledger import Journal, Ledger
from reconciler.model.observed import World
from reconciler.model.plan import Plan
from reconciler.model.session import WriteSession
from reconciler.model.steps import Step, steps_of

CONCURRENCY = 8
"""Steps of one kind and action under way at once. The session's pace is what limits writes; this bounds memory."""


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

    async def carry_out(step: Step) -> Sequence[Applied | Failed | Left]:
        change, *others = step
        bulk = run.kind_of(change).bulk
        if others and bulk is not None:
            return await carry_out_together(run, bulk, step)
        return [await ended(run, change, lambda progress: act(run, change, progress))]

    outcomes = await walk(
        steps_of(plan.pending, kinds),
        carry_out,
        changes=plan.pending,
        halted=lambda: run.halted,
        concurrency=concurrency,
        emit=emit,
    )
    await _drop_intents_never_begun(run, outcomes)
    return Report(outcomes, interrupted=patience.stop.is_set())


async def _drop_intents_never_begun(run: Run, outcomes: Iterable[Outcome]) -> None:
    """An intent of this run that is left behind makes the next one look for what cannot be there."""
    never_begun = [outcome.change for outcome in outcomes if isinstance(outcome, Blocked | Stopped)]
    await asyncio.gather(*(drop_intent(run, change) for change in never_begun))
