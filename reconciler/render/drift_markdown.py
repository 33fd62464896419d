"""A drift report in Markdown: what drifted with all three values, then what waits, is ignored, or was not seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reconciler.model.drift import Changed, DriftedObject, DriftReport, FieldDrift
from reconciler.model.paths import dotted
from reconciler.model.plan import SENSITIVE
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
    waiting_words,
)
from reconciler.render.escape import code, shown, visible
from reconciler.render.markdown_plan import findings_block, place_text
from reconciler.render.text.drift import unmanaged_text
from reconciler.render.view import View


def drift_part(report: DriftReport, view: View) -> Iterator[str]:
    """One account's drift."""
    yield from (f"### Account {code(visible(report.account))}", "", f"**{drift_verdict(report)}**", "")
    if not report.can_tell_who:
        yield from (LEDGER_LOST, "")
    for one in sorted(report.found, key=lambda drifted: drifted.address):
        yield from _object(report, one, "changed" if isinstance(one, Changed) else "gone", view)
    if report.counted_unmanaged:
        yield from ("#### unknown", "")
        yield from (f"- {code(unmanaged_text(one))}" for one in sorted(report.counted_unmanaged, key=by_label))
        yield ""
    if command := fix_command(report):
        yield from (f"Put back what drifted: {code(visible(command))}", "")
    yield from _rest(report, view)
    yield from findings_block(report.diagnostics)
    unlooked = [*sorted(report.not_looked_at), *unlooked_words(report)]
    if unlooked:
        kinds = ", ".join(code(visible(kind)) for kind in unlooked)
        yield f"Not looked at for unmanaged objects: {kinds} (`--full` looks)"


def _object(report: DriftReport, one: DriftedObject, word: str, view: View) -> Iterator[str]:
    yield from (f"#### {word} {code(visible(str(one.address)))}", "")
    remarks = [f"id {code(visible(one.remote.id))}"] if one.remote else []
    told = isinstance(one, Changed) and any(field.source for field in one.fields)  # each beside its field
    remarks += [place_text(one.source, view)] if one.source and not told else []
    if remarks:
        yield from (" · ".join(remarks), "")
    if isinstance(one, Changed):
        yield from _table(one.fields, view)
    who = told_words(report, one)
    yield from _paragraph(f"- {' '.join((*map(code, names), head, code(words)))}" for head, names, words in who)


def _table(fields: Sequence[FieldDrift], view: View) -> Iterator[str]:
    yield "| field | state | recorded | observed | manifest |"
    yield "|---|---|---|---|---|"
    for field in fields:
        values = (_value(each, sensitive=field.sensitive) for each in (field.recorded, field.observed, field.desired))
        recorded, observed, desired = values
        if field.source:
            desired += f"<br>{place_text(field.source, view)}"
        elif field.desired is None:
            desired = ""  # no manifest says anything
        cells = (code(visible(dotted(field.path))), STATES[field.state], recorded, observed, desired)
        yield f"| {' | '.join(cells)} |"
    yield ""


def _value(value: object, *, sensitive: bool) -> str:
    if sensitive:
        return "`null`" if value is None else code(SENSITIVE)
    return code(shown(value))


def _rest(report: DriftReport, view: View) -> Iterator[str]:
    """What is no drift."""
    for one in sorted(report.unapplied, key=lambda waiting: waiting.address):
        yield from _object(report, one, "waiting", view)
    yield from _paragraph([waiting_words(report)])
    rules = ignored_by_rule(report)
    if rules:
        yield from ("Ignored, by `drift.ignore`:", "")
        yield from _paragraph(f"- {code(visible(rule_words(rule, parts)))}" for rule, parts in rules.items())
    if report.unmanaged:
        yield from (f"Not managed here: {code(visible(unmanaged_words(report)))}", "")
    if report.lists_unmanaged:
        yield from _paragraph(f"- {code(unmanaged_text(one))}" for one in sorted(report.unmanaged, key=by_label))


def _paragraph(lines: Iterable[str]) -> Iterator[str]:
    told = [line for line in lines if line]
    yield from (*told, "") if told else ()
