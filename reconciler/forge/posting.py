"""One post, kept in place: found by its mark among our own, changed where it is there, added where it is not.

A POST whose answer was lost may have left a post: it is looked for before it is sent again. Of twins that two runs made
at one moment the oldest is kept, and the others point to it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from reconciler.errors import ForgeError, ForgeInvalid
from reconciler.forge.board import Board, Post
from reconciler.forge.message import has_mark

T = TypeVar("T")

_LOOKS = 4
"""A list may lag behind what was posted: looked at again after 1, 2 and 4 seconds."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of it. ``word`` is ``posted``, ``updated`` or ``unchanged``."""

    word: str
    post: Post


Texts = Callable[[str | None], Iterable[str]]
"""From the present text (None: there is no post) to what to write: the first that the forge takes."""


async def put(board: Board, mark: str, texts: Texts, *, title: str = "", label: str = "") -> Posted:
    """See above. Raises ForgeError."""
    for look in range(_LOOKS):
        if look:
            await board.session.clock.sleep(2.0 ** (look - 1))
        there = await marked(board, mark)
        if there:
            return await _changed(board, there, texts)
        if look in {0, _LOOKS - 1}:  # sent again only when it did not turn up at all
            added = await _first_that_fits(texts(None), lambda text: board.add(text, title=title, label=label))
            if added is not None:
                return Posted("posted", added)
    raise ForgeError("nobody knows whether it was posted: the answers were lost", hint="run the job again: it looks")


async def marked(board: Board, mark: str) -> list[Post]:
    """Our posts with this mark, oldest first. Raises ForgeError."""
    return [post for post in await board.posts() if has_mark(post.body, mark)]


async def _changed(board: Board, there: list[Post], texts: Texts) -> Posted:
    first, *twins = there
    for twin in twins:
        await board.replace(twin, f"Superseded by {first.url or 'the comment above'}.", close=True)
    wanted = list(texts(first.body))
    if wanted[0].strip() == first.body.strip():
        return Posted("unchanged", first)
    return Posted("updated", await _first_that_fits(wanted, lambda text: board.replace(first, text)))


async def _first_that_fits(texts: Iterable[str], send: Callable[[str], Awaitable[T]]) -> T:
    refusal: ForgeInvalid | None = None
    for text in texts:
        try:
            return await send(text)
        except ForgeInvalid as error:  # too long, as far as the forge counts: the next one is shorter
            refusal = error
    raise refusal or ForgeError("there is nothing to post")
