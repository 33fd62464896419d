"""Text in columns: how wide it is on a terminal, and where a line goes on that does not fit.

Nothing is ever cut off. Lines are broken between words and go on below, indented; a word that is longer than the line
stays whole, and the terminal breaks it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from reconciler.render.paint import Hue, painted
from reconciler.render.view import PLAIN, View

NARROW = 60
"""Columns. Where there are fewer, what does not fit beside something stands below it, hardly indented."""

_NO_WIDTH = frozenset({"Mn", "Me", "Cf"})
"""Categories of characters that are drawn over the one before: accents, and what joins or selects."""


def cells(text: str) -> int:
    """How many columns a terminal needs for it: two for an East Asian wide character, none for a combining mark."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@lru_cache(maxsize=4096)
def _columns(char: str) -> int:
    # The vowels and finals of decomposed Hangul are drawn into the syllable before.
    if unicodedata.category(char) in _NO_WIDTH or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def padded(text: str, width: int) -> str:
    """``text`` and as many blanks as it lacks."""
    return text + " " * (width - cells(text))


def wrapped(text: str, *, width: int, indent: str = "", used: int = 0) -> list[str]:
    """A sentence on as many lines as it needs, those after the first indented; ``used`` columns precede the first."""
    lines: list[str] = []
    for word in text.split(" "):
        before = used if len(lines) == 1 else 0
        if lines and before + cells(lines[-1]) + 1 + cells(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(f"{indent}{word}" if lines else word)
    return lines


def sentence(text: str, view: View, *, indent: str = "", used: int = 0) -> list[str]:
    """A verdict or a finding: one line in logs, which are searched, and broken between words on narrower terminals."""
    return wrapped(text, width=view.width, indent=indent, used=used) if view.width < PLAIN.width else [text]


def joined(parts: Iterable[str], separator: str, *, width: int) -> list[str]:
    """The parts on as few lines as may be; ``separator``, without its last blank, ends the lines that are broken."""
    lines: list[str] = []
    for part in parts:
        if lines and cells(lines[-1]) + cells(separator) + cells(part) <= width:
            lines[-1] += separator + part
            continue
        if lines:
            lines[-1] += separator.rstrip()
        lines += wrapped(part, width=width)
    return lines


def headed(
    lead: str, at: int, name: str, remarks: Sequence[str], *, name_width: int, indent: str, view: View
) -> Iterator[str]:
    """A heading: ``lead``, which ends in column ``at``, a name, and the remarks beside it where they fit, else below.

    A long list of names goes on below its beginning.
    """
    beside = " · ".join(remarks)
    further = " " * at if view.width >= NARROW else indent
    first, *rest = wrapped(name, width=view.width, indent=further, used=at)
    if not remarks:
        yield f"{lead}{first}"
        yield from rest
    elif not rest and at + max(name_width, cells(name)) + 2 + cells(beside) <= view.width:
        yield f"{lead}{padded(name, name_width)}  {painted(beside, Hue.DIM, color=view.color)}"
    else:
        yield f"{lead}{first}"
        yield from rest
        for line in joined(remarks, " · ", width=view.width - len(indent)):
            yield f"{indent}{painted(line, Hue.DIM, color=view.color)}"
