"""``reconciler export``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import click

from reconciler.cli.interruption import Interruption
from reconciler.cli.options import account, locking
from reconciler.cli.outputs import Output, formats
from reconciler.cli.terminal import Render, Terminal, surroundings
from reconciler.cli.watching import watching
from reconciler.errors import ExitCode, Interrupted, ReconcilerError, UsageError
from reconciler.export import Selection
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.exported import ExportReport, Split
from reconciler.workflow.export import ExportRequest, export
from reconciler.workflow.setting import prepare


@click.command("export")
@click.argument("folder", metavar="[DIR]", required=False)
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only this kind. Repeatable.")
@click.option("--name", "names", multiple=True, metavar="GLOB", help="Only what is called so, and what hangs on it.")
@click.option(
    "--split",
    type=click.Choice([split.value for split in Split]),
    default=Split.KIND.value,
    show_default=True,
    help="One file for each kind, profile or resource, or for all.",
)
@click.option("--merge", is_flag=True, help="Add what is not managed yet, in files of its own.")
@click.option("--force", is_flag=True, help="Replace files that are not as they would be written.")
@click.option("--no-record", is_flag=True, help="Write the files, and leave the ledger as it is.")
@click.option("--from-terraform", "terraform", metavar="STATE.json", help="Call messaging profiles as Terraform does.")
@formats("text", "json")
@locking
@account
def command(
    folder: str | None,
    kinds: tuple[str, ...],
    names: tuple[str, ...],
    split: str,
    terraform: str | None,
    account: str | None,
    outputs: tuple[Output, ...],
    wait: float,
    *,
    merge: bool,
    force: bool,
    no_record: bool,
) -> int:
    """Write the live account as manifests, and record it as ours, so that the next plan is empty.

    DIR is the account's first folder unless given. Nothing in the account is touched. Values that have no place in a
    repository become ${env:NAME}; the names are listed, the values are shown nowhere.
    """
    terminal = Terminal(outputs)

    def document(findings: Sequence[Diagnostic]) -> Render:
        return _export(ExportReport(account=account or "default", diagnostics=tuple(findings)))

    try:
        if merge and force:
            hint = "--merge never writes to a file that is there"
            raise UsageError("--merge and --force exclude each other", hint=hint)
        request = ExportRequest(
            folder=folder,
            selection=Selection(kinds=kinds, names=names, missing=merge),
            split=Split(split),
            records=not no_record,
            force=force,
            terraform=terraform,
            wait=wait,
        )
        setting = prepare(surroundings(), account)
        with watching(terminal) as watched:
            work = export(replace(setting, watch=watched.of(None)), request)
            report = asyncio.run(Interruption(lambda _: None, terminal.say).guard(work))
    except asyncio.CancelledError:
        stopped = Interrupted("interrupted", hint="type the same again: files that are written already are left alone")
        return terminal.failed(stopped, document)
    except ReconcilerError as error:
        return terminal.failed(error, document)
    if terminal.is_text:
        terminal.findings(report.diagnostics)
    terminal.tell(_export(report))
    return ExitCode.OK


def _export(report: ExportReport) -> Render:
    return lambda form, view: form.export(report, view=view)
