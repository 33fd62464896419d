"""Where posts hang: the comments of a pull request, or the open issues of a project. Knows no plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.forge.session import Session, number


@dataclass(frozen=True, slots=True)
class Post:
    """One comment or issue of ours. ``id`` is what its address ends in."""

    id: int
    body: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A list of posts, as one of the forges has it."""

    session: Session
    path: str
    """Of the list, and of a POST to it."""
    query: Mapping[str, str | int] = field(default_factory=dict)
    item: str
    """The path of one post, without its id."""
    method: str
    """What changes a post: PATCH or PUT."""
    body: str
    """The name of the field that holds the text."""
    id: str
    """The name of the field that tells posts apart."""
    ours: Callable[[Mapping[str, Any]], bool]
    """Whether we wrote a row, as far as that can be told: others may quote our mark."""
    closed: Mapping[str, str] = field(default_factory=dict)
    """What closes a post, beside its text."""
    labels: Callable[[str], Mapping[str, Any]] = lambda _: {}
    """How a new post is labelled."""

    async def posts(self) -> list[Post]:
        """Everything that is ours, oldest first. Raises ForgeError."""
        rows = await self.session.rows(self.path, self.query)
        return sorted((self._post(row) for row in rows if self.ours(row)), key=lambda post: post.id)

    async def add(self, text: str, *, title: str = "", label: str = "") -> Post | None:
        """A new post; None where nobody knows whether there is one now. Raises ForgeError."""
        named = {"title": title, **(self.labels(label) if label else {})} if title else {}
        row = await self.session.add(self.path, {self.body: text, **named})
        return None if not isinstance(row, dict) else self._post(row)

    async def replace(self, post: Post, text: str, *, close: bool = False) -> Post:
        """The same post with another text. Raises ForgeError."""
        row = await self.session.change(
            self.method, f"{self.item}/{post.id}", {self.body: text, **(self.closed if close else {})}
        )
        return self._post(row) if isinstance(row, dict) else Post(post.id, text, post.url)

    def _post(self, row: Mapping[str, Any]) -> Post:
        text = str(row.get(self.body) or "").replace("\r\n", "\n")
        return Post(number(row, self.id), text, str(row.get("html_url") or row.get("web_url") or ""))
