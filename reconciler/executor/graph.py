"""In which order changes begin: as soon as everything they depend on is done, and never after something failed.

Each kind and action has a lane of its own, so that updates which wait for the pace of their endpoint never hold back
the creates of another. Knows nothing else of what a change does. Every change ends in exactly one outcome.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.events import Applied, Began, Blocked, Emit, Failed, Outcome, Stopped
from reconciler.model.plan import Action, Change

CarryOut = Callable[[Change], Awaitable[Applied | Failed]]
"""Carries out one change. Must not raise, apart from being cancelled."""


async def walk(
    changes: Sequence[Change],
    carry_out: CarryOut,
    *,
    halted: Callable[[], bool],
    concurrency: int,
    emit: Emit,
) -> tuple[Outcome, ...]:
    """Carry out all changes, at most ``concurrency`` of each lane at once, earlier ones first; outcomes in that order.

    Once ``halted`` answers True nothing further begins; what runs is waited for. Cancelling this cancels that too.
    """
    course = _Course(changes, emit, concurrency)
    running: dict[asyncio.Task[Applied | Failed], int] = {}
    try:
        while True:
            while not halted() and (position := course.begin()) is not None:
                running[asyncio.ensure_future(_one(carry_out, changes[position]))] = position
            if not running:
                break
            ended, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in sorted(ended, key=running.__getitem__):
                course.end(running.pop(task), task.result())
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return course.finish()


async def _one(carry_out: CarryOut, change: Change) -> Applied | Failed:
    return await carry_out(change)


_Lane = tuple[str, Action]


def _lane(change: Change) -> _Lane:
    return change.address.kind, change.action


@dataclass(slots=True)
class _Course:
    """How far a walk has come. ``ready`` holds a heap of positions in the plan for each lane that has any."""

    changes: Sequence[Change]
    emit: Emit
    concurrency: int
    ready: dict[_Lane, list[int]] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    _missing: dict[int, set[int]] = field(default_factory=dict)
    _dependants: dict[int, list[int]] = field(default_factory=dict)
    _running: Counter[_Lane] = field(default_factory=Counter)
    _begun: int = 0

    def __post_init__(self) -> None:
        positions: dict[Address, int] = {change.address: at for at, change in enumerate(self.changes)}
        for at, change in enumerate(self.changes):
            # An address outside the walk needs nothing done: it is a noop, or not part of this plan.
            needed = {positions[a] for a in change.depends_on if a in positions and positions[a] != at}
            self._missing[at] = needed
            for dependency in needed:
                self._dependants.setdefault(dependency, []).append(at)
            if not needed:
                self._make_ready(at)

    def begin(self) -> int | None:
        """Take the earliest change that may begin, if any may."""
        free = [waiting[0] for lane, waiting in self.ready.items() if self._running[lane] < self.concurrency]
        if not free:
            return None
        lane = _lane(self.changes[min(free)])
        at = heapq.heappop(self.ready[lane])
        if not self.ready[lane]:
            del self.ready[lane]
        self._running[lane] += 1
        self._begun += 1
        self.emit(Began(self.changes[at], self._begun, len(self.changes)))
        return at

    def end(self, at: int, outcome: Outcome) -> None:
        """Note how a change ended; free what waited for it, or block it."""
        self._note(at, outcome)
        self._running[_lane(self.changes[at])] -= 1
        if isinstance(outcome, Applied):
            for dependant in self._dependants.get(at, ()):
                self._missing[dependant].discard(at)
                if not self._missing[dependant] and dependant not in self.outcomes:
                    self._make_ready(dependant)
        else:
            self._block_after(at)

    def finish(self) -> tuple[Outcome, ...]:
        """Every outcome, in the plan's order; what never began was stopped."""
        for at, change in enumerate(self.changes):
            if at not in self.outcomes:
                self._note(at, Stopped(change))
        return tuple(self.outcomes[at] for at in range(len(self.changes)))

    def _make_ready(self, at: int) -> None:
        heapq.heappush(self.ready.setdefault(_lane(self.changes[at]), []), at)

    def _block_after(self, failed: int) -> None:
        waiting = list(self._dependants.get(failed, ()))
        while waiting:
            at = waiting.pop(0)
            if at not in self.outcomes:
                self._note(at, Blocked(self.changes[at], self.changes[failed].address))
                waiting += self._dependants.get(at, ())

    def _note(self, at: int, outcome: Outcome) -> None:
        self.outcomes[at] = outcome
        self.emit(outcome)
