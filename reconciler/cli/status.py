"""``reconciler status``."""

from __future__ import annotations

from dataclasses import replace

import click

from reconciler.cli.interruption import reading
from reconciler.cli.options import accounts, paths, selection
from reconciler.cli.outputs import Output, formats
from reconciler.cli.terminal import Render, Terminal, surroundings
from reconciler.errors import ExitCode, ReconcilerError
from reconciler.model.diagnostic import has_errors
from reconciler.model.status import Status
from reconciler.workflow.setting import Reading, prepare
from reconciler.workflow.status import status


@click.command("status")
@formats("text", "json")
@accounts
@paths
def command(
    account: str | None, outputs: tuple[Output, ...], paths: tuple[str, ...], *, all_accounts: bool, allow_empty: bool
) -> int:
    """Show the account, the last run, what is unfinished, and what waits for a human."""
    terminal = Terminal(outputs)
    try:
        chosen = selection(account, all_accounts=all_accounts)
        if chosen is not None:
            from reconciler.cli.several import standing  # noqa: PLC0415 - one account needs none of it

            return standing(terminal, chosen, Reading(paths=paths, allow_empty=allow_empty))
        setting = prepare(surroundings(), account)
        found = reading(status(setting, Reading(paths=paths, allow_empty=allow_empty)))
    except ReconcilerError as error:
        empty = Status(account=account or "default", ledger="")
        return terminal.failed(error, lambda findings: _status(replace(empty, notices=tuple(findings))))
    terminal.tell(_status(found))
    return ExitCode.ERROR if has_errors(found.notices) else ExitCode.OK


def _status(found: Status) -> Render:
    return lambda form, view: form.status(found, view=view)
