"""``ledger list`` and ``ledger show``: what is recorded, as it is. Looks at nothing live and changes nothing."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.errors import UsageError
from reconciler.manifest.wording import suggestion
from reconciler.model.address import Address
from reconciler.model.inventory import EntryReport, Inventory
from reconciler.model.ledger import Ledger
from reconciler.workflow.setting import Setting


async def list_entries(setting: Setting) -> Inventory:
    """Everything that is recorded, by address. Raises LedgerError."""
    found = await setting.ledger.snapshot()
    ledger = found.ledger
    return Inventory(
        account=setting.account.name,
        ledger=setting.ledger.where,
        entries=tuple(ledger.entries[address] for address in sorted(ledger.entries)),
        intents=tuple(ledger.intents[address] for address in sorted(ledger.intents)),
        notes=found.notes,
    )


async def show_entry(setting: Setting, address: Address) -> EntryReport:
    """One address. Raises LedgerError, and UsageError for one that the ledger does not know."""
    found = await setting.ledger.snapshot()
    check_recorded(found.ledger, [address])
    return EntryReport(
        account=setting.account.name,
        ledger=setting.ledger.where,
        entry=found.ledger.entries.get(address),
        intent=found.ledger.intents.get(address),
        notes=found.notes,
    )


def check_recorded(ledger: Ledger, addresses: Iterable[Address]) -> None:
    """Raise UsageError, with the nearest address, for the first that is neither recorded nor pending."""
    known = {*ledger.entries, *ledger.intents}
    for address in addresses:
        if address not in known:
            raise UsageError(
                f'the ledger records no "{address}"',
                hint=suggestion(str(address), map(str, known), "addresses") or "it records nothing at all",
            )
