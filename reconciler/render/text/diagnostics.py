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
from reconciler.render.view import PLAIN, View

_NOT_NAMED = frozenset({"usage", "declined", "interrupted", "plan-refused", "invalid-input"})
"""What people have just done themselves, and verdicts over findings that are named: their pages add little."""


def finding_lines(finding: Diagnostic, *, color: bool) -> Iterator[str]:
    """One finding. Without a place it stands under its address; with one, the place says more."""
    place = finding.source or finding.address
    severity = painted(f"{finding.severity}:", SEVERITY_HUES[finding.severity], color=color)
    code = painted(f"[{visible(finding.code)}]", Hue.DIM, color=color)
    where = f"{painted(visible(str(place)), Hue.BOLD, color=color)}: " if place else ""
    yield f"{where}{severity} {visible(finding.summary)} {code}"
    for line in (*visible_lines(finding.detail), *visible_lines(finding.hint)):
        yield f"  {line}"


def diagnostics_lines(findings: Iterable[Diagnostic], *, color: bool = False) -> list[str]:
    """All findings, by place, and where to read more about what is wrong."""
    shown = by_place(findings)
    lines = [line for finding in shown for line in finding_lines(finding, color=color)]
    told = (finding.code for finding in shown if finding.severity is not Severity.INFO)
    codes = [code for code in dict.fromkeys(told) if code not in _NOT_NAMED]
    pages = [f"more: reconciler explain {visible(code)}" for code in codes]
    return [*lines, *(painted(page, Hue.DIM, color=color) for page in pages)]


def diagnostics(findings: Sequence[Diagnostic], *, view: View = PLAIN) -> str:
    """Findings alone; no text at all where there are none."""
    return "".join(f"{line}\n" for line in diagnostics_lines(findings, color=view.color))
