"""Where each value of a document stands: compact while thousands are loaded, looked up only when somebody asks.

A span mirrors its value. A scalar's is its position, an integer. A sequence's is the list of its items' spans and,
last, its own position. A mapping's is the list of key position, value span, … and, last, its own position and the
tuple of its keys.
"""

from __future__ import annotations

from typing import Any, final

from reconciler.model.source import Source

Span = int | list[Any]

_COLUMN_BITS = 32
_COLUMN = (1 << _COLUMN_BITS) - 1


def position(line: int, column: int) -> int:
    """A place as one integer; both count from 0."""
    return line << _COLUMN_BITS | column


def start_of(span: Span) -> int:
    """The position of a value."""
    if isinstance(span, int):
        return span
    return int(span[-2] if keys_of(span) is not None else span[-1])


def keys_of(span: Span) -> tuple[str, ...] | None:
    """The keys of a mapping's span; None for any other."""
    return span[-1] if isinstance(span, list) and isinstance(span[-1], tuple) else None


def moved_to(span: Span, start: int) -> Span:
    """The span of a value that an alias repeats at ``start``; what lies inside stays where it was written."""
    if isinstance(span, int):
        return start
    return [*span[:-2], start, span[-1]] if keys_of(span) is not None else [*span[:-1], start]


@final
class Places:
    """Answers where a path of the document stands. Called, it gives the value's place or its nearest parent's."""

    __slots__ = ("_span", "file")

    def __init__(self, file: str, span: Span) -> None:
        self.file = file
        self._span = span

    def __call__(self, path: tuple[str | int, ...]) -> Source:
        """The place of the value at ``path``; of the key of its nearest parent, where there is no such value."""
        key, value = self._find(path)
        return self.source(key if value is None else value)

    def of_key(self, path: tuple[str | int, ...]) -> Source:
        """The place of the key at ``path``, or of its nearest parent's."""
        return self.source(self._find(path)[0])

    def source(self, at: int) -> Source:
        """A position as people count."""
        return Source(self.file, (at >> _COLUMN_BITS) + 1, (at & _COLUMN) + 1)

    def _find(self, path: tuple[str | int, ...]) -> tuple[int, int | None]:
        span, key = self._span, start_of(self._span)
        for step in path:
            if isinstance(span, int):
                return key, span
            keys = keys_of(span)
            if keys is None and isinstance(step, int) and 0 <= step < len(span) - 1:
                span = span[step]
                key = start_of(span)
            elif keys is not None and step in keys:
                index = keys.index(str(step))
                key, span = span[2 * index], span[2 * index + 1]
            else:
                return key, None
        return key, start_of(span)
