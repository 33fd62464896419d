"""What a run began and did not finish keeps others from its objects: only an apply finds out what became of it."""

from __future__ import annotations

from collections.abc import Collection

from reconciler.errors import LedgerError
from reconciler.model.account import account_option
from reconciler.model.address import Address
from reconciler.model.ledger import Ledger


def check_finished(ledger: Ledger, account: str, among: Collection[Address] | None = None) -> None:
    """Raise LedgerError where a run did not finish with one of these addresses, or with any if none are named."""
    pending = [address for address in sorted(ledger.intents) if among is None or address in among]
    if pending:
        raise LedgerError(
            f"a run began to change {pending[0]} and did not finish",
            hint=f"run reconciler apply{account_option(account)} first: it looks what became of that",
            code="unfinished",
        )
