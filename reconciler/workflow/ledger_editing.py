"""``ledger forget`` and ``ledger unprotect``: change what is remembered, and nothing in the account.

Recorded in the history as an apply is: what begins before it does, how it ended behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from reconciler.errors import InvalidInput, LedgerError
from reconciler.ledger.store import HeldLedger
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.history import FieldChange, PlannedChange
from reconciler.model.ledger import Entry, Ledger, Line, Recorded, Removed
from reconciler.model.plan import Action
from reconciler.workflow.ledger_reading import check_recorded
from reconciler.workflow.recording_only import record_only
from reconciler.workflow.setting import Reading, Setting, read_manifests
from reconciler.workflow.unfinished import check_finished

PROTECTION = "lifecycle.prevent_destroy"
"""How the history names what ``unprotect`` clears: as a manifest does."""


@dataclass(frozen=True, slots=True)
class Edited:
    """Which addresses were changed; none where it was ``declined``.

    ``ledger_error`` says that the change is made and durable, and that the ledger or the history could not be tidied.
    """

    addresses: tuple[Address, ...] = ()
    declined: bool = False
    ledger_error: LedgerError | None = None


async def forget(
    setting: Setting,
    addresses: Sequence[Address],
    approve: Callable[[Sequence[tuple[Address, Entry | None]]], bool],
    *,
    wait: float = 0.0,
) -> Edited:
    """Stop managing objects. ``approve`` is shown them, with None for one that a run has begun and not finished.

    Raises UsageError for an address that is not recorded, Locked, and LedgerError before anything is changed.
    """
    wanted = tuple(dict.fromkeys(addresses))
    async with setting.ledger.lock(setting.around.command, setting.around.now(), wait=wait) as held:
        check_recorded(held.ledger, wanted)
        if not approve([(address, held.ledger.entries.get(address)) for address in wanted]):
            return Edited(declined=True)
        changes = [
            PlannedChange(address=address, action=Action.FORGET, remote_id=_remote_id(held.ledger, address))
            for address in wanted
        ]
        return await _edited(setting, held, changes, [Removed(address) for address in wanted])


async def unprotect(setting: Setting, addresses: Sequence[Address], *, wait: float = 0.0) -> Edited:
    """Clear the ``prevent_destroy`` that the ledger remembers from manifests that are gone.

    Raises InvalidInput where manifests still say it, each with its place, or cannot be read; UsageError for an address
    that is not recorded; Locked; and LedgerError before anything is changed, also for what a run has not finished.
    """
    wanted = tuple(dict.fromkeys(addresses))
    async with setting.ledger.lock(setting.around.command, setting.around.now(), wait=wait) as held:
        check_recorded(held.ledger, wanted)
        check_finished(held.ledger, setting.account.name, wanted)
        _check_manifests(setting, held.ledger, wanted)
        entries = [held.ledger.entries[address] for address in wanted if held.ledger.entries[address].prevent_destroy]
        if not entries:
            return Edited()
        changes = [
            PlannedChange(
                address=entry.address,
                action=Action.RECORD,
                remote_id=entry.remote.id,
                fields=(FieldChange(path=PROTECTION, before=True, after=False),),
            )
            for entry in entries
        ]
        lines = [Recorded(replace(entry, prevent_destroy=False)) for entry in entries]
        return await _edited(setting, held, changes, lines)


async def _edited(
    setting: Setting, held: HeldLedger, changes: Sequence[PlannedChange], lines: Sequence[Line]
) -> Edited:
    failed = await record_only(setting, held, changes, lines)
    return Edited(tuple(change.address for change in changes), ledger_error=failed)


def _remote_id(ledger: Ledger, address: Address) -> str | None:
    entry = ledger.entries.get(address)
    return None if entry is None else entry.remote.id


def _check_manifests(setting: Setting, ledger: Ledger, addresses: Sequence[Address]) -> None:
    # Accounts without manifests of their own are rare, and reading too many of them only refuses too much.
    paths = () if setting.account.paths else (str(setting.project.root),)
    loaded = read_manifests(setting, Reading(paths=paths, allow_empty=True), known=ledger.entries)
    findings = [
        Diagnostic(
            code="still-protected",
            severity=Severity.ERROR,
            summary=f"{resource.address}: its manifest says prevent_destroy",
            hint="change it there and run reconciler apply: the ledger follows the manifest",
            address=resource.address,
            source=resource.place(("lifecycle", "prevent_destroy")),
        )
        for resource in loaded.resources
        if resource.address in addresses and resource.lifecycle.prevent_destroy
    ]
    if findings:
        raise InvalidInput(findings)
