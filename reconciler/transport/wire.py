"""The only place that sends, and the only one that sees the key or an exception of the HTTP library.

Neither may leave: every failure becomes an ``Outcome`` here, because httpx's exceptions carry the request and
h11's quote headers.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from reconciler import __version__
from reconciler.transport.base_url import BaseUrl
from reconciler.transport.key import ApiKey
from reconciler.transport.outcome import Lost, NotSent, Outcome, Request, read_answer
from reconciler.transport.permission import Permission

AsgiApp = Callable[..., Awaitable[None]]
"""An application in this process, asked without a socket (httpx's own type says no more)."""

_IN_PROCESS = BaseUrl(url="http://localhost/v2", path="/v2", loopback=True)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. ``total`` bounds one attempt as a whole: a server may trickle bytes for ever (guide §18.6)."""

    connect: float = 5.0
    read: float = 30.0
    write: float = 30.0
    pool: float = 30.0
    total: float = 60.0


class Wire:
    """Sends one request once, if it is permitted. Built by ``open_wire``."""

    def __init__(self, client: httpx.AsyncClient, *, base: BaseUrl, key: ApiKey, total: float) -> None:
        """Take a client whose request hook already refuses what is not permitted."""
        self._client = client
        self._base = base
        self._key = key
        self._total = total

    @property
    def longest(self) -> float:
        """Seconds after which an exchange has ended at the latest."""
        return self._total

    async def exchange(self, request: Request) -> Outcome:
        """Send and answer what came of it. Raises NotPermittedError; never an exception of httpx."""
        try:
            async with asyncio.timeout(self._total):
                response = await self._client.request(
                    request.method,
                    self._base.url + request.path,
                    params=request.query or None,
                    json=request.body,
                    files=_form(request),
                    headers={"authorization": self._key.authorization()},
                )
        except TimeoutError:
            return Lost(f"no whole answer within {self._total:g} s")
        except httpx.HTTPError as error:
            return failed(error)
        except OSError:
            return _BROKEN  # from an application in this process; httpx itself maps these
        return read_answer(request, response.status_code, _lower(response.headers), response.content)


@asynccontextmanager
async def open_wire(
    destination: BaseUrl | AsgiApp,
    *,
    key: ApiKey,
    permission: Permission,
    timeouts: Timeouts,
    concurrency: int,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Wire]:
    """Open a pool of HTTP/1.1 connections to a base URL, or speak to an application in this process.

    Over https, HTTPS_PROXY, ALL_PROXY and NO_PROXY are honoured as httpx reads them; loopback traffic never
    goes through a proxy, since plain http would show the key to it. Redirects are never followed. ``tls``
    (``tls_context()``; needed for https only, and without it no certificate verifies) is
    shared by the wires of an account: building a context takes longer than building the rest.
    """
    base, transport = _route(destination)

    async def refuse(request: httpx.Request) -> None:
        # The last moment before bytes leave: holds even for a caller who has reached the httpx client itself.
        permission.check(request.method, _path_below(base, request.url))

    async with httpx.AsyncClient(
        transport=transport,
        verify=tls or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # trusts nobody; loading authorities takes 40 ms
        trust_env=not base.loopback,
        follow_redirects=False,
        headers={"user-agent": f"telnyx-reconciler/{__version__}", "accept": "application/json"},
        timeout=httpx.Timeout(connect=timeouts.connect, read=timeouts.read, write=timeouts.write, pool=timeouts.pool),
        limits=httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency),
        event_hooks={"request": [refuse]},
    ) as client:
        yield Wire(client, base=base, key=key, total=timeouts.total)


def tls_context() -> ssl.SSLContext:
    """Build the TLS context, from SSL_CERT_FILE or SSL_CERT_DIR when set, else from certifi (20-30 ms)."""
    return httpx.create_ssl_context(verify=True, trust_env=True)


def _route(destination: BaseUrl | AsgiApp) -> tuple[BaseUrl, httpx.AsyncBaseTransport | None]:
    if isinstance(destination, BaseUrl):
        return destination, None
    # The application drops a connection by raising OSError; any other exception is a bug of it and shows.
    return _IN_PROCESS, httpx.ASGITransport(app=destination)


def _form(request: Request) -> Mapping[str, tuple[str, bytes, str]] | None:
    if request.files is None:
        return None
    return {part: (file.name, file.content, file.media_type) for part, file in request.files.items()}


def _path_below(base: BaseUrl, url: httpx.URL) -> str:
    path = url.raw_path.partition(b"?")[0].decode("ascii")
    if not path.startswith(base.path + "/"):
        return f"({path})"  # no permission names this
    return path.removeprefix(base.path)


def _lower(headers: httpx.Headers) -> Mapping[str, str]:
    return {name.lower(): value for name, value in headers.items()}


_NOTHING_SENT: Mapping[type[httpx.HTTPError], NotSent] = {
    httpx.ConnectTimeout: NotSent("connecting took too long"),
    httpx.PoolTimeout: NotSent("no connection was free"),
    httpx.ProxyError: NotSent("the proxy refused to connect to it"),
    httpx.UnsupportedProtocol: NotSent("the proxy's protocol is not supported", permanent=True),
}
_PERHAPS_SENT: Mapping[type[httpx.HTTPError], Lost] = {
    httpx.ReadTimeout: Lost("the answer took too long"),
    httpx.WriteTimeout: Lost("sending took too long"),
    httpx.DecodingError: Lost("the answer's content encoding is broken"),
}
_BROKEN = Lost("the connection broke before a whole answer came")


def failed(error: httpx.HTTPError) -> Lost | NotSent:
    """Sort by what is certain: before there is a connection nothing was sent, afterwards all may have been.

    Reasons are our own words: texts of exceptions may quote what was sent.
    """
    if isinstance(error, httpx.ConnectError):
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes(error)):
            return NotSent("its certificate does not verify", permanent=True)
        return NotSent(_connect_reason(error))
    return _NOTHING_SENT.get(type(error)) or _PERHAPS_SENT.get(type(error), _BROKEN)


def _connect_reason(error: httpx.ConnectError) -> str:
    for cause in causes(error):
        if isinstance(cause, OSError) and cause.strerror:
            return f"no connection ({cause.strerror})"
    return "no connection"


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and what led to it."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
