"""``reconciler comment``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from reconciler.cli.completing import files
from reconciler.cli.forge_options import STOPPED, authors, chosen_forge, forges
from reconciler.cli.interruption import reading
from reconciler.cli.pipeline import links, run_address
from reconciler.cli.show import saved_plan
from reconciler.cli.terminal import Terminal, surroundings
from reconciler.errors import ExitCode, ReconcilerError, UsageError
from reconciler.model.saved.plan import SavedPlan
from reconciler.render.view import View
from reconciler.workflow.comment import Channels, comment


@click.command("comment")
@forges
@click.option("--comment/--no-comment", "posts", default=True, show_default=True, help="Comment on the pull request.")
@click.option("--summary/--no-summary", "summary", default=False, help="Tell the job's summary as well.")
@authors
@click.argument("plan_files", metavar="[PLANFILE]...", nargs=-1, shell_complete=files)
def command(forge: str | None, plan_files: tuple[str, ...], author: str, *, posts: bool, summary: bool) -> int:
    """Post saved plans to the pull request of this CI run: one comment for each account, kept up to date.

    Without PLANFILE, plan.json. Token, repository and number come from the environment of the run. Without permission
    the plans stand in the job's summary instead, or on standard output. Needs no key, and never speaks to Telnyx.
    """
    terminal = Terminal()
    try:
        where = chosen_forge(forge)
        plans = _plans(plan_files or ("plan.json",))
        channels = Channels(comment=posts, summary=summary, author=author)
        told = reading(comment(surroundings(), where, plans, channels, _view()), told=STOPPED)
    except ReconcilerError as error:
        return terminal.failed(error)
    if told.warnings:
        terminal.findings(told.warnings)
    terminal.say("".join(f"{line}\n" for line in told.lines))
    if told.printed:
        terminal.result(told.printed)
    return ExitCode.OK


def _view() -> View:
    return View(links=links(os.environ, Path.cwd()), whole=run_address(os.environ))


def _plans(names: tuple[str, ...]) -> dict[str, SavedPlan]:
    plans = {name: saved_plan(name) for name in names}
    accounts = [saved.plan.account for saved in plans.values()]
    for account in accounts:
        if accounts.count(account) > 1:
            raise UsageError(f'two of these plans are of account "{account}"', hint="give the newest one alone")
    return plans
