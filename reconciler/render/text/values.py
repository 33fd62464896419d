"""Values and their differences on a line, or on two where one would be longer than the place is wide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.model.paths import Path, dotted
from reconciler.model.plan import SENSITIVE, Action, FieldDiff
from reconciler.render.escape import shown, visible
from reconciler.render.paint import Hue, painted
from reconciler.render.text.layout import NARROW, cells, joined, padded
from reconciler.render.view import View

NEVER_SHORTENED = frozenset({"resp_text", "keywords"})
"""What compliance reviews (design §6), by the last step of the path: always in full, in every format."""

LONGEST = 200
"""Characters of any other value."""


@dataclass(frozen=True, slots=True)
class Row:
    """One field in a block of fields."""

    name: str
    before: str
    after: str
    note: str = ""
    elements: tuple[str, ...] = ()


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
    return "  ".join(_elements(diff))


def _elements(diff: FieldDiff) -> Iterator[str]:
    for word, items in (("added", diff.added), ("removed", diff.removed)):
        if items and not diff.sensitive:
            yield f"{word} {', '.join(map(shown, items))}"


def row_of(diff: FieldDiff) -> Row:
    """A difference, as text."""
    return Row(
        name=visible(dotted(diff.path)),
        before=value_text(diff.path, diff.before, sensitive=diff.sensitive),
        after=value_text(diff.path, diff.after, sensitive=diff.sensitive),
        note="forces a replace" if diff.forces_replace else "",
        elements=tuple(_elements(diff)),
    )


def sides(head: str, before: str, after: str, note: str, *, indent: str, hue: Hue, view: View) -> Iterator[str]:
    """Before and after, beside ``head`` where they fit, else one below the other; in narrow places below the head."""
    told, noted = f"{before} → {after}", painted(note, hue, color=view.color)
    if cells(f"{head}{told}{note}") <= view.width:
        yield f"{head}{told}{noted}"
        return
    if view.width < NARROW:
        yield head.rstrip()
        head, gap = f"{indent}  ", indent
    else:
        gap = " " * (cells(head) - 2)
    yield f"{head}{before}{noted}"
    yield f"{gap}→ {after}"


def field_lines(diffs: Sequence[FieldDiff], action: Action, *, indent: str, view: View) -> Iterator[str]:
    """A block of fields, their names padded to one width; what a create sends and a delete loses has one side."""
    rows = [row_of(diff) for diff in diffs]
    width = max((cells(row.name) for row in rows), default=0)
    for row in rows:
        head = f"{indent}{padded(row.name, width)}  "
        if action in {Action.CREATE, Action.DELETE}:
            yield from _side(head, row.after if action is Action.CREATE else row.before, indent, view)
            continue
        note = f"  ({row.note})" if row.note and action is Action.REPLACE else ""
        yield from sides(head, row.before, row.after, note, indent=indent, hue=Hue.RED, view=view)
        gap = " " * (cells(head) if view.width >= NARROW else len(indent) + 2)
        yield from (f"{gap}{line}" for line in joined(row.elements, "  ", width=view.width - len(gap)))


def _side(head: str, value: str, indent: str, view: View) -> Iterator[str]:
    if view.width < NARROW and cells(f"{head}{value}") > view.width:
        yield head.rstrip()
        yield f"{indent}  {value}"
    else:
        yield f"{head}{value}"
