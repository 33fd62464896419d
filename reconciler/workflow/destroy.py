"""``destroy``: plan and apply the removal of everything that the ledger records as ours. Reads no manifests."""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.policy import Policy
from reconciler.workflow.apply import apply
from reconciler.workflow.carrying_out import AppliedPlan, Conduct
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.setting import Setting


async def destroy(setting: Setting, policy: Policy, conduct: Conduct, *, deadline: float | None = None) -> AppliedPlan:
    """As ``apply`` with nothing desired: retained objects are forgotten, protected ones stay. Raises as it does."""
    request = PlanRequest(desires_nothing=True, policy=replace(policy, destroying=True), deadline=deadline)
    return await apply(setting, request, conduct)
