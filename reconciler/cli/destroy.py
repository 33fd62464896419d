"""``reconciler destroy``."""

from __future__ import annotations

import click

from reconciler.cli.options import account, deadline, locking, settling, unassigning
from reconciler.cli.outputs import Output, formats
from reconciler.cli.running import Asking, run
from reconciler.cli.terminal import Terminal
from reconciler.model.policy import Policy
from reconciler.workflow.destroy import destroy


@click.command("destroy")
@formats("text", "json", "jsonl", "markdown")
@click.option("--auto-approve", is_flag=True, help="Do not ask for the account's name.")
@click.option("--allow", multiple=True, metavar="GUARD[:ADDRESS]", help="Lift a guard. Repeatable.")
@click.option("--allow-vanished", type=click.IntRange(min=0), default=0, help="Accept so many vanished objects.")
@unassigning
@deadline
@settling
@locking
@account
def command(
    account: str | None,
    outputs: tuple[Output, ...],
    allow: tuple[str, ...],
    allow_vanished: int,
    deadline: float | None,
    settle: float,
    wait: float,
    *,
    auto_approve: bool,
    unassign_numbers: bool,
) -> int:
    """Remove everything that the ledger records as ours.

    What was adopted or says on_remove: retain is forgotten and stays; what says prevent_destroy stays recorded.
    """
    policy = Policy(allowed=frozenset(allow), allow_vanished=allow_vanished, unassign_numbers=unassign_numbers)
    asking = Asking(
        question=lambda name: (f'destroy all of this? Type the account\'s name, "{name}"', name),
        auto_approve=auto_approve,
        settle=settle,
        wait=wait,
    )
    return run(
        Terminal(outputs),
        account,
        lambda setting, conduct: destroy(setting, policy, conduct, deadline=deadline),
        asking,
    )
