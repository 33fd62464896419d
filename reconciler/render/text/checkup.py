"""A checkup for people: a line for each check, what is wrong below it, and how it all adds up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reconciler.model.checkup import Checkup, Condition, Examined
from reconciler.render.checkup_words import SIGNS, checkup_verdict
from reconciler.render.escape import visible
from reconciler.render.paint import Hue, painted
from reconciler.render.text.diagnostics import diagnostics_lines, finding_lines, more_lines
from reconciler.render.text.layout import NARROW, cells, padded, sentence
from reconciler.render.view import PLAIN, View

_HUES = {Condition.ERROR: Hue.RED, Condition.WARNING: Hue.YELLOW, Condition.UNKNOWN: Hue.CYAN, Condition.OK: Hue.GREEN}
_INDENT = "    "
_WORD = max(map(len, Condition))


def check_findings(check: Examined, view: View) -> Iterator[str]:
    """What is wrong, below the check."""
    inner = replace(view, width=view.width - len(_INDENT)) if view.width < PLAIN.width else view
    for finding in check.findings:
        yield from (f"{_INDENT}{line}" for line in finding_lines(finding, inner))


def _check_lines(check: Examined, width: int, view: View) -> Iterator[str]:
    words = f"{SIGNS[check.outcome]} {check.outcome.value:<{_WORD}}"
    lead = painted(words, _HUES[check.outcome], color=view.color)
    title, summary = visible(check.title), visible(check.summary)
    if view.width < NARROW:
        yield f"{lead}  {title}"
        first, *rest = sentence(f"{_INDENT}{summary}", view, indent=_INDENT)
        yield first
    else:
        at = cells(words) + len("  ") + width + len("  ")
        first, *rest = sentence(summary, view, indent=" " * at, used=at)
        yield f"{lead}  {padded(title, width)}  {first}"
    yield from rest
    yield from check_findings(check, view)


def checkup_lines(checkup: Checkup, view: View = PLAIN) -> Iterator[str]:
    """Every check, then the verdict, then where more is written."""
    width = max((cells(visible(check.title)) for check in checkup.checks), default=0)
    for check in checkup.checks:
        yield from _check_lines(check, width, view)
    if checkup.checks:
        yield ""
    yield from diagnostics_lines(checkup.diagnostics, view)
    yield from (painted(line, Hue.BOLD, color=view.color) for line in sentence(checkup_verdict(checkup), view))
    yield from more_lines([finding for check in checkup.checks for finding in check.findings], view)


def checkup(checkup: Checkup, *, view: View = PLAIN) -> str:
    """A checkup."""
    return "".join(f"{line}\n" for line in checkup_lines(checkup, view))
