"""A ledger in local files: ``<account>.ledger.json``, ``<account>.journal.jsonl`` and ``<account>.lock``.

What was done with it is in ``<account>.history.jsonl``, on which nothing here depends.

Reading needs no lock and writes nothing. Writing needs the lock, goes to the journal line by line, and is
folded into the ledger file by ``compact``. Every moment between two system calls is a state from which the
next run continues:

    first line of a new ledger   the ledger file (serial 0) is written before the journal: it holds the salt
    append                       lines that wait together are all durable, or torn as one and never confirmed
    compact                      the file of serial n+1 replaces n; lines of serial n beside it are ignored
"""

from __future__ import annotations

import contextlib
import secrets
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from reconciler.errors import LedgerError
from reconciler.ledger.files import content_of, keep_out_of_git, private_folder, remove_file, replace_file
from reconciler.ledger.folding import (
    TokenHex,
    checked_line,
    document_bytes,
    document_in,
    lines_for,
    new_header,
    next_serial,
)
from reconciler.ledger.history_file import append_history, read_history
from reconciler.ledger.journal import JournalFile, JournalWriter, read_journal
from reconciler.ledger.lock import holder, locked, this_process
from reconciler.ledger.store import Snapshot
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.history import History, HistoryLine
from reconciler.model.ledger import Ledger, Line, Unending
from reconciler.model.status import Holder


class LocalLedger:
    """The ledger of one account in one folder (usually ``.reconciler``). A ``LedgerStore``."""

    tells_holder = True

    def __init__(
        self, folder: Path, account: str, *, token_hex: TokenHex = secrets.token_hex, out_of_git: bool = True
    ) -> None:
        """Any account name makes a file name: what could mean a path is percent-encoded.

        ``out_of_git`` hides everything in the folder from git: not for a folder that may hold other things.
        """
        stem = quote(account, safe="", errors="surrogatepass")
        self._out_of_git = out_of_git
        self.account = account
        self.path = folder / f"{stem}.ledger.json"
        self.journal_path = folder / f"{stem}.journal.jsonl"
        self.lock_path = folder / f"{stem}.lock"
        self.history_path = folder / f"{stem}.history.jsonl"
        # Made once: secrets that a plan sealed with the salt of ``read`` must match the ledger that ``lock``
        # writes.
        self._new = new_header(account, token_hex)

    @property
    def where(self) -> str:
        """The path of the ledger file."""
        return str(self.path)

    def offline(self) -> Ledger:
        """The ledger, an unfinished journal included. Changes nothing. Raises LedgerError."""
        return self._look()[0].ledger

    async def snapshot(self) -> Snapshot:
        """As ``offline``, with what there is to say about the files."""
        return self._look()[0]

    async def history(self) -> History:
        """What was done, the oldest first. Changes nothing. Raises LedgerError."""
        return read_history(self.history_path)

    async def holder(self) -> Holder | None:
        """Who is writing to this account now, or None. Changes nothing."""
        return holder(self.lock_path)

    async def unlock(self, lock_id: str) -> Holder:
        """Refuse: there is nothing to end. Raises LedgerError."""
        raise LedgerError(
            f'there is no lock "{lock_id}" on "{self.lock_path}" that could be ended',
            hint="a lock on a local ledger ends with its process, however that ends",
        )

    @contextlib.asynccontextmanager
    async def lock(self, command: str, since: datetime, *, wait: float = 0.0) -> AsyncIterator[LockedLedger]:
        """Be the only writer. Raises Locked, LedgerError."""
        private_folder(self.path.parent)
        async with locked(self.lock_path, self.account, this_process(command, since), wait=wait):
            if self._out_of_git:
                keep_out_of_git(self.path.parent, self.path.name)
            snapshot, journal = self._look()
            ledger = LockedLedger(self, snapshot, journal.size)
            try:
                yield ledger
            finally:
                ledger.close()

    def _look(self) -> tuple[Snapshot, JournalFile]:
        # The journal first: should a compaction fall between the two reads, its lines are in the newer file
        # already. The other way round, an old file would be read with the lines gone.
        journal = read_journal(self.journal_path)
        content = content_of(self.path)
        if content is None and journal.lines:
            raise LedgerError(
                f'"{self.journal_path}" is there, but the ledger "{self.path}" that it belongs to is not',
                hint="restore the ledger from a backup, or move the journal away too to start empty",
            )
        file = (
            Ledger(self._new) if content is None else document_in(content, account=self.account, where=str(self.path))
        )
        lines = lines_for(file.header, journal.lines, where=str(self.path), journal_where=str(self.journal_path))
        snapshot = Snapshot(
            file.with_lines(lines),
            exists=content is not None,
            unfinished=bool(lines),
            notes=self._notes(journal),
        )
        return snapshot, journal

    def _notes(self, journal: JournalFile) -> tuple[Diagnostic, ...]:
        if not journal.torn:
            return ()
        note = Diagnostic(
            code="torn-journal",
            severity=Severity.WARNING,
            summary=f'the last line of "{self.journal_path}" is incomplete and was left out',
            detail="a run is writing it just now, or was killed while writing it",
            hint="nothing to do: the next apply looks for what that run had begun",
        )
        return (note,)


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

    async def compact(self, last_run: Mapping[str, Any] | None = None) -> None:
        """Fold the journal into the ledger file, serial + 1. A ``last_run`` of None keeps the one before."""
        await _unshaken(self._writer.submit(self._compact, last_run))

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

    def _compact(self, last_run: Mapping[str, Any] | None) -> None:
        self._write(next_serial(self.ledger, last_run))
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
