"""Time that nobody waits for: an event loop whose clock jumps to the next timer as soon as nothing else can run.

Everything that waits by asyncio is simulated with it: pace, retries, settling, time limits. Only for work inside this
process: a socket would not get the time to answer.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Selector(selectors.SelectSelector):
    """Passes the time instead of waiting for it. ``now`` is in seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready at once, else nothing, ``timeout`` later; without a timer only a signal can end the wait."""
        ready = super().select(0)
        if ready or timeout is None:
            return ready or super().select(None)
        self.now += max(0.0, timeout)
        return []


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, selector: _Selector) -> None:
        super().__init__(selector)
        self._passed = selector

    def time(self) -> float:
        """Simulated seconds since the loop was made."""
        return self._passed.now


def simulated(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run ``work`` in simulated time; inside it the loop's ``time`` tells the seconds that have passed, from 0."""
    with asyncio.Runner(loop_factory=lambda: _Loop(_Selector())) as runner:
        return runner.run(work())
