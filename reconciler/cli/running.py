"""What ``apply`` and ``destroy`` share: progress, signals, and what the end means for the exit code."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from typing import Any

import click

from reconciler.cli.interruption import Interruption
from reconciler.cli.terminal import Terminal, as_typed
from reconciler.errors import ExitCode, ReconcilerError
from reconciler.executor.pause import SETTLE_SECONDS, Patience
from reconciler.model.events import Began, Emit, Event, Report
from reconciler.render.events import event_line
from reconciler.render.progress import progress
from reconciler.workflow.apply import AppliedPlan

Work = Callable[[Patience, Emit], Coroutine[Any, Any, AppliedPlan]]


def run(terminal: Terminal, account: str, work: Work, *, settle_seconds: float = SETTLE_SECONDS) -> ExitCode:
    """Carry out an apply and tell how it ended."""
    try:
        applied = asyncio.run(_watched(terminal, work, settle_seconds))
    except asyncio.CancelledError:
        terminal.say("interrupted; nothing more is sent. Type the same command again to carry on\n")
        return ExitCode.INTERRUPTED
    except ReconcilerError as error:
        return terminal.failed(
            error,
            lambda findings: terminal.format.result(Report(()), account=account, diagnostics=findings),
        )
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
    if applied.declined:
        terminal.say("declined; nothing was written\n")
        return ExitCode.ERROR
    report = applied.report or Report(())
    again = as_typed() if report.failed or applied.ledger_error else None
    if applied.report is not None or not terminal.is_text:
        terminal.result(terminal.format.result(report, account=account, next_command=again, color=terminal.color()))
    if applied.ledger_error is not None:
        terminal.failed(applied.ledger_error, lambda _: "")
        return ExitCode.PARTLY_APPLIED
    if not report.failed:
        return ExitCode.OK
    if report.interrupted:
        return ExitCode.INTERRUPTED
    return ExitCode.PARTLY_APPLIED if report.written else ExitCode.ERROR


def confirmed(question: str, expected: str) -> bool:
    """Ask on the terminal; anything but the expected word is a no."""
    answer: str = click.prompt(question, default="", show_default=False, err=True)
    return answer.strip() == expected
