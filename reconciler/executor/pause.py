"""Waiting that ends at once when the run is told to stop: sleeping is not in flight (design §5)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

SETTLE_SECONDS = 10.0
"""How long a write whose outcome is unknown is looked for: longer than any lag of a list that was seen."""

_SHORTEST, _LONGEST = 0.25, 2.0
_ROUNDING = 0.001


class Stop(Protocol):
    """Told once, from outside, that the run must end: ``asyncio.Event`` is one."""

    def is_set(self) -> bool:
        """Whether to begin nothing further."""
        ...

    async def wait(self) -> object:
        """Return once it is set."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How to wait: a clock that never runs backwards, a way to sleep (both in seconds), and who may interrupt."""

    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    stop: Stop
    settle_seconds: float = SETTLE_SECONDS

    async def pause(self, seconds: float) -> None:
        """Sleep, but no longer than until the run is told to stop."""
        waits = [asyncio.ensure_future(self.sleep(seconds)), asyncio.ensure_future(self.stop.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    def looks(self, since: float) -> Iterator[float]:
        """How long to wait after each look that found nothing; ends after a look made when the time was up."""
        longest, deadline = _SHORTEST, since + self.settle_seconds
        while (left := deadline - self.clock()) > _ROUNDING and not self.stop.is_set():
            yield min(longest, left)
            longest = min(longest * 2, _LONGEST)
