"""``apply``: plan, ask, look again, write. The order below is promises 1 to 3; nothing is written out of it."""

from __future__ import annotations

from reconciler.api import connect_for_writing
from reconciler.workflow.carrying_out import AppliedPlan, Conduct, carry_out
from reconciler.workflow.connecting import target
from reconciler.workflow.consent import refusal
from reconciler.workflow.drifted import narrowed
from reconciler.workflow.freshness import settled, still_as_reviewed
from reconciler.workflow.plan import decide, desired_situation
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.run_history import manifests_here
from reconciler.workflow.run_record import caught_up
from reconciler.workflow.setting import Setting


async def apply(setting: Setting, request: PlanRequest, conduct: Conduct) -> AppliedPlan:
    """Make the account as the manifests say, if whoever is asked agrees.

    Raises InvalidInput, PlanRefused for another's account, Stale, Locked, LedgerError and ApiError, all before the
    first write. What fails afterwards is in the report.
    """
    around, ground = setting.around, manifests_here(setting, request.reading, request.policy.allowed)
    async with setting.ledger.lock(around.command, around.now(), wait=conduct.wait) as ledger:
        wanted = desired_situation(setting, request, ledger.ledger)
        async with connect_for_writing(target(setting, ledger.lease)) as sessions:
            seen = await settled(sessions.reading, setting, wanted, patience=conduct.patience, emit=conduct.emit)
            seen, said = narrowed(setting, request, seen)
            planned = await decide(sessions.reading, setting, request, seen, (*ledger.notes, *said))
            reviewed = await conduct.reviewed(planned, seen)
            if refused := refusal(reviewed, asks=conduct.asks):
                return AppliedPlan(plan=reviewed, refused=refused)
            if not reviewed.pending:
                return AppliedPlan(plan=reviewed, ledger_error=await caught_up(ledger, setting, seen))
            if not conduct.approve(reviewed):
                return AppliedPlan(plan=reviewed, declined=True)
            fresh = await still_as_reviewed(sessions.reading, setting, reviewed, seen, emit=conduct.emit)
            return await carry_out(reviewed, setting, ledger, sessions, fresh, conduct, ground=ground)
