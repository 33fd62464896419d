"""Names in a line, and how many more there are: the same wherever people are told of many things."""

from __future__ import annotations

from collections.abc import Sequence


def listed(names: Sequence[object], most: int) -> str:
    """``a, b and 3 more``. Nothing is made harmless here."""
    rest = len(names) - most
    shown = ", ".join(map(str, names[:most]))
    return f"{shown} and {rest} more" if rest > 0 else shown


def lined(names: Sequence[str], most: int) -> str:
    """The same with a line for each."""
    rest = len(names) - most
    return "\n".join([*names[:most], *([f"and {rest} more"] if rest > 0 else [])])
