"""Somebody who waits for messages, on a socket of this machine: it keeps what it got, and answers as it is told."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.sandbox.server import running

TOKEN = "T0CANARY/B0CANARY/xyzzycanary"
"""The secret part of an address."""


@dataclass
class Got:
    """One request."""

    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        """The body."""
        return json.loads(self.body)


@dataclass
class Receiver:
    """``answers`` are statuses for the next requests; then it takes everything.

    Who waits at the ``barrier`` is answered together.
    """

    base: str = ""
    got: list[Got] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    barrier: asyncio.Barrier | None = None

    @property
    def url(self) -> str:
        """Where messages are sent to."""
        return f"{self.base}/services/{TOKEN}?sig=canarysig"

    def take(self) -> list[Got]:
        """What came since the last time."""
        got, self.got = self.got, []
        return got

    async def answer(self, request: Request) -> Response:
        """Serve one request."""
        self.got.append(Got(dict(request.headers), await request.body()))
        if self.barrier is not None:
            await self.barrier.wait()
        status = self.answers.pop(0) if self.answers else 200
        headers = {"location": f"{self.base}/elsewhere"} if status in range(300, 400) else {}
        return Response("ok", status_code=status, headers=headers)


@contextlib.contextmanager
def receiving() -> Iterator[Receiver]:
    """Serve on a port of this machine."""
    made = Receiver()
    with running(Starlette(routes=[Route("/{path:path}", made.answer, methods=["GET", "POST"])])) as base:
        made.base = base.removesuffix("/v2")
        yield made
