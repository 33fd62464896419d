"""``reconciler drift``."""

from __future__ import annotations

from dataclasses import replace

import click

from reconciler.cli.interruption import reading
from reconciler.cli.options import accounts, paths, selection
from reconciler.cli.outputs import Output, formats
from reconciler.cli.selecting import selecting, selector
from reconciler.cli.terminal import Render, Terminal, surroundings
from reconciler.cli.watching import watching
from reconciler.errors import ExitCode, ReconcilerError
from reconciler.model.diagnostic import has_errors
from reconciler.model.drift import DriftReport
from reconciler.workflow.drift import drift
from reconciler.workflow.request import DriftRequest
from reconciler.workflow.setting import Reading, prepare


@click.command("drift")
@formats("text", "json", "markdown", "html", "github")
@click.option("--no-attribution", is_flag=True, help="Do not ask who changed it: neither the audit log nor git.")
@click.option("--unmanaged", is_flag=True, help="List what is in the account and not managed here.")
@click.option("--full", is_flag=True, help="Read the lists of all kinds, and below what is not managed, too.")
@selecting
@accounts
@paths
def command(
    account: str | None,
    outputs: tuple[Output, ...],
    paths: tuple[str, ...],
    kind: tuple[str, ...],
    label: tuple[tuple[str, str], ...],
    *,
    unmanaged: bool,
    full: bool,
    all_accounts: bool,
    allow_empty: bool,
    no_attribution: bool,
) -> int:
    """Show what changed in the account behind our back. Exits 2 when anything did.

    What the manifests say and no apply has made so yet is told as well, and is no drift.
    """
    terminal = Terminal(outputs)
    asked = DriftRequest(
        reading=Reading(paths=paths, allow_empty=allow_empty),
        selector=selector(kind, label),
        full=full,
        unmanaged=unmanaged,
        attribution=not no_attribution,
    )
    try:
        chosen = selection(account, all_accounts=all_accounts)
        if chosen is not None:
            from reconciler.cli.several import drifted  # noqa: PLC0415 - one account needs none of it

            return drifted(terminal, chosen, asked)
        setting = prepare(surroundings(), account)
        with watching(terminal) as watched:
            report = reading(drift(replace(setting, watch=watched.of(None)), asked))
    except ReconcilerError as error:
        return terminal.failed(
            error,
            lambda findings: _drift(DriftReport(account=account or "default", diagnostics=tuple(findings))),
        )
    terminal.tell(_drift(report))
    if has_errors(report.diagnostics):
        return ExitCode.ERROR
    return ExitCode.CHANGES if report.has_drift else ExitCode.OK


def _drift(report: DriftReport) -> Render:
    return lambda form, view: form.drift(report, view=view)
