"""``reconciler apply``."""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli.options import formats, locking, plan_request, planning, settling
from reconciler.cli.running import run
from reconciler.cli.terminal import Terminal
from reconciler.workflow.apply import apply


@click.command("apply")
@formats("text", "json", "jsonl")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@settling
@locking
@planning
def command(
    account: str | None, format_name: str, settle: float, wait: float, *, auto_approve: bool, **options: Any
) -> int:
    """Make the account as the manifests say: plan, ask, look again, write."""
    return run(
        Terminal(format_name),
        account,
        lambda setting, **how: apply(setting, plan_request(**options), **how),
        question=lambda _: ('apply these changes? Type "yes"', "yes"),
        auto_approve=auto_approve,
        settle=settle,
        wait=wait,
    )
