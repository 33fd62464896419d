"""Trying addresses: what counts as an answer, what a certificate may lack, and where nothing is ever sent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import httpx
import pytest

from reconciler.model.reach import Answered, BadCertificate, NoAnswer, NoSuchHost, NotPublic, Reached
from reconciler.transport.reach import Reacher, _is_public

from .certificates import certificate
from .scripted import DROP, SILENCE, Scene, Server, answer, playing

PATH = "/canary-token?sig=canary"


def _reached(scenes: Sequence[Scene], host: str = "127.0.0.1", seconds: float = 5.0) -> tuple[Reached, Server]:
    async def go() -> tuple[Reached, Server]:
        async with playing(scenes) as server:
            url = f"http://{host}:{server.port}{PATH}"
            return await Reacher(private=True, seconds=seconds)(url), server

    return asyncio.run(go())


@pytest.mark.parametrize(
    ("scenes", "status", "methods"),
    [
        ([answer(200)], 200, ["head"]),
        ([answer(405)], 405, ["head"]),
        ([answer(404)], 404, ["head"]),
        ([answer(302, location="http://127.0.0.1:1/elsewhere")], 302, ["head"]),
        ([answer(500), answer(200)], 200, ["head", "get"]),
        ([answer(503), answer(503)], 503, ["head", "get"]),
        ([DROP, answer(401)], 401, ["head", "get"]),
    ],
)
def test_any_answer_is_one(scenes: list[Scene], status: int, methods: list[str]) -> None:
    """A GET only where the HEAD fails. No body, no key, no cookie, nothing that looks like an event; no redirects."""
    scenes = [Scene(scene.raw, close=True) for scene in scenes]
    reached, server = _reached(scenes)
    assert isinstance(reached, Answered)
    assert (reached.status, 0 <= reached.seconds < 5) == (status, True)
    assert [head.split()[0] for head in server.heads] == methods
    for head in server.heads:
        assert head.split()[1] == PATH
        assert f"host: 127.0.0.1:{server.port}" in head
        assert not any(word in head for word in ("authorization", "telnyx-signature", "cookie", "content-type"))
    assert set(server.bodies) == {b""}


def test_who_does_not_answer() -> None:
    """Nobody there, silence, and a connection that breaks twice."""
    silent, _ = _reached([SILENCE], seconds=0.2)
    assert silent == NoAnswer("no answer within 0.2 s")
    broken, server = _reached([DROP, DROP])
    assert broken == NoAnswer("the connection broke before an answer")
    refused = asyncio.run(Reacher(private=True)(f"http://127.0.0.1:{server.port}/"))
    assert isinstance(refused, NoAnswer)
    assert refused.reason == "no connection (connection refused)"


def test_time_is_taken_from_the_lookup_to_the_answer() -> None:
    """Of the attempt that answered; what another one before it took does not count."""
    ticks = iter([0.0, 1.0, 10.0, 20.0, 23.5])

    async def go() -> Reached:
        async with playing([DROP, answer(200)]) as server:
            return await Reacher(private=True, now=lambda: next(ticks))(f"http://127.0.0.1:{server.port}/")

    # looked up for 1 s, a HEAD that broke, then a GET for 3.5 s
    assert asyncio.run(go()) == Answered(200, 4.5)


def test_what_is_no_address() -> None:
    """Nothing is raised."""
    for url in (
        "",
        "hooks",
        "ftp://example.com/",
        "https:///x",
        "\x00",
        "https://xn--a/",
        "https://xn--/",
        "http://127.0.0.1:65536/",
    ):
        assert asyncio.run(Reacher()(url)) == NoAnswer("it is no address"), url


@pytest.mark.parametrize("host", ["hooks.invalid", "a" * 70 + ".example", "a b", "...", "[broken", "-"])
def test_a_host_without_an_address(host: str) -> None:
    """A name that is reserved for having none (RFC 6761), and what can be no name."""
    assert asyncio.run(Reacher()(f"https://{host}/")) == NoSuchHost()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0"])
def test_nothing_is_sent_into_a_private_network(host: str) -> None:
    """However its address is spelled, and whatever its name resolves to."""

    async def go() -> None:
        async with playing([answer(200)]) as server:
            assert await Reacher()(f"http://{host}:{server.port}/") == NotPublic()
            assert server.connections == 0

    asyncio.run(go())


@pytest.mark.parametrize("others", [["8.8.8.8", "10.0.0.1"], ["10.0.0.1", "8.8.8.8"]])
def test_one_private_address_among_public_ones_is_enough(others: list[str]) -> None:
    """The next connection might go there."""
    asked: list[str] = []

    async def look_up(url: httpx.URL) -> list[IPv4Address | IPv6Address]:
        asked.append(url.host)
        return [ip_address(one) for one in others]

    assert asyncio.run(Reacher(look_up=look_up)("https://hooks.example.com/")) == NotPublic()
    assert asked == ["hooks.example.com"]


def test_the_connection_goes_to_the_address_that_was_looked_at() -> None:
    """The name is looked up once: the next answer for it may be another."""
    asked: list[str] = []

    async def look_up(url: httpx.URL) -> list[IPv4Address | IPv6Address]:
        asked.append(url.host)
        return [ip_address("127.0.0.1")]

    async def go() -> None:
        async with playing([DROP, answer(200)]) as server:
            reached = await Reacher(private=True, look_up=look_up)(f"http://hooks.invalid:{server.port}/")
            assert isinstance(reached, Answered)
            assert f"host: hooks.invalid:{server.port}" in server.heads[0]

    asyncio.run(go())
    assert asked == ["hooks.invalid"]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("10.0.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("2606:4700::1111", True),
        ("fe80::1", False),
        ("fd00::1", False),
        ("ff0e::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:a00:1::", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::808:808", True),
        ("64:ff9b:1::808:808", False),
        ("::ffff:8.8.8.8", True),
        ("::a00:1", False),
        ("fec0::1", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    """Those of the older protocol inside of the newer one included."""
    assert _is_public(ip_address(address)) is public


@pytest.mark.parametrize(
    ("hosts", "ends", "trusted", "expected"),
    [
        (("127.0.0.1",), 1, True, Answered),
        (("127.0.0.1",), 1, False, BadCertificate("is self-signed")),
        (("127.0.0.1",), -1, True, BadCertificate("has expired")),
        (("10.0.0.1",), 1, True, BadCertificate("is for another address")),
        (("localhost",), 1, True, Answered),
        (("other.test",), 1, True, BadCertificate("is for another host name")),
    ],
)
def test_certificates(
    hosts: tuple[str, ...],
    ends: int,
    trusted: bool,
    expected: Reached | type[Answered],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Judged by the name in the address, although the connection goes to what it was looked up as.

    ``localhost`` has two addresses, and the server only one of them.
    """
    file, tls = certificate(tmp_path, *hosts, ends_in=timedelta(days=ends))
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    host = "127.0.0.1" if hosts[0][0].isdigit() else "localhost"

    async def go() -> tuple[Reached, Server]:
        async with playing([answer(204)], tls) as server:
            return await Reacher(private=True)(f"https://{host}:{server.port}/"), server

    reached, server = asyncio.run(go())
    if isinstance(expected, type):
        assert isinstance(reached, expected)
        assert f"host: {host}:{server.port}" in server.heads[0]
    else:
        assert reached == expected
        assert server.heads == []


def test_a_server_that_speaks_no_tls() -> None:
    """Its certificate was never seen."""

    async def plainly(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 plain\r\n\r\n")
        writer.close()

    async def go() -> Reached:
        server = await asyncio.start_server(plainly, "127.0.0.1", 0)
        async with server:
            return await Reacher(private=True)(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")

    assert asyncio.run(go()) == BadCertificate("was not even looked at: no common way to speak TLS was found")


def test_no_proxy_and_no_log_learns_the_address(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy would look the name up itself; a log travels."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    reached, _ = _reached([answer(200)])
    assert isinstance(reached, Answered)
    assert "canary" not in caplog.text
