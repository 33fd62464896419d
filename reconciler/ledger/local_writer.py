"""The local ledger in the hands of its only writer: lines into the journal, the journal into the ledger file.

Which system calls follow each other, so that every moment between two is a state to continue from, tells ``local``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.errors import LedgerError
from reconciler.ledger.files import remove_file, replace_file
from reconciler.ledger.folding import checked_line, document_bytes, document_in, next_serial
from reconciler.ledger.history_file import append_history
from reconciler.ledger.journal import JournalWriter
from reconciler.ledger.store import Snapshot
from reconciler.model.history import HistoryLine
from reconciler.model.ledger import Ledger, Line, Unending

if TYPE_CHECKING:
    from reconciler.ledger.local import LocalLedger


@dataclass(slots=True)
class _Waiting:
    """A line that somebody waits for. Once ``done``, it is durable or has its ``failure``."""

    line: Line
    done: bool = False
    failure: Exception | None = None


class LockedLedger:
    """The ledger in the hands of its only writer; made by ``LocalLedger.lock``. A ``HeldLedger``.

    One thread of its own does the writing: lines are written in the order of the calls to ``append``, and
    waiting for the disk does not hold up the event loop. Lines that wait for the disk together are made durable
    together.
    """

    def __init__(self, files: LocalLedger, snapshot: Snapshot, journal_size: int) -> None:
        """Start from what the files hold."""
        self.notes = snapshot.notes
        self.lease = Unending()
        self.at_once = 8
        self._files = files
        self.ledger = snapshot.ledger
        """As a reader of the files would see it now: with every line that is durable."""
        self._exists = snapshot.exists
        self._journal_size = journal_size
        self._journal: JournalWriter | None = None
        self._waiting: deque[_Waiting] = deque()
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")

    async def append(self, line: Line) -> None:
        """Make the line durable before returning. Raises LedgerError.

        A cancelled caller does not take the line back: what was done is worth remembering.
        """
        waiting = _Waiting(line)
        self._waiting.append(waiting)
        await _unshaken(self._writer.submit(self._append, waiting))

    async def compact(self, last_run: Mapping[str, Any] | None = None, lines: Sequence[Line] = ()) -> None:
        """Fold the journal into the ledger file, ``lines`` that were never in it too. See ``HeldLedger``."""
        await _unshaken(self._writer.submit(self._compact, last_run, lines))

    async def append_history(self, lines: Sequence[HistoryLine]) -> None:
        """Make the lines durable before returning. Raises LedgerError."""
        await _unshaken(self._writer.submit(append_history, self._files.history_path, lines))

    async def begin_with(self, ledger: Ledger) -> None:
        """Start from a ledger that comes from elsewhere. Raises LedgerError where there is one already."""
        if self._exists:
            raise LedgerError(
                f'"{self._files.where}" holds a ledger already',
                hint="choose an empty place, or move that ledger away",
            )
        await _unshaken(self._writer.submit(self._write, ledger))

    def close(self) -> None:
        """Wait for what is being written, then let go of the files. The journal stays unless compacted."""
        self._writer.shutdown(wait=True)
        self._close_journal()

    def _append(self, mine: _Waiting) -> None:
        """Write everything that waits, unless that was done for another's sake already."""
        if not mine.done:
            self._append_waiting()
        if mine.failure is not None:
            raise mine.failure

    def _append_waiting(self) -> None:
        batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
        written: list[tuple[bytes, Line]] = []
        for each in batch:
            each.done = True
            try:
                written.append(checked_line(each.line, self.ledger.header, where=str(self._files.journal_path)))
            except Exception as error:  # noqa: BLE001 - whoever waits for this line must hear of it
                each.failure = error
        try:
            self._write_lines(written)
        except Exception as error:  # noqa: BLE001 - as above, all of them
            for each in batch:
                each.failure = each.failure or error

    def _write_lines(self, lines: Sequence[tuple[bytes, Line]]) -> None:
        if not lines:
            return
        if not self._exists:
            self._write(self.ledger)
        if self._journal is None:
            self._journal = JournalWriter(self._files.journal_path, self._journal_size)
        self._journal.append([content for content, _ in lines])
        self.ledger = self.ledger.with_lines([read_back for _, read_back in lines])

    def _compact(self, last_run: Mapping[str, Any] | None, lines: Sequence[Line]) -> None:
        self._write(next_serial(self.ledger.with_lines(lines), last_run))
        self._close_journal()
        remove_file(self._files.journal_path)

    def _write(self, ledger: Ledger) -> None:
        content = document_bytes(ledger)
        replace_file(self._files.path, content)
        self._exists = True
        self.ledger = document_in(content, account=self._files.account, where=str(self._files.path))

    def _close_journal(self) -> None:
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        self._journal_size = 0


async def _unshaken(write: Future[None]) -> None:
    """Wait for a write that goes on even if the caller is cancelled."""
    import asyncio  # noqa: PLC0415 - 25 ms that readers of a ledger need not pay

    await asyncio.shield(asyncio.wrap_future(write))
