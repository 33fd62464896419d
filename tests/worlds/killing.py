"""SIGKILL without a process: from one moment on, nothing that a run does has any effect.

A run meets the outside world in two places only: the API and the files of the ledger. ``Fate`` stands in both. When
its moment comes, nothing passes any more: no request reaches the emulator, no answer the program, no byte the ledger.
Only then is the run cancelled, so that whatever it does while it unwinds stays in its own memory, as if the process
were gone. What remains is its lock, which an operating system would have let go of as well.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reconciler.ledger.lines import encoded
from reconciler.ledger.local import LocalLedger
from reconciler.ledger.store import HeldLedger
from reconciler.model.history import HistoryLine
from reconciler.model.ledger import Ledger, Line

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
T = TypeVar("T")


class Place(Enum):
    """Where a process may die."""

    BEFORE_COMMIT = "before the API commits a write"
    AFTER_COMMIT = "after the API committed a write, before its answer"
    BEFORE_LINE = "after the answer, before the journal line"
    TORN_LINE = "in the middle of a journal line"
    AFTER_LINE = "after a journal line"
    BEFORE_FOLD = "before the journal is folded into the ledger"
    BEFORE_RECORD = "before a line of the history"
    AFTER_FOLD = "between the new ledger and the removal of its journal"


class Killed(Exception):
    """The run met its fate."""


class Fate:
    """When a run dies: at the ``count``-th time that it comes by ``place``; without a place, never."""

    def __init__(self, place: Place | None = None, count: int = 1) -> None:
        self.place = place
        self._left = count
        self._dead = asyncio.Event()

    @property
    def sealed(self) -> bool:
        """Whether the run is dead."""
        return self._dead.is_set()

    def check(self) -> None:
        """Let nothing pass that a dead process cannot do."""
        if self.sealed:
            raise asyncio.CancelledError

    def due(self, place: Place) -> bool:
        """Whether this is the moment. The caller does what is left to do, and then meets ``end``."""
        self.check()
        if place is not self.place:
            return False
        self._left -= 1
        return self._left == 0

    async def end(self) -> None:
        """Die here. Does not return."""
        self._dead.set()
        await asyncio.Event().wait()

    async def passes(self, place: Place) -> None:
        """Come by a place where nothing is left to do before dying."""
        if self.due(place):
            await self.end()

    async def lived(self, work: Awaitable[T]) -> T:
        """What comes of ``work``, or Killed."""
        task, death = asyncio.ensure_future(work), asyncio.ensure_future(self._dead.wait())
        await asyncio.wait({task, death}, return_when=asyncio.FIRST_COMPLETED)
        death.cancel()
        if not self.sealed:
            return await task
        task.cancel()
        await asyncio.wait({task})
        raise Killed


def mortal_api(app: ASGIApp, fate: Fate) -> ASGIApp:
    """The emulator as a run with this fate reaches it."""

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        writes = scope["method"] in WRITES
        fate.check()
        if writes:
            await fate.passes(Place.BEFORE_COMMIT)

        async def answer(message: Message) -> None:
            fate.check()
            if writes and message["type"] == "http.response.start":
                await fate.passes(Place.AFTER_COMMIT)
            await send(message)

        await app(scope, receive, answer)

    return asked


class MortalLedger(LocalLedger):
    """The real files, until the run that writes to them dies."""

    def __init__(self, folder: Path, account: str, *, fate: Fate, token_hex: Callable[[int], str]) -> None:
        super().__init__(folder, account, token_hex=token_hex)
        self.fate = fate
        self.torn = b""
        """What a death in the middle of a line leaves of it, behind every line that was whole."""

    @contextlib.asynccontextmanager
    # What is held is the protocol's, not the local one's own class.
    async def lock(  # type: ignore[override]
        self, command: str, since: datetime, *, wait: float = 0.0
    ) -> AsyncIterator[HeldLedger]:
        """As the real lock."""
        async with super().lock(command, since, wait=wait) as held:
            yield _MortalWriter(self, held)
        if self.torn and self.path.exists():  # else the ledger file itself would have come first
            with self.journal_path.open("ab") as journal:
                journal.write(self.torn)


class _MortalWriter:
    def __init__(self, files: MortalLedger, real: HeldLedger) -> None:
        self._files = files
        self._real = real
        self.notes = real.notes
        self.lease = real.lease
        self.at_once = real.at_once

    @property
    def ledger(self) -> Ledger:
        return self._real.ledger

    async def append_history(self, lines: Sequence[HistoryLine]) -> None:
        await self._files.fate.passes(Place.BEFORE_RECORD)
        await self._real.append_history(lines)

    async def append(self, line: Line) -> None:
        fate = self._files.fate
        await fate.passes(Place.BEFORE_LINE)
        if fate.due(Place.TORN_LINE):
            content = encoded(line, self.ledger.header)
            self._files.torn = content[: len(content) // 2]
            await fate.end()
        await self._real.append(line)
        await fate.passes(Place.AFTER_LINE)

    async def begin_with(self, ledger: Ledger) -> None:
        self._files.fate.check()
        await self._real.begin_with(ledger)

    async def compact(self, last_run: Mapping[str, Any] | None = None, lines: Sequence[Line] = ()) -> None:
        fate, journal = self._files.fate, self._files.journal_path
        await fate.passes(Place.BEFORE_FOLD)
        if fate.due(Place.AFTER_FOLD):
            folded = journal.read_bytes() if journal.exists() else None
            await self._real.compact(last_run, lines)
            if folded is not None:
                journal.write_bytes(folded)
            await fate.end()
        await self._real.compact(last_run, lines)
