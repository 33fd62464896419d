"""Time that nobody waits for, a journal in memory, and a session that knows one answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from reconciler.errors import LedgerError
from reconciler.model.ledger import Line
from reconciler.model.session import Query


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


class Log:
    """A session whose every GET answers one body or fails, and which keeps what was asked."""

    def __init__(self, body: Any) -> None:
        self._body = body
        self.asked: list[tuple[str, Query | None]] = []

    async def get(self, path: str, query: Query | None = None) -> Any:
        """Answer the body, or fail."""
        self.asked.append((path, query))
        if isinstance(self._body, Exception):
            raise self._body
        return self._body

    async def ask(self, path: str, body: Mapping[str, Any]) -> Any:
        """Nothing that is tested with it asks in this way."""
        raise AssertionError(path, body)
