"""GitHub: workflow commands that become annotations on the lines of a pull request.

GitHub shows ten annotations of each level for a step and drops the rest in silence, so the most important come first,
all others follow as plain lines of the log, and the last annotation says how many those are.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands,
https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md (limits)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.drift import Changed, DriftedObject, DriftReport, FieldDrift
from reconciler.model.paths import dotted
from reconciler.model.plan import Action, Adopt, Change, FieldDiff, Noop, Plan
from reconciler.model.saved.plan import SavedPlan
from reconciler.model.several import Checked, Ran, Several, Told
from reconciler.model.source import Source
from reconciler.model.status import Status
from reconciler.render.escape import visible, visible_lines
from reconciler.render.format import Format, shows_nothing
from reconciler.render.several_words import several_verdict
from reconciler.render.text.drift import drift_verdict, unmanaged_text
from reconciler.render.text.values import NEVER_SHORTENED, elements_text, whole_text
from reconciler.render.view import PLAIN, View
from reconciler.render.words import DESTRUCTIVE, adoption_words, counted, reason_words, verdict

MOST = 10
"""Annotations of one level that GitHub shows for a step."""

LONGEST = 4096
"""Characters of a message; the runner cuts off what is longer."""

_CUT = "… (in full in the log of this step)"


class Level(Enum):
    """What GitHub calls a level, the most important first."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


_LEVELS = {Severity.ERROR: Level.ERROR, Severity.WARNING: Level.WARNING, Severity.INFO: Level.NOTICE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One remark. ``title`` and ``lines`` are visible text; the lower ``weight``, the earlier among its level."""

    level: Level
    title: str
    lines: tuple[str, ...]
    source: Source | None = None
    weight: int = 1

    @property
    def message(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


def _data(text: str) -> str:
    """A message inside of a command, as the runner takes it apart again."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _command(one: Annotation, view: View) -> str:
    """The one line of ours that GitHub obeys."""
    path = view.checkout.path_of(one.source) if one.source else None
    place = {}
    if one.source and path is not None:
        place = {"file": visible(path), "line": str(one.source.line), "col": str(one.source.column)}
    message = one.message if one.source is None or place else f"{visible(str(one.source))}: {one.message}"
    if len(message) > LONGEST:
        message = message[: LONGEST - len(_CUT)] + _CUT
    properties = ",".join(f"{name}={_property(text)}" for name, text in {**place, "title": one.title}.items())
    return f"::{one.level.value} {properties}::{_data(message)}"


def _plain(one: Annotation) -> Iterator[str]:
    """The same for the log alone."""
    place = f"{visible(str(one.source))}: " if one.source else ""
    yield f"{place}{one.level.value}: {one.title}"
    yield from (f"  {line}" for line in one.lines)


def _text(head: str, annotations: Iterable[Annotation], view: View) -> str:
    """The verdict, then what is annotated, then what is not."""
    rows = {level: sorted((a for a in annotations if a.level is level), key=lambda a: a.weight) for level in Level}
    lines = [head, *_lines(rows, view)] if head else list(_lines(rows, view))
    return "\n".join(lines or ["No findings."]) + "\n"


def _lines(rows: dict[Level, list[Annotation]], view: View) -> Iterator[str]:
    crowded = any(len(found) > MOST for found in rows.values())
    # The last notice is the summary's where there is one.
    room = {level: MOST - (crowded and level is Level.NOTICE) for level in Level}
    shown = [one for level, found in rows.items() for one in found[: room[level]]]
    left = {level: found[room[level] :] for level, found in rows.items()}
    yield from (_command(one, view) for one in shown)
    for one in (
        *(one for one in shown if len(one.message) > LONGEST),
        *(one for each in left.values() for one in each),
    ):
        yield from _plain(one)
    if crowded:
        counts = ", ".join(counted(len(each), level.value) for level, each in left.items() if each)
        number = sum(map(len, left.values()))
        told = f"GitHub shows {MOST} of each level for a step; the log of this step has all: {counts}"
        yield _command(Annotation(level=Level.NOTICE, title=f"{number} more not shown here", lines=(told,)), view)


def _finding(finding: Diagnostic) -> Annotation:
    about = f"{visible(str(finding.address))}: " if finding.address and not finding.source else ""
    lines = (about + visible(finding.summary), *visible_lines(finding.detail), *visible_lines(finding.hint))
    return Annotation(
        level=_LEVELS[finding.severity], title=visible(finding.code), lines=lines, source=finding.source, weight=1
    )


def _field(diff: FieldDiff, action: Action = Action.UPDATE) -> str:
    name = visible(dotted(diff.path))
    before = whole_text(diff.before, sensitive=diff.sensitive)
    after = whole_text(diff.after, sensitive=diff.sensitive)
    if action is Action.CREATE:
        return f"{name}: {after}"
    if action is Action.DELETE:
        return f"{name}: {before}"
    elements = elements_text(diff)
    return f"{name}: {before} → {after}" + (f"  ({elements})" if elements else "")


def _remarks(change: Change) -> Iterator[str]:
    if change.action in DESTRUCTIVE:
        yield "cannot be undone"
    if adoption := adoption_words(change):
        yield adoption
    if isinstance(change, Adopt) and change.needs_consent:
        yield "needs consent (--allow-adopt): it was made elsewhere"
    if change.moved_from:
        yield f"was {visible(str(change.moved_from))}"
    if reason := reason_words(change.reason):
        yield visible(reason)
    if change.blocked_by:
        yield f"blocked by {visible(change.blocked_by)}"
    if change.remote and change.remote.id:
        yield f"id {visible(change.remote.id)}"


def _reviewed(diffs: Iterable[FieldDiff]) -> bool:
    return any(diff.path[-1] in NEVER_SHORTENED for diff in diffs)


def _change(change: Change, spoken_of: Collection[Address]) -> Iterator[Annotation]:
    """A change on the line of each field; what makes or removes an object stands on its manifest, with all fields."""
    title = f"{change.action.value} {visible(str(change.address))}"
    remarks = " · ".join(_remarks(change))
    if change.action in (*DESTRUCTIVE, Action.CREATE) or not change.diffs:
        whole = [_field(diff, change.action) for diff in change.diffs]
        destructive = change.action in DESTRUCTIVE
        yield Annotation(
            level=Level.WARNING if destructive or change.blocked_by else Level.NOTICE,
            title=title,
            lines=tuple([remarks] * bool(remarks) + whole) or (title,),
            source=change.source,
            weight=0 if destructive or _reviewed(change.diffs) else 2,
        )
        return
    looked_at = change.blocked_by or change.address in spoken_of or (isinstance(change, Adopt) and change.needs_consent)
    for diff in change.diffs:
        yield Annotation(
            level=Level.WARNING if looked_at else Level.NOTICE,
            title=title,
            lines=(_field(diff), *([remarks] if remarks else [])),
            source=diff.source or change.source,
            weight=0 if not looked_at and _reviewed([diff]) else 1,
        )


def _plan(plan: Plan) -> Iterator[Annotation]:
    spoken_of = {f.address for f in plan.diagnostics if f.address and f.severity is not Severity.INFO}
    yield from map(_finding, plan.diagnostics)
    for change in plan.changes:
        if not isinstance(change, Noop):
            yield from _change(change, spoken_of)


def _drift(report: DriftReport) -> Iterator[Annotation]:
    yield from map(_finding, report.diagnostics)
    for one in sorted(report.found, key=lambda drifted: drifted.address):
        yield from _drifted(one)
    for other in sorted(report.counted_unmanaged, key=unmanaged_text):
        yield Annotation(level=Level.WARNING, title=f"unknown {visible(other.kind)}", lines=(unmanaged_text(other),))


def _drifted(one: DriftedObject) -> Iterator[Annotation]:
    name = visible(str(one.address))
    known = (f"id {visible(one.remote.id)}",) if one.remote else ()
    if not isinstance(one, Changed):
        yield Annotation(level=Level.WARNING, title=f"gone {name}", lines=known or (name,), source=one.source, weight=0)
        return
    for moved in one.fields:
        yield Annotation(
            level=Level.WARNING,
            title=f"changed {name}",
            lines=(_moved(moved), *known),
            source=moved.source or one.source,
        )


def _moved(field: FieldDrift) -> str:
    recorded = whole_text(field.recorded, sensitive=field.sensitive)
    observed = whole_text(field.observed, sensitive=field.sensitive)
    return f"{visible(dotted(field.path))}: {recorded} → {observed}"


def _told(told: Told) -> Iterable[Annotation]:
    match told:
        case Plan():
            return _plan(told)
        case DriftReport():
            return _drift(told)
        case Checked(diagnostics=findings):
            return map(_finding, findings)
        case _:
            return ()


def plan(plan: Plan, *, view: View = PLAIN) -> str:
    """A plan."""
    return _text(visible(verdict(plan)), list(_plan(plan)), view)


def saved(saved: SavedPlan, *, view: View = PLAIN) -> str:
    """A saved plan."""
    return plan(saved.plan, view=view)


def diagnostics(findings: Sequence[Diagnostic], *, view: View = PLAIN) -> str:
    """Findings alone."""
    return _text("", [_finding(finding) for finding in findings], view)


def drift(report: DriftReport, *, view: View = PLAIN) -> str:
    """A drift report."""
    return _text(visible(drift_verdict(report)), list(_drift(report)), view)


def several(several: Several, *, view: View = PLAIN) -> str:
    """All accounts, which share the ten annotations of each level; each title ends with the account."""
    if any(isinstance(end.told, Ran | Status) for end in several.ends):
        return shows_nothing()
    found = [_finding(finding) for finding in several.diagnostics]
    for end in several.ends:
        found += [replace(one, title=f"{one.title} ({visible(end.account)})") for one in _told(end.told)]
    return _text(several_verdict(several), found, view)


FORMAT = Format(name="github", plan=plan, saved=saved, diagnostics=diagnostics, drift=drift, several=several)
