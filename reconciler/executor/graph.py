"""In which order steps begin: as soon as everything they depend on is done, and never after something failed.

Each kind and action has a lane of its own, so that updates which wait for the pace of their endpoint never hold back
the creates of another; steps of several changes have theirs, since they mostly wait. Knows nothing else of what a
change does. Every change ends in exactly one outcome, whatever becomes of the others in its step.
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
from reconciler.model.steps import Step


@dataclass(frozen=True, slots=True)
class Left:
    """A change that the others of its step left behind: it is carried out by itself.

    ``otherwise`` is how it ended if nothing further may begin.
    """

    change: Change
    otherwise: Failed | Stopped


CarryOut = Callable[[Step], Awaitable[Sequence[Applied | Failed | Left]]]
"""Carries out one step; ends in the order of its changes. Must not raise, apart from being cancelled."""


async def walk(
    steps: Sequence[Step],
    carry_out: CarryOut,
    *,
    changes: Sequence[Change],
    halted: Callable[[], bool],
    concurrency: int,
    emit: Emit,
) -> tuple[Outcome, ...]:
    """Carry out all steps, at most ``concurrency`` of each lane at once, earlier ones first.

    ``changes`` are those of all steps in the plan's order, which is that of the outcomes. Once ``halted`` answers True
    nothing further begins; what runs is waited for. Cancelling this cancels that too.
    """
    course = _Course(changes, steps, emit, concurrency)
    running: dict[asyncio.Task[Sequence[Applied | Failed | Left]], int] = {}
    try:
        while True:
            while not halted() and (first := course.begin()) is not None:
                running[asyncio.ensure_future(_one(carry_out, course.step(first)))] = first
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


async def _one(carry_out: CarryOut, step: Step) -> Sequence[Applied | Failed | Left]:
    return await carry_out(step)


_Lane = tuple[str, Action, bool]


@dataclass(slots=True)
class _Course:
    """How far a walk has come. A step is known by its first change's position in the plan.

    ``ready`` holds a heap of such positions for each lane that has any.
    """

    changes: Sequence[Change]
    steps: Sequence[Step]
    emit: Emit
    concurrency: int
    ready: dict[_Lane, list[int]] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    _members: dict[int, tuple[int, ...]] = field(default_factory=dict)
    _missing: dict[int, set[int]] = field(default_factory=dict)
    _dependants: dict[int, list[int]] = field(default_factory=dict)
    _running: Counter[_Lane] = field(default_factory=Counter)
    _begun: int = 0
    _left: dict[int, Failed | Stopped] = field(default_factory=dict)

    def __post_init__(self) -> None:
        positions: dict[Address, int] = {change.address: at for at, change in enumerate(self.changes)}
        for step in self.steps:
            members = tuple(positions[change.address] for change in step)
            first = members[0]
            self._members[first] = members
            # An address outside the walk needs nothing done: it is a noop, or not part of this plan.
            needed = {positions[a] for change in step for a in change.depends_on if a in positions}.difference(members)
            self._missing[first] = needed
            for dependency in needed:
                self._dependants.setdefault(dependency, []).append(first)
            if not needed:
                self._make_ready(first)

    def begin(self) -> int | None:
        """Take the earliest step that may begin, if any may."""
        free = [waiting[0] for lane, waiting in self.ready.items() if self._running[lane] < self.concurrency]
        if not free:
            return None
        lane = self._lane(min(free))
        first = heapq.heappop(self.ready[lane])
        if not self.ready[lane]:
            del self.ready[lane]
        self._running[lane] += 1
        for at in self._members[first]:
            if at not in self._left:
                self._begun += 1
                self.emit(Began(self.changes[at], self._begun, len(self.changes)))
        return first

    def step(self, first: int) -> Step:
        """The changes of a step."""
        return tuple(self.changes[at] for at in self._members[first])

    def end(self, first: int, ended: Sequence[Applied | Failed | Left]) -> None:
        """Note how the changes of a step ended; free what waited for them, or block it."""
        self._running[self._lane(first)] -= 1
        for at, outcome in zip(self._members[first], ended, strict=True):
            match outcome:
                case Left(otherwise=otherwise):
                    self._left[at] = otherwise
                    self._members[at] = (at,)
                    self._make_ready(at)
                case _:
                    self._end_change(at, outcome)

    def finish(self) -> tuple[Outcome, ...]:
        """Every outcome, in the plan's order; what never began was stopped."""
        for at, change in enumerate(self.changes):
            if at not in self.outcomes:
                self._note(at, self._left.get(at) or Stopped(change))
        return tuple(self.outcomes[at] for at in range(len(self.changes)))

    def _lane(self, first: int) -> _Lane:
        change = self.changes[first]
        return change.address.kind, change.action, len(self._members[first]) > 1

    def _make_ready(self, first: int) -> None:
        heapq.heappush(self.ready.setdefault(self._lane(first), []), first)

    def _end_change(self, at: int, outcome: Applied | Failed) -> None:
        self._note(at, outcome)
        if isinstance(outcome, Failed):
            self._block_after(at)
            return
        for dependant in self._dependants.get(at, ()):
            self._missing[dependant].discard(at)
            if not self._missing[dependant] and dependant not in self.outcomes:
                self._make_ready(dependant)

    def _block_after(self, failed: int) -> None:
        waiting = list(self._dependants.get(failed, ()))
        while waiting:
            for at in self._members[waiting.pop(0)]:
                if at not in self.outcomes:
                    self._note(at, Blocked(self.changes[at], self.changes[failed].address))
                    waiting += self._dependants.get(at, ())

    def _note(self, at: int, outcome: Outcome) -> None:
        self.outcomes[at] = outcome
        self.emit(outcome)
