"""Sessions to talk through: a sandbox over a socket, or answers written down beforehand."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from reconciler.api import ApiKey, Target, connect_for_writing
from reconciler.model.session import Query, WriteSession
from reconciler.sandbox.app import create_app
from reconciler.sandbox.server import running


def with_sandbox(talk: Callable[[WriteSession], Awaitable[None]], *quirks: str) -> None:
    """Run ``talk`` against a fresh account."""

    async def go(url: str) -> None:
        key = ApiKey("KEY_sandbox", variable="TELNYX_API_KEY")
        async with connect_for_writing(Target(destination=url, key=key, rate=math.inf)) as sessions:
            await talk(sessions.writing)

    with running(create_app(quirks=quirks)) as url:
        asyncio.run(go(url))


class Prepared:
    """A session that answers everything alike and writes down what it was asked."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str, Any]] = []

    async def get(self, path: str, query: Query | None = None) -> Any:
        """Answer a read."""
        self.asked.append(("GET", path, query))
        return self.answer

    async def ask(self, path: str, body: Mapping[str, Any]) -> Any:
        """Answer a question."""
        self.asked.append(("ASK", path, body))
        return self.answer

    async def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Answer a create."""
        self.asked.append(("POST", path, body))
        return self.answer

    async def upload(self, path: str, files: Mapping[str, bytes], *, media_type: str) -> Any:
        """Answer an upload."""
        self.asked.append(("UPLOAD", path, (dict(files), media_type)))
        return self.answer

    async def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """Answer an update."""
        self.asked.append(("PATCH", path, body))
        return self.answer

    async def put(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Answer a replacement."""
        self.asked.append(("PUT", path, body))
        return self.answer

    async def delete(self, path: str) -> Any:
        """Answer a removal."""
        self.asked.append(("DELETE", path, None))
        return self.answer
