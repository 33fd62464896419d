"""A ledger that nobody keeps: what a rehearsal remembers in. Touches no file and takes nobody's lock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from reconciler.errors import LedgerError
from reconciler.ledger.history import history_bytes
from reconciler.ledger.lines import decoded, encoded
from reconciler.ledger.store import HeldLedger, Snapshot
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.fields import Unreadable, parsed
from reconciler.model.history import History, HistoryLine
from reconciler.model.ledger import Ledger, Line, Unending
from reconciler.model.status import Holder


def _tell_nobody(_: Line) -> None:
    """For those who do not listen."""


@dataclass(slots=True)
class MemoryLedger:
    """A copy of a ledger, its journal folded in line by line. A ``LedgerStore`` and its own ``HeldLedger``.

    ``told`` hears of each line once it counts.
    """

    account: str
    ledger: Ledger
    notes: Sequence[Diagnostic] = ()
    told: Callable[[Line], None] = _tell_nobody
    where: str = "memory"
    lease: Unending = field(default_factory=Unending)
    at_once: int = 8
    tells_holder: bool = True
    past: list[HistoryLine] = field(default_factory=list)

    async def append(self, line: Line) -> None:
        """Remember the line as a file would. Raises LedgerError for one that a file would not give back."""
        try:
            read_back = decoded(parsed(encoded(line, self.ledger.header)), "the line").line
        except Unreadable as error:
            raise LedgerError(
                f"cannot write the journal: {error}",
                hint="see what the API answered; this program cannot work with such an object",
            ) from None
        self.ledger = self.ledger.with_lines([read_back])
        self.told(read_back)

    async def compact(self, last_run: Mapping[str, Any] | None = None, lines: Sequence[Line] = ()) -> None:
        """Begin the next serial."""
        for line in lines:
            await self.append(line)
        header = replace(self.ledger.header, serial=self.ledger.header.serial + 1)
        run = self.ledger.last_run if last_run is None else last_run
        self.ledger = replace(self.ledger, header=header, last_run=run)

    async def append_history(self, lines: Sequence[HistoryLine]) -> None:
        """Remember them for as long as this object lives. Raises LedgerError for what a file would not give back."""
        history_bytes(lines, where=self.where)
        self.past.extend(lines)

    async def begin_with(self, ledger: Ledger) -> None:
        """Refuse: there is a ledger already. Raises LedgerError."""
        raise LedgerError(f"{self.where} cannot take over the ledger of {ledger.header.account}")

    def offline(self) -> Ledger:
        """All of it."""
        return self.ledger

    async def snapshot(self) -> Snapshot:
        """As it is now."""
        return Snapshot(self.ledger, notes=tuple(self.notes))

    async def history(self) -> History:
        """What was done with this copy."""
        return History(tuple(self.past))

    async def holder(self) -> Holder | None:
        """Nobody."""
        return None

    @asynccontextmanager
    async def lock(self, command: str, since: datetime, *, wait: float = 0.0) -> AsyncIterator[HeldLedger]:  # noqa: ARG002 - protocol
        """Be the only writer, which whoever holds this object is."""
        yield self

    async def unlock(self, lock_id: str) -> Holder:
        """Refuse: there is no lock. Raises LedgerError."""
        raise LedgerError(f"nobody holds a lock {lock_id} on {self.where}")
