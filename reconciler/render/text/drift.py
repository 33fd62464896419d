"""Drift for people: what moved, what is gone, what appeared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.model.diagnostic import has_errors
from reconciler.model.drift import Changed, DriftReport, FieldDrift, Unmanaged
from reconciler.model.plan import Action, FieldDiff
from reconciler.render.attribution_words import told_words
from reconciler.render.escape import visible
from reconciler.render.paint import Hue, painted
from reconciler.render.text.diagnostics import diagnostics_lines
from reconciler.render.text.values import field_lines
from reconciler.render.view import PLAIN, View
from reconciler.render.words import counted

LEDGER_LOST = (
    "The ledger holds nothing to compare with: the manifests are compared with the account, and whether the "
    "manifests or the account moved cannot be told."
)


def as_diffs(fields: Sequence[FieldDrift]) -> list[FieldDiff]:
    """Drift reads like a difference: what was left there, what is there now."""
    return [FieldDiff(path=f.path, before=f.recorded, after=f.observed, sensitive=f.sensitive) for f in fields]


def drift_verdict(report: DriftReport) -> str:
    """The line that a reader must not miss."""
    if not report.has_drift and has_errors(report.diagnostics):
        return "Whether there is drift is not known."
    if not report.has_drift:
        compared = "the ledger" if report.can_tell_who else "the manifests"
        return f"No drift. The account matches {compared}."
    changed = sum(isinstance(one, Changed) for one in report.found)
    counts = {"changed": changed, "gone": len(report.found) - changed, "unknown": len(report.counted_unmanaged)}
    return f"Drift: {', '.join(f'{number} {word}' for word, number in counts.items() if number)}."


def unmanaged_text(one: Unmanaged) -> str:
    """An object that is not ours."""
    label = f"  {visible(one.label)}" if one.label else ""
    return f"{visible(one.kind)}  id {visible(one.remote.id)}{label}"


def drift_lines(report: DriftReport, *, color: bool = False) -> Iterator[str]:
    """Everything that was found."""
    if not report.can_tell_who:
        yield from (LEDGER_LOST, "")
    for one in sorted(report.found, key=lambda drifted: drifted.address):
        changed = isinstance(one, Changed)
        word = painted("~ changed", Hue.YELLOW, color=color) if changed else painted("- gone   ", Hue.RED, color=color)
        where = ([f"id {one.remote.id}"] if one.remote else []) + [str(one.source)] * bool(one.source)
        remarks = painted(" · ".join(map(visible, where)), Hue.DIM, color=color)
        yield f"{word}  {visible(str(one.address))}  {remarks}".rstrip()
        if isinstance(one, Changed):
            yield from field_lines(as_diffs(one.fields), Action.UPDATE, indent="    ", color=color)
        for head, fields, words in told_words(report, one):
            about = f"{', '.join(fields)} " if fields else ""
            yield f"    {painted(about + head, Hue.DIM, color=color)} {words}"
        yield ""
    for other in sorted(report.counted_unmanaged, key=lambda other: (other.kind, other.label, other.remote.id)):
        yield f"{painted('? unknown', Hue.RED, color=color)}  {unmanaged_text(other)}"
    if report.counted_unmanaged:
        yield ""
    findings = diagnostics_lines(report.diagnostics, color=color)
    yield from findings
    if findings:
        yield ""
    yield painted(drift_verdict(report), Hue.BOLD, color=color)
    if report.unmanaged:
        yield f"Not managed here: {counted(len(report.unmanaged), 'other object')}."
    if report.not_looked_at:
        yield f"Not looked at for unmanaged objects: {', '.join(map(visible, sorted(report.not_looked_at)))}."


def drift(report: DriftReport, *, view: View = PLAIN) -> str:
    """A drift report."""
    return "".join(f"{line}\n" for line in drift_lines(report, color=view.color))
