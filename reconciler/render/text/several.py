"""Several accounts for people: each under its name as it would be alone, then one line about all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reconciler.model.checkup import Checkup
from reconciler.model.drift import DriftReport
from reconciler.model.plan import Plan
from reconciler.model.several import AccountEnd, Checked, Ran, Several
from reconciler.model.status import Status
from reconciler.render.escape import visible
from reconciler.render.paint import Hue, painted
from reconciler.render.several_words import several_verdict
from reconciler.render.text.checkup import checkup_lines
from reconciler.render.text.diagnostics import diagnostics_lines
from reconciler.render.text.drift import drift_lines
from reconciler.render.text.plan import plan_lines
from reconciler.render.text.result import result_lines
from reconciler.render.text.status import status_lines
from reconciler.render.view import PLAIN, View
from reconciler.render.words import counted


def heading(account: str, *, color: bool) -> str:
    """What stands above everything about one account."""
    return painted(f"Account {visible(account)}", Hue.BOLD, color=color)


def end_lines(end: AccountEnd, view: View) -> Iterator[str]:
    """One account. Of one that failed before there was anything to tell: why."""
    if end.failure:
        yield from diagnostics_lines(end.failure, view)
        return
    match end.told:
        case Plan() as plan:
            yield from plan_lines(plan, view)
        case DriftReport() as report:
            yield from drift_lines(report, view)
        case Status() as status:
            yield from status_lines(status, view)
        case Checkup() as checkup:
            yield from checkup_lines(checkup, view)
        case Ran(plan=Plan() as plan, diagnostics=findings):
            yield from plan_lines(plan, view)
            yield from diagnostics_lines([one for one in findings if one not in plan.diagnostics], view)
        case Ran() as ran:
            yield from result_lines(
                ran.report,
                account=end.account,
                next_command=ran.next_command,
                diagnostics=ran.diagnostics,
                view=view,
            )
        case Checked() as checked:
            yield from diagnostics_lines(checked.diagnostics, view)
            yield f"{counted(checked.resources, 'resource')} in {counted(checked.files, 'file')}"


def several(several: Several, *, view: View = PLAIN) -> str:
    """All accounts."""
    lines: list[str] = []
    for end in several.ends:
        lines += [heading(end.account, color=view.color), "", *end_lines(end, view), ""]
    lines.append(painted(several_verdict(several), Hue.BOLD, color=view.color))
    return "".join(f"{line}\n" for line in lines)


def several_plans(plans: Iterable[Plan], *, view: View = PLAIN) -> str:
    """What a question is about: the plan of each account under its name."""
    lines: list[str] = []
    for plan in plans:
        lines += [heading(plan.account, color=view.color), "", *plan_lines(plan, view), ""]
    return "".join(f"{line}\n" for line in lines)
