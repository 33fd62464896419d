"""How a rehearsal went, for people: that nothing was written, how it ended, what it cost, what a crash would leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.events import Applied, Report
from reconciler.model.listed import listed
from reconciler.model.rehearsal import Crash, NextApply, Rehearsal
from reconciler.render.escape import visible
from reconciler.render.paint import Hue, painted
from reconciler.render.text.diagnostics import diagnostics_lines
from reconciler.render.text.result import done_words, not_done_lines
from reconciler.render.view import PLAIN, View
from reconciler.render.words import counted

MOST_LISTED = 5
"""Addresses on a line; of more, people are told how many there are."""


def _listed(addresses: Sequence[Address]) -> str:
    return listed([visible(str(address)) for address in addresses], MOST_LISTED)


def rehearsal_verdict(rehearsal: Rehearsal) -> str:
    """The line that a reader must not miss."""
    nothing = f"nothing was written to account {visible(rehearsal.account)}"
    faults = f' with faults "{visible(rehearsal.faults)}"' if rehearsal.faults else ""
    if rehearsal.report is None:
        ended = "it ended before the first write" if rehearsal.error else "there is nothing to do"
        return f"Rehearsed{faults}: {ended}; {nothing}."
    return f"Rehearsed{faults}: {_ended(rehearsal.report)}; {nothing}."


def _ended(report: Report) -> str:
    done = [outcome for outcome in report.outcomes if isinstance(outcome, Applied)]
    if len(done) == len(report.outcomes):
        return done_words(done)
    return f"{len(done)} of {counted(len(report.outcomes), 'change')} were done"


def _next_apply(after: NextApply, view: View) -> Iterator[str]:
    if after.converges:
        yield f"The next apply finishes it, in about {after.cost.seconds:.1f} s, and the plan after that is empty."
        return
    yield "The next apply does not finish it:"
    yield from (f"  {line}" for line in diagnostics_lines(after.reasons, view))


def crash_lines(crash: Crash, view: View) -> Iterator[str]:
    """What would stand, and what the next apply makes of it."""
    after = f"after write {crash.after_writes} of {crash.writes}"
    yield painted(f"Killed at its worst moment, {after}, this would stand:", Hue.BOLD, color=view.color)
    if crash.missing:
        yield f"  missing: {_listed(crash.missing)} (deleted, and not made again yet)"
    if crash.unrecorded:
        yield f"  unrecorded: {_listed(crash.unrecorded)} (carried out, and the ledger does not know)"
    rest = [f"{len(crash.done)} done", f"{len(crash.not_done)} not done"]
    yield f"  {', '.join(rest)}"
    yield from _next_apply(crash.next_apply, view)


def rehearsal_lines(rehearsal: Rehearsal, diagnostics: Sequence[Diagnostic], view: View) -> Iterator[str]:
    """What was not done, the verdict, the price, the crash."""
    color = view.color
    report = rehearsal.report or Report(())
    if report.failed:
        yield painted("On a copy of the account, this would happen:", Hue.BOLD, color=color)
        yield ""
        yield from not_done_lines(report, color=color)
    done = [outcome for outcome in report.outcomes if isinstance(outcome, Applied)]
    notes = diagnostics_lines([*diagnostics, *(note for outcome in done for note in outcome.notes)], view)
    yield from notes
    if notes:
        yield ""
    yield painted(rehearsal_verdict(rehearsal), Hue.BOLD, color=color)
    if rehearsal.report is None:
        return
    cost = rehearsal.cost
    sent = f"{counted(cost.reads, 'read')} and {counted(cost.writes, 'write')}"
    yield f"An apply like this sends {sent}, and takes about {cost.seconds:.1f} s at {rehearsal.rate:g} requests/s."
    if rehearsal.next_apply is not None:
        yield from _next_apply(rehearsal.next_apply, view)
    if rehearsal.crash is not None:
        yield ""
        yield from crash_lines(rehearsal.crash, view)


def rehearsal(rehearsal: Rehearsal, *, diagnostics: Sequence[Diagnostic] = (), view: View = PLAIN) -> str:
    """How a rehearsal went."""
    return "".join(f"{line}\n" for line in rehearsal_lines(rehearsal, diagnostics, view))
