"""``reconciler destroy``."""

from __future__ import annotations

import click

from reconciler.cli.apply import refuse_to_guess
from reconciler.cli.options import account, formats, settling
from reconciler.cli.running import confirmed, run
from reconciler.cli.terminal import Terminal, surroundings
from reconciler.errors import ReconcilerError
from reconciler.model.events import Report
from reconciler.model.plan import Plan
from reconciler.planner.guards import Policy
from reconciler.workflow.destroy import destroy
from reconciler.workflow.setting import prepare


@click.command("destroy")
@formats("text", "json", "jsonl")
@click.option("--auto-approve", is_flag=True, help="Do not ask for the account's name.")
@click.option("--allow", multiple=True, metavar="GUARD[:ADDRESS]", help="Lift a guard. Repeatable.")
@click.option("--allow-vanished", type=click.IntRange(min=0), default=0, help="Accept so many vanished objects.")
@settling
@account
def command(
    account: str | None,
    format_name: str,
    allow: tuple[str, ...],
    allow_vanished: int,
    settle: float,
    *,
    auto_approve: bool,
) -> int:
    """Remove everything that the ledger records as ours.

    What was adopted or says on_remove: retain is forgotten and stays; what says prevent_destroy stays recorded.
    """
    terminal = Terminal(format_name)
    try:
        setting = prepare(surroundings(), account)
        refuse_to_guess(auto_approve)
    except ReconcilerError as error:
        return terminal.failed(error, lambda f: terminal.format.result(Report(()), account="", diagnostics=f))
    name = setting.account.name

    def approve(plan: Plan) -> bool:
        shown = terminal.text.plan(plan, color=terminal.color(err=not terminal.is_text))
        (terminal.result if terminal.is_text else terminal.say)(shown)
        return auto_approve or confirmed(f'destroy all of this? Type the account\'s name, "{name}"', name)

    return run(
        terminal,
        name,
        lambda patience, emit: destroy(
            setting,
            Policy(allowed=frozenset(allow), allow_vanished=allow_vanished),
            approve=approve,
            asks=not auto_approve,
            patience=patience,
            emit=emit,
        ),
        settle_seconds=settle,
    )
