"""The writing half of every apply: say what begins, execute, remember how it ended.

The history's first line is written before anything else, so that no write is without one. Its last line follows when
every result is in the journal: whatever fails then, what happened is known.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from reconciler.api import Sessions
from reconciler.errors import LedgerError, PlanRefused
from reconciler.executor.execute import execute
from reconciler.executor.pause import Patience
from reconciler.ledger.store import HeldLedger
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.events import Emit, Report
from reconciler.model.ledger import Begun
from reconciler.model.plan import Plan
from reconciler.planner.situation import Situation
from reconciler.workflow.run_history import Ground, recorded, run_begun, run_ended, stopped
from reconciler.workflow.run_record import folded, identity, run_record
from reconciler.workflow.setting import Setting

Approve = Callable[[Plan], bool]
"""Shown the plan, answers whether to carry it out."""
Reviewed = Callable[[Plan, Situation], Awaitable[Plan]]
"""Given a fresh plan and what it was made of, answers with the plan as it is to be reviewed."""


async def as_planned(plan: Plan, _seen: Situation) -> Plan:
    """For a run of one account: nobody else has a say."""
    return plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """How an apply behaves: whom it asks (``asks``: a person, who may say no), what it tells, how long it waits.

    ``wait`` is for how many seconds another holder of the lock is waited for. ``reviewed`` comes before everything
    that is decided about the plan: where several accounts are applied, they meet there.
    """

    approve: Approve
    asks: bool
    patience: Patience
    emit: Emit
    wait: float = 0.0
    reviewed: Reviewed = as_planned


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedPlan:
    """The plan that was shown and how it ended.

    No ``report``: there was nothing to do, or it was declined or ``refused``. ``notes`` say what a person should know
    of the run as a whole.

    ``ledger_error`` says that the journal, which holds every result, could not be folded into the ledger, or that the
    history lacks the end of this run.
    """

    plan: Plan
    report: Report | None = None
    declined: bool = False
    refused: PlanRefused | None = None
    ledger_error: LedgerError | None = None
    notes: tuple[Diagnostic, ...] = ()


async def carry_out(
    plan: Plan,
    setting: Setting,
    ledger: HeldLedger,
    sessions: Sessions,
    seen: Situation,
    conduct: Conduct,
    *,
    ground: Ground,
) -> AppliedPlan:
    """Write. ``seen`` is a look at the account just before. Raises LedgerError before the first request."""
    begun = run_begun(setting, ground, plan)
    await ledger.append_history([begun])
    try:
        await ledger.append(identity(setting, seen))
        await ledger.append(Begun(plan.fingerprint))
        report = await execute(
            plan,
            kinds=setting.kinds,
            session=sessions.writing,
            journal=ledger,
            ledger=ledger.ledger,
            world=seen.world,
            emit=conduct.emit,
            patience=conduct.patience,
            concurrency=ledger.at_once,
        )
    except LedgerError:
        await recorded(ledger, stopped(setting, begun))
        raise
    unrecorded = await recorded(ledger, run_ended(setting, begun, report))
    unfolded = await folded(ledger, run_record(setting, plan, report), sessions.reading, setting, seen, plan)
    return AppliedPlan(plan=plan, report=report, ledger_error=unfolded or unrecorded)
