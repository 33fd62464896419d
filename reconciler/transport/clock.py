"""Time as an argument: what waits and what measures takes one of these, so that tests need not wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """Three ways to meet time, all in seconds."""

    now: Callable[[], float] = time.monotonic
    """Never runs backwards; for intervals."""

    epoch: Callable[[], float] = time.time
    """Wall clock since 1970; only to read HTTP dates and epoch resets in answers."""

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """Lets others run meanwhile."""
