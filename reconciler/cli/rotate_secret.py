"""``reconciler rotate-secret``."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from reconciler.cli.asking import confirmed, refuse_to_guess
from reconciler.cli.completing import files
from reconciler.cli.interruption import Interruption
from reconciler.cli.options import LONGEST_SETTLE, AddressType, Finite, account, locking
from reconciler.cli.outputs import Output, check_apart, formats
from reconciler.cli.terminal import Render, Terminal, surroundings
from reconciler.errors import ExitCode, Interrupted, PlanRefused, ReconcilerError
from reconciler.executor.pause import Patience
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.rotation import Proposed, RotationEnd, RotationReport
from reconciler.render.failure import findings_of
from reconciler.render.text.rotation import proposal
from reconciler.workflow.rotate_secret import RotationConduct, RotationEnded, rotate_secret
from reconciler.workflow.secret_file import SecretFile
from reconciler.workflow.setting import prepare


@click.command("rotate-secret")
@click.argument("address", type=AddressType())
@click.option(
    "--out", required=True, metavar="FILE", help="Where the new secret goes, and nowhere else.", shell_complete=files
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.option(
    "--settle",
    type=Finite(min=0, max=LONGEST_SETTLE),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to look whether it was carried out, where the answer was lost.",
)
@formats("text", "json")
@locking
@account
def command(
    address: Address,
    out: str,
    account: str | None,
    outputs: tuple[Output, ...],
    settle: float,
    wait: float,
    *,
    force: bool,
    auto_approve: bool,
) -> int:
    """Have the secret of a recorded messaging profile made anew, and write it to a file.

    The file is private (0600), is never replaced without --force, and holds the secret and nothing else; no output, log
    or history does. The request is sent once. After a kill or a lost answer the same command finishes: it fetches what
    was made, and rotates nothing again.
    """
    check_apart(outputs, ("the file with the secret", out))
    terminal = Terminal(outputs)

    interruption = Interruption(lambda _: None, terminal.say)

    def nothing(findings: Sequence[Diagnostic]) -> Render:
        turn = RotationEnd.UNKNOWN if interruption.is_writing else RotationEnd.UNCHANGED
        return _told(RotationReport(account=account or "default", address=address, turn=turn, notes=tuple(findings)))

    def approve(proposed: Proposed) -> bool:
        terminal.log.say(proposal(proposed, view=terminal.view(err=True)), event="stakes", always=True)
        name = proposed.address.name
        return auto_approve or confirmed(f'rotate this secret? Type the name, "{name}"', name)

    conduct = RotationConduct(
        approve=approve,
        writing=interruption.writing,
        patience=Patience(time.monotonic, asyncio.sleep, interruption.stop, settle),
        wait=wait,
    )
    try:
        setting = prepare(surroundings(), account)
        refuse_to_guess(auto_approve)
        file = SecretFile(setting.around.folder / Path(out), out, force=force)
        ended = asyncio.run(interruption.guard(rotate_secret(setting, address, file, conduct)))
    except asyncio.CancelledError:
        stopped = Interrupted("interrupted", hint="type the same command again: it finds out how far this one came")
        return terminal.failed(stopped, nothing)
    except ReconcilerError as error:
        return terminal.failed(error, nothing)
    return _ended(terminal, ended)


def _ended(terminal: Terminal, ended: RotationEnded) -> ExitCode:
    report, error = ended.report, ended.error
    if ended.declined:
        error = PlanRefused("declined; nothing was changed", code="declined")
    findings = () if error is None else tuple(findings_of(error))
    terminal.findings(findings)
    terminal.tell(_told(replace(report, notes=findings)))
    if error is None:
        return ExitCode.OK
    return error.exit_code if report.turn is RotationEnd.UNCHANGED else ExitCode.PARTLY_APPLIED


def _told(report: RotationReport) -> Render:
    return lambda form, view: form.rotation(report, view=view)
