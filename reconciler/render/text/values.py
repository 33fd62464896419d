"""Values and their differences on a line, or on two where one would be too long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.model.paths import Path, dotted
from reconciler.model.plan import SENSITIVE, Action, FieldDiff
from reconciler.render.escape import shown, visible
from reconciler.render.paint import Hue, painted

NEVER_SHORTENED = frozenset({"resp_text", "keywords"})
"""What compliance reviews (design §6), by the last step of the path: always in full, in every format."""

LONGEST = 200
"""Characters of any other value."""

WIDTH = 100
"""Up to here, before and after share a line."""


@dataclass(frozen=True, slots=True)
class Row:
    """One field in a block of fields."""

    name: str
    before: str
    after: str
    note: str = ""
    elements: str = ""


def whole_text(value: Any, *, sensitive: bool) -> str:
    """A value, masked where it is a secret."""
    if sensitive:
        return "null" if value is None else SENSITIVE
    return shown(value)


def value_text(path: Path, value: Any, *, sensitive: bool) -> str:
    """A value: masked where it is a secret, shortened where that hides nothing that must be read."""
    text = whole_text(value, sensitive=sensitive)
    if len(text) <= LONGEST or path[-1] in NEVER_SHORTENED:
        return text
    return f"{text[:LONGEST]}… ({len(text)} characters)"


def elements_text(diff: FieldDiff) -> str:
    """What a list gains and loses."""
    if diff.sensitive:
        return ""
    signs = [*(f"+ {shown(item)}" for item in diff.added), *(f"- {shown(item)}" for item in diff.removed)]
    return "  ".join(signs)


def row_of(diff: FieldDiff) -> Row:
    """A difference, as text."""
    return Row(
        name=visible(dotted(diff.path)),
        before=value_text(diff.path, diff.before, sensitive=diff.sensitive),
        after=value_text(diff.path, diff.after, sensitive=diff.sensitive),
        note="forces a replace" if diff.forces_replace else "",
        elements=elements_text(diff),
    )


def field_lines(diffs: Sequence[FieldDiff], action: Action, *, indent: str, color: bool) -> Iterator[str]:
    """A block of fields, their names padded to one width; what a create sends and a delete loses has one side."""
    rows = [row_of(diff) for diff in diffs]
    width = max((len(row.name) for row in rows), default=0)
    gap = indent + " " * (width + 2)
    for row in rows:
        head = f"{indent}{row.name:<{width}}  "
        note = painted(f"  ({row.note})", Hue.RED, color=color) if row.note and action is Action.REPLACE else ""
        match action:
            case Action.CREATE:
                yield f"{head}{row.after}"
            case Action.DELETE:
                yield f"{head}{row.before}"
            case _ if len(head) + len(row.before) + len(row.after) + 3 <= WIDTH:
                yield f"{head}{row.before} → {row.after}{note}"
            case _:
                yield f"{head}{row.before}{note}"
                yield f"{gap[:-2]}→ {row.after}"
        if row.elements and action not in {Action.CREATE, Action.DELETE}:
            yield f"{gap}{row.elements}"
