"""``reconciler issue``."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.completing import files
from reconciler.cli.forge_options import STOPPED, authors, chosen_forge, forges
from reconciler.cli.interruption import reading
from reconciler.cli.terminal import Terminal, surroundings
from reconciler.errors import ExitCode, ReconcilerError, UsageError
from reconciler.workflow.issue import Issue, issue

_LARGEST = 64 << 20
"""Bytes of a report that are read."""


@click.command("issue")
@forges
@click.option("--ended", metavar="CODE", type=click.IntRange(0, 255), required=True, help="How drift ended.")
@click.option("--name", metavar="NAME", default="drift", show_default=True, help="Tells it from other issues of ours.")
@click.option("--title", metavar="TEXT", default="Telnyx: drift", show_default=True, help="Of a new issue.")
@click.option("--label", metavar="NAME", default="", help="Of a new issue.")
@authors
@click.argument("report", metavar="REPORT", shell_complete=files)
def command(forge: str | None, ended: int, name: str, title: str, label: str, author: str, report: str) -> int:
    """Keep one issue about drift: opened and updated after exit code 2, closed after 0, left alone after any other.

    REPORT is what drift --format markdown printed. Without permission it stands in the job's summary instead, or on
    standard output. Needs no key, and never speaks to Telnyx.
    """
    terminal = Terminal()
    try:
        about = Issue(name=name, title=title, label=label, author=author)
        text = _text(report) if ended == ExitCode.CHANGES else ""
        told = reading(issue(surroundings(), chosen_forge(forge), text, ended, about), told=STOPPED)
    except ReconcilerError as error:
        return terminal.failed(error)
    if told.warnings:
        terminal.findings(told.warnings)
    if told.line:
        terminal.say(f"{told.line}\n")
    if told.printed:
        terminal.result(told.printed)
    return ExitCode.OK


def _text(name: str) -> str:
    try:
        with Path(name).open("rb") as file:
            return file.read(_LARGEST).decode("utf-8", "replace")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f'cannot read "{name}": {reason}', hint="reconciler drift --format markdown > FILE") from None
