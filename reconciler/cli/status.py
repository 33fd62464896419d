"""``reconciler status``."""

from __future__ import annotations

import asyncio

import click

from reconciler.cli.options import account, formats, paths
from reconciler.cli.terminal import Terminal, surroundings
from reconciler.errors import ExitCode, ReconcilerError
from reconciler.render.format import RendersStatus
from reconciler.workflow.setting import Reading, prepare
from reconciler.workflow.status import status


@click.command("status")
@formats("text", "json")
@account
@paths
def command(account: str | None, format_name: str, paths: tuple[str, ...], *, allow_empty: bool) -> int:
    """Show the account, the last run, what is unfinished, and what waits for a human."""
    terminal = Terminal(format_name)
    try:
        setting = prepare(surroundings(), account)
        found = asyncio.run(status(setting, Reading(paths=paths, allow_empty=allow_empty)))
    except ReconcilerError as error:
        return terminal.failed(error, terminal.format.diagnostics)
    render: RendersStatus | None = terminal.format.status
    if render is not None:
        terminal.result(render(found, color=terminal.color()))
    return ExitCode.OK
