"""Drift as annotations: a warning on the line of each field that moved, a notice where an apply is waited for."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.drift import Changed, DriftedObject, DriftReport, FieldDrift
from reconciler.model.paths import dotted
from reconciler.render.attribution_words import told_words
from reconciler.render.drift_words import STATES, by_label
from reconciler.render.escape import visible
from reconciler.render.github.annotation import Annotation, Level, finding
from reconciler.render.text.drift import unmanaged_text
from reconciler.render.text.values import whole_text


def drift_annotations(report: DriftReport) -> Iterator[Annotation]:
    """Findings, what moved, what waits, what is not ours."""
    yield from map(finding, report.diagnostics)
    for one in sorted(report.found, key=lambda drifted: drifted.address):
        yield from _drifted(report, one)
    for other in sorted(report.counted_unmanaged, key=by_label):
        yield Annotation(level=Level.WARNING, title=f"unknown {visible(other.kind)}", lines=(unmanaged_text(other),))
    for waiting in sorted(report.unapplied, key=lambda drifted: drifted.address):
        yield from _drifted(report, waiting)


def _drifted(report: DriftReport, one: DriftedObject) -> Iterator[Annotation]:
    name = visible(str(one.address))
    known = (f"id {visible(one.remote.id)}",) if one.remote else ()
    who = tuple(told_words(report, one))
    if not isinstance(one, Changed):
        lines = (*known, *(f"{head} {words}" for head, _, words in who)) or (name,)
        yield Annotation(level=Level.WARNING, title=f"gone {name}", lines=lines, source=one.source, weight=0)
        return
    for moved in one.fields:
        about = visible(dotted(moved.path))
        yield Annotation(
            level=Level.WARNING if moved.is_drift else Level.NOTICE,
            title=f"{STATES[moved.state]} {name}",
            lines=(*_values(moved), *(f"{head} {words}" for head, names, words in who if about in names), *known),
            source=moved.source or one.source,
        )


def _values(field: FieldDrift) -> Iterator[str]:
    """What was left there and what is there, then what the manifest says where that is something else."""
    recorded = whole_text(field.recorded, sensitive=field.sensitive)
    observed = whole_text(field.observed, sensitive=field.sensitive)
    moved = f"{recorded} → {observed}" if field.is_drift else observed
    yield f"{visible(dotted(field.path))}: {moved}"
    if field.source:
        yield f"the manifest says {whole_text(field.desired, sensitive=field.sensitive)}"
