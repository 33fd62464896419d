"""Findings as compilers write them: place, severity, what is wrong, its code; then what there is to know and do.

manifests/support.yaml:14:5: error: no MessagingProfile named "suport" [unknown-reference]
  ShortCode/main refers to it; did you mean "support"?
more: reconciler explain unknown-reference
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reconciler.model.diagnostic import Diagnostic, Severity, by_place
from reconciler.render.escape import visible, visible_lines
from reconciler.render.paint import SEVERITY_HUES, Hue, painted
from reconciler.render.text.layout import cells, sentence
from reconciler.render.view import PLAIN, View

_NOT_NAMED = frozenset({"usage", "declined", "interrupted", "plan-refused", "invalid-input"})
"""What people have just done themselves, and verdicts over findings that are named: their pages add little."""


def finding_lines(finding: Diagnostic, view: View) -> Iterator[str]:
    """One finding. Without a place it stands under its address; with one, the place says more."""
    place = f"{visible(str(finding.source or finding.address))}: " if finding.source or finding.address else ""
    used = cells(f"{place}{finding.severity}: ")
    severity = painted(f"{finding.severity}:", SEVERITY_HUES[finding.severity], color=view.color)
    where = f"{painted(place[:-2], Hue.BOLD, color=view.color)}: " if place else ""
    code = f"[{visible(finding.code)}]"
    *lines, last = sentence(f"{visible(finding.summary)} {code}", view, indent="    ", used=used)
    lines.append(f"{last.removesuffix(code)}{painted(code, Hue.DIM, color=view.color)}")
    yield f"{where}{severity} {lines[0]}"
    yield from lines[1:]
    for line in (*visible_lines(finding.detail), *visible_lines(finding.hint)):
        yield from sentence(f"  {line}", view, indent="    ")


def diagnostics_lines(findings: Iterable[Diagnostic], view: View = PLAIN) -> list[str]:
    """All findings, by place, and where to read more about what is wrong."""
    shown = by_place(findings)
    lines = [line for finding in shown for line in finding_lines(finding, view)]
    return [*lines, *more_lines(shown, view)]


def more_lines(findings: Sequence[Diagnostic], view: View) -> Iterator[str]:
    """Where to read more about what is wrong, once per code."""
    told = (finding.code for finding in findings if finding.severity is not Severity.INFO)
    for code in dict.fromkeys(told):
        if code not in _NOT_NAMED:
            yield painted(f"more: reconciler explain {visible(code)}", Hue.DIM, color=view.color)


def diagnostics(findings: Sequence[Diagnostic], *, view: View = PLAIN) -> str:
    """Findings alone; no text at all where there are none."""
    return "".join(f"{line}\n" for line in diagnostics_lines(findings, view))
