"""How findings quote what the user wrote and suggest what was meant. Pure; never walks into a nested value."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.source import Source

LONGEST_QUOTE = 80
"""Characters of a user's value that a finding repeats."""
SHORTEST_PART = 4
"""Characters that tell which word they are a part of."""


def error(
    code: str, summary: str, source: Source | None, *, hint: str = "", detail: str = "", address: Address | None = None
) -> Diagnostic:
    """A finding that stops the command."""
    return Diagnostic(
        code=code,
        severity=Severity.ERROR,
        summary=summary,
        detail=detail,
        hint=hint,
        address=address,
        source=source,
    )


def _escape(character: str) -> str:
    if character.isprintable():
        return character
    point = ord(character)
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}"  # noqa: PLR2004 - one byte


def visible(text: str) -> str:
    """``text`` on one line, with terminal controls and bidi marks spelled out and a long tail cut off."""
    cut = text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
    return cut if cut.isprintable() else "".join(map(_escape, cut))


def quoted(value: Any) -> str:
    """A value as the user would recognise it in the file."""
    match value:
        case str():
            return f'"{visible(value)}"'
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            return visible(f"{value:#x}" if isinstance(value, int) and value.bit_length() > 1000 else str(value))  # noqa: PLR2004 - beyond this, decimal digits take quadratic time
        case list() | tuple():
            return "a list"
        case _:
            return "a mapping"


def named(value: Any) -> str:
    """A value with the word for its type, for messages about types."""
    match value:
        case bool():
            return f"the boolean {quoted(value)}"
        case int() | float():
            return f"the number {quoted(value)}"
        case str():
            return f"the string {quoted(value)}"
        case _:
            return quoted(value)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that ``word`` was probably meant to be, or is a part of; compared without case."""
    if len(word) > LONGEST_QUOTE:  # comparing is quadratic, and nothing known is that long
        return None
    by_folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), by_folded, n=1)
    if close:
        return by_folded[close[0]]
    holding = (
        [name for folded, name in by_folded.items() if word.casefold() in folded] if len(word) >= SHORTEST_PART else []
    )
    return holding[0] if len(holding) == 1 else None


def suggestion(word: str, known: Iterable[str], what: str) -> str:
    """A hint: the nearest known word, or a list of what is known."""
    names = sorted(known)
    found = nearest(word, names)
    if found is not None:
        return f'did you mean "{visible(found)}"?'
    if not names:
        return ""
    listed = ", ".join(visible(name) for name in names[:20])
    return f"known {what}: {listed}{', …' if len(names) > 20 else ''}"  # noqa: PLR2004 - a readable line
