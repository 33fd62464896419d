"""``reconciler doctor``."""

from __future__ import annotations

from dataclasses import replace

import click

from reconciler.cli.interruption import reading
from reconciler.cli.options import accounts, selection
from reconciler.cli.outputs import Output, formats
from reconciler.cli.terminal import Render, Terminal, surroundings
from reconciler.cli.watching import watching
from reconciler.errors import ExitCode, ReconcilerError
from reconciler.model.checkup import Checkup
from reconciler.workflow.doctor import doctor
from reconciler.workflow.request import DoctorRequest
from reconciler.workflow.setting import prepare


@click.command("doctor")
@formats("text", "json", "markdown")
@click.option("--probe", is_flag=True, help="Send each webhook address a request without a body, and judge the answer.")
@click.option("--unmanaged", is_flag=True, help="Judge what the ledger does not record, too.")
@accounts
def command(
    account: str | None, outputs: tuple[Output, ...], *, probe: bool, unmanaged: bool, all_accounts: bool
) -> int:
    """Check the key, the account, its webhooks, numbers and replies. Exits 1 when something is an error.

    Needs no manifests. Where the ledger records profiles, these are judged, else all that the account holds.
    """
    terminal = Terminal(outputs)
    asked = DoctorRequest(probe=probe, unmanaged=unmanaged)
    try:
        chosen = selection(account, all_accounts=all_accounts)
        if chosen is not None:
            from reconciler.cli.several import examined  # noqa: PLC0415 - one account needs none of it

            return examined(terminal, chosen, asked)
        setting = prepare(surroundings(), account)
        with watching(terminal) as watched:
            found = reading(doctor(replace(setting, watch=watched.of(None)), asked))
    except ReconcilerError as error:
        empty = Checkup(account=account or "default")
        return terminal.failed(error, lambda findings: _checkup(replace(empty, diagnostics=tuple(findings))))
    terminal.tell(_checkup(found))
    return ExitCode.OK if found.healthy else ExitCode.ERROR


def _checkup(found: Checkup) -> Render:
    return lambda form, view: form.checkup(found, view=view)
