"""What an export wrote, for people: the files, the variables to set, and what comes next. Never a value."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.exported import ExportReport, Variable
from reconciler.render.escape import visible
from reconciler.render.paint import Hue, painted
from reconciler.render.view import PLAIN, View
from reconciler.render.words import counted

LONGEST_LIST = 200
"""Files that are listed: nobody reads more."""


def export_lines(report: ExportReport, *, color: bool = False) -> Iterator[str]:
    """A line for each file, then each variable with where its value is, then the next step."""
    for file in report.files[:LONGEST_LIST]:
        yield f"{file.writing.value:<9}  {visible(file.path)}  ({counted(file.manifests, 'manifest')})"
    if len(report.files) > LONGEST_LIST:
        yield f"… and {counted(len(report.files) - LONGEST_LIST, 'more file')}"
    if not report.files:
        yield "nothing to export: everything that was asked for is managed already, or the account holds none of it"
        return
    if report.variables:
        yield ""
        head = "Set these variables before the next plan, each to what the account holds now:"
        yield painted(head, Hue.BOLD, color=color)
        for variable in report.variables:
            yield f"  {visible(variable.name)}"
            yield painted(f"    {_where(variable)}", Hue.DIM, color=color)
    yield ""
    total = counted(sum(file.manifests for file in report.files), "manifest")
    if not report.records:
        yield f"{total}; nothing is recorded: reconciler plan shows what it would adopt"
    elif report.recorded:
        yield f"{total}; {counted(report.recorded, 'object')} recorded as ours: a plan finds nothing to do for them"
    else:
        yield f"{total}; the ledger knows all of it already"


def _where(variable: Variable) -> str:
    return visible(
        f"{variable.what}: {variable.field} of {variable.address}, "
        f"which the portal and the API know as {variable.remote_id}"
    )


def export(report: ExportReport, *, view: View = PLAIN) -> str:
    """See ``export_lines``."""
    return "".join(f"{line}\n" for line in export_lines(report, color=view.color))
