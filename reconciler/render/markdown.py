"""Markdown for job summaries and pull requests: the verdict first, then what cannot be undone, then the rest.

Nothing that others wrote is ever Markdown here: it stands in code spans, in escaped HTML or in fenced blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reconciler.model.diagnostic import Diagnostic, has_errors
from reconciler.model.drift import Changed, DriftReport
from reconciler.model.events import Report
from reconciler.model.paths import dotted
from reconciler.model.plan import SENSITIVE, Action, Adopt, Change, FieldDiff, Noop, Plan
from reconciler.model.saved.plan import SavedPlan
from reconciler.model.several import AccountEnd, Checked, Ran, Several
from reconciler.model.status import Status
from reconciler.render.escape import code, fenced, shown, visible
from reconciler.render.format import Format
from reconciler.render.saved import saved_facts
from reconciler.render.several_words import several_verdict
from reconciler.render.text.diagnostics import diagnostics_lines
from reconciler.render.text.drift import LEDGER_LOST, as_diffs, drift_verdict, unmanaged_text
from reconciler.render.text.result import result_lines
from reconciler.render.text.status import status_lines
from reconciler.render.view import PLAIN, View
from reconciler.render.words import DESTRUCTIVE, REASONS, WORDS, adoption_words, counted, reason_words, verdict

_ONE_SIDED = {Action.CREATE: "value", Action.DELETE: "lost"}


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


def _table(diffs: Sequence[FieldDiff], action: Action, heads: tuple[str, str] = ("before", "after")) -> Iterator[str]:
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
        if diff.forces_replace and action is Action.REPLACE:
            name += "<br>forces a replace"
        cells = {Action.CREATE: [after], Action.DELETE: [before]}.get(action, [before, after + _elements(diff)])
        yield f"| {' | '.join((name, *cells))} |"
    yield ""


def _change(change: Change) -> Iterator[str]:
    yield f"#### {code(WORDS[change.action].sign)} {change.action.value} {code(visible(str(change.address)))}"
    yield ""
    remarks = [adoption] if (adoption := adoption_words(change)) else []
    if change.moved_from:
        remarks.append(f"was {code(visible(str(change.moved_from)))}")
    if reason := reason_words(change.reason):
        remarks.append(reason if change.reason in REASONS else code(visible(reason)))
    if change.remote and change.remote.id:
        remarks.append(f"id {code(visible(change.remote.id))}")
    if change.source:
        remarks.append(code(visible(str(change.source))))
    if remarks:
        yield from (" · ".join(remarks), "")
    if change.blocked_by:
        yield from (f"**Blocked** by {code(visible(change.blocked_by))}", "")
    if isinstance(change, Adopt) and change.needs_consent:
        yield from ("**Needs consent** (`--allow-adopt`): it changes a live object", "")
    yield from _table(change.diffs, change.action)


def _findings(findings: Iterable[Diagnostic]) -> Iterator[str]:
    lines = diagnostics_lines(findings)
    if lines:
        yield from (fenced("\n".join(lines)), "")


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"


def _plan(plan: Plan) -> Iterator[str]:
    yield from (f"### Account {code(visible(plan.account))}", "", f"**{verdict(plan)}**", "")
    destructive = [change for change in plan.changes if change.action in DESTRUCTIVE]
    if destructive:
        what = counted(len(destructive), "live object")
        yield from ("> [!CAUTION]", f"> {what} will be deleted or replaced. That cannot be undone.", "")
    yield from _findings(plan.diagnostics)
    if plan.lifted:
        yield from (f"Guards lifted: {', '.join(code(visible(lift)) for lift in plan.lifted)}", "")
    rest = [change for change in plan.changes if change.action not in DESTRUCTIVE and not isinstance(change, Noop)]
    for change in (*destructive, *rest):
        yield from _change(change)
    if plan.fingerprint and plan.pending:
        yield f"Fingerprint {code(visible(plan.fingerprint))}"


def plan(plan: Plan, *, view: View = PLAIN) -> str:  # noqa: ARG001 - Markdown has no colour
    """A plan. Deletes and replaces come first, whatever the order of execution."""
    return _text(_plan(plan))


def saved(saved: SavedPlan, *, view: View = PLAIN) -> str:  # noqa: ARG001 - as above
    """A saved plan: whose it is and when it was made, then the plan."""
    head = [f"- {name} {code(visible(value))}" for name, value in saved_facts(saved)]
    return _text([*head, "", *_plan(saved.plan)])


def diagnostics(findings: Sequence[Diagnostic], *, view: View = PLAIN) -> str:  # noqa: ARG001 - as above
    """Findings alone."""
    return _text(_findings(findings) if findings else ["No findings."])


def _drift(report: DriftReport) -> Iterator[str]:
    yield from (f"### Account {code(visible(report.account))}", "", f"**{drift_verdict(report)}**", "")
    if not report.can_tell_who:
        yield from (LEDGER_LOST, "")
    for one in sorted(report.found, key=lambda drifted: drifted.address):
        word = "changed" if isinstance(one, Changed) else "gone"
        yield from (f"#### {word} {code(visible(str(one.address)))}", "")
        if one.remote:
            yield from (f"id {code(visible(one.remote.id))}", "")
        if isinstance(one, Changed):
            yield from _table(as_diffs(one.fields), Action.UPDATE, ("recorded", "observed"))
    if report.counted_unmanaged:
        yield from ("#### unknown", "")
        yield from (f"- {code(unmanaged_text(one))}" for one in sorted(report.counted_unmanaged, key=unmanaged_text))
        yield ""
    yield from _findings(report.diagnostics)
    if report.not_looked_at:
        kinds = ", ".join(code(visible(kind)) for kind in sorted(report.not_looked_at))
        yield f"Not looked at for unmanaged objects: {kinds}"


def drift(report: DriftReport, *, view: View = PLAIN) -> str:  # noqa: ARG001 - as above
    """A drift report."""
    return _text(_drift(report))


def _result(report: Report, account: str, next_command: str | None, findings: Sequence[Diagnostic]) -> Iterator[str]:
    yield from (f"### Account {code(visible(account))}", "")
    complete = not report.failed and not has_errors(findings)
    yield from ("**Complete**" if complete else "**Not complete**", "")
    lines = result_lines(report, account=account, next_command=None, diagnostics=findings, color=False)
    yield from (fenced("\n".join(lines)), "")
    if next_command:
        yield f"Next: {code(visible(next_command))}"


def result(
    report: Report,
    *,
    account: str,
    next_command: str | None = None,
    diagnostics: Sequence[Diagnostic] = (),
    view: View = PLAIN,  # noqa: ARG001 - as above
) -> str:
    """How an apply ended."""
    return _text(_result(report, account, next_command, diagnostics))


def _end(end: AccountEnd) -> Iterator[str]:
    if end.failure:
        yield from (f"### Account {code(visible(end.account))}", "", "**Failed**", "")
        yield from _findings(end.failure)
        return
    match end.told:
        case Plan() as plan:
            yield from _plan(plan)
        case DriftReport() as report:
            yield from _drift(report)
        case Ran() as ran:
            yield from _result(ran.report, end.account, ran.next_command, ran.diagnostics)
        case Status() as status:
            yield from (f"### Account {code(visible(end.account))}", "")
            yield from (fenced("\n".join(status_lines(status))), "")
        case Checked(diagnostics=findings):
            yield from (f"### Account {code(visible(end.account))}", "")
            yield from _findings(findings) if findings else ("No findings.", "")


def _several(several: Several) -> Iterator[str]:
    yield from (several_verdict(several, lambda name: code(visible(name))), "")
    yield from _findings(several.diagnostics)
    for end in several.ends:
        yield from _end(end)
        yield ""


def several(several: Several, *, view: View = PLAIN) -> str:  # noqa: ARG001 - as above
    """All accounts, the verdict first."""
    return _text(_several(several))


FORMAT = Format(
    name="markdown", plan=plan, saved=saved, diagnostics=diagnostics, drift=drift, result=result, several=several
)
