"""A message on its way to an address that is a secret: tried again politely, carried nowhere else, logged nowhere."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import pytest

from reconciler.errors import UsageError
from reconciler.transport.base_url import check_secret_url
from reconciler.transport.outcome import Answer, Lost, NotSent
from reconciler.transport.webhook import POLICY, Message, post

from .scripted import DROP, Scene, Server, VirtualClock, answer, playing

MESSAGE = Message(b'{"a":1}', "application/json")
PATH = "/services/T0/canary?sig=canary"


def _posted(scenes: Sequence[Scene]) -> tuple[Answer | Lost | NotSent, list[float], Server]:
    async def go() -> tuple[Answer | Lost | NotSent, list[float], Server]:
        clock = VirtualClock()
        async with playing(scenes) as server:
            url = server.url.replace("/v2", PATH)
            outcome = await post(url, MESSAGE, variable="HOOK", clock=clock.clock, random=lambda: 1.0)
            return outcome, clock.naps, server

    return asyncio.run(go())


@pytest.mark.parametrize(
    ("scenes", "status", "naps"),
    [
        ([answer(200, text="ok")], 200, []),
        ([answer(204)], 204, []),
        ([answer(404, text="no_service")], 404, []),
        ([answer(307, location="http://127.0.0.1:1/elsewhere")], 307, []),
        ([answer(500), DROP, answer(200, text="ok")], 200, [0.5, 1.0]),
        ([answer(429, retry_after="7"), answer(200, text="ok")], 200, [7.0]),
        ([answer(429, retry_after="60")], 429, []),
        ([answer(503)] * POLICY.attempts, 503, [0.5, 1.0, 2.0]),
        ([answer(400, text="x" * 200_000)], 400, []),
    ],
)
def test_it_is_tried_again_while_that_may_help(scenes: list[Scene], status: int, naps: list[float]) -> None:
    """As long as the receiver asks for, but not for long: the next run comes."""
    outcome, slept, server = _posted(scenes)
    assert isinstance(outcome, Answer)
    assert (outcome.status, slept, len(server.heads)) == (status, naps, len(scenes))
    assert set(server.bodies) == {MESSAGE.content}
    for head in server.heads:
        assert head.startswith(f"post {PATH.lower()} ")
        assert "content-type: application/json" in head
        assert "authorization" not in head


def test_who_is_not_there_gets_nothing() -> None:
    """Tried as often; what came of it is a value."""

    async def go() -> Answer | Lost | NotSent:
        async with playing([]) as server:
            url = server.url
        return await post(url, MESSAGE, variable="HOOK", clock=VirtualClock().clock)

    assert isinstance(asyncio.run(go()), NotSent | Lost)


def test_no_log_holds_the_address(caplog: pytest.LogCaptureFixture) -> None:
    """The HTTP library would log it; what it logs otherwise, it still does afterwards."""
    caplog.set_level(logging.DEBUG)
    _posted([answer(302, location="http://127.0.0.1:1/canary")])
    assert "canary" not in caplog.text
    logging.getLogger("httpx").info("something else")
    assert "something else" in caplog.text


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://hooks.example.com/canary", "unencrypted"),
        ("ftp://hooks.example.com/canary", "not an https address"),
        ("canary", "not an https address"),
        ("https:///canary", "not an https address"),
        ("https://user:canary@hooks.example.com/", "no user name"),
        ("https://hooks.example.com/#canary", "no fragment"),
        ("https://hooks.example.com/can ary", "characters"),
        ("https://hooks.example.com:canary/", "not a URL"),
        ("https://[canary/", "not a URL"),
    ],
)
def test_an_address_that_cannot_be_used_is_not_quoted(url: str, reason: str) -> None:
    """All of it may be a secret."""
    with pytest.raises(UsageError, match=reason) as caught:
        check_secret_url(url, variable="HOOK")
    assert "canary" not in caught.value.summary + caught.value.hint
    assert "HOOK" in caught.value.summary


def test_addresses_that_can_be_used() -> None:
    """A query may be a signature; this machine needs no TLS."""
    assert not check_secret_url("https://hooks.example.com:8443/a?sig=1&b", variable="HOOK")
    assert all(check_secret_url(f"http://{host}/a", variable="HOOK") for host in ("localhost:1", "127.0.0.1", "[::1]"))
