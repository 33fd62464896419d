"""What ``apply`` and ``destroy`` share: progress, signals, and what the end means for the exit code."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reconciler.cli.asking import confirmed, refuse_to_guess
from reconciler.cli.interruption import Interruption
from reconciler.cli.streams import OutputLost
from reconciler.cli.terminal import Render, Terminal, as_typed, surroundings
from reconciler.cli.watching import unfailing, watching
from reconciler.errors import ExitCode, Interrupted, PlanRefused, ReconcilerError
from reconciler.executor.pause import Patience
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.events import Event, Report
from reconciler.model.plan import Plan
from reconciler.render.events import event_line
from reconciler.render.failure import findings_of
from reconciler.render.text.stakes import stakes
from reconciler.workflow.carrying_out import AppliedPlan, Approve, Conduct
from reconciler.workflow.setting import Setting, prepare

Work = Callable[[Setting, Conduct], Coroutine[Any, Any, AppliedPlan]]
"""``apply`` or ``destroy``, as ``workflow`` defines them, with what was asked for already in it."""


Then = Callable[[Setting, AppliedPlan], ExitCode]
"""What follows when the result is told and nothing is locked any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is asked before the first write, and the one answer that is a yes; ``auto_approve`` answers for it.

    ``question`` is told the account's name. ``settle`` and ``wait`` (for the lock) are in seconds.
    """

    question: Callable[[str], tuple[str, str]]
    auto_approve: bool
    settle: float
    wait: float


def failed(terminal: Terminal, account: str, error: ReconcilerError, said: int = 0) -> ExitCode:
    """Tell why nothing was done, as the document of a run that never began."""

    def document(findings: Sequence[Diagnostic]) -> Render:
        return lambda form, view: form.result(Report(()), account=account, diagnostics=findings, view=view)

    return terminal.failed(error, document, said=said)


def run(terminal: Terminal, account: str | None, work: Work, asking: Asking, then: Then | None = None) -> ExitCode:
    """Carry out an apply and tell how it ended; ``then`` follows on that, where all went well."""
    name = account or ""
    try:
        setting = prepare(surroundings(), account)
        name = setting.account.name
        refuse_to_guess(asking.auto_approve)
        applied = asyncio.run(_watched(terminal, setting, work, asking))
    except asyncio.CancelledError:
        stopped = Interrupted("interrupted; nothing more is sent", hint="type the same command again to carry on")
        return failed(terminal, name, stopped)
    except ReconcilerError as error:
        return failed(terminal, name, error)
    if applied.refused is not None:
        _show(terminal, applied.plan)  # with every reason in it, so that the verdict alone is left to say
        return failed(terminal, name, applied.refused, said=len(applied.refused.diagnostics))
    if applied.declined:
        return failed(terminal, name, PlanRefused("declined; nothing was written", code="declined"))
    code = _told(terminal, name, applied)
    return code if then is None or code else then(setting, applied)


def _show(terminal: Terminal, plan: Plan) -> None:
    """The plan for people: it is the result only where the result is for people, too."""
    terminal.show(terminal.text.plan(plan, view=terminal.view(err=not terminal.is_text)))


def _approval(terminal: Terminal, asked: str, yes: str, *, auto_approve: bool) -> Approve:
    def approve(plan: Plan) -> bool:
        _show(terminal, plan)
        if not auto_approve:
            terminal.warn_of(stakes([plan], view=terminal.view(err=True)))
        return auto_approve or confirmed(asked, yes)

    return approve


async def _watched(terminal: Terminal, setting: Setting, work: Work, asking: Asking) -> AppliedPlan:
    with watching(terminal) as watched:
        show = watched.of(None)

        def tell(event: Event) -> None:
            terminal.event(event_line(event))

        tell_program = unfailing(tell, terminal)

        def emit(event: Event) -> None:
            show(event)
            if terminal.streams_events:
                tell_program(event)

        approve = _approval(terminal, *asking.question(setting.account.name), auto_approve=asking.auto_approve)

        def approve_below(plan: Plan) -> bool:
            watched.rest()
            return approve(plan)

        interruption = Interruption(emit, terminal.say)
        conduct = Conduct(
            approve=approve_below,
            asks=not asking.auto_approve,
            patience=Patience(time.monotonic, asyncio.sleep, interruption.stop, asking.settle),
            emit=interruption.watching,
            wait=asking.wait,
        )
        return await interruption.guard(work(replace(setting, watch=show), conduct))


def _told(terminal: Terminal, account: str, applied: AppliedPlan) -> ExitCode:
    """Print how it ended. What is live is live, whether or not that can be printed: the code stays the run's own."""
    try:
        _print(terminal, account, applied)
    except OutputLost as lost:
        terminal.warn(f"{lost}; the run itself went to its end: see reconciler status\n")
    if applied.ledger_error is not None:
        terminal.findings(findings_of(applied.ledger_error))
    return code_of(applied)


def code_of(applied: AppliedPlan) -> ExitCode:
    """What the end of a run that began, or had nothing to do, means."""
    if applied.ledger_error is not None:
        return ExitCode.PARTLY_APPLIED
    report = applied.report or Report(())
    if not report.failed:
        return ExitCode.OK
    if report.interrupted:
        return ExitCode.INTERRUPTED
    return ExitCode.PARTLY_APPLIED if report.written else ExitCode.ERROR


def _print(terminal: Terminal, account: str, applied: AppliedPlan) -> None:
    report = applied.report or Report(())
    again = as_typed() if report.failed or applied.ledger_error else None
    unfolded = findings_of(applied.ledger_error) if applied.ledger_error else ()

    def ended(notes: Sequence[Diagnostic]) -> Render:
        return lambda form, view: form.result(
            report, account=account, next_command=again, diagnostics=[*notes, *unfolded], view=view
        )

    terminal.tell_others(ended(applied.notes))
    if terminal.is_text:
        terminal.findings(applied.notes)
        if applied.report is not None:
            terminal.result(ended(())(terminal.text, terminal.view()))
        elif not applied.notes:
            terminal.result(terminal.text.plan(applied.plan, view=terminal.view()))
