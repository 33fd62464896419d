"""Targets for tests: the sandbox over a socket, or a scripted application in the process."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from reconciler.api import ApiKey, Clock, Sessions, Target, connect_for_writing

SECRET = "KEY0123456789ABCDEF_canary"
VARIABLE = "ACME_TELNYX_KEY"

Message = MutableMapping[str, Any]


class HurriedClock:
    """Time that passes only in ``sleep``, and at once."""

    def __init__(self) -> None:
        self.moment = 1_800_000_000.0

    def now(self) -> float:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        self.moment += seconds
        await asyncio.sleep(0)


def target(destination: Any, *, key: str = SECRET, rate: float | None = math.inf) -> Target:
    """An unpaced account that never really waits."""
    time = HurriedClock()
    return Target(
        destination=destination,
        key=ApiKey(key, variable=VARIABLE),
        rate=rate,
        clock=Clock(now=time.now, epoch=time.now, sleep=time.sleep),
        random=lambda: 0.0,
    )


class Script:
    """An ASGI application that answers from a list of (status, body) and drops the connection for None."""

    def __init__(self, *answers: tuple[int, Any] | tuple[int, Any, dict[str, str]] | None) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[str, str]] = []

    async def __call__(self, scope: Any, _: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        """Answer one request; text bodies are sent as they are."""
        self.requests.append((scope["method"], scope["path"]))
        answer = self.answers.pop(0)
        if answer is None:
            raise ConnectionResetError
        status, body, *rest = answer
        content = body if isinstance(body, str) else json.dumps(body)
        headers = [(name.encode(), value.encode()) for names in rest for name, value in names.items()]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content.encode()})


def converse(destination: Any, talk: Callable[[Sessions], Awaitable[Any]], *, key: str = SECRET) -> Any:
    """Connect, talk, and answer what the talk answered."""

    async def go() -> Any:
        async with connect_for_writing(target(destination, key=key)) as sessions:
            return await talk(sessions)

    return asyncio.run(go())


def five(answer: tuple[int, Any] | None) -> Sequence[tuple[int, Any] | None]:
    """As many answers as there are attempts."""
    return [answer] * 5
