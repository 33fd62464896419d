"""Handing one message to an address that is itself a secret. Nothing of ours is sent along: no key, no cookie.

As with the wire, no exception of the HTTP library leaves: what came of it is a value. Redirects are not followed, since
they would carry the message to where nobody asked it to go.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import random as system_random

import httpx

from reconciler import __version__
from reconciler.transport.base_url import check_secret_url
from reconciler.transport.clock import Clock
from reconciler.transport.outcome import Answer, Lost, NotSent
from reconciler.transport.retry import Repeat, RetryPolicy, delay_before_next, may_repeat
from reconciler.transport.wire import failed, tls_context

SECONDS = 15.0
"""For one attempt as a whole."""

POLICY = RetryPolicy(attempts=4, deadline=45.0)
"""A message that is late is sent by the next run: nobody waits long for it."""

_MOST = 64 << 10
"""Bytes of an answer that are taken: what it says is of no interest."""


@dataclass(frozen=True, slots=True)
class Message:
    """What to send. Receivers tell a repetition by what is in it."""

    content: bytes
    content_type: str


async def post(
    url: str,
    message: Message,
    *,
    variable: str,
    policy: RetryPolicy = POLICY,
    clock: Clock | None = None,
    random: Callable[[], float] = system_random,
) -> Answer | Lost | NotSent:
    """Send until it is taken, refused or hopeless; the last outcome. ``variable`` names the address in messages.

    An answer's body is not kept. Raises UsageError for an address that is neither https nor on this machine. Proxies as
    for the wire.
    """
    loopback = check_secret_url(url, variable=variable)
    clock = clock or Clock()
    began = clock.now()
    async with httpx.AsyncClient(
        verify=tls_context() if url.lower().startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        trust_env=not loopback,
        follow_redirects=False,
        headers={"user-agent": f"telnyx-reconciler/{__version__}"},
        timeout=httpx.Timeout(SECONDS, connect=5.0),
    ) as client:
        attempt = 0
        while True:
            attempt += 1
            outcome = await _once(client, url, message)
            if attempt >= policy.attempts or not may_repeat(outcome, Repeat.HARMLESS, hopeless=lambda _: False):
                return outcome
            delay = delay_before_next(outcome, attempt, policy, epoch=clock.epoch(), random=random)
            if clock.now() + delay > began + policy.deadline:
                return outcome
            await clock.sleep(delay)


async def _once(client: httpx.AsyncClient, url: str, message: Message) -> Answer | Lost | NotSent:
    headers = {"content-type": message.content_type}
    try:
        async with asyncio.timeout(SECONDS):
            with unlogged():
                async with client.stream("POST", url, content=message.content, headers=headers) as response:
                    taken = 0
                    async for part in response.aiter_raw():
                        taken += len(part)
                        if taken > _MOST:
                            break
                    names = {name.lower(): value for name, value in response.headers.items()}
                    return Answer(response.status_code, names, None)
    except TimeoutError:
        return Lost(f"no whole answer within {SECONDS:g} s")
    except httpx.InvalidURL:
        return NotSent("this is no address", permanent=True)
    except httpx.HTTPError as error:
        return failed(error)


@contextlib.contextmanager
def unlogged() -> Iterator[None]:
    """Nothing is logged: httpx names the address of each request, which is the secret."""
    loggers = [logging.getLogger(name) for name in ("httpx", "httpcore.http11", "httpcore.connection")]

    def silent(_: logging.LogRecord) -> bool:
        return False

    for logger in loggers:
        logger.addFilter(silent)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(silent)
