"""``reconciler history``."""

from __future__ import annotations

import click

from reconciler.cli.completing import addresses
from reconciler.cli.interruption import reading
from reconciler.cli.options import account
from reconciler.cli.outputs import Output, formats
from reconciler.cli.terminal import Render, Terminal, surroundings
from reconciler.errors import ExitCode, ReconcilerError
from reconciler.model.history import HistoryReport
from reconciler.workflow.history import history
from reconciler.workflow.setting import prepare


@click.command("history")
@click.argument("subject", metavar="[ADDRESS[.FIELD]]", required=False, shell_complete=addresses)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="The newest N only: runs and, with --audit, changes of others.",
)
@click.option("--audit", is_flag=True, help="Add what others changed, by the account's audit log, and who committed.")
@formats("text", "json")
@account
def command(
    subject: str | None, limit: int | None, account: str | None, outputs: tuple[Output, ...], *, audit: bool
) -> int:
    """Show what was done with the account, newest first: when, by whom, from which commit, and how it ended.

    With an ADDRESS (Kind/name): only its changes, field by field, under its former names too. With a field
    (Kind/name.webhook_url): how its value went. Secrets are never shown; nothing is asked of the API,
    but for its audit log with --audit.
    """
    terminal = Terminal(outputs)
    try:
        setting = prepare(surroundings(), account)
        found = reading(history(setting, subject, limit, audit=audit))
    except ReconcilerError as error:
        name = account or "default"
        return terminal.failed(error, lambda findings: _history(HistoryReport(account=name, notes=tuple(findings))))
    terminal.tell(_history(found))
    return ExitCode.OK


def _history(found: HistoryReport) -> Render:
    return lambda form, view: form.history(found, view=view)
