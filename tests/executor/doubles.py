"""Time that nobody waits for, and a journal in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from reconciler.errors import LedgerError
from reconciler.model.ledger import Line


class VirtualTime:
    """Seconds that pass only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        """Pass ``seconds`` at once."""
        self.now += seconds
        await asyncio.sleep(0)


class MemoryJournal:
    """A journal that can be told to fail on certain lines."""

    def __init__(self, fails: Callable[[Line], bool] = lambda _: False) -> None:
        self.lines: list[Line] = []
        self._fails = fails

    async def append(self, line: Line) -> None:
        """Keep the line."""
        await asyncio.sleep(0)
        if self._fails(line):
            raise LedgerError("the disk is full")
        self.lines.append(line)

    def names(self) -> list[str]:
        """The types of the lines."""
        return [type(line).__name__ for line in self.lines]
