"""Drift for people: what moved, what is gone, what appeared; then what waits, what is ignored, what was not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.model.drift import Changed, DriftedObject, DriftReport, FieldDrift, FieldState, Unmanaged
from reconciler.model.paths import dotted
from reconciler.render.attribution_words import told_words
from reconciler.render.drift_words import (
    LEDGER_LOST,
    STATES,
    by_label,
    drift_verdict,
    fix_command,
    ignored_by_rule,
    rule_words,
    unlooked_words,
    unmanaged_words,
    unreadable_words,
    waiting_words,
)
from reconciler.render.escape import visible
from reconciler.render.paint import Hue, painted
from reconciler.render.text.diagnostics import diagnostics_lines
from reconciler.render.text.layout import NARROW, cells, headed, padded, sentence
from reconciler.render.text.values import sides, value_text
from reconciler.render.view import PLAIN, View
from reconciler.render.words import counted

_INDENT = "    "


def unmanaged_text(one: Unmanaged) -> str:
    """An object that is not ours."""
    label = f"  {visible(one.label)}" if one.label else ""
    return f"{visible(one.kind)}  id {visible(one.remote.id)}{label}"


def _field_lines(fields: Sequence[FieldDrift], view: View) -> Iterator[str]:
    """One field after the other: who moved, from what to what, and where the manifest says so."""
    names = {field.path: visible(dotted(field.path)) for field in fields}
    width = max(map(cells, names.values()))
    states = max(len(STATES[field.state]) for field in fields)
    for field in fields:
        recorded, observed, desired = (
            value_text(field.path, value, sensitive=field.sensitive)
            for value in (field.recorded, field.observed, field.desired)
        )
        match field.state:
            case FieldState.UNAPPLIED:
                before, after = observed, desired
            case FieldState.CANNOT_TELL:
                before, after = desired, observed
            case _:
                before, after = recorded, observed
        head = f"{_INDENT}{padded(names[field.path], width)}  {STATES[field.state]:<{states}}  "
        place = f"  {visible(str(field.source))}" if field.source else ""
        yield from sides(head, before, after, place, indent=_INDENT, hue=Hue.DIM, view=view)
        if field.state is FieldState.BOTH:
            gap = " " * (width + 2) if view.width >= NARROW else "  "
            yield f"{_INDENT}{gap}the manifest says {desired}"


def _object_lines(report: DriftReport, one: DriftedObject, word: str, hue: Hue, view: View) -> Iterator[str]:
    color = view.color
    fields = one.fields if isinstance(one, Changed) else ()
    told = any(field.source for field in fields)  # each beside its field
    where = ([f"id {one.remote.id}"] if one.remote else []) + [str(one.source)] * bool(one.source and not told)
    lead, remarks = f"{painted(word, hue, color=color)}  ", list(map(visible, where))
    yield from headed(lead, len(word) + 2, visible(str(one.address)), remarks, name_width=0, indent=_INDENT, view=view)
    if fields:
        yield from _field_lines(fields, view)
    for head, about, words in told_words(report, one):
        names = f"{', '.join(about)} " if about else ""
        first, *rest = sentence(words, view, indent=_INDENT * 2, used=len(_INDENT) + cells(names + head) + 1)
        yield f"{_INDENT}{painted(names + head, Hue.DIM, color=color)} {first}"
        yield from rest
    yield ""


def _drift_lines(report: DriftReport, view: View) -> Iterator[str]:
    color = view.color
    for one in sorted(report.found, key=lambda drifted: drifted.address):
        word, hue = ("~ changed", Hue.YELLOW) if isinstance(one, Changed) else ("- gone   ", Hue.RED)
        yield from _object_lines(report, one, word, hue, view)
    for other in sorted(report.counted_unmanaged, key=by_label):
        yield f"{painted('? unknown', Hue.RED, color=color)}  {unmanaged_text(other)}"
    if report.counted_unmanaged:
        yield ""
    for waiting in sorted(report.unapplied, key=lambda waiting: waiting.address):
        yield from _object_lines(report, waiting, "= waiting", Hue.DIM, view)


def _rest(report: DriftReport, view: View) -> Iterator[str]:
    """What is no drift, and what nobody knows."""
    if waiting := waiting_words(report):
        yield waiting
    rules = ignored_by_rule(report)
    if rules:
        yield f"Ignored: {counted(sum(rules.values()), 'difference')}, by drift.ignore."
        yield from (f"  {visible(rule_words(rule, parts))}" for rule, parts in rules.items())
    if report.unmanaged:
        more = "" if report.lists_unmanaged else " (--unmanaged lists them)"
        yield f"Not managed here: {visible(unmanaged_words(report))}{more}."
    if report.lists_unmanaged:
        yield from (f"  {unmanaged_text(one)}" for one in sorted(report.unmanaged, key=by_label))
    if unreadable := unreadable_words(report):
        yield from sentence(f"{visible(unreadable)}.", view, indent="  ")
    unlooked = [*sorted(report.not_looked_at), *unlooked_words(report)]
    if unlooked:
        unseen = f"Not looked at for unmanaged objects: {', '.join(map(visible, unlooked))} (--full looks)."
        yield from sentence(unseen, view, indent="  ")
    if command := fix_command(report):
        yield painted(f"Put back what drifted: {visible(command)}", Hue.DIM, color=view.color)


def drift_lines(report: DriftReport, view: View = PLAIN) -> Iterator[str]:
    """Everything that was found."""
    if not report.can_tell_who:
        yield from (*sentence(LEDGER_LOST, view), "")
    yield from _drift_lines(report, view)
    findings = diagnostics_lines(report.diagnostics, view)
    yield from findings
    if findings:
        yield ""
    yield from (painted(line, Hue.BOLD, color=view.color) for line in sentence(drift_verdict(report), view))
    yield from _rest(report, view)


def drift(report: DriftReport, *, view: View = PLAIN) -> str:
    """A drift report."""
    return "".join(f"{line}\n" for line in drift_lines(report, view))
