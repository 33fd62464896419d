"""A plan as Markdown: the verdict, what cannot be undone, what is wrong, then the rest folded by kind.

It fits into a comment. What had to be left out is counted, and said where it can be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from reconciler.model.diagnostic import Diagnostic
from reconciler.model.listed import listed
from reconciler.model.paths import dotted
from reconciler.model.plan import SENSITIVE, Action, Adopt, FieldDiff, Noop, Plan
from reconciler.model.source import Source
from reconciler.render.escape import code, fenced, shown, visible
from reconciler.render.folding import Piece, Rank, Told, fold
from reconciler.render.grouping import Group, grouped
from reconciler.render.impact_words import impact_words
from reconciler.render.stakes_words import LABELS, alike, price_words
from reconciler.render.text.diagnostics import diagnostics_lines
from reconciler.render.text.values import NEVER_SHORTENED
from reconciler.render.unassigning_words import unassigning_words
from reconciler.render.view import View
from reconciler.render.words import (
    DESTRUCTIVE,
    REASONS,
    WORDS,
    adoption_words,
    counted,
    counts_words,
    reason_words,
    verdict,
)

BUDGET = 60_000
"""Bytes. GitHub refuses comments of more than 65,536 characters; the rest is for what is put around a plan."""

UNBOUNDED = 1 << 62

_FINDINGS = BUDGET // 4
"""Bytes for findings: whoever has more of them reads the first ones first."""

_MARGIN = 300
"""Bytes for what stands around the changes of a kind: a fold, its summary, how many were left out."""

_FEW = 10
"""So many changes need no folding."""

_NAMED = 5
_ONE_SIDED = {Action.CREATE: "value", Action.DELETE: "lost"}


def place_text(source: Source, view: View) -> str:
    """A place, and where it can be looked at."""
    text = code(visible(str(source)))
    address = view.links.to(source) if view.links else None
    return f"[{text}]({address})" if address else text


def _value(value: object, *, sensitive: bool) -> str:
    if sensitive:
        return "`null`" if value is None else f"`{SENSITIVE}`"
    return code(shown(value))


def _elements(diff: FieldDiff) -> str:
    if diff.sensitive:
        return ""
    added = " ".join(code(shown(item)) for item in diff.added)
    removed = " ".join(code(shown(item)) for item in diff.removed)
    return "".join((f"<br>added {added}" if added else "", f"<br>removed {removed}" if removed else ""))


def field_table(
    diffs: Sequence[FieldDiff], action: Action, view: View, heads: tuple[str, str] = ("before", "after")
) -> Iterator[str]:
    """A table of fields, whose names lead to their lines; what a create sends and a delete loses has one side."""
    if not diffs:
        return
    one = _ONE_SIDED.get(action)
    columns = ("field", one) if one else ("field", *heads)
    yield f"| {' | '.join(columns)} |"
    yield "|---" * len(columns) + "|"
    for diff in diffs:
        before = _value(diff.before, sensitive=diff.sensitive)
        after = _value(diff.after, sensitive=diff.sensitive)
        name = code(visible(dotted(diff.path)))
        if diff.source and view.links and (address := view.links.to(diff.source)):
            name = f"[{name}]({address})"
        if diff.forces_replace and action is Action.REPLACE:
            name += "<br>forces a replace"
        cells = {Action.CREATE: [after], Action.DELETE: [before]}.get(action, [before, after + _elements(diff)])
        yield f"| {' | '.join((name, *cells))} |"
    yield ""


def _title(group: Group) -> str:
    change = group.first
    what = code(visible(str(change.address)))
    if not group.alone:
        what = f"{len(group.changes)} × {code(visible(change.address.kind))}"
    return f"{code(WORDS[change.action].sign)} {change.action.value} {what}"


def _remarks(group: Group, view: View) -> Iterator[str]:
    change = group.first
    if adoption := adoption_words(change):
        yield adoption
    if change.moved_from:
        yield f"was {code(visible(str(change.moved_from)))}"
    if reason := reason_words(change.reason):
        yield reason if change.reason in REASONS else code(visible(reason))
    if group.alone and change.remote and change.remote.id:
        yield f"id {code(visible(change.remote.id))}"
    if group.alone and change.source:
        yield place_text(change.source, view)


def _full(group: Group, view: View) -> Iterator[str]:
    change = group.first
    yield from (f"#### {_title(group)}", "")
    if remarks := " · ".join(_remarks(group, view)):
        yield from (remarks, "")
    if change.blocked_by:
        yield from (f"**Blocked** by {code(visible(change.blocked_by))}", "")
    if isinstance(change, Adopt) and change.needs_consent:
        what = "it changes a live object" if group.alone else "they change live objects"
        yield from (f"**Needs consent** (`--allow-adopt`): {what}", "")
    if group.unassigned:
        yield from (unassigning_words(group.unassigned, lambda text: code(visible(text))), "")
    if group.impact is not None:
        yield from (impact_words(group.impact, lambda text: code(visible(text))), "")
    yield from field_table(change.diffs, change.action, view)
    if not group.alone:
        names = ", ".join(code(visible(each.address.name)) for each in group.changes)
        yield from (f"<details><summary>all {len(group.changes)} names</summary>", "", names, "", "</details>", "")


def _brief(group: Group) -> str:
    change = group.first
    named = ""
    if not group.alone:
        named = f": {listed([code(visible(each.address.name)) for each in group.changes], _NAMED)}"
    fields = ", ".join(code(visible(dotted(diff.path))) for diff in change.diffs)
    blocked = f" **blocked** by {code(visible(change.blocked_by))}" if change.blocked_by else ""
    some = f" ({fields})" if fields and change.action not in _ONE_SIDED else ""
    taken = f", unassigns {len(group.unassigned):,} first" if group.unassigned else ""
    return f"- {_title(group)}{named}{some}{taken}{blocked}"


def _rank(group: Group) -> Rank:
    if group.first.action in DESTRUCTIVE:
        return Rank.DESTRUCTIVE
    reviewed = any(diff.path[-1] in NEVER_SHORTENED for diff in group.first.diffs)
    return Rank.REVIEWED if reviewed else Rank.ORDINARY


def _piece(group: Group, view: View) -> Piece:
    return Piece(full="\n".join(_full(group, view)), brief=_brief(group), rank=_rank(group))


def findings_block(findings: Iterable[Diagnostic], room: int = _FINDINGS) -> Iterator[str]:
    """Findings, as many as there is room for."""
    yield from lines_block(diagnostics_lines(findings), room)


def lines_block(lines: Sequence[str], room: int) -> Iterator[str]:
    """Findings that are lines already: nothing of them is Markdown."""
    kept, size = 0, 0
    while kept < len(lines) and (size := size + len(lines[kept].encode()) + 1) <= room:
        kept += 1
    if kept:
        yield from (fenced("\n".join(lines[:kept])), "")
    if kept < len(lines):
        yield from (f"_{counted(len(lines) - kept, 'more line')} of findings left out._", "")


class _Row(NamedTuple):
    group: Group
    piece: Piece
    told: Told


def _section(rows: Sequence[_Row]) -> Iterator[str]:
    """Whole ones first, then the list of those on a line."""
    yield from (row.piece.full for row in rows if row.told is Told.FULL)
    briefly = [row.piece.brief for row in rows if row.told is Told.BRIEF]
    if briefly:
        yield from (*briefly, "")
    left = sum(len(row.group.changes) for row in rows if row.told is Told.NOTHING)
    if left:
        yield from (f"_{counted(left, 'more change')} left out._", "")


def left_out(what: str, view: View) -> Iterator[str]:
    """That something was, and where all of the plan or drift is."""
    where = f"`reconciler {what}` prints it"
    if view.whole.startswith("https://"):
        where = f"[the log of this run]({view.whole})"
    elif view.whole:
        where = code(visible(view.whole))
    yield from ("> [!NOTE]", f"> Not everything fits here. The whole {what}: {where}.", "")


def _folded(kind: str, rows: Sequence[_Row]) -> Iterator[str]:
    counts = Counter(change.action for row in rows for change in row.group.changes)
    summary = f"<b>{escape(visible(kind))}</b>: {counts_words(counts)}"
    yield from (f"<details><summary>{summary}</summary>", "", *_section(rows), "</details>", "")


def plan_lines(plan: Plan, view: View, budget: int = BUDGET) -> Sequence[str]:
    """A plan in at most ``budget`` bytes, unless its deletes alone are more."""
    groups = grouped((change for change in plan.changes if not isinstance(change, Noop)), plan.impact, plan.unassigned)
    pieces = [_piece(group, view) for group in groups]
    rows = [_Row(group, piece, Told.FULL) for group, piece in zip(groups, pieces, strict=True)]
    head, foot = list(_head(plan)), list(_foot(plan))
    whole = [*head, *_body(rows), *foot]
    if size(whole) <= budget:
        return whole
    head += left_out("plan", view)
    folds = len({group.first.address.kind for group in groups})
    told = fold(pieces, budget - size(head) - size(foot) - _MARGIN * (1 + folds))
    return [*head, *_body([row._replace(told=how) for row, how in zip(rows, told, strict=True)]), *foot]


def size(lines: Iterable[str]) -> int:
    """Bytes, with the line ends."""
    return sum(len(line.encode()) + 1 for line in lines)


def _body(rows: Sequence[_Row]) -> Iterator[str]:
    """What destroys something, then the rest by kind."""
    yield from _section([row for row in rows if row.piece.rank is Rank.DESTRUCTIVE])
    rest: dict[str, list[_Row]] = {}
    for row in rows:
        if row.piece.rank is not Rank.DESTRUCTIVE:
            rest.setdefault(row.group.first.address.kind, []).append(row)
    few = sum(len(row.group.changes) for row in rows) <= _FEW
    for kind, mine in rest.items():
        yield from _section(mine) if few else _folded(kind, mine)


def _head(plan: Plan) -> Iterator[str]:
    yield from (f"### Account {code(visible(plan.account))}", "", f"**{verdict(plan)}**", "")
    destructive = sum(change.action in DESTRUCTIVE for change in plan.changes)
    if destructive:
        what = counted(destructive, "live object")
        yield from ("> [!CAUTION]", f"> {what} will be deleted or replaced. That cannot be undone.", "")
    yield from findings_block(plan.diagnostics)
    said = [
        f"- {LABELS[one.sort]}: {visible(one.kind)} "
        f"{listed([code(visible(each.name)) for each in one.addresses], _NAMED)}: {escape(visible(one.text))}"
        for one in alike(plan.consequences)
    ]
    if said:
        yield from (*said, "")
    if plan.lifted:
        yield from (f"Guards lifted: {', '.join(code(visible(lift)) for lift in plan.lifted)}", "")


def _foot(plan: Plan) -> Iterator[str]:
    if plan.requests.writes:
        yield from (escape(price_words(plan.requests)), "")
    if plan.fingerprint and plan.pending:
        yield f"Fingerprint {code(visible(plan.fingerprint))}"
