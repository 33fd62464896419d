"""One apply on a copy of an account: a sandbox, a ledger in memory, and a clock that jumps. Ends without a trace."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from reconciler.api import ApiKey, Clock, Sent, Target
from reconciler.errors import ReconcilerError
from reconciler.executor.pause import Patience
from reconciler.ledger.memory import MemoryLedger
from reconciler.model.account import DEFAULT_RATE
from reconciler.model.events import Emit
from reconciler.model.ledger import Ledger, Line
from reconciler.model.plan import Plan
from reconciler.model.rehearsal import Cost
from reconciler.model.saved.plan import SavedPlan
from reconciler.workflow.apply import apply
from reconciler.workflow.apply_saved import apply_saved
from reconciler.workflow.carrying_out import AppliedPlan, Approve, Conduct
from reconciler.workflow.connecting import SANDBOX_KEY, emulated, sandbox_extra
from reconciler.workflow.copying import Copy, Wish
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.setting import Setting
from reconciler.workflow.simulation import simulated
from reconciler.workflow.worst_moment import Watch

_MARGIN = DEFAULT_RATE / 10
"""How far below its limit an account is called; the sandbox's limit is that of an account with this pace."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A copy at some moment: what it holds, what its ledger says, and the seconds since it was made."""

    rows: Mapping[str, Any]
    ledger: Ledger
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedRun:
    """How one apply went. ``shown`` is the plan that was to be agreed to, None where there was nothing to agree to.

    ``worst`` is its worst moment, if it was watched and wrote anything: writes, and what stood. ``error`` ended it
    before its first write.
    """

    shown: Plan | None
    applied: AppliedPlan | None
    error: ReconcilerError | None
    cost: Cost
    standing: Standing
    worst: tuple[int, Standing] | None


def pace(copy: Copy) -> float:
    """Requests per second and endpoint: the account's, and for the built-in sandbox those that an account has."""
    return copy.setting.account.rate or DEFAULT_RATE


def run_on_copy(
    copy: Copy,
    start: Standing,
    approve: Approve,
    emit: Emit,
    *,
    settle: float,
    faults: Sequence[str] = (),
    quirks: Sequence[str] = (),
    watched: bool = False,
) -> CopiedRun:
    """Carry the apply out from ``start``. Raises nothing that an apply raises."""
    return simulated(lambda: _run(copy, start, approve, emit, settle, faults, quirks, watched=watched))


async def _run(
    copy: Copy,
    start: Standing,
    approve: Approve,
    emit: Emit,
    settle: float,
    faults: Sequence[str],
    quirks: Sequence[str],
    *,
    watched: bool,
) -> CopiedRun:
    with sandbox_extra():
        from reconciler.sandbox.app import create_app  # noqa: PLC0415 - an optional part
        from reconciler.sandbox.copies import seed_of  # noqa: PLC0415 - as above
    loop = asyncio.get_running_loop()
    began = copy.moment + timedelta(seconds=start.seconds)

    def epoch() -> float:
        return began.timestamp() + loop.time()

    with emulated(None):
        app = create_app(
            seed=start.rows,
            faults=faults,
            quirks=quirks,
            rps=math.ceil(round(pace(copy) / _MARGIN, 6)),
            clock=epoch,
            organization=copy.organization_id,
        )

    def standing() -> Standing:
        return Standing(seed_of(app.world, SANDBOX_KEY), ledger.ledger, start.seconds + loop.time())

    watch = Watch(copy.plan, standing) if watched else None
    reads = writes = 0

    def sent(attempt: Sent) -> None:
        nonlocal reads, writes
        reads, writes = reads + (attempt.method == "GET"), writes + (attempt.method != "GET")
        if watch is not None:
            watch.sent(attempt)

    def noted(line: Line) -> None:
        if watch is not None:
            watch.noted(line)

    ledger = MemoryLedger(copy.setting.account.name, start.ledger, copy.snapshot.notes, told=noted)
    target = Target(
        destination=app,
        key=ApiKey(SANDBOX_KEY, variable="the sandbox's key"),
        rate=copy.setting.account.rate,
        clock=Clock(now=loop.time, epoch=epoch, sleep=asyncio.sleep),
        random=lambda: 0.5,
        observer=sent,
    )
    around = replace(copy.setting.around, now=lambda: began + timedelta(seconds=loop.time()))
    setting = replace(copy.setting, around=around, ledger=ledger, stand_in=target)
    shown: Plan | None = None

    def agreed(plan: Plan) -> bool:
        nonlocal shown
        shown = plan
        return approve(plan)

    patience = Patience(loop.time, asyncio.sleep, asyncio.Event(), settle)
    conduct = Conduct(approve=agreed, asks=copy.asks, patience=patience, emit=emit)
    applied, error = None, None
    try:
        applied = await _apply(copy.wish, setting, conduct)
    except ReconcilerError as failure:
        error = failure
    return CopiedRun(
        shown=shown,
        applied=applied,
        error=error,
        cost=Cost(reads=reads, writes=writes, seconds=loop.time()),
        standing=standing(),
        worst=watch.worst if watch is not None else None,
    )


async def _apply(wish: Wish, setting: Setting, conduct: Conduct) -> AppliedPlan:
    match wish:
        case PlanRequest():
            return await apply(setting, wish, conduct)
        case SavedPlan():
            return await apply_saved(setting, wish, conduct)
