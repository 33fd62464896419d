"""``apply`` for several accounts: all are planned, each under its lock; all are shown; one answer is for all.

Each account is applied by ``apply``, in its order. They meet once, between planning and asking: there the guards that
count see every plan, and nobody writes before the last one is made. An account that cannot be planned does not come.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reconciler.errors import ReconcilerError
from reconciler.executor.pause import Patience
from reconciler.model.events import Emit
from reconciler.model.plan import Plan
from reconciler.model.policy import Policy
from reconciler.planner.situation import Situation
from reconciler.planner.together import Judged, judged_together
from reconciler.workflow.apply import apply
from reconciler.workflow.carrying_out import AppliedPlan, Conduct
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.setting import Setting
from reconciler.workflow.several import AT_ONCE, for_each, one_key_each

ApproveAll = Callable[[Sequence[Plan]], bool]
"""Shown all plans, answers whether to carry them out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedConduct:
    """As ``Conduct``, for several accounts: asked once, and told of events with the account's name."""

    approve: ApproveAll
    asks: bool
    patience: Patience
    emit: Callable[[str], Emit]
    wait: float = 0.0


async def apply_several(
    settings: Sequence[Setting], request: PlanRequest, conduct: SharedConduct
) -> Mapping[str, AppliedPlan | ReconcilerError]:
    """How it ended for each account. Raises UsageError where two of them are one and the same."""
    one_key_each(settings)
    slots = asyncio.Semaphore(AT_ONCE)
    meeting = _Meeting(settings, request.policy, conduct.approve, slots)

    async def one(setting: Setting) -> AppliedPlan:
        own = Conduct(
            approve=meeting.answer,
            asks=conduct.asks,
            patience=conduct.patience,
            emit=conduct.emit(setting.account.name),
            wait=conduct.wait,
            reviewed=meeting.join,
        )
        try:
            return await apply(setting, request, own)
        finally:
            meeting.leave(setting.account.name)

    return await for_each(settings, one, slots)


class _Meeting:
    """Where every account that could be planned waits for the others."""

    def __init__(
        self, settings: Sequence[Setting], policy: Policy, approve: ApproveAll, slots: asyncio.Semaphore
    ) -> None:
        self._awaited = {setting.account.name for setting in settings}
        self._allowed = {setting.account.name: frozenset(setting.account.allowed_guards) for setting in settings}
        self._policy, self._approve, self._slots = policy, approve, slots
        self._came: dict[str, Judged] = {}
        self._judged: dict[str, Plan] = {}
        self._complete = asyncio.Event()
        self._answer: bool | ReconcilerError | None = None

    async def join(self, plan: Plan, seen: Situation) -> Plan:
        """Wait for the others, without keeping anyone from their turn; the plan as the whole run is judged."""
        self._came[plan.account] = Judged(plan=plan, seen=seen, allowed=self._allowed[plan.account])
        self.leave(plan.account)
        self._slots.release()
        try:
            await self._complete.wait()
        finally:
            await self._slots.acquire()
        return self._judged[plan.account]

    def leave(self, account: str) -> None:
        """Wait for this one no longer: it came, or never will."""
        self._awaited.discard(account)
        if not self._awaited and not self._complete.is_set():
            order = [name for name in self._allowed if name in self._came]
            plans = judged_together([self._came[name] for name in order], self._policy)
            self._judged = dict(zip(order, plans, strict=True))
            self._complete.set()

    def answer(self, _plan: Plan) -> bool:
        """The one answer, given when the first account asks. Raises Interrupted for each of them."""
        if self._answer is None:
            try:
                self._answer = self._approve(list(self._judged.values()))
            except ReconcilerError as error:
                self._answer = error
        if isinstance(self._answer, ReconcilerError):
            raise self._answer
        return self._answer
