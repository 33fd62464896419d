"""A ledger as one document behind the HTTP protocol of Terraform's ``http`` backend, which GitLab offers too.

    GET address                  200 the document; 204 or 404: there is none yet
    POST address?ID=lock         replaces it; servers refuse the id of a lock that is not the present one
    LOCK lock_address            200; 409 or 423 with the present lock's description while somebody holds it
    UNLOCK lock_address

The document holds the ledger, its journal and the newest part of the history, and is replaced as a whole for every
batch. Its ``serial`` rises with each writing: GitLab keeps every serial as a version of its own and refuses one that it
has, which is as near to a conditional write as the protocol comes. A lock lasts until it is released: one that was left
behind is ended by its id.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from reconciler.errors import LedgerError, Locked
from reconciler.ledger.folding import TokenHex, ledger_in, lines_for, new_header
from reconciler.ledger.held import SharedLedger
from reconciler.ledger.history import history_lines
from reconciler.ledger.lines import Stamped, decoded
from reconciler.ledger.lock import this_process
from reconciler.ledger.remote_client import BUSY, DONE, StateClient
from reconciler.ledger.remote_lock import described, holder_in, telling_id
from reconciler.ledger.remote_page import VERSION, Document, DocumentPage
from reconciler.ledger.store import Snapshot
from reconciler.ledger.terms import steady
from reconciler.model.fields import Fields, Unreadable, parsed, spelled
from reconciler.model.history import History
from reconciler.model.ledger import Ledger, Unending
from reconciler.model.location import HttpLocation
from reconciler.model.status import Holder

if TYPE_CHECKING:
    from reconciler.transport.remote import RemoteDocument

_POLL = 2.0
_MISSING = {HTTPStatus.NOT_FOUND, HTTPStatus.NO_CONTENT}
_FOREIGN = "see what is at that address: a ledger needs one of its own, which nothing else writes"

Open = Callable[[], "AbstractAsyncContextManager[RemoteDocument]"]


class RemoteLedger:
    """The ledger of one account behind one address. A ``LedgerStore``."""

    tells_holder = False

    def __init__(
        self,
        location: HttpLocation,
        account: str,
        open_document: Open,
        *,
        token_hex: TokenHex = secrets.token_hex,
        clock: Callable[[], float] = steady,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``open_document`` opens connections to the server of the location."""
        self.account = account
        self.where = location.address
        self._location = location
        self._open = open_document
        self._token_hex = token_hex
        self._clock = clock
        self._sleep = sleep
        # Made once: what a plan sealed with the salt of ``snapshot`` must match the ledger that ``lock`` writes.
        self._new = new_header(account, token_hex)

    def offline(self) -> Ledger | None:
        """Nothing is known without asking the server."""
        return None

    async def snapshot(self) -> Snapshot:
        """The ledger with its journal. Raises LedgerError."""
        async with self._connected() as client:
            return (await self._look(client)).snapshot

    async def history(self) -> History:
        """The newest runs: as many as ``HISTORY_BYTES`` hold. Raises LedgerError."""
        async with self._connected() as client:
            document = await self._look(client)
        return History(history_lines(document.history, where=self.where))

    async def holder(self) -> Holder | None:
        """None: the protocol cannot be asked, only be refused a lock."""
        return None

    @contextlib.asynccontextmanager
    async def lock(self, command: str, since: datetime, *, wait: float = 0.0) -> AsyncIterator[SharedLedger]:
        """Be the only writer. Raises Locked, LedgerError."""
        who = this_process(command, since)
        lock_id = telling_id(who, self._token_hex(6))
        description = described(who, lock_id, self.account)
        async with self._connected() as client:
            await self._take(client, description, wait)
            try:
                document = await self._look(client)
                page = DocumentPage(client, document, self.account, lock_id)
                ledger = SharedLedger(page, document.snapshot, Unending(), sleep=self._sleep)
                try:
                    yield ledger
                finally:
                    await ledger.close()
            finally:
                # A lock that cannot be released is one that was left behind: whoever meets it is told what to do.
                with contextlib.suppress(LedgerError):
                    await client.ask(self._location.unlock_method, self._lock_address, description)

    async def unlock(self, lock_id: str) -> None:
        """End the lock of this id; the server does not say whose it was. Raises LedgerError where it refuses."""
        async with self._connected() as client:
            reply = await client.ask(self._location.unlock_method, self._lock_address, {"ID": lock_id})
        if reply.status in BUSY:
            raise LedgerError(
                f'"{self.where}" is locked under another id than "{lock_id}"',
                hint="the next apply is told the id of the present lock",
            )
        if reply.status not in DONE:
            raise client.refused("unlock", reply)

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[StateClient]:
        async with self._open() as server:
            yield StateClient(server, self.where, self._sleep)

    @property
    def _lock_address(self) -> str:
        return self._location.lock_address or self._location.address

    async def _take(self, client: StateClient, description: Mapping[str, str], wait: float) -> None:
        deadline = self._clock() + wait
        while True:
            reply = await client.ask(self._location.lock_method, self._lock_address, description)
            if reply.status in BUSY:
                holder = holder_in(reply.content, description)
                if holder.lock_id == description["ID"]:
                    return  # the answer to an earlier attempt was lost
                if (left := deadline - self._clock()) <= 0:
                    raise self._locked(holder, waited=wait > 0)
                await self._sleep(min(_POLL, left))
            elif reply.status in DONE:
                return
            else:
                raise client.refused("lock", reply)

    def _locked(self, holder: Holder, *, waited: bool) -> Locked:
        unlock = f"reconciler ledger unlock {holder.lock_id or 'ID'} --account {self.account}"
        hint = f"this lock does not end by itself: {unlock} ends it, once it is certain that its run is dead"
        if not waited:
            hint += "; for one that is alive, --lock-timeout SECONDS waits"
        return Locked(f'account "{self.account}" is locked by {holder}', hint=hint)

    async def _look(self, client: StateClient) -> Document:
        reply = await client.ask("GET", self.where)
        if reply.status in _MISSING or (reply.status == HTTPStatus.OK and not reply.content.strip()):
            return Document(Snapshot(Ledger(self._new), exists=False), b"null", (), (), 0)
        if reply.status != HTTPStatus.OK:
            raise client.refused("read", reply)
        try:
            fields = Fields(parsed(reply.content), "the document")
            if "version" in fields and fields.count("version") > VERSION:
                raise LedgerError(f'"{self.where}" was written by a newer version', hint="upgrade this program")
            serial, ledger = fields.count("serial"), fields.mapping_or_none("ledger")
            lines, history = list(fields.items("journal")), tuple(map(spelled, fields.items("history")))
            fields.text("lineage")
            fields.done()
            stamped: list[Stamped] = [
                decoded(line, f"line {number} of the journal") for number, line in enumerate(lines, 1)
            ]
        except (ValueError, Unreadable) as error:
            raise LedgerError(f'cannot understand "{self.where}": {error}', hint=_FOREIGN) from None
        if ledger is None:  # a first run, or a migration, has come no further than the history
            return Document(Snapshot(Ledger(self._new), exists=False), b"null", (), history, serial)
        file = ledger_in(ledger, account=self.account, where=self.where)
        pending = lines_for(file.header, stamped, where=self.where, journal_where=self.where)
        snapshot = Snapshot(file.with_lines(pending), unfinished=bool(pending))
        return Document(snapshot, spelled(ledger), tuple(spelled(line) for line in lines), history, serial)
