"""``reconciler plan``."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from reconciler.cli.interruption import reading
from reconciler.cli.options import plan_request, planning, selection
from reconciler.cli.outputs import Output, check_apart, formats
from reconciler.cli.terminal import Render, Terminal, surroundings
from reconciler.cli.watching import watching
from reconciler.errors import ExitCode, ReconcilerError
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.plan import Plan
from reconciler.workflow.plan import plan
from reconciler.workflow.saving import check_name, save
from reconciler.workflow.setting import prepare


@click.command("plan")
@formats("text", "json", "markdown", "html", "github")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when there are changes.")
@click.option("--out", metavar="FILE", help="Save the plan, for show FILE and apply FILE.")
@planning
def command(
    account: str | None,
    outputs: tuple[Output, ...],
    out: str | None,
    *,
    all_accounts: bool,
    detailed_exitcode: bool,
    **options: Any,
) -> int:
    """Show what would change in the account. Writes neither to it nor to the ledger."""
    given = [("a file that is read", path) for path in options["paths"]]
    check_apart(outputs, ("the plan that --out saves", out), *given)
    terminal = Terminal(outputs)
    try:
        chosen = selection(account, all_accounts=all_accounts)
        if chosen is not None:
            from reconciler.cli.several import planned  # noqa: PLC0415 - one account needs none of it

            return planned(terminal, chosen, plan_request(**options), detailed=detailed_exitcode, out=out)
        if out is not None:
            check_name(out)
        setting = prepare(surroundings(), account)
        with watching(terminal) as watched:
            found = reading(plan(replace(setting, watch=watched.of(None)), plan_request(**options)))
        made = found.plan
        if out is not None:
            save(setting, found, Path(out))
            command = f"reconciler apply {shlex.quote(out)} --fingerprint {made.fingerprint}"
            told = f"; carry it out with: {command}" if made.applicable else " for review; it cannot be applied"
            terminal.say(f"saved {out}{told}\n")
    except ReconcilerError as error:
        return terminal.failed(error, lambda findings: rendered(nothing_planned(account, findings)))
    terminal.tell(rendered(made))
    if not made.applicable:
        return ExitCode.ERROR
    return ExitCode.CHANGES if detailed_exitcode and made.pending else ExitCode.OK


def nothing_planned(account: str | None, findings: Sequence[Diagnostic]) -> Plan:
    """What programs get when there is no plan: a whole document with the reasons in it."""
    return Plan(account=account or "default", project="", changes=(), diagnostics=tuple(findings))


def rendered(plan: Plan) -> Render:
    """A plan, in whatever format."""
    return lambda form, view: form.plan(plan, view=view)
