"""``drift``: what changed in the account behind our back. Reads only."""

from __future__ import annotations

from dataclasses import replace

from reconciler.api import connect
from reconciler.model.drift import DriftReport
from reconciler.planner.drifting import children_of_managed, drift_of, selected
from reconciler.planner.unmanaged import below_everything, every_list
from reconciler.workflow.attributing import attributed
from reconciler.workflow.connecting import target
from reconciler.workflow.drifted import without_ignored
from reconciler.workflow.looking import look
from reconciler.workflow.plan import desired_situation
from reconciler.workflow.request import DriftRequest, PlanRequest
from reconciler.workflow.selecting import selected_addresses
from reconciler.workflow.setting import Setting


async def drift(setting: Setting, request: DriftRequest) -> DriftReport:
    """Look at everything that is recorded, and below every managed parent. Raises InvalidInput, UsageError, ApiError.

    What is selected narrows the report and not the look: whether an object is ours is a question to all of them.
    """
    snapshot = await setting.ledger.snapshot()
    situation = desired_situation(setting, PlanRequest(reading=request.reading), snapshot.ledger)
    selected_addresses(setting.kinds, request.selector, situation.resources, snapshot.ledger.entries)
    async with connect(target(setting)) as session:
        also = every_list(situation) if request.full else ()
        below = below_everything if request.full else children_of_managed
        seen = await look(session, situation, setting, also=also, below=below)
        report = drift_of(seen, reads=session.requests.reads)
        if request.selector:
            report = selected(report, seen, request.selector)
        whole = request.reading.whole and not request.selector
        report = replace(
            without_ignored(report, setting, whole=whole),
            lists_unmanaged=request.unmanaged,
            paths=tuple(request.reading.paths),
        )
        return await attributed(report, seen, setting, session) if request.attribution else report
