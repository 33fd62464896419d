"""A ledger as objects in a bucket: the document, the journal's batches, and the lock.

    <account>.ledger.json                      the ledger; replaced only on the condition that it is the one we read
    <account>.journal/<serial>-<number>.jsonl  a batch of lines for the ledger of that serial; created, never replaced
    <account>.lock.json                        see ``object_lock``

Two writers cannot both win, whatever became of the lock: both would create the same batch, or replace the same ledger,
and one of them is told that it was too late. Every moment between two requests is a state to continue from, as with
local files (see ``local``): the ledger is there before its first batch, and batches of an older serial are ignored.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from reconciler.errors import LedgerError
from reconciler.ledger.folding import TokenHex, document_bytes, document_in, lines_for, new_header
from reconciler.ledger.held import SharedLedger
from reconciler.ledger.history import history_lines
from reconciler.ledger.lines import Stamped, decoded
from reconciler.ledger.lock import this_process
from reconciler.ledger.object_names import ObjectNames
from reconciler.ledger.store import Snapshot
from reconciler.ledger.terms import Terms
from reconciler.model.fields import Fields, Unreadable, parsed, spelled
from reconciler.model.history import History, HistoryLine
from reconciler.model.ledger import Ledger
from reconciler.model.location import BucketLocation
from reconciler.model.status import Holder

if TYPE_CHECKING:
    from reconciler.ledger.bucket import Bucket, Stamp
    from reconciler.ledger.object_lock import ObjectLock

_LOOKS = 5
_TOGETHER = 16
"""Batches that are read at once."""

_HINT = (
    "a newer version may have written it: upgrade this program; otherwise restore it from a backup, or remove it: what "
    "it recorded is found by natural key again, but objects that only it knew are no longer pruned"
)


@dataclass(frozen=True, slots=True)
class _Look:
    """What was read, and where writing goes on from."""

    snapshot: Snapshot
    stamp: Stamp | None
    number: int


class ObjectLedger:
    """The ledger of one account in a bucket. A ``LedgerStore``; opens the bucket when it is first asked something.

    Objects of other names are nobody's business, wherever they are.
    """

    tells_holder = True

    def __init__(
        self,
        location: BucketLocation,
        account: str,
        open_bucket: Callable[[], Bucket],
        *,
        token_hex: TokenHex = secrets.token_hex,
        terms: Terms | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``open_bucket`` raises LedgerError where there can be none."""
        self.account = account
        self.names = ObjectNames(account)
        self.where = f"{location}/{self.names.document}"
        self._open_bucket = open_bucket
        self._opened: Bucket | None = None
        self._token_hex = token_hex
        self._terms = terms or Terms()
        self._sleep = sleep
        # Made once: what a plan sealed with the salt of ``snapshot`` must match the ledger that ``lock`` writes.
        self._new = new_header(account, token_hex)

    def offline(self) -> Ledger | None:
        """Nothing is known without asking the store."""
        return None

    async def snapshot(self) -> Snapshot:
        """The ledger with its journal. Raises LedgerError."""
        return (await self._look()).snapshot

    async def history(self) -> History:
        """Every run, from an object for each beginning and each end. Raises LedgerError."""
        bucket = self._bucket()
        several = asyncio.Semaphore(_TOGETHER)

        async def lines(key: str) -> tuple[HistoryLine, ...]:
            async with several:
                stored = await bucket.read(key)
            content = b"" if stored is None else stored.content  # removed meanwhile: an old part was cut off
            return history_lines(content.splitlines(), where=f"{bucket.location}/{key}")

        numbers = self.names.records(await bucket.keys(self.names.history))
        found = await asyncio.gather(*(lines(self.names.record(number)) for number in numbers))
        return History(tuple(line for part in found for line in part))

    async def holder(self) -> Holder | None:
        """Who holds the lock, or held it when it died."""
        return await self._lock().holder()

    async def unlock(self, lock_id: str) -> Holder:
        """End a lock that was left behind."""
        return await self._lock().release(lock_id)

    @contextlib.asynccontextmanager
    async def lock(self, command: str, since: datetime, *, wait: float = 0.0) -> AsyncIterator[SharedLedger]:
        """Be the only writer. Raises Locked, LedgerError."""
        lock_id = self._token_hex(8)
        who = this_process(command, since, lock_id=lock_id)
        async with self._lock().held(who, wait=wait) as (lease, notes):
            look = await self._look()
            page = _ObjectPage(self, self._bucket(), look, lock_id)
            ledger = SharedLedger(page, look.snapshot, lease, notes=notes, sleep=self._sleep)
            try:
                yield ledger
            finally:
                await ledger.close()

    def _bucket(self) -> Bucket:
        if self._opened is None:
            self._opened = self._open_bucket()
        return self._opened

    def _lock(self) -> ObjectLock:
        bucket = self._bucket()  # before the import, since this says which package is missing
        from reconciler.ledger.object_lock import ObjectLock  # noqa: PLC0415 - loads obstore, which is optional

        return ObjectLock(bucket, self.names.lock, self.account, terms=self._terms, sleep=self._sleep)

    async def _look(self) -> _Look:
        """Read all, the journal first: batches that a compaction takes up meanwhile are in the newer ledger then."""
        for _ in range(_LOOKS):
            look = await self._look_once()
            if look is not None:
                return look
        raise LedgerError(
            f'a part of the journal of "{self.where}" is missing',
            hint=f'see what is in "{self.names.journal}" beside it; {_HINT}',
        )

    async def _look_once(self) -> _Look | None:
        bucket = self._bucket()
        batches = self.names.batches(await bucket.keys(self.names.journal))
        several = asyncio.Semaphore(_TOGETHER)

        async def lines(key: str) -> list[Stamped] | None:
            async with several:
                stored = await bucket.read(key)
            return None if stored is None else _lines_in(stored.content, f"{bucket.location}/{key}")

        found = await asyncio.gather(*(lines(batch.key) for batch in batches))
        document = await bucket.read(self.names.document)
        if document is None:
            if batches:
                raise LedgerError(
                    f'there is a journal for "{self.where}", but that is not there',
                    hint="restore the ledger from a backup, or move the journal away too to start empty",
                )
            return _Look(Snapshot(Ledger(self._new), exists=False), None, 0)
        ledger = document_in(document.content, account=self.account, where=self.where)
        numbers = [batch.number for batch in batches if batch.serial == ledger.header.serial]
        if None in found or numbers != list(range(1, len(numbers) + 1)):
            return None  # a compaction was under way, or a list was not of one moment
        stamped = [line for batch in found if batch is not None for line in batch]
        pending = lines_for(ledger.header, stamped, where=self.where, journal_where=self.names.journal)
        snapshot = Snapshot(ledger.with_lines(pending), unfinished=bool(pending))
        return _Look(snapshot, document.stamp, len(numbers))


def _lines_in(content: bytes, where: str) -> list[Stamped]:
    """A batch: who wrote it, then its lines. Never torn: an object is there whole or not at all."""
    try:
        first, *lines = [parsed(text) for text in content.splitlines()]
        header = Fields(first, "line 1")
        header.text("lock")
        header.done()
        return [decoded(value, f"line {number}") for number, value in enumerate(lines, 2)]
    except (ValueError, Unreadable) as error:
        raise LedgerError(f'cannot understand "{where}": {error}', hint=_HINT) from None


class _ObjectPage:
    """Writes where the look ended. A ``Page``."""

    def __init__(self, store: ObjectLedger, bucket: Bucket, look: _Look, lock_id: str) -> None:
        self.where = store.where
        self._account, self._names = store.account, store.names
        self._bucket = bucket
        self._stamp = look.stamp
        self._number = look.number
        self._serial = look.snapshot.ledger.header.serial
        self._lock_id = lock_id

    async def begin(self, ledger: Ledger) -> Ledger:
        content = document_bytes(ledger)
        with self._alone():
            self._stamp = await self._bucket.create(self._names.document, content)
        self._serial, self._number = ledger.header.serial, 0
        return document_in(content, account=self._account, where=self.where)

    async def add(self, lines: Sequence[bytes]) -> None:
        # The name of the writer tells two writers' batches apart, even where they say the same.
        content = spelled({"lock": self._lock_id}) + b"\n" + b"".join(lines)
        with self._alone():
            await self._bucket.create(self._names.batch(self._serial, self._number + 1), content)
        self._number += 1

    async def record(self, lines: Sequence[bytes]) -> None:
        numbers = self._names.records(await self._bucket.keys(self._names.history))
        with self._alone():
            await self._bucket.create(self._names.record(max(numbers, default=0) + 1), b"".join(lines))

    async def fold(self, ledger: Ledger) -> Ledger:
        content = document_bytes(ledger)
        if self._stamp is None:
            raise AssertionError("a ledger is begun before it is folded")
        with self._alone():
            self._stamp = await self._bucket.replace(self._names.document, content, self._stamp)
        self._serial, self._number = ledger.header.serial, 0
        with contextlib.suppress(LedgerError):  # they are of an older serial now, and the next run removes them
            batches = self._names.batches(await self._bucket.keys(self._names.journal))
            await self._bucket.remove([batch.key for batch in batches if batch.serial < self._serial])
        return document_in(content, account=self._account, where=self.where)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        from reconciler.ledger.bucket import Taken  # noqa: PLC0415 - loads obstore, which is optional

        try:
            yield
        except Taken:
            raise LedgerError(
                f'somebody else wrote to "{self.where}" while we held its lock',
                hint="see who holds it with reconciler status, then type the same command again: it carries on",
            ) from None
