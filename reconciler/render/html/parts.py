"""What a page shows, as plain values: the template loops over them and decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from reconciler.model.diagnostic import Diagnostic, by_place
from reconciler.model.drift import Changed, DriftedObject, DriftReport, FieldDrift, FieldState
from reconciler.model.listed import listed
from reconciler.model.paths import dotted
from reconciler.model.plan import Action, Adopt, FieldDiff, Noop, Plan
from reconciler.model.several import AccountEnd
from reconciler.model.source import Source
from reconciler.render.attribution_words import told_sentences
from reconciler.render.drift_words import STATES, by_label, drift_notes, drift_verdict
from reconciler.render.escape import visible
from reconciler.render.grouping import Group, grouped
from reconciler.render.html.graph import Graph, graph_of
from reconciler.render.html.highlight import Segment, marked
from reconciler.render.impact_words import impact_words
from reconciler.render.stakes_words import LABELS, alike, price_words
from reconciler.render.text.drift import unmanaged_text
from reconciler.render.text.values import elements_text, whole_text
from reconciler.render.unassigning_words import unassigning_words
from reconciler.render.view import View
from reconciler.render.words import DESTRUCTIVE, WORDS, adoption_words, counted, reason_words, verdict

_LISTED = 10
"""Names of changes that entail the same."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file, and where it can be looked at."""

    text: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A field. A side that is None has no column."""

    name: Place
    before: Sequence[Segment] | None
    after: Sequence[Segment] | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change, several that are alike, or one drifted object."""

    sign: str
    word: str
    kind: str
    title: str
    names: Sequence[str] = ()
    remarks: Sequence[Place] = ()
    warnings: Sequence[str] = ()
    rows: Sequence[Row] = ()
    heads: tuple[str, str] = ("before", "after")

    @property
    def number(self) -> int:
        """How many changes it stands for."""
        return len(self.names) or 1


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under a heading, folded or not."""

    title: str
    entries: Sequence[Entry]
    open: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding."""

    severity: str
    code: str
    summary: str
    place: Place | None
    detail: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Everything about one account."""

    account: str
    verdict: str = ""
    caution: str = ""
    notes: Sequence[str] = ()
    findings: Sequence[Finding] = ()
    sections: Sequence[Section] = ()
    graph: Graph | None = None
    counts: Sequence[tuple[str, int]] = field(default_factory=list)


def _place(source: Source, view: View, text: str = "") -> Place:
    return Place(text or visible(str(source)), view.links.to(source) if view.links else None)


def _row(diff: FieldDiff, action: Action, view: View) -> Row:
    before = whole_text(diff.before, sensitive=diff.sensitive)
    after = whole_text(diff.after, sensitive=diff.sensitive)
    notes = [elements_text(diff)] if action not in {Action.CREATE, Action.DELETE} else []
    notes += ["forces a replace"] * (diff.forces_replace and action is Action.REPLACE)
    name = visible(dotted(diff.path))
    place = _place(diff.source, view, name) if diff.source else Place(name)
    if action is Action.CREATE:
        return Row(place, None, [Segment(after, differs=False)])
    if action is Action.DELETE:
        return Row(place, [Segment(before, differs=False)], None)
    return Row(place, *marked(before, after), note="; ".join(filter(None, notes)))


def _remarks(group: Group, view: View) -> Iterator[Place]:
    change = group.first
    words = [adoption_words(change)] + [f"was {change.moved_from}"] * bool(change.moved_from)
    words.append(reason_words(change.reason))
    if group.alone and change.remote and change.remote.id:
        words.append(f"id {change.remote.id}")
    yield from (Place(visible(each)) for each in words if each)
    if group.alone and change.source:
        yield _place(change.source, view)
    if group.unassigned:
        yield Place(unassigning_words(group.unassigned))
    if group.impact is not None:
        yield Place(impact_words(group.impact))


def _warnings(group: Group) -> Iterator[str]:
    if group.first.blocked_by:
        yield f"blocked by {visible(group.first.blocked_by)}"
    if isinstance(group.first, Adopt) and group.first.needs_consent:
        yield "needs consent (--allow-adopt): it changes what was made elsewhere"


def _entry(group: Group, view: View) -> Entry:
    change = group.first
    names = [visible(each.address.name) for each in group.changes]
    heads = {Action.CREATE: ("", "value"), Action.DELETE: ("lost", "")}
    return Entry(
        sign=WORDS[change.action].sign,
        word=change.action.value,
        kind=visible(change.address.kind),
        title=names[0] if group.alone else f"{len(names)} alike",
        names=() if group.alone else names,
        remarks=list(_remarks(group, view)),
        warnings=list(_warnings(group)),
        rows=[_row(diff, change.action, view) for diff in change.diffs],
        heads=heads.get(change.action, ("before", "after")),
    )


def _sections(plan: Plan, view: View) -> Iterator[Section]:
    groups = grouped((change for change in plan.changes if not isinstance(change, Noop)), plan.impact, plan.unassigned)
    destructive = [group for group in groups if group.first.action in DESTRUCTIVE]
    if destructive:
        yield Section("Deletes and replaces", [_entry(group, view) for group in destructive], open=True)
    by_kind: dict[str, list[Group]] = {}
    for group in groups:
        if group.first.action not in DESTRUCTIVE:
            by_kind.setdefault(group.first.address.kind, []).append(group)
    few = len(groups) <= 20  # noqa: PLR2004 - what a screen or two hold
    for kind, mine in by_kind.items():
        yield Section(visible(kind), [_entry(group, view) for group in mine], open=few)


def plan_part(plan: Plan, view: View) -> Part:
    """A plan."""
    destructive = sum(change.action in DESTRUCTIVE for change in plan.changes)
    caution = f"{counted(destructive, 'live object')} will be deleted or replaced. That cannot be undone."
    notes = [f"Guards lifted: {', '.join(map(visible, plan.lifted))}"] * bool(plan.lifted)
    notes += [
        f"{LABELS[one.sort]}: {visible(one.kind)} {listed([visible(each.name) for each in one.addresses], _LISTED)}: "
        f"{visible(one.text)}"
        for one in alike(plan.consequences)
    ]
    if plan.requests.writes:
        notes.append(price_words(plan.requests))
    if plan.fingerprint and plan.pending:
        notes.append(f"Fingerprint {visible(plan.fingerprint)}")
    counts = Counter(change.action.value for change in plan.changes if not isinstance(change, Noop))
    return Part(
        account=visible(plan.account),
        verdict=verdict(plan),
        caution=caution if destructive else "",
        notes=notes,
        findings=_findings(plan.diagnostics, view),
        sections=list(_sections(plan, view)),
        graph=graph_of(plan.changes),
        counts=[(action.value, counts[action.value]) for action in Action if counts[action.value]],
    )


def _findings(findings: Iterable[Diagnostic], view: View) -> list[Finding]:
    return [
        Finding(
            severity=found.severity,
            code=visible(found.code),
            summary=visible(found.summary),
            place=_found_at(found, view),
            detail=[visible(line) for text in (found.detail, found.hint) if text for line in text.split("\n")],
        )
        for found in by_place(findings)
    ]


def _found_at(found: Diagnostic, view: View) -> Place | None:
    """As in text: the place in the manifests, else the address."""
    if found.source:
        return _place(found.source, view)
    return Place(visible(str(found.address))) if found.address else None


def findings_part(findings: Sequence[Diagnostic], view: View) -> Part:
    """Findings alone."""
    return Part(account="", verdict="" if findings else "No findings.", findings=_findings(findings, view))


def drift_part(report: DriftReport, view: View) -> Part:
    """A drift report."""
    entries: list[Entry] = []
    for one in sorted(report.found, key=lambda drifted: drifted.address):
        changed = isinstance(one, Changed)
        entry = _drifted(one, "~" if changed else "-", "changed" if changed else "gone", view)
        told = [Place(sentence) for sentence in told_sentences(report, one)]
        entries.append(replace(entry, remarks=[*entry.remarks, *told]))
    entries += [
        Entry(sign="?", word="unknown", kind=visible(one.kind), title=unmanaged_text(one))
        for one in sorted(report.counted_unmanaged, key=unmanaged_text)
    ]
    waiting = [_drifted(one, "=", "waiting", view) for one in sorted(report.unapplied, key=lambda one: one.address)]
    strangers = [
        Entry(sign="?", word="not managed", kind=visible(one.kind), title=unmanaged_text(one))
        for one in sorted(report.unmanaged, key=by_label)
        if report.lists_unmanaged
    ]
    sections = {"Drift": entries, "Not applied yet": waiting, "Not managed here": strangers}
    counts = Counter(entry.word for entry in (*entries, *waiting))
    return Part(
        account=visible(report.account),
        verdict=drift_verdict(report),
        notes=[visible(note) for note in drift_notes(report)],
        findings=_findings(report.diagnostics, view),
        sections=[Section(title, each, open=each is entries) for title, each in sections.items() if each],
        counts=sorted(counts.items()),
    )


def _drifted(one: DriftedObject, sign: str, word: str, view: View) -> Entry:
    fields = one.fields if isinstance(one, Changed) else ()
    remarks = [Place(visible(f"id {one.remote.id}"))] if one.remote else []
    remarks += [_place(one.source, view)] if one.source else []
    return Entry(
        sign=sign,
        word=word,
        kind=visible(one.address.kind),
        title=visible(one.address.name),
        remarks=remarks,
        rows=[_drifted_row(field, view) for field in fields],
        heads=("recorded", "observed"),
    )


def _drifted_row(field: FieldDrift, view: View) -> Row:
    name = visible(dotted(field.path))
    recorded, observed, desired = (
        whole_text(value, sensitive=field.sensitive) for value in (field.recorded, field.observed, field.desired)
    )
    says = (
        f"{STATES[field.state]}; the manifest says {desired}"
        if field.state is not FieldState.OUTSIDE
        else STATES[field.state]
    )
    return Row(
        _place(field.source, view, name) if field.source else Place(name), *marked(recorded, observed), note=says
    )


def end_part(end: AccountEnd, view: View) -> Part:
    """How a command ended for one account."""
    match end.told:
        case Plan() as plan if not end.failure:
            return plan_part(plan, view)
        case DriftReport() as report if not end.failure:
            return drift_part(report, view)
        case told:
            findings = end.failure or getattr(told, "diagnostics", ())
            words = "Failed." if end.failure else "" if findings else "No findings."
            return Part(account=visible(end.account), verdict=words, findings=_findings(findings, view))
