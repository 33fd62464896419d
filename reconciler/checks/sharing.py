"""One read for all who ask: several checks want the same lists, and requests are what an account has few of."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

from reconciler.model.session import Query, ReadSession


class _Asked(NamedTuple):
    path: str
    query: tuple[tuple[str, str | int], ...]


class Shared:
    """The answers that were asked for so far, and those that are on their way."""

    def __init__(self, session: ReadSession) -> None:
        """``session`` asks what nobody has asked yet."""
        self.session = session
        self.answers: dict[_Asked, asyncio.Future[Any]] = {}

    def reader(self) -> Reader:
        """A session for one check."""
        return Reader(self)

    async def end(self) -> None:
        """Let go of what nobody waits for any more."""
        for answer in self.answers.values():
            answer.cancel()
        await asyncio.gather(*self.answers.values(), return_exceptions=True)


class Reader:
    """A ReadSession. Whoever asks the same again is told afresh: pages that moved are read twice for a reason."""

    def __init__(self, shared: Shared) -> None:
        """Nothing was asked yet."""
        self._shared = shared
        self._asked: set[_Asked] = set()

    async def get(self, path: str, query: Query | None = None) -> Any:
        """GET, unless another check did. Raises ApiError."""
        asked = _Asked(path, tuple(sorted((query or {}).items())))
        answers = self._shared.answers
        if asked in self._asked or asked not in answers:
            answers[asked] = asyncio.ensure_future(self._shared.session.get(path, query))
        self._asked.add(asked)
        return await asyncio.shield(answers[asked])  # one check that ends must not end it for the others

    async def ask(self, path: str, body: Mapping[str, Any]) -> Any:
        """POST a question. Raises ApiError."""
        return await self._shared.session.ask(path, body)
