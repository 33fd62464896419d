"""What an export wrote, for people: the files, the variables to set, and what comes next. Never a value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from reconciler.model.exported import ExportReport, Held, Variable
from reconciler.render.escape import visible
from reconciler.render.paint import Hue, painted
from reconciler.render.view import PLAIN, View
from reconciler.render.words import counted

LONGEST_LIST = 200
"""Files that are listed: nobody reads more."""


def export_lines(report: ExportReport, *, color: bool = False) -> Iterator[str]:
    """A line for each file, then one for each variable that is not set, then the next step."""
    for file in report.files[:LONGEST_LIST]:
        yield f"{file.writing.value:<9}  {visible(file.path)}  ({counted(file.manifests, 'manifest')})"
    if len(report.files) > LONGEST_LIST:
        yield f"… and {counted(len(report.files) - LONGEST_LIST, 'more file')}"
    if not report.files:
        yield "nothing to export: everything that was asked for is managed already, or the account holds none of it"
        return
    if report.variables:
        yield ""
        yield from _to_set(report.variables, color=color)
    yield ""
    total = counted(sum(file.manifests for file in report.files), "manifest")
    if not report.records:
        yield f"{total}; nothing is recorded: reconciler plan shows what it would adopt"
    elif report.recorded:
        yield f"{total}; {counted(report.recorded, 'object')} recorded as ours: a plan finds nothing to do for them"
    else:
        yield f"{total}; the ledger knows all of it already"


def _to_set(variables: Sequence[Variable], *, color: bool) -> Iterator[str]:
    """What is not set yet, as lines for a shell: the values are to be filled in."""
    wanted = sorted((each for each in variables if each.held is not Held.SAME), key=lambda each: each.what)
    ready = len(variables) - len(wanted)
    if not wanted:
        verb = "is set" if ready == 1 else "are set"
        yield f"{counted(ready, 'variable')} {verb}, to what the account holds now"
        return
    head = f"Set {counted(len(wanted), 'variable')} before the next plan, each to what the account holds now"
    yield painted(f"{head}{f'; {ready} more set already' if ready else ''}:", Hue.BOLD, color=color)
    for what, alike in groupby(wanted, key=lambda each: each.what):
        yield painted(f"# {visible(what)}", Hue.DIM, color=color)
        for each in alike:
            other = "; set to something else now" if each.held is Held.DIFFERENT else ""
            where = f"# {visible(f'{each.field} of {each.address}, id {each.remote_id}')}{other}"
            yield f"export {visible(each.name)}=  {painted(where, Hue.DIM, color=color)}"


def export(report: ExportReport, *, view: View = PLAIN) -> str:
    """See ``export_lines``."""
    return "".join(f"{line}\n" for line in export_lines(report, color=view.color))
