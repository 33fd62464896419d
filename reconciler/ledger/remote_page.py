"""The document of a ledger behind HTTP: what is in it, and how its writer replaces it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.ledger.document import ledger_document
from reconciler.ledger.folding import ledger_in
from reconciler.ledger.remote_client import StateClient
from reconciler.ledger.store import Snapshot
from reconciler.model.fields import parsed, spelled
from reconciler.model.ledger import Ledger

VERSION = 1
"""Of the document around the ledger, which has a version of its own."""

HISTORY_BYTES = 1 << 20
"""Of the history that the document holds. GitLab keeps older documents, with what was cut off since."""


@dataclass(frozen=True, slots=True)
class Document:
    """What was read: the parts of the document as they are there, and its serial."""

    snapshot: Snapshot
    ledger: bytes
    journal: tuple[bytes, ...]
    history: tuple[bytes, ...]
    serial: int


class DocumentPage:
    """Writes on top of what was looked at. A ``Page``. Keeps the parts as bytes: encoding them takes longest."""

    def __init__(self, client: StateClient, document: Document, account: str, lock_id: str) -> None:
        self.where = client.where
        self._client = client
        self._account = account
        self._lock_id = lock_id
        self._ledger = document.ledger
        self._journal = document.journal
        self._history = document.history
        self._serial = document.serial
        self._lineage = document.snapshot.ledger.header.lineage

    async def begin(self, ledger: Ledger) -> Ledger:
        """Put the ledger beside a history that may be there."""
        self._lineage = ledger.header.lineage
        return await self.fold(ledger)

    async def add(self, lines: Sequence[bytes]) -> None:
        """Lengthen the journal."""
        await self._write(self._ledger, (*self._journal, *map(_bare, lines)), self._history)

    async def record(self, lines: Sequence[bytes]) -> None:
        """Lengthen the history, and cut its old end."""
        await self._write(self._ledger, self._journal, _newest((*self._history, *map(_bare, lines))))

    async def fold(self, ledger: Ledger) -> Ledger:
        """Replace the ledger, and end its journal."""
        document = spelled(ledger_document(ledger))
        await self._write(document, (), self._history)
        return ledger_in(parsed(document), account=self._account, where=self.where)

    async def _write(self, ledger: bytes, journal: tuple[bytes, ...], history: tuple[bytes, ...]) -> None:
        head = spelled({"version": VERSION, "serial": self._serial + 1, "lineage": self._lineage})
        parts = [head[:-1], b',"ledger":', ledger, b',"journal":[\n', b",\n".join(journal)]
        parts += [b'\n],"history":[\n', b",\n".join(history), b"\n]}\n"]
        await self._client.write(b"".join(parts), self._lock_id)
        self._serial, self._ledger, self._journal, self._history = self._serial + 1, ledger, journal, history


def _bare(line: bytes) -> bytes:
    return line.rstrip(b"\n")


def _newest(lines: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The document is replaced as a whole for every batch: what must not grow for ever is cut at its old end."""
    size, first = 0, len(lines)
    while first > 0 and size + len(lines[first - 1]) <= HISTORY_BYTES:
        first -= 1
        size += len(lines[first])
    return lines[first:]
