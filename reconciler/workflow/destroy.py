"""``destroy``: plan and apply the removal of everything that the ledger records as ours. Reads no manifests."""

from __future__ import annotations

from dataclasses import replace

from reconciler.executor.pause import Patience
from reconciler.model.events import Emit
from reconciler.model.policy import Policy
from reconciler.workflow.apply import AppliedPlan, Approve, apply
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.setting import Setting


async def destroy(
    setting: Setting, policy: Policy, *, approve: Approve, asks: bool, patience: Patience, emit: Emit, wait: float = 0.0
) -> AppliedPlan:
    """As ``apply`` with nothing desired: retained objects are forgotten, protected ones stay. Raises as it does."""
    request = PlanRequest(desires_nothing=True, policy=replace(policy, destroying=True))
    return await apply(setting, request, approve=approve, asks=asks, patience=patience, emit=emit, wait=wait)
