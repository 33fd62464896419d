"""``reconciler drift``."""

from __future__ import annotations

from dataclasses import replace

import click

from reconciler.cli.interruption import reading
from reconciler.cli.options import accounts, paths, selection
from reconciler.cli.outputs import Output, check_apart, formats
from reconciler.cli.selecting import selecting, selector
from reconciler.cli.telling import telling, telling_of, write_metrics
from reconciler.cli.terminal import Render, Terminal, surroundings
from reconciler.cli.watching import watching
from reconciler.errors import ExitCode, ReconcilerError
from reconciler.model.diagnostic import has_errors
from reconciler.model.drift import DriftReport
from reconciler.model.notification import Destination
from reconciler.workflow.request import DriftRequest
from reconciler.workflow.setting import Reading, prepare
from reconciler.workflow.telling import Telling, drift_and_tell


@click.command("drift")
@formats("text", "json", "markdown", "html", "github")
@click.option("--no-attribution", is_flag=True, help="Do not ask who changed it: neither the audit log nor git.")
@click.option("--unmanaged", is_flag=True, help="List what is in the account and not managed here.")
@click.option("--full", is_flag=True, help="Read the lists of all kinds, and below what is not managed, too.")
@selecting
@telling
@accounts
@paths
def command(
    account: str | None,
    outputs: tuple[Output, ...],
    paths: tuple[str, ...],
    kind: tuple[str, ...],
    label: tuple[tuple[str, str], ...],
    destinations: tuple[Destination, ...],
    notify_state: str | None,
    metrics: str | None,
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
    given = [("a file that is read", path) for path in paths]
    check_apart(outputs, ("the file of --metrics", metrics), ("the file of --notify-state", notify_state), *given)
    terminal = Terminal(outputs)
    asked = DriftRequest(
        reading=Reading(paths=paths, allow_empty=allow_empty),
        selector=selector(kind, label),
        full=full,
        unmanaged=unmanaged,
        attribution=not no_attribution,
    )
    told: Telling | None = None
    try:
        told = telling_of(destinations, notify_state, metrics)
        chosen = selection(account, all_accounts=all_accounts)
        if chosen is not None:
            from reconciler.cli.several import drifted  # noqa: PLC0415 - one account needs none of it

            return drifted(terminal, chosen, asked, told)
        setting = prepare(surroundings(), account)
        with watching(terminal) as watched:
            report = reading(drift_and_tell(replace(setting, watch=watched.of(None)), asked, told))
    except ReconcilerError as error:
        if told is not None:
            write_metrics(told)
        return terminal.failed(
            error,
            lambda findings: _drift(DriftReport(account=account or "default", diagnostics=tuple(findings))),
        )
    try:
        terminal.tell(_drift(report))
    finally:
        write_metrics(told)
    if has_errors(report.diagnostics):
        return ExitCode.ERROR
    return ExitCode.CHANGES if report.has_drift else ExitCode.OK


def _drift(report: DriftReport) -> Render:
    return lambda form, view: form.drift(report, view=view)
