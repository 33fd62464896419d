"""The ledger in the hands of its only writer, where writing means asking somebody else over a network.

Lines are made durable in batches: whoever appends waits until the batch with the line in it is. A batch is what came
together since the last one was begun, and two batches begin at least ``APART`` seconds after each other: a thousand
changes are some hundred uploads, and a single one hardly waits. What a batch or the whole ledger is written into is
the business of the ``Page``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from reconciler.errors import LedgerError, LockLost
from reconciler.ledger.folding import checked_line, next_serial
from reconciler.ledger.history import history_bytes
from reconciler.ledger.store import Snapshot
from reconciler.ledger.terms import steady
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.history import HistoryLine
from reconciler.model.ledger import Lease, Ledger, Line

APART = 0.5
"""Seconds between the beginnings of two batches."""

AT_ONCE = 24
"""Changes under way at once: with half a second for the journal, they fill a rate of 40 a second."""

WRITE_SECONDS = 30.0
"""How long a write of ours may take: none is begun when less is left of the lease."""


class Page(Protocol):
    """What a shared place does for its writer. Each raises LedgerError, also where somebody else wrote meanwhile."""

    @property
    def where(self) -> str:
        """For people."""
        ...

    async def begin(self, ledger: Ledger) -> Ledger:
        """Write the first ledger of this place, and answer it as a reader gets it."""
        ...

    async def add(self, lines: Sequence[bytes]) -> None:
        """Make these journal lines durable."""
        ...

    async def record(self, lines: Sequence[bytes]) -> None:
        """Add these lines to the history, durably and all or none; there may be no ledger yet."""
        ...

    async def fold(self, ledger: Ledger) -> Ledger:
        """Replace the ledger by one with the next serial, whose journal is empty, and answer it as a reader gets it."""
        ...


@dataclass(slots=True)
class _Waiting:
    content: bytes
    read_back: Line
    written: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class SharedLedger:
    """A ``HeldLedger`` over a page."""

    def __init__(
        self,
        page: Page,
        snapshot: Snapshot,
        lease: Lease,
        *,
        notes: Sequence[Diagnostic] = (),
        clock: Callable[[], float] = steady,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Start from what the place holds; ``notes`` are about its lock."""
        self.notes = (*notes, *snapshot.notes)
        self.ledger = snapshot.ledger
        self.lease = lease
        self.at_once = AT_ONCE
        self._exists = snapshot.exists
        self._page = page
        self._clock = clock
        self._sleep = sleep
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None
        self._last = -APART
        self._broken = False
        self._closed = False

    async def append(self, line: Line) -> None:
        """Make the line durable before returning. Raises LedgerError.

        A cancelled caller does not take the line back: what was done is worth remembering.
        """
        if self._closed:
            raise RuntimeError("this ledger is not held any more")
        content, read_back = checked_line(line, self.ledger.header, where=self._page.where)
        waiting = _Waiting(content, read_back)
        waiting.written.add_done_callback(_noticed)
        self._waiting.append(waiting)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        await asyncio.shield(waiting.written)

    async def compact(self, last_run: Mapping[str, Any] | None = None, lines: Sequence[Line] = ()) -> None:
        """Fold the journal into the ledger, ``lines`` that were never in it too. See ``HeldLedger``."""
        await self._quiet()
        self._check()
        begun = await self._begun()
        self.ledger = await self._page.fold(next_serial(begun.with_lines(lines), last_run))

    async def append_history(self, lines: Sequence[HistoryLine]) -> None:
        """Make the lines durable before returning. Raises LedgerError."""
        content = history_bytes(lines, where=self._page.where)
        await self._quiet()
        self._check()
        await self._page.record(content.splitlines(keepends=True))

    async def begin_with(self, ledger: Ledger) -> None:
        """Start from a ledger that comes from elsewhere. Raises LedgerError where there is one already."""
        if self._exists:
            raise LedgerError(
                f'"{self._page.where}" holds a ledger already',
                hint="choose an empty place, or move that ledger away",
            )
        self._check()
        self.ledger = await self._page.begin(ledger)
        self._exists = True

    async def close(self) -> None:
        """Wait for what is being written. The journal stays unless compacted."""
        self._closed = True
        await self._quiet()

    async def _quiet(self) -> None:
        while self._writer is not None:
            await asyncio.wait([self._writer])

    async def _begun(self) -> Ledger:
        if not self._exists:
            self.ledger = await self._page.begin(self.ledger)
            self._exists = True
        return self.ledger

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                pause = self._last + APART - self._clock()
                if pause > 0:
                    await self._sleep(pause)
                batch, self._waiting = self._waiting, []
                self._last = self._clock()
                await self._write(batch)
        finally:
            self._writer = None

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        try:
            self._check()
            await self._begun()
            await self._page.add([waiting.content for waiting in batch])
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must hear of it
            self._broken = True
            for waiting in batch:
                waiting.written.set_exception(error)
        else:
            self.ledger = self.ledger.with_lines([waiting.read_back for waiting in batch])
            for waiting in batch:
                waiting.written.set_result(None)

    def _check(self) -> None:
        if self._broken:
            raise LedgerError(
                f'"{self._page.where}" failed before and is not written any more',
                hint="run the command again: it continues from what the journal holds",
            )
        if self.lease.remaining() <= WRITE_SECONDS:
            raise LockLost(
                f'the lock on "{self._page.where}" is not surely ours any more; nothing is written to it',
                hint="see who holds it with reconciler status, then type the same command again: it carries on",
            )


def _noticed(written: asyncio.Future[None]) -> None:
    """Whoever waited may have been cancelled, and then nobody else asks."""
    if not written.cancelled():
        written.exception()
