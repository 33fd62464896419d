"""A drift report in Markdown: what drifted with all three values, then what waits, is ignored, or was not seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto

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
    unreadable_words,
    waiting_words,
)
from reconciler.render.escape import code, shown, visible
from reconciler.render.folding import Piece, Rank, Told, fold
from reconciler.render.markdown_plan import BUDGET, findings_block, left_out, place_text, size
from reconciler.render.text.drift import unmanaged_text
from reconciler.render.text.values import NEVER_SHORTENED
from reconciler.render.view import View


class _Section(Enum):
    """What is told together."""

    DRIFT = auto()
    UNKNOWN = auto()
    WAITING = auto()
    STRANGERS = auto()


def drift_lines(report: DriftReport, view: View, budget: int = BUDGET) -> Sequence[str]:
    """One account's drift in at most ``budget`` bytes, unless what is gone is more by its names alone."""
    found = list(_pieces(report, view))
    whole = list(_lines(report, [(section, piece, Told.FULL) for section, piece in found]))
    if size(whole) <= budget:
        return whole
    note = list(left_out("drift", view))
    around = size(_lines(report, [(section, piece, Told.NOTHING) for section, piece in found])) + size(note)
    told = fold([piece for _, piece in found], budget - around)
    rows = [(section, piece, how) for (section, piece), how in zip(found, told, strict=True)]
    return [*note, *_lines(report, rows)]


def _pieces(report: DriftReport, view: View) -> Iterator[tuple[_Section, Piece]]:
    for one in sorted(report.found, key=lambda drifted: drifted.address):
        word = "changed" if isinstance(one, Changed) else "gone"
        yield _Section.DRIFT, Piece("\n".join(_object(report, one, word, view)), _brief(one, word), _rank(one))
    for stranger in sorted(report.counted_unmanaged, key=by_label):
        line = f"- {code(unmanaged_text(stranger))}"
        yield _Section.UNKNOWN, Piece(line, line, Rank.REVIEWED)
    for one in sorted(report.unapplied, key=lambda waiting: waiting.address):
        yield _Section.WAITING, Piece("\n".join(_object(report, one, "waiting", view)), _brief(one, "waiting"))
    for stranger in sorted(report.unmanaged if report.lists_unmanaged else (), key=by_label):
        line = f"- {code(unmanaged_text(stranger))}"
        yield _Section.STRANGERS, Piece(line, line)


def _brief(one: DriftedObject, word: str) -> str:
    fields = one.fields if isinstance(one, Changed) else ()
    names = ", ".join(code(visible(dotted(field.path))) for field in fields)
    return f"- {word} {code(visible(str(one.address)))}{f' ({names})' if names else ''}"


def _rank(one: DriftedObject) -> Rank:
    if not isinstance(one, Changed):
        return Rank.DESTRUCTIVE
    reviewed = any(field.path[-1] in NEVER_SHORTENED for field in one.fields)
    return Rank.REVIEWED if reviewed else Rank.ORDINARY


def _lines(report: DriftReport, rows: Sequence[tuple[_Section, Piece, Told]]) -> Iterator[str]:
    yield from (f"### Account {code(visible(report.account))}", "", f"**{drift_verdict(report)}**", "")
    if not report.can_tell_who:
        yield from (LEDGER_LOST, "")
    yield from _section(_Section.DRIFT, rows)
    yield from _section(_Section.UNKNOWN, rows)
    if command := fix_command(report):
        yield from (f"Put back what drifted: {code(visible(command))}", "")
    yield from _section(_Section.WAITING, rows)
    yield from _rest(report)
    yield from _section(_Section.STRANGERS, rows)
    yield from findings_block(report.diagnostics)
    yield from _paragraph([visible(unreadable_words(report))])
    unlooked = [*sorted(report.not_looked_at), *unlooked_words(report)]
    if unlooked:
        kinds = ", ".join(code(visible(kind)) for kind in unlooked)
        yield f"Not looked at for unmanaged objects: {kinds} (`--full` looks)"


def _section(section: _Section, rows: Sequence[tuple[_Section, Piece, Told]]) -> Iterator[str]:
    mine = [(piece, told) for place, piece, told in rows if place is section]
    if mine and section is _Section.UNKNOWN:
        yield from ("#### unknown", "")
    yield from (piece.full for piece, told in mine if told is Told.FULL)
    briefly = [piece.brief for piece, told in mine if told is Told.BRIEF]
    left = sum(told is Told.NOTHING for _, told in mine)
    yield from _paragraph([*briefly, f"_{left} more left out._" if left else ""])
    if mine and not mine[-1][0].full.endswith("\n"):  # lines of a list
        yield ""


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


def _rest(report: DriftReport) -> Iterator[str]:
    """What is no drift."""
    yield from _paragraph([waiting_words(report)])
    rules = ignored_by_rule(report)
    if rules:
        yield from ("Ignored, by `drift.ignore`:", "")
        yield from _paragraph(f"- {code(visible(rule_words(rule, parts)))}" for rule, parts in rules.items())
    if report.unmanaged:
        yield from (f"Not managed here: {code(visible(unmanaged_words(report)))}", "")


def _paragraph(lines: Iterable[str]) -> Iterator[str]:
    told = [line for line in lines if line]
    yield from (*told, "") if told else ()
