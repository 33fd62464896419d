"""Requests to a server of Terraform's state protocol: asked again while no answer comes, and told apart when refused.

What is in the document, and who holds its lock, is none of its business.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from reconciler.errors import LedgerError
from reconciler.model.fields import spelled

if TYPE_CHECKING:
    from reconciler.transport.remote import RemoteDocument, Reply

USERNAME, PASSWORD = "RECONCILER_LEDGER_USERNAME", "RECONCILER_LEDGER_PASSWORD"
DONE = {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT}
BUSY = {HTTPStatus.CONFLICT, HTTPStatus.LOCKED}
SECONDS = 30.0
"""For one request."""

_ATTEMPTS, _PAUSE = 4, 0.5


class StateClient:
    """Asks one server about one document."""

    def __init__(self, server: RemoteDocument, where: str, sleep: Callable[[float], Awaitable[None]]) -> None:
        """``where`` is the document's address."""
        self.where = where
        self._server = server
        self._sleep = sleep

    async def write(self, content: bytes, lock_id: str) -> None:
        """Replace the document. Raises LedgerError."""
        doubt = False
        for attempt in range(_ATTEMPTS):
            if attempt:
                await self._sleep(_PAUSE * 2**attempt)
            reply = await self._once("POST", self.where, content, {"ID": lock_id})
            if reply is not None and reply.status in DONE:
                return
            certain = reply is not None and reply.status < HTTPStatus.INTERNAL_SERVER_ERROR
            doubt = doubt or not certain
            if doubt:  # it may have been written, and a server may refuse to write the same serial twice
                present = await self._once("GET", self.where)
                if present is not None and present.status == HTTPStatus.OK and present.content == content:
                    return
            if certain and reply is not None:
                raise self.refused("write", reply)
        raise self._silent("write")

    async def ask(self, method: str, url: str, body: Mapping[str, str] | None = None) -> Reply:
        """Ask until there is an answer: twice is as good as once, since a lock has an id. Raises LedgerError."""
        return await self._asked(method, url, None if body is None else spelled(body))

    async def send(self, content: bytes) -> Reply:
        """Replace a document that nobody locks; a refusal may mean that an earlier attempt did. Raises LedgerError."""
        return await self._asked("POST", self.where, content)

    async def _asked(self, method: str, url: str, content: bytes | None) -> Reply:
        reply: Reply | None = None
        for attempt in range(_ATTEMPTS):
            if attempt:
                await self._sleep(_PAUSE * 2**attempt)
            reply = await self._once(method, url, content)
            if reply is not None and reply.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                return reply
        if reply is not None:
            raise self.refused("use", reply)
        raise self._silent("use")

    async def _once(
        self,
        method: str,
        url: str,
        content: bytes | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Reply | None:
        from reconciler.transport.remote import Reply  # noqa: PLC0415 - loads the HTTP client

        exchanged = await self._server.exchange(method, url, content, query)
        return exchanged if isinstance(exchanged, Reply) else None

    def _silent(self, doing: str) -> LedgerError:
        return LedgerError(
            f'cannot {doing} "{self.where}": no usable answer came',
            hint="check the address and the network, then run the command again",
        )

    def refused(self, doing: str, reply: Reply) -> LedgerError:
        """What to raise for an answer that is of no use."""
        if reply.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            return LedgerError(
                f'cannot {doing} "{self.where}": the server refuses these credentials ({reply.status})',
                hint=f"set {USERNAME} and {PASSWORD} to a user who may write there",
            )
        hint = "see whether the address is right, and lock_address, method and unlock_method of ledger_lock"
        if reply.status in BUSY:
            hint = "see who holds its lock, then type the same command again: it carries on"
        return LedgerError(f'cannot {doing} "{self.where}": the server answered {reply.status}', hint=hint)
