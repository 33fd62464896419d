"""``reconciler ledger …``: what is recorded as ours, and the few changes to it that are no apply."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

import click

from reconciler.cli.asking import confirmed, refuse_to_guess
from reconciler.cli.interruption import Interruption, reading
from reconciler.cli.options import AddressType, account, locking
from reconciler.cli.outputs import Output, formats
from reconciler.cli.terminal import Render, Terminal, surroundings
from reconciler.errors import ExitCode, Interrupted, PlanRefused, ReconcilerError, UsageError
from reconciler.model.address import Address
from reconciler.model.inventory import EntryReport, Inventory
from reconciler.model.ledger import Entry
from reconciler.render.escape import json_text, visible
from reconciler.render.failure import findings_of
from reconciler.render.words import counted
from reconciler.workflow.ledger_editing import Edited, forget, unprotect
from reconciler.workflow.ledger_migration import Migrated, migrate, place_of
from reconciler.workflow.ledger_reading import list_entries, show_entry
from reconciler.workflow.setting import Setting, prepare

T = TypeVar("T")


@click.group("ledger")
def command() -> None:
    """Look after the ledger: what is recorded as ours, and the changes to it that are no apply.

    None of these touches the account.
    """


_addresses = click.argument("addresses", metavar="ADDRESS...", nargs=-1, required=True, type=AddressType())


@command.command("list")
@formats("text", "json")
@account
def list_command(account: str | None, outputs: tuple[Output, ...]) -> int:
    """List every entry: address, remote id, origin, project, file, and what protects it."""

    def rendered(found: Inventory) -> Render:
        return lambda form, view: form.inventory(found, view=view)

    return _shown(Terminal(outputs), account, list_entries, Inventory, rendered)


@command.command("show")
@click.argument("address", type=AddressType())
@formats("text", "json")
@account
def show_command(address: Address, account: str | None, outputs: tuple[Output, ...]) -> int:
    """Show one entry in full, and what a run began there and did not finish. Secrets are shown as seals."""

    def rendered(found: EntryReport) -> Render:
        return lambda form, view: form.entry(found, view=view)

    return _shown(Terminal(outputs), account, lambda setting: show_entry(setting, address), EntryReport, rendered)


@command.command("forget")
@_addresses
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@locking
@account
def forget_command(addresses: tuple[Address, ...], account: str | None, wait: float, *, auto_approve: bool) -> int:
    """Stop managing objects, and leave them in the account as they are.

    What a manifest still declares is found again by the next plan.
    """
    terminal = Terminal()

    def approve(found: Sequence[tuple[Address, Entry | None]]) -> bool:
        for address, entry in found:
            known = f"id {visible(entry.remote.id)}" if entry else "begun by a run that did not finish"
            terminal.log.say(f"  x forget     {visible(str(address))}  {known}\n", always=True)
        return auto_approve or confirmed('stop managing these? Type "yes"', "yes")

    async def work(setting: Setting) -> Edited:
        refuse_to_guess(auto_approve)
        return await forget(setting, addresses, approve, wait=wait)

    return _told(terminal, account, work, lambda edited: f"forgotten: {_listed(edited.addresses)}\n")


@command.command("unprotect")
@_addresses
@locking
@account
def unprotect_command(addresses: tuple[Address, ...], account: str | None, wait: float) -> int:
    """Clear the prevent_destroy that outlived its manifest. The next plan may remove those objects.

    Where a manifest still says it, change it there.
    """

    def said(edited: Edited) -> str:
        if not edited.addresses:
            return "nothing to do: prevent_destroy is not set\n"
        return f"no longer protected: {_listed(edited.addresses)}\n"

    return _told(Terminal(), account, lambda setting: unprotect(setting, addresses, wait=wait), said)


@command.command("unlock")
@click.argument("lock_id", metavar="ID")
@account
def unlock_command(lock_id: str, account: str | None) -> int:
    """End a lock that its holder left behind. Make sure first that no run of that name is alive.

    status and the refusals of other commands tell the ID. A lock on a local ledger ends with its process.
    """
    terminal = Terminal()

    async def work(setting: Setting) -> str:
        if not lock_id.strip():
            raise UsageError("the ID of the lock is empty", hint="status and the refusals of other commands tell it")
        holder = await setting.ledger.unlock(lock_id)
        if holder is None:
            return f"the server accepted the unlock of {visible(lock_id)}; it does not say whose it was"
        return f"unlocked; it was held by {visible(str(holder))}"

    ended = _done(terminal, account, work)
    if isinstance(ended, ExitCode):
        return ended
    terminal.result(f"{ended}\n")
    return ExitCode.OK


@command.command("migrate")
@click.argument("to")
@click.option("--lock-address", help="Where an http ledger locks, if not at its own address.")
@click.option("--lock-method", metavar="POST", help="How it locks, if not with LOCK.")
@click.option("--unlock-method", metavar="DELETE", help="How it unlocks, if not with UNLOCK.")
@locking
@account
def migrate_command(
    to: str,
    account: str | None,
    wait: float,
    lock_address: str | None,
    lock_method: str | None,
    unlock_method: str | None,
) -> int:
    """Copy ledger and history to another place, TO, which is spelled as in reconciler.yaml.

    Nothing is overwritten there, the copy is read back and compared, and the old place is left as it is: change
    reconciler.yaml before the next apply, as the last lines tell.
    """
    told = {"address": lock_address, "method": lock_method, "unlock_method": unlock_method}
    lock = {key: value for key, value in told.items() if value is not None}
    terminal = Terminal()

    async def work(setting: Setting) -> tuple[Migrated, str]:
        return await migrate(setting, place_of(setting, to, lock), wait=wait), setting.account.name

    done = _done(terminal, account, work)
    if isinstance(done, ExitCode):
        return done
    copied, name = done
    older = f"; {counted(copied.left_out, 'older run')} did not fit" if copied.left_out else ""
    terminal.result(
        f"copied {counted(copied.objects, 'object')} and {counted(copied.runs, 'run')} "
        f"from {visible(copied.source)} to {visible(copied.target)}{older}\n"
        f"now put this into reconciler.yaml, before anything else is applied:\n\n"
        f"accounts:\n  {name}:\n    ledger: {json_text(to)}\n"
        + (f"    ledger_lock: {json_text(lock)}\n" if lock else "")
    )
    return ExitCode.OK


def _shown(
    terminal: Terminal,
    name: str | None,
    look: Callable[[Setting], Coroutine[Any, Any, T]],
    report: Callable[..., T],
    rendered: Callable[[T], Render],
) -> ExitCode:
    """Print what ``look`` finds; where it fails, an empty ``report`` with the reasons in it."""
    try:
        found = reading(look(prepare(surroundings(), name)))
    except ReconcilerError as error:
        return terminal.failed(error, lambda why: rendered(report(account=name or "default", notes=tuple(why))))
    terminal.tell(rendered(found))
    return ExitCode.OK


def _done(terminal: Terminal, name: str | None, work: Callable[[Setting], Coroutine[Any, Any, T]]) -> T | ExitCode:
    """Do what changes something, so that a signal lets go of the lock first. Failures are told here."""
    try:
        setting = prepare(surroundings(), name)
        return asyncio.run(Interruption(lambda _: None, terminal.say).guard(work(setting)))
    except asyncio.CancelledError:
        error: ReconcilerError = Interrupted(
            "interrupted", hint="reconciler history tells whether anything was changed; else type the same again"
        )
    except ReconcilerError as failure:
        error = failure
    return terminal.failed(error)


def _told(
    terminal: Terminal,
    name: str | None,
    work: Callable[[Setting], Coroutine[Any, Any, Edited]],
    said: Callable[[Edited], str],
) -> ExitCode:
    edited = _done(terminal, name, work)
    if isinstance(edited, ExitCode):
        return edited
    if edited.declined:
        return terminal.failed(PlanRefused("declined; nothing was changed", code="declined"))
    terminal.result(said(edited))
    if edited.ledger_error is not None:
        terminal.findings(findings_of(edited.ledger_error))
        return ExitCode.PARTLY_APPLIED
    return ExitCode.OK


def _listed(addresses: Sequence[Address]) -> str:
    return ", ".join(visible(str(address)) for address in addresses)
