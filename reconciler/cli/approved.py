"""``reconciler approved``."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.completing import files
from reconciler.cli.forge_options import authors, chosen_forge, forges
from reconciler.cli.interruption import reading
from reconciler.cli.terminal import Terminal, surroundings
from reconciler.errors import ExitCode, ReconcilerError, UsageError
from reconciler.workflow.approved import Approved, Out, approved
from reconciler.workflow.saving import check_name

_DEFAULT = "plan.json"


@click.command("approved")
@forges
@click.option("--out", metavar="FILE", help="Where to write the plan.  [default: plan.json]", shell_complete=files)
@click.option("--out-dir", metavar="FOLDER", help="Instead: where to write the plan of each account.")
@click.option("--account", metavar="NAME[,NAME]", help="Whose plans. Default: all that were planned.")
@click.option("--artifact", metavar="NAME", default="plan", show_default=True, help="GitLab: the job that planned.")
@click.option("--workflow", metavar="FILE", default="", help="GitHub: the workflow that planned. Default: this one.")
@authors
@click.option("--commit", metavar="SHA", default="", help="The merge. Default: the commit of this run.")
def command(
    forge: str | None,
    out: str | None,
    out_dir: str | None,
    account: str | None,
    artifact: str,
    workflow: str,
    author: str,
    commit: str,
) -> int:
    """Fetch the plans that were approved in the pull request whose merge this CI run is of.

    From the merge commit to its pull request, to the newest commit of that, to the run that planned it, to its
    artifact. The fingerprint must be the one that our comment there shows, unedited. What comes from a fork, or has
    expired, is refused. Prints the fingerprints, for apply FILE --fingerprint. Needs no key, and never speaks to
    Telnyx.
    """
    terminal = Terminal()
    try:
        names = tuple(account.split(",")) if account else ()
        wanted = Approved(accounts=names, artifact=artifact, workflow=workflow, commit=commit, author=author)
        found = reading(approved(surroundings(), chosen_forge(forge), _where(out, out_dir), wanted))
    except ReconcilerError as error:
        return terminal.failed(error)
    for path, saved in found.plans.items():
        terminal.say(f"saved {path}, as approved in {found.request} {found.number}\n")
        terminal.result(f"{saved.plan.fingerprint}\n")
    return ExitCode.OK


def _where(file: str | None, folder: str | None) -> Out:
    if file is not None and folder is not None:
        raise UsageError("--out and --out-dir exclude each other", hint="leave one of them out")
    if folder is None:
        check_name(file or _DEFAULT)
        return Out(file=Path(file or _DEFAULT))
    if not Path(folder).is_dir():
        raise UsageError(f'there is no folder "{folder}"', hint="make it first")
    return Out(folder=Path(folder))
