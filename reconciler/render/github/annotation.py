"""Annotations, and the workflow commands that make them: their escaping, their limits, what becomes of the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.source import Source
from reconciler.render.escape import visible, visible_lines
from reconciler.render.view import View
from reconciler.render.words import counted

MOST = 10
"""Annotations of one level that GitHub shows for a step."""

LONGEST = 4096
"""Characters of a message; the runner cuts off what is longer."""

_CUT = "… (in full in the log of this step)"


class Level(Enum):
    """What GitHub calls a level, the most important first."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


LEVELS = {Severity.ERROR: Level.ERROR, Severity.WARNING: Level.WARNING, Severity.INFO: Level.NOTICE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One remark. ``title`` and ``lines`` are visible text; the lower ``weight``, the earlier among its level."""

    level: Level
    title: str
    lines: tuple[str, ...]
    source: Source | None = None
    weight: int = 1

    @property
    def message(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


def _data(text: str) -> str:
    """A message inside of a command, as the runner takes it apart again."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _command(one: Annotation, view: View) -> str:
    """The one line of ours that GitHub obeys."""
    path = view.checkout.path_of(one.source) if one.source else None
    place = {}
    if one.source and path is not None:
        place = {"file": visible(path), "line": str(one.source.line), "col": str(one.source.column)}
    message = one.message if one.source is None or place else f"{visible(str(one.source))}: {one.message}"
    if len(message) > LONGEST:
        message = message[: LONGEST - len(_CUT)] + _CUT
    properties = ",".join(f"{name}={_property(text)}" for name, text in {**place, "title": one.title}.items())
    return f"::{one.level.value} {properties}::{_data(message)}"


def _plain(one: Annotation) -> Iterator[str]:
    """The same for the log alone."""
    place = f"{visible(str(one.source))}: " if one.source else ""
    yield f"{place}{one.level.value}: {one.title}"
    yield from (f"  {line}" for line in one.lines)


def annotated(head: str, annotations: Iterable[Annotation], view: View) -> str:
    """``head``, the verdict, if there is one; then what is annotated, then what is not."""
    rows = {level: sorted((a for a in annotations if a.level is level), key=lambda a: a.weight) for level in Level}
    lines = [head, *_lines(rows, view)] if head else list(_lines(rows, view))
    return "\n".join(lines or ["No findings."]) + "\n"


def _lines(rows: dict[Level, list[Annotation]], view: View) -> Iterator[str]:
    crowded = any(len(found) > MOST for found in rows.values())
    # The last notice is the summary's where there is one.
    room = {level: MOST - (crowded and level is Level.NOTICE) for level in Level}
    shown = [one for level, found in rows.items() for one in found[: room[level]]]
    left = {level: found[room[level] :] for level, found in rows.items()}
    yield from (_command(one, view) for one in shown)
    for one in (
        *(one for one in shown if len(one.message) > LONGEST),
        *(one for each in left.values() for one in each),
    ):
        yield from _plain(one)
    if crowded:
        counts = ", ".join(counted(len(each), level.value) for level, each in left.items() if each)
        number = sum(map(len, left.values()))
        told = f"GitHub shows {MOST} of each level for a step; the log of this step has all: {counts}"
        yield _command(Annotation(level=Level.NOTICE, title=f"{number} more not shown here", lines=(told,)), view)


def finding(found: Diagnostic) -> Annotation:
    """A finding at its place; of one without, the address is said."""
    about = f"{visible(str(found.address))}: " if found.address and not found.source else ""
    lines = (about + visible(found.summary), *visible_lines(found.detail), *visible_lines(found.hint))
    return Annotation(
        level=LEVELS[found.severity], title=visible(found.code), lines=lines, source=found.source, weight=1
    )
