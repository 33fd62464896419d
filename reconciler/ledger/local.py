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
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from reconciler.errors import LedgerError
from reconciler.ledger.files import content_of, keep_out_of_git, private_folder
from reconciler.ledger.folding import TokenHex, document_in, lines_for, new_header
from reconciler.ledger.history_file import read_history
from reconciler.ledger.journal import JournalFile, read_journal
from reconciler.ledger.local_writer import LockedLedger
from reconciler.ledger.lock import holder, locked, this_process
from reconciler.ledger.store import Snapshot
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.history import History
from reconciler.model.ledger import Ledger
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
