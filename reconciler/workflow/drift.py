"""``drift``: what changed in the account behind our back. Reads only."""

from __future__ import annotations

from reconciler.api import connect
from reconciler.model.drift import DriftReport
from reconciler.planner.drifting import children_of_managed, drift_of
from reconciler.workflow.attributing import attributed
from reconciler.workflow.connecting import target
from reconciler.workflow.looking import look
from reconciler.workflow.plan import desired_situation
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.setting import Reading, Setting


async def drift(setting: Setting, reading: Reading, *, attribution: bool = True) -> DriftReport:
    """Look at everything that is recorded, and below every managed parent. Raises InvalidInput, ApiError.

    ``attribution``: say who moved what drifted, too.
    """
    snapshot = await setting.ledger.snapshot()
    situation = desired_situation(setting, PlanRequest(reading=reading), snapshot.ledger)
    async with connect(target(setting)) as session:
        also = children_of_managed(situation)
        seen = await look(session, situation, setting, also=also)
        report = drift_of(seen, reads=session.requests.reads)
        return await attributed(report, seen, setting, session) if attribution else report
