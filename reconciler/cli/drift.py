"""``reconciler drift``."""

from __future__ import annotations

import click

from reconciler.cli.interruption import reading
from reconciler.cli.options import account, formats, paths
from reconciler.cli.terminal import Terminal, surroundings
from reconciler.errors import ExitCode, ReconcilerError
from reconciler.model.diagnostic import has_errors
from reconciler.model.drift import DriftReport
from reconciler.workflow.drift import drift
from reconciler.workflow.setting import Reading, prepare


@click.command("drift")
@formats("text", "json", "markdown")
@account
@paths
def command(account: str | None, format_name: str, paths: tuple[str, ...], *, allow_empty: bool) -> int:
    """Show what changed in the account behind our back. Exits 2 when anything did."""
    terminal = Terminal(format_name)
    try:
        setting = prepare(surroundings(), account)
        report = reading(drift(setting, Reading(paths=paths, allow_empty=allow_empty)))
    except ReconcilerError as error:
        return terminal.failed(
            error,
            lambda findings: terminal.format.drift(
                DriftReport(account=account or "default", diagnostics=tuple(findings))
            ),
        )
    terminal.result(terminal.format.drift(report, color=terminal.color()))
    if has_errors(report.diagnostics):
        return ExitCode.ERROR
    return ExitCode.CHANGES if report.has_drift else ExitCode.OK
