"""Where each value of a document stands: compact while thousands are loaded, looked up only when somebody asks.

A span mirrors its value. A scalar's is its position: the number of characters before it in the file. A sequence's is
the list of its items' spans and, last, its own position. A mapping's is the list of key position, value span, … and,
last, its own position and the tuple of its keys.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate
from typing import Any, Protocol, final

from reconciler.model.source import Source

Span = int | list[Any]


@final
class Lines:
    """One file's text, to turn positions into lines and columns. Split into lines when first asked."""

    __slots__ = ("_starts", "_text", "file")

    def __init__(self, data: bytes, file: str) -> None:
        self.file = file
        self._text: bytes | str = data
        self._starts: array[int] | None = None

    def text(self) -> str:
        """The file as positions count it: without a byte order mark."""
        if isinstance(self._text, bytes):
            self._text = self._text.decode("utf-8-sig", "replace")
        return self._text

    def source(self, position: int) -> Source:
        """A position as people count."""
        if self._starts is None:
            # What ends a line in YAML ends one in Python; what ends one in Python only is not allowed in YAML.
            rows = self.text().splitlines(keepends=True)
            self._starts = array("Q", accumulate(map(len, rows), initial=0))
        row = bisect_right(self._starts, position)
        return Source(self.file, row, position - self._starts[row - 1] + 1)


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


def shifted(span: Span, by: int) -> Span:
    """A span whose text stands ``by`` characters further on in its file."""
    if isinstance(span, int):
        return span + by
    return [part if isinstance(part, tuple) else shifted(part, by) for part in span]


class AnyPlaces(Protocol):
    """Answers where a path of a document stands."""

    def __call__(self, path: tuple[str | int, ...]) -> Source:
        """The place of the value at ``path``, or of its nearest parent."""
        ...

    def of_key(self, path: tuple[str | int, ...]) -> Source:
        """The place of the key at ``path``, or of its nearest parent's."""
        ...


@final
class Places:
    """Answers where a path of the document stands. Called, it gives the value's place or its nearest parent's."""

    __slots__ = ("_lines", "_root", "_span")

    def __init__(self, lines: Lines, span: Span | Callable[[], Span], root: Any = None) -> None:
        """Take the document's span, or how to find it out; ``root`` is the parser's mark, where it begins."""
        self._lines = lines
        self._span = span
        self._root = root

    def __call__(self, path: tuple[str | int, ...]) -> Source:
        """The place of the value at ``path``; of the key of its nearest parent, where there is no such value."""
        if self._root is not None and not path:
            return Source(self._lines.file, self._root.line + 1, self._root.column + 1)
        key, value = self._find(path)
        return self._lines.source(key if value is None else value)

    def of_key(self, path: tuple[str | int, ...]) -> Source:
        """The place of the key at ``path``, or of its nearest parent's."""
        return self._lines.source(self._find(path)[0])

    def span(self) -> Span:
        """The span of the whole document."""
        if callable(self._span):
            self._span = self._span()
        return self._span

    def _find(self, path: tuple[str | int, ...]) -> tuple[int, int | None]:
        span = self.span()
        key = start_of(span)
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
