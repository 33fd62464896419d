"""``reconciler hosted documents``."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.completing import taking_papers
from reconciler.cli.options import account, locking, paths, settling
from reconciler.cli.outputs import Output, formats
from reconciler.cli.running import Asking, run
from reconciler.cli.terminal import Terminal
from reconciler.workflow.hosted_documents import documents
from reconciler.workflow.setting import Reading

_PDF = click.Path(path_type=Path)


@click.command("documents")
@click.argument("address", metavar="ADDRESS", shell_complete=taking_papers)
@click.option("--loa", type=_PDF, metavar="FILE", help="The signed letter of authorisation: a PDF file.")
@click.option("--bill", type=_PDF, metavar="FILE", help="The last bill of the losing carrier: a PDF file.")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@formats("text", "json", "jsonl", "markdown")
@settling
@locking
@paths
@account
def documents_command(
    address: str,
    loa: Path | None,
    bill: Path | None,
    account: str | None,
    outputs: tuple[Output, ...],
    paths: tuple[str, ...],
    settle: float,
    wait: float,
    *,
    allow_empty: bool,
    auto_approve: bool,
) -> int:
    """Upload the papers of a recorded order, and do nothing else.

    ADDRESS is Kind/name, or the name alone. Uploaded are the files that the manifest names in options.documents, as an
    apply would, and those of --loa and --bill where it names none: they need not lie in the project. A file that was
    refused is not uploaded again.
    """
    files = {name: path for name, path in (("loa", loa), ("bill", bill)) if path is not None}
    asking = Asking(
        question=lambda _: ('upload these documents? Type "yes"', "yes"),
        auto_approve=auto_approve,
        settle=settle,
        wait=wait,
    )
    reading = Reading(paths=paths, allow_empty=allow_empty)
    return run(
        Terminal(outputs),
        account,
        lambda setting, conduct: documents(setting, reading, address, files, conduct),
        asking,
    )
