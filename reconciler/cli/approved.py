"""``reconciler approved``."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.completing import files
from reconciler.cli.forge_options import chosen_forge, forges
from reconciler.cli.interruption import reading
from reconciler.cli.terminal import Terminal, surroundings
from reconciler.errors import ExitCode, ReconcilerError
from reconciler.workflow.approved import Approved, approved
from reconciler.workflow.saving import check_name


@click.command("approved")
@forges
@click.option("--out", metavar="FILE", default="plan.json", show_default=True, shell_complete=files)
@click.option("--account", metavar="NAME", help="Whose plan, where several were approved together.")
@click.option("--artifact", metavar="NAME", default="plan", show_default=True, help="GitLab: the job that planned.")
@click.option("--workflow", metavar="FILE", default="", help="GitHub: the workflow that planned. Default: this one.")
@click.option("--commit", metavar="SHA", default="", help="The merge. Default: the commit of this run.")
def command(forge: str | None, out: str, account: str | None, artifact: str, workflow: str, commit: str) -> int:
    """Fetch the plan that was approved in the pull request whose merge this CI run is of.

    From the merge commit to its pull request, to the newest commit of that, to the run that planned it, to its
    artifact. The fingerprint must be the one that our comment there shows. What comes from a fork, or has expired, is
    refused. Prints the fingerprint, for apply FILE --fingerprint. Needs no key, and never speaks to Telnyx.
    """
    terminal = Terminal()
    try:
        check_name(out)
        wanted = Approved(account=account, artifact=artifact, workflow=workflow, commit=commit)
        found = reading(approved(surroundings(), chosen_forge(forge), Path(out), wanted))
    except ReconcilerError as error:
        return terminal.failed(error)
    terminal.say(f"saved {out}, as approved in {found.request} {found.number}\n")
    terminal.result(f"{found.saved.plan.fingerprint}\n")
    return ExitCode.OK
