"""A TCP server that plays scripted raw answers, and a clock that only moves when someone sleeps."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from reconciler.transport.clock import Clock

EPOCH = 1_800_000_000.0


@dataclass(frozen=True, slots=True)
class Scene:
    """What the server does with one request: write, and perhaps close or fall silent."""

    raw: bytes = b""
    close: bool = False
    silent: bool = False


DROP = Scene(close=True)
SILENCE = Scene(silent=True)


def answer(status: int, body: Any = None, *, text: str | None = None, **headers: str) -> Scene:
    """Write a whole answer; underscores in header names become hyphens."""
    content = (json.dumps(body) if text is None else text).encode()
    lines = [f"HTTP/1.1 {status} whatever", f"content-length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return Scene("\r\n".join([*lines, "", ""]).encode() + content)


def cut(status: int, body: Any) -> Scene:
    """Write an answer without its last bytes, then close."""
    return Scene(answer(status, body).raw[:-3], close=True)


@dataclass(slots=True)
class Server:
    """Requests as they arrived: head (lower case) and body."""

    scenes: list[Scene]
    port: int = 0
    connections: int = 0
    heads: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.port}/v2"

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self.connections += 1
        try:
            while self.scenes:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                _, _, rest = head.partition("content-length: ")
                body = await reader.readexactly(int(rest.partition("\r\n")[0] or 0))
                self.heads.append(head)
                self.bodies.append(body)
                scene = self.scenes.pop(0)
                if scene.silent:
                    await reader.read()
                writer.write(scene.raw)
                await writer.drain()
                if scene.close:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def playing(scenes: Sequence[Scene], tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """Serve the scenes, one per request, on a port of this machine."""
    script = Server(list(scenes))
    server = await asyncio.start_server(script.converse, "127.0.0.1", 0, ssl=tls)
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        server.close()
        await asyncio.sleep(0)


class VirtualClock:
    """Time that passes only in ``sleep``."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        self.naps: list[float] = []

    def now(self) -> float:
        return self.elapsed

    def epoch(self) -> float:
        return EPOCH + self.elapsed

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        target = self.elapsed + seconds
        await asyncio.sleep(0)
        self.elapsed = max(self.elapsed, target)

    @property
    def clock(self) -> Clock:
        """What the code under test takes."""
        return Clock(now=self.now, epoch=self.epoch, sleep=self.sleep)


QUOTA: Mapping[str, str] = {
    "x-ratelimit-limit": "10",
    "x-ratelimit-remaining": "9",
    "x-ratelimit-reset": "1",
}
