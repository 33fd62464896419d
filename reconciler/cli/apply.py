"""``reconciler apply``."""

from __future__ import annotations

import sys
from typing import Any

import click

from reconciler.cli.options import formats, plan_request, planning, settling
from reconciler.cli.running import confirmed, run
from reconciler.cli.terminal import Terminal, surroundings
from reconciler.errors import ReconcilerError, UsageError
from reconciler.model.events import Report
from reconciler.model.plan import Plan
from reconciler.workflow.apply import apply
from reconciler.workflow.setting import prepare


@click.command("apply")
@formats("text", "json", "jsonl")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@settling
@planning
def command(account: str | None, format_name: str, settle: float, *, auto_approve: bool, **options: Any) -> int:
    """Make the account as the manifests say: plan, ask, look again, write."""
    terminal = Terminal(format_name)
    try:
        setting = prepare(surroundings(), account)
        refuse_to_guess(auto_approve)
    except ReconcilerError as error:
        return terminal.failed(error, lambda f: terminal.format.result(Report(()), account="", diagnostics=f))

    def approve(plan: Plan) -> bool:
        shown = terminal.text.plan(plan, color=terminal.color(err=not terminal.is_text))
        (terminal.result if terminal.is_text else terminal.say)(shown)
        return auto_approve or confirmed('apply these changes? Type "yes"', "yes")

    return run(
        terminal,
        setting.account.name,
        lambda patience, emit: apply(
            setting,
            plan_request(**options),
            approve=approve,
            asks=not auto_approve,
            patience=patience,
            emit=emit,
        ),
        settle_seconds=settle,
    )


def refuse_to_guess(auto_approve: bool) -> None:
    """Nobody can answer where standard input is no terminal. Raises UsageError."""
    if not auto_approve and not sys.stdin.isatty():
        raise UsageError("there is nobody to ask: standard input is not a terminal", hint="agree with --auto-approve")
