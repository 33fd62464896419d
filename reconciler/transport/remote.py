"""Asking a server for one document by plain HTTP, with a name and a password. Knows no API and decodes nothing.

As with the wire, no exception of the HTTP library leaves: what came of a request is a value.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from reconciler import __version__
from reconciler.transport.base_url import check_base_url
from reconciler.transport.outcome import Lost, NotSent
from reconciler.transport.wire import failed, tls_context

LARGEST = 512 << 20
"""Bytes of an answer that are read."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """For basic authentication; shown by no repr."""

    username: str
    password: str

    def __repr__(self) -> str:
        """Neither part."""
        return "Credentials((secret))"


@dataclass(frozen=True, slots=True)
class Reply:
    """The server answered."""

    status: int
    content: bytes


Exchanged = Reply | Lost | NotSent


class RemoteDocument:
    """Sends one request once. Built by ``open_document``."""

    def __init__(self, client: httpx.AsyncClient, total: float) -> None:
        """Take a client that follows no redirects: they could carry the password elsewhere."""
        self._client = client
        self._total = total

    async def exchange(
        self, method: str, url: str, content: bytes | None = None, query: Mapping[str, str] | None = None
    ) -> Exchanged:
        """Send, and answer what came of it; ``content`` is JSON."""
        headers = {"content-type": "application/json"} if content is not None else {}
        try:
            async with (
                asyncio.timeout(self._total),
                self._client.stream(method, url, content=content, params=query, headers=headers) as response,
            ):
                received = bytearray()
                async for part in response.aiter_bytes():
                    received += part
                    if len(received) > LARGEST:
                        return Lost("the answer is larger than any ledger")
                return Reply(response.status_code, bytes(received))
        except TimeoutError:
            return Lost(f"no whole answer within {self._total:g} s")
        except httpx.HTTPError as error:
            return failed(error)


@asynccontextmanager
async def open_document(
    url: str, *, variable: str, credentials: Credentials | None, total: float
) -> AsyncIterator[RemoteDocument]:
    """Open connections to the server of ``url``, which ``variable`` names in messages. ``total`` is in seconds.

    Raises UsageError for a URL that is neither https nor on this machine. Proxies as for the wire.
    """
    base = check_base_url(url, variable=variable)
    encrypted = base.url.startswith("https:")
    async with httpx.AsyncClient(
        verify=tls_context() if encrypted else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        trust_env=not base.loopback,
        follow_redirects=False,
        auth=None if credentials is None else httpx.BasicAuth(credentials.username, credentials.password),
        headers={"user-agent": f"telnyx-reconciler/{__version__}", "accept": "application/json"},
        timeout=httpx.Timeout(total, connect=5.0),
    ) as client:
        yield RemoteDocument(client, total)
