"""Markdown for job summaries and pull requests: the verdict first, then what cannot be undone, then the rest.

Nothing that others wrote is ever Markdown here: it stands in code spans, in escaped HTML or in fenced blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reconciler.model.checkup import Checkup
from reconciler.model.diagnostic import Diagnostic, has_errors
from reconciler.model.drift import DriftReport
from reconciler.model.events import Report
from reconciler.model.plan import Plan
from reconciler.model.rehearsal import Rehearsal
from reconciler.model.saved.plan import SavedPlan
from reconciler.model.several import AccountEnd, Checked, Ran, Several
from reconciler.model.status import Status
from reconciler.render.checkup_markdown import checkup_lines
from reconciler.render.drift_markdown import drift_lines
from reconciler.render.escape import code, fenced, visible
from reconciler.render.folding import shared
from reconciler.render.format import Format
from reconciler.render.markdown_plan import BUDGET, UNBOUNDED, findings_block, plan_lines, size
from reconciler.render.saved import saved_facts
from reconciler.render.several_words import several_verdict
from reconciler.render.text.rehearsal import rehearsal_lines
from reconciler.render.text.result import result_lines
from reconciler.render.text.status import status_lines
from reconciler.render.view import PLAIN, View


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"


def plan(plan: Plan, *, view: View = PLAIN) -> str:
    """A plan. Deletes and replaces come first, whatever the order of execution."""
    return _text(plan_lines(plan, view))


def saved(saved: SavedPlan, *, view: View = PLAIN) -> str:
    """A saved plan: whose it is and when it was made, then the plan."""
    head = [f"- {name} {code(visible(value))}" for name, value in saved_facts(saved)]
    return _text([*head, "", *plan_lines(saved.plan, view)])


def diagnostics(findings: Sequence[Diagnostic], *, view: View = PLAIN) -> str:  # noqa: ARG001 - as above
    """Findings alone."""
    return _text(findings_block(findings, BUDGET) if findings else ["No findings."])


def drift(report: DriftReport, *, view: View = PLAIN) -> str:
    """A drift report."""
    return _text(drift_lines(report, view))


def checkup(checkup: Checkup, *, view: View = PLAIN) -> str:  # noqa: ARG001 - as above
    """A checkup."""
    return _text(checkup_lines(checkup))


def _result(report: Report, account: str, next_command: str | None, findings: Sequence[Diagnostic]) -> Iterator[str]:
    yield from (f"### Account {code(visible(account))}", "")
    complete = not report.failed and not has_errors(findings)
    yield from ("**Complete**" if complete else "**Not complete**", "")
    lines = result_lines(report, account=account, next_command=None, diagnostics=findings)
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


def rehearsal(rehearsal: Rehearsal, *, diagnostics: Sequence[Diagnostic] = (), view: View = PLAIN) -> str:  # noqa: ARG001 - as above
    """How a rehearsal went."""
    complete = rehearsal.error is None and not has_errors(diagnostics) and not (rehearsal.report or Report(())).failed
    lines = rehearsal_lines(rehearsal, diagnostics, PLAIN)
    return _text(
        [
            f"### Rehearsal for account {code(visible(rehearsal.account))}",
            "",
            "**It would be complete**" if complete else "**It would not be complete**",
            "",
            fenced("\n".join(lines)),
        ]
    )


def _end(end: AccountEnd, view: View, budget: int) -> Iterator[str]:
    if end.failure:
        yield from (f"### Account {code(visible(end.account))}", "", "**Failed**", "")
        yield from findings_block(end.failure, budget)
        return
    match end.told:
        case Plan() as plan:
            yield from plan_lines(plan, view, budget)
        case DriftReport() as report:
            yield from drift_lines(report, view, budget)
        case Ran() as ran:
            yield from _result(ran.report, end.account, ran.next_command, ran.diagnostics)
        case Status() as status:
            yield from (f"### Account {code(visible(end.account))}", "")
            yield from (fenced("\n".join(status_lines(status))), "")
        case Checkup() as checkup:
            yield from checkup_lines(checkup, budget)
        case Checked(diagnostics=findings):
            yield from (f"### Account {code(visible(end.account))}", "")
            yield from findings_block(findings, budget) if findings else ("No findings.", "")


def _several(several: Several, view: View) -> Iterator[str]:
    head = [several_verdict(several, lambda name: code(visible(name))), "", *findings_block(several.diagnostics)]
    needs = [size(_end(end, view, UNBOUNDED)) for end in several.ends]
    yield from head
    for end, budget in zip(several.ends, shared(needs, BUDGET - size(head) - len(needs)), strict=True):
        yield from _end(end, view, budget)
        yield ""


def several(several: Several, *, view: View = PLAIN) -> str:
    """All accounts, the verdict first."""
    return _text(_several(several, view))


FORMAT = Format(
    name="markdown",
    plan=plan,
    saved=saved,
    diagnostics=diagnostics,
    drift=drift,
    checkup=checkup,
    result=result,
    several=several,
    rehearsal=rehearsal,
)
