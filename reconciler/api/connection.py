"""Opening sessions: the one place where wire, pace, permission and key meet.

Reads no environment variables, except what httpx and ssl look up for https destinations: HTTPS_PROXY,
ALL_PROXY and NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR. Everything else is an argument.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from reconciler.api.endpoints import READING, WRITING, endpoint_of
from reconciler.api.failures import is_spend_limit
from reconciler.api.session import Client, Heard, WritingClient, forget
from reconciler.model.ledger import Lease, Unending
from reconciler.transport.base_url import check_base_url
from reconciler.transport.clock import Clock
from reconciler.transport.key import ApiKey
from reconciler.transport.pacing import Pacing
from reconciler.transport.permission import Permission
from reconciler.transport.retry import RetryPolicy
from reconciler.transport.sender import Sender
from reconciler.transport.tally import Observer, Tally, ignore
from reconciler.transport.wire import AsgiApp, Timeouts, open_wire, tls_context


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The API of one account, and how to behave towards it."""

    destination: str | AsgiApp
    """A base URL such as ``https://api.telnyx.com/v2``, or an ASGI application in this process (the sandbox).

    The application is asked below ``/v2``. Its lifespan is not run.
    """
    key: ApiKey
    base_url_variable: str = "TELNYX_BASE_URL"
    """Where the user set the base URL, for messages."""
    rate: float | None = None
    """Requests/s per endpoint, never exceeded; None: 9.5, or what headers allow; ``math.inf``: unpaced."""
    concurrency: int = 8
    """Requests in flight at once."""
    timeouts: Timeouts = field(default_factory=Timeouts)
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    clock: Clock = field(default_factory=Clock)
    random: Callable[[], float] = random.random
    """Uniform in [0, 1), for jitter."""
    observer: Observer = ignore
    """Told of every attempt that ended, for debug logs and progress."""
    heard: Heard = forget
    """Told the answer to every GET of a session that only reads, for whoever copies what is there."""
    lease: Lease = field(default_factory=Unending)
    """The hold on the account's ledger: a request that writes is sent only while it outlasts the request's timeout."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """Both halves. They share pace, concurrency and counters, and nothing else: each has its own wire."""

    reading: Client
    writing: WritingClient


@asynccontextmanager
async def connect(target: Target) -> AsyncIterator[Client]:
    """Open a session that can read and nothing else, down to its socket (promise 1).

    Raises UsageError for a base URL that is neither https nor on this machine. The first request connects.
    """
    async with _Opener(target) as opener:
        yield Client(await opener.sender(READING), key=target.key, heard=target.heard)


@asynccontextmanager
async def connect_for_writing(target: Target) -> AsyncIterator[Sessions]:
    """Open both sessions, for apply and destroy and actions named as such. Raises as ``connect`` does."""
    async with _Opener(target) as opener:
        yield Sessions(
            reading=Client(await opener.sender(READING), key=target.key),
            writing=WritingClient(await opener.sender(WRITING), key=target.key),
        )


class _Opener(AsyncExitStack):
    """Senders of one account, all closed together."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self._target = target
        self._destination = (
            check_base_url(target.destination, variable=target.base_url_variable)
            if isinstance(target.destination, str)
            else target.destination
        )
        encrypted = isinstance(target.destination, str) and target.destination.startswith("https:")
        self._tls = tls_context() if encrypted else None
        self._pacing = Pacing(rate=target.rate, concurrency=target.concurrency, clock=target.clock)
        self._tally = Tally()

    async def sender(self, permission: Permission) -> Sender:
        """Open a wire of its own for ``permission``."""
        target = self._target
        wire = await self.enter_async_context(
            open_wire(
                self._destination,
                key=target.key,
                permission=permission,
                timeouts=target.timeouts,
                concurrency=target.concurrency,
                tls=self._tls,
            )
        )
        return Sender(
            wire=wire,
            permission=permission,
            pacing=self._pacing,
            endpoint_of=endpoint_of,
            hopeless=is_spend_limit,
            policy=target.policy,
            clock=target.clock,
            random=target.random,
            tally=self._tally,
            observer=target.observer,
            lease=target.lease,
        )
