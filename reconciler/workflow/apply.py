"""``apply``: plan, ask, look again, write. The order below is promises 1 to 3; nothing is written out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.api import connect_for_writing
from reconciler.errors import LedgerError, PlanRefused
from reconciler.executor.execute import execute
from reconciler.executor.pause import Patience
from reconciler.model.events import Emit, Report
from reconciler.model.plan import Plan
from reconciler.workflow.connecting import target
from reconciler.workflow.consent import refusal
from reconciler.workflow.freshness import settled, still_as_reviewed
from reconciler.workflow.plan import decide, desired_situation
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.run_record import folded, identity, run_record
from reconciler.workflow.setting import Setting

Approve = Callable[[Plan], bool]
"""Shown the plan, answers whether to carry it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedPlan:
    """The plan that was shown and how it ended.

    No ``report``: there was nothing to do, or it was declined or ``refused``.

    ``ledger_error`` says that the journal, which holds every result, could not be folded into the ledger.
    """

    plan: Plan
    report: Report | None = None
    declined: bool = False
    refused: PlanRefused | None = None
    ledger_error: LedgerError | None = None


async def apply(
    setting: Setting,
    request: PlanRequest,
    *,
    approve: Approve,
    asks: bool,
    patience: Patience,
    emit: Emit,
    wait: float = 0.0,
) -> AppliedPlan:
    """Make the account as the manifests say, if ``approve`` agrees. ``asks`` says that a person does.

    ``wait`` is for how many seconds another holder of the lock is waited for.

    Raises InvalidInput, PlanRefused for another's account, Stale, Locked, LedgerError and ApiError, all before the
    first write. What fails afterwards is in the report.
    """
    async with setting.ledger.lock(setting.around.command, setting.around.now(), wait=wait) as ledger:
        wanted = desired_situation(setting, request, ledger.ledger)
        async with connect_for_writing(target(setting, ledger.lease)) as sessions:
            seen = await settled(sessions.reading, setting, wanted, patience=patience, emit=emit)
            reviewed = await decide(sessions.reading, setting, request, seen, ledger.notes)
            if refused := refusal(reviewed, asks=asks):
                return AppliedPlan(plan=reviewed, refused=refused)
            if not reviewed.pending:
                return AppliedPlan(plan=reviewed)
            if not approve(reviewed):
                return AppliedPlan(plan=reviewed, declined=True)
            fresh = await still_as_reviewed(sessions.reading, setting, reviewed, seen, emit=emit)
            await ledger.append(identity(setting, fresh))
            report = await execute(
                reviewed,
                kinds=setting.kinds,
                session=sessions.writing,
                journal=ledger,
                ledger=ledger.ledger,
                world=fresh.world,
                emit=emit,
                patience=patience,
            )
            record = run_record(setting, reviewed, report)
            ledger_error = await folded(ledger, record, sessions.reading, setting)
            return AppliedPlan(plan=reviewed, report=report, ledger_error=ledger_error)
