"""``plan`` for several accounts: each by itself, then the guards that count over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconciler.errors import ReconcilerError
from reconciler.model.plan import Plan
from reconciler.planner.together import Judged, judged_together
from reconciler.workflow.plan import Planned, plan
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.setting import Setting
from reconciler.workflow.several import for_each


async def plan_several(settings: Sequence[Setting], request: PlanRequest) -> Mapping[str, Plan | ReconcilerError]:
    """The plan of each account, or why there is none."""
    found = await for_each(settings, lambda setting: plan(setting, request))
    made = {name: one for name, one in found.items() if isinstance(one, Planned)}
    allowed = {setting.account.name: frozenset(setting.account.allowed_guards) for setting in settings}
    judged = [Judged(plan=one.plan, seen=one.seen, allowed=allowed[name]) for name, one in made.items()]
    plans = dict(zip(made, judged_together(judged, request.policy), strict=True))
    return {name: plans[name] if isinstance(one, Planned) else one for name, one in found.items()}
