"""What a place for ledgers must offer, whichever it is: files here, objects in a bucket, a document on a server.

Protocols and the values they pass, and nothing that reads or writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from reconciler.model.diagnostic import Diagnostic
from reconciler.model.history import History, HistoryLine
from reconciler.model.ledger import Journal, Lease, Ledger, Line
from reconciler.model.status import Holder


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A ledger as it was read: what a journal adds is folded in.

    ``unfinished`` tells that there is such a journal: a run is under way or was cut short. ``exists`` is
    False for an account without a ledger file, whose ledger is empty and new.
    """

    ledger: Ledger
    exists: bool = True
    unfinished: bool = False
    notes: tuple[Diagnostic, ...] = ()


class HeldLedger(Journal, Protocol):
    """The ledger in the hands of its only writer."""

    @property
    def notes(self) -> Sequence[Diagnostic]:
        """What there is to say about how the ledger and its lock were found."""
        ...

    @property
    def ledger(self) -> Ledger:
        """As a reader would see it now: with every line that is durable."""
        ...

    @property
    def lease(self) -> Lease:
        """For how long the lock is sure to be ours: whoever writes to the account asks before each request."""
        ...

    @property
    def at_once(self) -> int:
        """How many changes may be under way at once, so that their waits for the journal do not slow the whole."""
        ...

    async def compact(self, last_run: Mapping[str, Any] | None = None, lines: Sequence[Line] = ()) -> None:
        """Fold the journal into the ledger, serial + 1. A ``last_run`` of None keeps the one before.

        ``lines`` that were never in the journal are taken along, all or none. Raises LedgerError: the ledger and its
        journal are as before then.
        """
        ...

    async def append_history(self, lines: Sequence[HistoryLine]) -> None:
        """Add to the history, durably and all or nothing. Lines that are there are never changed. Raises LedgerError.

        Needs no ledger: the history of an account begins before it, and outlives it.
        """
        ...

    async def begin_with(self, ledger: Ledger) -> None:
        """Take over a ledger from another place, lineage, serial and salt included.

        Raises LedgerError where there is one already.
        """
        ...


class LedgerStore(Protocol):
    """The ledger of one account, wherever it lives. Reading changes nothing."""

    @property
    def account(self) -> str:
        """Whose ledger it is."""
        ...

    @property
    def where(self) -> str:
        """A path or a URL for people; without anything secret."""
        ...

    @property
    def tells_holder(self) -> bool:
        """Whether ``holder`` can know: None means free then."""
        ...

    def offline(self) -> Ledger | None:
        """What can be known without asking anybody: the ledger in local files; None for one that is elsewhere.

        Raises LedgerError.
        """
        ...

    async def snapshot(self) -> Snapshot:
        """The ledger, an unfinished journal included. Raises LedgerError."""
        ...

    async def history(self) -> History:
        """What was done with this account, the oldest first; empty where nothing was. Raises LedgerError."""
        ...

    async def holder(self) -> Holder | None:
        """Who is writing to this account now, or None, also where that cannot be asked. Raises LedgerError."""
        ...

    def lock(self, command: str, since: datetime, *, wait: float = 0.0) -> AbstractAsyncContextManager[HeldLedger]:
        """Be the only writer. ``command`` and ``since`` are shown to others; ``wait`` is in seconds.

        Raises Locked when somebody else still holds it after that time, LedgerError where there can be no lock.
        """
        ...

    async def unlock(self, lock_id: str) -> Holder | None:
        """End the lock of this id, which its holder left behind, and tell whose it was; None where nobody says.

        Raises LedgerError where there is no such lock, or it ends by itself.
        """
        ...
