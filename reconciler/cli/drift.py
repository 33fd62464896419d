"""``reconciler drift``."""

from __future__ import annotations

import click

from reconciler.cli.interruption import reading
from reconciler.cli.options import accounts, paths, selection
from reconciler.cli.outputs import Output, formats
from reconciler.cli.terminal import Render, Terminal, surroundings
from reconciler.errors import ExitCode, ReconcilerError
from reconciler.model.diagnostic import has_errors
from reconciler.model.drift import DriftReport
from reconciler.workflow.drift import drift
from reconciler.workflow.setting import Reading, prepare


@click.command("drift")
@formats("text", "json", "markdown", "html")
@click.option("--no-attribution", is_flag=True, help="Do not ask who changed it: neither the audit log nor git.")
@accounts
@paths
def command(
    account: str | None,
    outputs: tuple[Output, ...],
    paths: tuple[str, ...],
    *,
    all_accounts: bool,
    allow_empty: bool,
    no_attribution: bool,
) -> int:
    """Show what changed in the account behind our back. Exits 2 when anything did."""
    terminal = Terminal(outputs)
    try:
        chosen = selection(account, all_accounts=all_accounts)
        if chosen is not None:
            from reconciler.cli.several import drifted  # noqa: PLC0415 - one account needs none of it

            asked = Reading(paths=paths, allow_empty=allow_empty)
            return drifted(terminal, chosen, asked, attribution=not no_attribution)
        setting = prepare(surroundings(), account)
        asked = Reading(paths=paths, allow_empty=allow_empty)
        report = reading(drift(setting, asked, attribution=not no_attribution))
    except ReconcilerError as error:
        return terminal.failed(
            error,
            lambda findings: _drift(DriftReport(account=account or "default", diagnostics=tuple(findings))),
        )
    terminal.tell(_drift(report))
    if has_errors(report.diagnostics):
        return ExitCode.ERROR
    return ExitCode.CHANGES if report.has_drift else ExitCode.OK


def _drift(report: DriftReport) -> Render:
    return lambda form, view: form.drift(report, view=view)
