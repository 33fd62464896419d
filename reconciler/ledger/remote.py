"""A ledger as one document behind the HTTP protocol of Terraform's ``http`` backend, which GitLab offers too.

    GET address                  200 the document; 204 or 404: there is none yet
    POST address?ID=lock         replaces it; servers refuse the id of a lock that is not the present one
    LOCK lock_address            200; 409 or 423 with the present lock's description while somebody holds it
    UNLOCK lock_address

The document holds the ledger, its journal and the newest part of the history, and is replaced as a whole for every
batch. Its ``serial`` rises with each writing: GitLab keeps every serial as a version of its own and refuses one that it
has, which is as near to a conditional write as the protocol comes. A lock lasts until it is released: one that was left
behind is ended by its id.

GitLab echoes what it was told of the operation when it refuses a lock, so who holds it is also in the lock's id.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from reconciler import __version__
from reconciler.errors import LedgerError, Locked
from reconciler.ledger.document import VERSION, ledger_document
from reconciler.ledger.folding import TokenHex, ledger_in, lines_for, new_header
from reconciler.ledger.held import SharedLedger
from reconciler.ledger.history import history_lines
from reconciler.ledger.lines import Stamped, decoded
from reconciler.ledger.lock import this_process
from reconciler.ledger.store import Snapshot
from reconciler.ledger.terms import steady
from reconciler.model.fields import Fields, Unreadable, parsed, spelled
from reconciler.model.history import History
from reconciler.model.ledger import Ledger, Unending
from reconciler.model.location import HttpLocation
from reconciler.model.status import Holder

if TYPE_CHECKING:
    from reconciler.transport.remote import RemoteDocument, Reply

USERNAME, PASSWORD = "RECONCILER_LEDGER_USERNAME", "RECONCILER_LEDGER_PASSWORD"
SECONDS = 30.0
"""For one request."""

HISTORY_BYTES = 1 << 20
"""Of the history that the document holds. GitLab keeps older documents, with what was cut off since."""

_ATTEMPTS, _PAUSE, _POLL = 4, 0.5, 2.0
_MISSING = {HTTPStatus.NOT_FOUND, HTTPStatus.NO_CONTENT}
_WRITTEN = {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT}
_BUSY = {HTTPStatus.CONFLICT, HTTPStatus.LOCKED}
_FOREIGN = "see what is at that address: a ledger needs one of its own, which nothing else writes"

Open = Callable[[], "AbstractAsyncContextManager[RemoteDocument]"]


@dataclass(frozen=True, slots=True)
class _Look:
    """What was read: the parts of the document as they are there, and its serial."""

    snapshot: Snapshot
    ledger: bytes
    journal: tuple[bytes, ...]
    history: tuple[bytes, ...]
    serial: int


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
        async with self._open() as server:
            return (await self._look(server)).snapshot

    async def history(self) -> History:
        """The newest runs: as many as ``HISTORY_BYTES`` hold. Raises LedgerError."""
        async with self._open() as server:
            look = await self._look(server)
        return History(history_lines(look.history, where=self.where))

    async def holder(self) -> Holder | None:
        """None: the protocol cannot be asked, only be refused a lock."""
        return None

    @contextlib.asynccontextmanager
    async def lock(self, command: str, since: datetime, *, wait: float = 0.0) -> AsyncIterator[SharedLedger]:
        """Be the only writer. Raises Locked, LedgerError."""
        who = this_process(command, since)
        lock_id = _lock_id(who, self._token_hex(6))
        async with self._open() as server:
            await self._take(server, _description(who, lock_id, self.account), lock_id, wait)
            try:
                look = await self._look(server)
                page = _DocumentPage(self, server, look, lock_id)
                ledger = SharedLedger(page, look.snapshot, Unending(), sleep=self._sleep)
                try:
                    yield ledger
                finally:
                    await ledger.close()
            finally:
                await self._release(server, _description(who, lock_id, self.account))

    async def unlock(self, lock_id: str) -> None:
        """End the lock of this id; the server does not say whose it was. Raises LedgerError where it refuses."""
        async with self._open() as server:
            reply = await self._exchange(server, self._location.unlock_method, self._lock_address, {"ID": lock_id})
        if reply.status in _BUSY:
            raise LedgerError(
                f'"{self.where}" is locked under another id than "{lock_id}"',
                hint="the next apply is told the id of the present lock",
            )
        if reply.status not in _WRITTEN:
            raise self._refused("unlock", reply)

    @property
    def _lock_address(self) -> str:
        return self._location.lock_address or self._location.address

    async def _take(self, server: RemoteDocument, description: Mapping[str, str], lock_id: str, wait: float) -> None:
        deadline = self._clock() + wait
        while True:
            reply = await self._exchange(server, self._location.lock_method, self._lock_address, description)
            if reply.status in _BUSY:
                holder = _holder(reply.content, description)
                if holder.lock_id == lock_id:
                    return  # the answer to an earlier attempt was lost
                if (left := deadline - self._clock()) <= 0:
                    raise self._locked(holder, waited=wait > 0)
                await self._sleep(min(_POLL, left))
            elif reply.status in _WRITTEN:
                return
            else:
                raise self._refused("lock", reply)

    def _locked(self, holder: Holder, *, waited: bool) -> Locked:
        unlock = f"reconciler ledger unlock {holder.lock_id or 'ID'} --account {self.account}"
        hint = f"this lock does not end by itself: {unlock} ends it, once it is certain that its run is dead"
        if not waited:
            hint += "; for one that is alive, --lock-timeout SECONDS waits"
        return Locked(f'account "{self.account}" is locked by {holder}', hint=hint)

    async def _release(self, server: RemoteDocument, description: Mapping[str, str]) -> None:
        # A lock that cannot be released is one that was left behind, and whoever meets it is told what to do.
        with contextlib.suppress(LedgerError):
            await self._exchange(server, self._location.unlock_method, self._lock_address, description)

    async def _look(self, server: RemoteDocument) -> _Look:
        reply = await self._exchange(server, "GET", self.where, None)
        if reply.status in _MISSING or (reply.status == HTTPStatus.OK and not reply.content.strip()):
            return _Look(Snapshot(Ledger(self._new), exists=False), b"null", (), (), 0)
        if reply.status != HTTPStatus.OK:
            raise self._refused("read", reply)
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
            return _Look(Snapshot(Ledger(self._new), exists=False), b"null", (), history, serial)
        file = ledger_in(ledger, account=self.account, where=self.where)
        pending = lines_for(file.header, stamped, where=self.where, journal_where=self.where)
        snapshot = Snapshot(file.with_lines(pending), unfinished=bool(pending))
        return _Look(snapshot, spelled(ledger), tuple(spelled(line) for line in lines), history, serial)

    async def written(self, server: RemoteDocument, content: bytes, lock_id: str) -> None:
        """Replace the document. Raises LedgerError."""
        doubt = False
        for attempt in range(_ATTEMPTS):
            if attempt:
                await self._sleep(_PAUSE * 2**attempt)
            reply = await self._once(server, "POST", self.where, content, {"ID": lock_id})
            if reply is not None and reply.status in _WRITTEN:
                return
            certain = reply is not None and reply.status < HTTPStatus.INTERNAL_SERVER_ERROR
            doubt = doubt or not certain
            if doubt:  # it may have been written, and a server may refuse to write the same serial twice
                present = await self._once(server, "GET", self.where)
                if present is not None and present.status == HTTPStatus.OK and present.content == content:
                    return
            if certain and reply is not None:
                raise self._refused("write", reply)
        raise self._silent("write")

    async def _exchange(self, server: RemoteDocument, method: str, url: str, body: Mapping[str, str] | None) -> Reply:
        """Ask until there is an answer: twice is as good as once, since a lock has an id. Raises LedgerError."""
        content = None if body is None else spelled(body)
        reply: Reply | None = None
        for attempt in range(_ATTEMPTS):
            if attempt:
                await self._sleep(_PAUSE * 2**attempt)
            reply = await self._once(server, method, url, content)
            if reply is not None and reply.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                return reply
        if reply is not None:
            raise self._refused("use", reply)
        raise self._silent("use")

    async def _once(
        self,
        server: RemoteDocument,
        method: str,
        url: str,
        content: bytes | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Reply | None:
        from reconciler.transport.remote import Reply  # noqa: PLC0415 - loads the HTTP client

        exchanged = await server.exchange(method, url, content, query)
        return exchanged if isinstance(exchanged, Reply) else None

    def _silent(self, doing: str) -> LedgerError:
        return LedgerError(
            f'cannot {doing} "{self.where}": no usable answer came',
            hint="check the address and the network, then run the command again",
        )

    def _refused(self, doing: str, reply: Reply) -> LedgerError:
        if reply.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            return LedgerError(
                f'cannot {doing} "{self.where}": the server refuses these credentials ({reply.status})',
                hint=f"set {USERNAME} and {PASSWORD} to a user who may write there",
            )
        hint = "see whether the address is right, and lock_address, method and unlock_method of ledger_lock"
        if reply.status in _BUSY:
            hint = "see who holds its lock, then type the same command again: it carries on"
        return LedgerError(f'cannot {doing} "{self.where}": the server answered {reply.status}', hint=hint)


class _DocumentPage:
    """Writes on top of what was looked at. A ``Page``. Keeps the parts as bytes: encoding them takes longest."""

    def __init__(self, store: RemoteLedger, server: RemoteDocument, look: _Look, lock_id: str) -> None:
        self.where = store.where
        self._store = store
        self._server = server
        self._lock_id = lock_id
        self._ledger = look.ledger
        self._journal = look.journal
        self._history = look.history
        self._serial = look.serial
        self._lineage = look.snapshot.ledger.header.lineage

    async def begin(self, ledger: Ledger) -> Ledger:
        self._lineage = ledger.header.lineage
        return await self.fold(ledger)

    async def add(self, lines: Sequence[bytes]) -> None:
        await self._write(self._ledger, (*self._journal, *map(_bare, lines)), self._history)

    async def record(self, lines: Sequence[bytes]) -> None:
        await self._write(self._ledger, self._journal, _newest((*self._history, *map(_bare, lines))))

    async def fold(self, ledger: Ledger) -> Ledger:
        document = spelled(ledger_document(ledger))
        await self._write(document, (), self._history)
        return ledger_in(parsed(document), account=self._store.account, where=self.where)

    async def _write(self, ledger: bytes, journal: tuple[bytes, ...], history: tuple[bytes, ...]) -> None:
        head = spelled({"version": VERSION, "serial": self._serial + 1, "lineage": self._lineage})
        parts = [head[:-1], b',"ledger":', ledger, b',"journal":[\n', b",\n".join(journal)]
        parts += [b'\n],"history":[\n', b",\n".join(history), b"\n]}\n"]
        await self._store.written(self._server, b"".join(parts), self._lock_id)
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


_PLAIN = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST = 60


def _lock_id(who: Holder, token: str) -> str:
    """An id that tells people whose lock it is: command, user, host, process; at most 255 characters (GitLab)."""
    words = [who.command, who.user, who.host, str(who.pid)]
    return ".".join([*(_PLAIN.sub("-", word)[:_LONGEST].strip("-") for word in words), token])


def _description(who: Holder, lock_id: str, account: str) -> Mapping[str, str]:
    """What the protocol wants to know of a lock. ``Info`` repeats the id, so that an echo is known as one."""
    info = {"lock_id": lock_id, "pid": who.pid, "host": who.host, "user": who.user, "command": who.command}
    return {
        "ID": lock_id,
        "Operation": "reconciler",
        "Info": json.dumps({**info, "since": who.since}),
        "Who": f"{who.user}@{who.host}",
        "Version": __version__,
        "Created": who.since,
        "Path": account,
    }


def _holder(content: bytes, ours: Mapping[str, str]) -> Holder:
    """Whoever the server says holds the lock; as much of it as can be understood."""
    told = _mapping(content)
    lock_id = _text(told, "ID")
    info = _mapping(_text(told, "Info"))
    if lock_id and info.get("lock_id") == lock_id:
        pid = info.get("pid")
        names = [_text(info, name) for name in ("host", "user", "command", "since")]
        return Holder(pid if isinstance(pid, int) else 0, names[0], names[1], names[2], names[3], lock_id)
    who = _text(told, "Who") if _text(told, "Who") != ours["Who"] or lock_id == ours["ID"] else ""
    since = _text(told, "Created") or "an unknown time"
    return Holder(0, "unknown host", who or "unknown", lock_id or "unknown command", since, lock_id)


def _mapping(content: bytes | str) -> Mapping[str, Any]:
    try:
        value = parsed(content)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return found[:500] if isinstance(found, str) else ""
