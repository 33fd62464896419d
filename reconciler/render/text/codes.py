"""Codes that were sent or handed in, for people: number by number, then what to type next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconciler.model.codes import GOOD, CodesReport, CodeStatus, Method
from reconciler.render.escape import visible
from reconciler.render.paint import Hue, painted
from reconciler.render.text.diagnostics import diagnostics_lines
from reconciler.render.text.layout import cells, padded
from reconciler.render.view import PLAIN, View

_WORDS: Mapping[CodeStatus, str] = {
    CodeStatus.NOT_SENT: "no code was sent",
    CodeStatus.VERIFIED: "verified",
    CodeStatus.ALREADY_VERIFIED: "verified before",
    CodeStatus.REJECTED: "rejected: it is another code, or too old",
    CodeStatus.OTHER: "not known",
    CodeStatus.UNKNOWN: "not known: the answer was lost",
}
_SENT: Mapping[Method | None, str] = {Method.SMS: "a code is on its way by text", Method.CALL: "it is called"}


def codes_lines(report: CodesReport, view: View = PLAIN) -> Iterator[str]:
    """One line for each number, the exact commands, and what there is to say."""
    width = max((cells(visible(end.number)) for end in report.ends), default=0)
    for end in report.ends:
        words = _WORDS.get(end.status) or _SENT.get(report.method, "sent")
        detail = f": {visible(end.detail)}" if end.detail else ""
        hue = Hue.GREEN if end.status in GOOD else Hue.RED
        number = padded(visible(end.number), width)
        yield f"{number}  {painted(words, hue, color=view.color)}{detail}"
    if report.commands:
        yield "next:"
    for command in report.commands:
        yield f"  {visible(command)}"  # whole, to be copied
    yield from diagnostics_lines(report.notes, view)


def codes(report: CodesReport, *, view: View = PLAIN) -> str:
    """How it went."""
    return "".join(f"{line}\n" for line in codes_lines(report, view))
