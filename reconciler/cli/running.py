"""What ``apply`` and ``destroy`` share: progress, signals, and what the end means for the exit code."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from typing import Any

import click

from reconciler.cli.interruption import Interruption, ending_at_once
from reconciler.cli.terminal import Terminal, as_typed
from reconciler.errors import ExitCode, Interrupted, PlanRefused, ReconcilerError
from reconciler.executor.pause import SETTLE_SECONDS, Patience
from reconciler.model.events import Began, Emit, Event, Report
from reconciler.render.events import event_line
from reconciler.render.failure import findings_of
from reconciler.render.progress import progress
from reconciler.workflow.apply import AppliedPlan

Work = Callable[[Patience, Emit], Coroutine[Any, Any, AppliedPlan]]


def run(terminal: Terminal, account: str, work: Work, *, settle_seconds: float = SETTLE_SECONDS) -> ExitCode:
    """Carry out an apply and tell how it ended."""

    def failed(error: ReconcilerError) -> ExitCode:
        return terminal.failed(
            error, lambda findings: terminal.format.result(Report(()), account=account, diagnostics=findings)
        )

    try:
        applied = asyncio.run(_watched(terminal, work, settle_seconds))
    except asyncio.CancelledError:
        return failed(Interrupted("interrupted; nothing more is sent", hint="type the same command again to carry on"))
    except ReconcilerError as error:
        return failed(error)
    if applied.declined:
        return failed(PlanRefused("declined; nothing was written", code="declined"))
    return _told(terminal, account, applied)


async def _watched(terminal: Terminal, work: Work, settle_seconds: float) -> AppliedPlan:
    with ExitStack() as displays:
        shown = displays.enter_context(progress(sys.stderr))

        def emit(event: Event) -> None:
            nonlocal shown
            if isinstance(event, Began) and event.position == 1 and sys.stderr.isatty():
                shown = displays.enter_context(progress(sys.stderr, terminal=True))
            shown(event)
            if terminal.format_name == "jsonl":
                terminal.result(event_line(event))

        interruption = Interruption(emit, terminal.say)
        patience = Patience(time.monotonic, asyncio.sleep, interruption.stop, settle_seconds)
        return await interruption.guard(work(patience, interruption.watching))


def _told(terminal: Terminal, account: str, applied: AppliedPlan) -> ExitCode:
    report = applied.report or Report(())
    again = as_typed() if report.failed or applied.ledger_error else None
    if applied.report is not None or not terminal.is_text:
        unfolded = findings_of(applied.ledger_error) if applied.ledger_error else ()
        terminal.document(
            terminal.format.result(
                report, account=account, next_command=again, diagnostics=unfolded, color=terminal.color()
            )
        )
    if applied.ledger_error is not None:
        terminal.findings(findings_of(applied.ledger_error))
        return ExitCode.PARTLY_APPLIED
    if not report.failed:
        return ExitCode.OK
    if report.interrupted:
        return ExitCode.INTERRUPTED
    return ExitCode.PARTLY_APPLIED if report.written else ExitCode.ERROR


def confirmed(question: str, expected: str) -> bool:
    """Ask on the terminal; anything but the expected word is a no. Raises Interrupted."""
    try:
        with ending_at_once():
            answer: str = click.prompt(question, default="", show_default=False, err=True)
    except (click.Abort, KeyboardInterrupt):
        click.echo(err=True)
        raise Interrupted("interrupted; nothing was written") from None
    return answer.strip() == expected
