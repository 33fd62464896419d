"""One apply on a copy of an account: a sandbox, a ledger in memory, and a clock that jumps. Ends without a trace."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from reconciler.api import ApiKey, Clock, Sent, Target
from reconciler.errors import ReconcilerError
from reconciler.executor.pause import Patience
from reconciler.ledger.memory import MemoryLedger
from reconciler.model.account import DEFAULT_RATE
from reconciler.model.events import Emit
from reconciler.model.kind import Verb
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

if TYPE_CHECKING:
    from reconciler.sandbox.app import Sandbox

_MARGIN = DEFAULT_RATE / 10
"""How far below its limit an account is called; the sandbox's limit is that of an account with this pace."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A copy at some moment: what it holds, what its ledger says, and the seconds since it was made."""

    rows: Mapping[str, Any] = field(repr=False)  # may hold secrets
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a run is to go: who agrees, who follows it, what goes wrong. ``settle`` is in simulated seconds."""

    approve: Approve
    emit: Emit
    settle: float
    faults: Sequence[str] = ()
    quirks: Sequence[str] = ()
    watched: bool = False


def run_on_copy(copy: Copy, start: Standing, course: Course) -> CopiedRun:
    """Carry the apply out from ``start``. Raises nothing that an apply raises.

    Raises ReconcilerError where the sandbox cannot play this account.
    """
    return simulated(lambda: _run(copy, start, course))


async def _run(copy: Copy, start: Standing, course: Course) -> CopiedRun:
    loop = asyncio.get_running_loop()
    began = copy.moment + timedelta(seconds=start.seconds)
    stage = _Stage(_sandbox(copy, start, course, lambda: began.timestamp() + loop.time()))

    def standing() -> Standing:
        return Standing(stage.rows(), ledger.ledger, start.seconds + loop.time())

    kinds = copy.setting.kinds.values()
    creating = {kind.adapter.endpoint(Verb.CREATE) for kind in kinds if kind.can(Verb.CREATE)}
    watch = Watch(copy.plan, standing, creating=creating)
    if course.watched:
        stage.watch = watch
    told = watch.noted if course.watched else _unheard
    ledger = MemoryLedger(copy.setting.account.name, start.ledger, copy.snapshot.notes, told=told)
    target = Target(
        destination=stage.play,
        key=ApiKey(SANDBOX_KEY, variable="the sandbox's key"),
        rate=copy.setting.account.rate,
        clock=Clock(now=loop.time, epoch=lambda: began.timestamp() + loop.time(), sleep=asyncio.sleep),
        random=lambda: 0.5,
        observer=stage.sent,
    )
    around = replace(copy.setting.around, now=lambda: began + timedelta(seconds=loop.time()))
    setting = replace(copy.setting, around=around, ledger=ledger, stand_in=target)
    conduct = Conduct(
        approve=lambda plan: stage.agreed(plan, course.approve),
        asks=copy.asks,
        patience=Patience(loop.time, asyncio.sleep, asyncio.Event(), course.settle),
        emit=course.emit,
    )
    applied, error = await _ended(copy.wish, setting, conduct, stage)
    return CopiedRun(
        shown=stage.shown,
        applied=applied,
        error=error,
        cost=Cost(reads=stage.reads, writes=stage.writes, seconds=loop.time()),
        standing=standing(),
        worst=watch.worst,
    )


def _sandbox(copy: Copy, start: Standing, course: Course, epoch: Callable[[], float]) -> Sandbox:
    with sandbox_extra():
        from reconciler.sandbox.app import create_app  # noqa: PLC0415 - an optional part
    with emulated(None):
        return create_app(
            seed=start.rows,
            faults=course.faults,
            quirks=course.quirks,
            rps=math.ceil(round(pace(copy) / _MARGIN, 6)),
            clock=epoch,
            organization=copy.organization_id,
        )


@dataclass(slots=True)
class _Stage:
    """The sandbox of one run, and what was seen of it."""

    app: Sandbox
    watch: Watch[Standing] | None = None
    reads: int = 0
    writes: int = 0
    shown: Plan | None = None
    defects: list[Exception] = field(default_factory=list)

    async def play(self, *connection: Any) -> None:
        """Answer a request; what the sandbox cannot answer is a defect, and no answer of the account's."""
        try:
            await self.app(*connection)
        except OSError:
            raise  # a dropped connection, as a fault asks for it
        except Exception as defect:
            self.defects.append(defect)
            raise

    def sent(self, attempt: Sent) -> None:
        """An attempt ended."""
        self.reads += attempt.method == "GET"
        self.writes += attempt.method != "GET"
        if self.watch is not None:
            self.watch.sent(attempt)

    def agreed(self, plan: Plan, approve: Approve) -> bool:
        """Keep the plan, and pass it on."""
        self.shown = plan
        return approve(plan)

    def rows(self) -> Mapping[str, Any]:
        """What the sandbox holds now."""
        from reconciler.sandbox.copies import seed_of  # noqa: PLC0415 - an optional part

        return seed_of(self.app.world, SANDBOX_KEY)


def _unheard(_: Line) -> None:
    """For a journal that nobody watches."""


async def _ended(
    wish: Wish, setting: Setting, conduct: Conduct, stage: _Stage
) -> tuple[AppliedPlan | None, ReconcilerError | None]:
    """How the apply ended, one way or the other. Raises ReconcilerError for a defect of the copy."""
    applied, error = None, None
    try:
        applied = await _apply(wish, setting, conduct)
    except ReconcilerError as failure:
        error = failure
    except Exception:
        if not stage.defects:
            raise
    if stage.defects:
        raise _unplayable(stage.defects[0])
    return applied, error


def _unplayable(defect: Exception) -> ReconcilerError:
    # The text of an unforeseen exception may quote any value; its type cannot.
    failure = ReconcilerError(
        f"the sandbox cannot play this account (unexpected {type(defect).__name__}), so nothing can be said of it",
        hint="this is a defect of the program: please report it; apply itself is not concerned",
        code="rehearsal-differs",
    )
    failure.__cause__ = defect
    return failure


async def _apply(wish: Wish, setting: Setting, conduct: Conduct) -> AppliedPlan:
    match wish:
        case PlanRequest():
            return await apply(setting, wish, conduct)
        case SavedPlan():
            return await apply_saved(setting, wish, conduct)
