"""Fetching one file over HTTP, through redirects. The key goes to the first address alone, never where it points.

As with the wire, no exception of the HTTP library leaves: what came of a request is a value.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import httpx

from reconciler import __version__
from reconciler.errors import UsageError
from reconciler.transport.base_url import check_base_url
from reconciler.transport.key import ApiKey
from reconciler.transport.outcome import Lost, NotSent
from reconciler.transport.wire import failed, tls_context

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HOPS = 5
_SECONDS = 60.0
_CONNECT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class File:
    """The last server answered. ``content`` is what it sent, whatever the status."""

    status: int
    content: bytes


async def download(url: str, *, key: ApiKey | None, largest: int, variable: str) -> File | Lost | NotSent:
    """Fetch ``url``, at most ``largest`` bytes, within a minute. ``variable`` names its origin in messages.

    Raises UsageError for an address that is neither https nor on this machine. A redirect to such a one is
    ``NotSent``. Proxies as for the wire.
    """
    _check(url, variable)
    try:
        async with asyncio.timeout(_SECONDS), AsyncExitStack() as stack:
            return await _follow(stack, url, key, largest)
    except TimeoutError:
        return Lost(f"no whole answer within {_SECONDS:g} s")
    except httpx.InvalidURL:
        return NotSent("it redirects to what is no address", permanent=True)
    except httpx.HTTPError as error:
        return failed(error)


async def _follow(stack: AsyncExitStack, url: str, key: ApiKey | None, largest: int) -> File | Lost | NotSent:
    for _ in range(_HOPS):
        try:
            loopback = _check(url, "the redirect")
        except UsageError:
            return NotSent("it redirects to an address that is neither https nor on this machine", permanent=True)
        client = await stack.enter_async_context(
            httpx.AsyncClient(
                verify=tls_context() if url.startswith("https:") else True,
                trust_env=not loopback,
                follow_redirects=False,
                headers={"user-agent": f"telnyx-reconciler/{__version__}"},
                timeout=httpx.Timeout(_SECONDS, connect=_CONNECT_SECONDS),
            )
        )
        headers = {"authorization": key.authorization()} if key is not None else {}
        key = None
        async with client.stream("GET", url, headers=headers) as response:
            if response.status_code in _REDIRECTS and "location" in response.headers:
                url = _next(url, response.headers["location"])
                continue
            received = bytearray()
            async for part in response.aiter_bytes():
                received += part
                if len(received) > largest:
                    return File(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"")
            return File(response.status_code, bytes(received))
    return NotSent("it redirects in a circle", permanent=True)


def _next(url: str, location: str) -> str:
    """Where a redirect points; what makes no sense points nowhere."""
    try:
        return urljoin(url, location)
    except ValueError:
        return ""


def _check(url: str, variable: str) -> bool:
    """Whether it is on this machine. Raises UsageError; a query is fine here, and may hold a signature."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise UsageError(f"{variable} is not a URL") from None
    return check_base_url(f"{parts.scheme}://{parts.netloc}", variable=variable, example="an https address").loopback
