"""One request over a real socket: what is sent, and what is made of every way an answer can fail."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import subprocess
from pathlib import Path

import pytest

from reconciler import __version__
from reconciler.transport.base_url import check_base_url
from reconciler.transport.key import ApiKey
from reconciler.transport.outcome import Answer, Garbled, Lost, NotSent, Outcome, Request
from reconciler.transport.permission import NotPermittedError, Permission
from reconciler.transport.wire import Timeouts, open_wire, tls_context

from .scripted import DROP, SILENCE, Scene, answer, cut, playing

SECRET = "KEY0123456789_canary"
ALL = Permission(methods=frozenset({"GET", "POST", "PATCH", "PUT", "DELETE"}))
GET = Request("GET", "/things")


async def _exchange(
    url: str, request: Request = GET, *, permission: Permission = ALL, timeouts: Timeouts | None = None
) -> Outcome:
    base = check_base_url(url, variable="V")
    async with open_wire(
        base,
        key=ApiKey(SECRET, variable="K"),
        permission=permission,
        timeouts=timeouts or Timeouts(read=5, total=5),
        concurrency=2,
        tls=tls_context() if url.startswith("https:") else None,
    ) as wire:
        return await wire.exchange(request)


def _play(scene: Scene, request: Request = GET, timeouts: Timeouts | None = None) -> Outcome:
    async def go() -> Outcome:
        async with playing([scene]) as server:
            return await _exchange(server.url, request, timeouts=timeouts)

    return asyncio.run(go())


def test_a_request_carries_key_agent_query_and_body() -> None:
    """Brackets are percent-encoded, ``+`` too (guide §18.1)."""

    async def go() -> None:
        async with playing([answer(200, {"data": 1})]) as server:
            request = Request("POST", "/a/x%2Fy", query={"page[size]": 250, "n": "+1555"}, body={"a": None})
            outcome = await _exchange(server.url, request)
            assert isinstance(outcome, Answer)
            assert outcome.body == {"data": 1}
            (head,) = server.heads
            assert head.startswith("post /v2/a/x%2fy?page%5bsize%5d=250&n=%2b1555 http/1.1\r\n")
            assert f"authorization: bearer {SECRET.lower()}\r\n" in head
            assert f"user-agent: telnyx-reconciler/{__version__}\r\n" in head
            assert json.loads(server.bodies[0]) == {"a": None}

    asyncio.run(go())


def test_connections_are_reused() -> None:
    """Keep-alive: a second handshake per request would double every latency."""

    async def go() -> None:
        async with playing([answer(200, 1), answer(200, 2)]) as server:
            async with open_wire(
                check_base_url(server.url, variable="V"),
                key=ApiKey(SECRET, variable="K"),
                permission=ALL,
                timeouts=Timeouts(),
                concurrency=2,
            ) as wire:
                await wire.exchange(GET)
                await wire.exchange(GET)
            assert (len(server.heads), server.connections) == (2, 1)

    asyncio.run(go())


@pytest.mark.parametrize(
    ("scene", "expected", "reason"),
    [
        (DROP, Lost, "closed without an answer"),
        (cut(200, {"data": []}), Lost, "closed within the body"),
        (Scene(b"HTTP/1.1 200 OK\r\ncontent-le", close=True), Lost, "closed within the head"),
        (Scene(b"garbage\r\n\r\n", close=True), Lost, "not HTTP"),
        (answer(200, text='{"data": ['), Garbled, "JSON cut short"),
        (answer(200, text="<html>hi</html>", content_type="text/html"), Garbled, "a proxy's page"),
        (answer(200, text=""), Garbled, "an empty success"),
        (answer(200, text='{"a": NaN}'), Garbled, "not JSON, though Python reads it"),
        (answer(200, text="[" * 100_000), Garbled, "deeper than the decoder goes"),
        (answer(200, text="\udcff".encode("utf-8", "surrogateescape").decode("latin-1")), Garbled, "no JSON"),
        (answer(502, text="<html>bad gateway</html>"), Answer, "an error may have any body"),
        (answer(500, text=""), Answer, "an error may have no body"),
        (answer(204, text=""), Answer, "no content"),
        (answer(200, text="not zipped", content_encoding="gzip"), Lost, "broken encoding"),
    ],
)
def test_every_broken_answer_has_its_outcome(scene: Scene, expected: type[Outcome], reason: str) -> None:
    """None of them is an exception."""
    assert isinstance(_play(scene), expected), reason


def test_an_empty_success_is_fine_for_delete_and_a_bare_string_is_json() -> None:
    """Toll-free deletes answer nothing, auto-responses ``"OK"`` (guide §18.2)."""
    request = Request("DELETE", "/things/1")
    assert _play(answer(200, text=""), request) == Answer(200, {"content-length": "0"}, None)
    outcome = _play(answer(200, "OK"), request)
    assert isinstance(outcome, Answer)
    assert outcome.body == "OK"


def test_silence_and_trickling_both_end() -> None:
    """The read timeout sees silence; only the total sees a server that sends a byte now and then."""
    assert _play(SILENCE, timeouts=Timeouts(read=0.05)) == Lost("the answer took too long")
    assert _play(SILENCE, timeouts=Timeouts(total=0.05)) == Lost("no whole answer within 0.05 s")


def test_a_refused_connection_is_not_sent() -> None:
    """Nothing listens on a port that was just closed."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    outcome = asyncio.run(_exchange(f"http://127.0.0.1:{port}"))
    assert isinstance(outcome, NotSent)
    assert not outcome.permanent


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_answered_and_never_followed(status: int) -> None:
    """The other server sees no connection, so no key."""

    async def go() -> None:
        async with playing([answer(200, 1)]) as thief:
            async with playing([answer(status, text="", location=thief.url)]) as server:
                outcome = await _exchange(server.url)
            assert isinstance(outcome, Answer)
            assert outcome.status == status
            assert thief.heads == []

    asyncio.run(go())


def test_loopback_never_uses_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain http through a proxy would show it the key."""

    async def go() -> None:
        async with playing([answer(200, 1)]) as proxy, playing([answer(200, 2)]) as server:
            for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
                monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            outcome = await _exchange(server.url)
            assert isinstance(outcome, Answer)
            assert outcome.body == 2
            assert proxy.heads == []

    asyncio.run(go())


def test_https_goes_through_the_proxy_without_showing_it_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """CONNECT only; a proxy that refuses means that nothing was sent."""

    async def go() -> None:
        async with playing([answer(407, text="")]) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
            monkeypatch.delenv("NO_PROXY", raising=False)
            outcome = await _exchange("https://api.example/v2")
            assert outcome == NotSent("the proxy refused to connect to it")
            assert proxy.heads[0].startswith("connect api.example:443 ")
            assert "authorization" not in proxy.heads[0]

    asyncio.run(go())


def test_certificates_are_verified_against_the_usual_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown authority is a permanent failure; SSL_CERT_FILE makes it known."""
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    extra = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    try:
        subprocess.run([*command, *extra], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("needs the openssl command")
    import ssl  # noqa: PLC0415 - beside its only use

    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)

    async def go() -> tuple[Outcome, Outcome]:
        async with playing([answer(200, 1), answer(200, 1)], tls) as server:
            url = f"https://127.0.0.1:{server.port}/v2"
            unknown = await _exchange(url)
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
            return unknown, await _exchange(url)

    unknown, known = asyncio.run(go())
    assert unknown == NotSent("its certificate does not verify", permanent=True)
    assert isinstance(known, Answer)


def test_what_is_not_permitted_does_not_leave_even_from_the_http_client_itself() -> None:
    """The last check sits where bytes leave."""

    async def go() -> None:
        async with playing([answer(200, 1)]) as server:
            reading = Permission(methods=frozenset({"GET"}))
            base = check_base_url(server.url, variable="V")
            async with open_wire(
                base, key=ApiKey(SECRET, variable="K"), permission=reading, timeouts=Timeouts(), concurrency=1
            ) as wire:
                with pytest.raises(NotPermittedError):
                    await wire.exchange(Request("DELETE", "/things/1"))
                for method in ("POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
                    with pytest.raises(NotPermittedError):
                        await wire._client.request(method, server.url + "/things/1")
                with pytest.raises(NotPermittedError):
                    await wire._client.post(server.url.removesuffix("/v2") + "/v3/things")
            assert server.heads == []

    asyncio.run(go())


@pytest.mark.parametrize("scene", [DROP, cut(200, 1), answer(401, text="no"), answer(302, text="", location="x")])
def test_no_log_at_any_level_holds_the_key(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """Httpx and httpcore log a good deal at DEBUG."""
    caplog.set_level(logging.DEBUG)
    _play(scene)
    assert caplog.records
    assert SECRET not in caplog.text
