"""``reconciler status``."""

from __future__ import annotations

from dataclasses import replace

import click

from reconciler.cli.interruption import reading
from reconciler.cli.options import accounts, paths, selection
from reconciler.cli.outputs import Output, formats
from reconciler.cli.terminal import Render, Terminal, surroundings
from reconciler.cli.waiting import Waits, until_of, waiting
from reconciler.errors import ExitCode, ReconcilerError
from reconciler.model.diagnostic import has_errors
from reconciler.model.status import Status
from reconciler.workflow.setting import Reading, Setting, prepare
from reconciler.workflow.status import status, status_after


@click.command("status", cls=Waits)
@formats("text", "json")
@waiting("Wait until nothing changes any more without you, for at most 90s, 30m, 12h or 7d.")
@accounts
@paths
def command(
    account: str | None,
    outputs: tuple[Output, ...],
    paths: tuple[str, ...],
    wait_for: float | None,
    *,
    all_accounts: bool,
    allow_empty: bool,
) -> int:
    """Show the account, the last run, what is unfinished, and what waits for a human, with the exact commands.

    With --wait the exit code is 0 once everything that takes days is done, and 1 where something failed, needs you,
    or was not done in time. Nothing is locked meanwhile, so it may be interrupted at any time.
    """
    terminal = Terminal(outputs)
    try:
        chosen = selection(account, all_accounts=all_accounts)
        if chosen is not None:
            from reconciler.cli.several import standing  # noqa: PLC0415 - one account needs none of it

            return standing(terminal, chosen, Reading(paths=paths, allow_empty=allow_empty), wait_for)
        setting = prepare(surroundings(), account)
        found = reading(_found(terminal, setting, Reading(paths=paths, allow_empty=allow_empty), wait_for))
    except ReconcilerError as error:
        empty = Status(account=account or "default", ledger="")
        return terminal.failed(error, lambda findings: _status(replace(empty, notices=tuple(findings))))
    terminal.tell(_status(found))
    return ExitCode.ERROR if has_errors(found.notices) else ExitCode.OK


async def _found(terminal: Terminal, setting: Setting, asked: Reading, wait_for: float | None) -> Status:
    if wait_for is None:
        return (await status(setting, asked)).status
    return await status_after(setting, asked, until_of(terminal, wait_for))


def _status(found: Status) -> Render:
    return lambda form, view: form.status(found, view=view)
