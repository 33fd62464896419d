"""What keeps others from an object that a run did not finish with, and the command that ends it, to be copied."""

from __future__ import annotations

import pytest

from reconciler.errors import LedgerError
from reconciler.model.account import DEFAULT_ACCOUNT
from reconciler.model.address import Address
from reconciler.model.ledger import Intent, IntentKind, Ledger
from reconciler.workflow.unfinished import check_finished

A, B = Address("MessagingProfile", "a"), Address("MessagingProfile", "b")
PENDING = Ledger(intents={B: Intent(address=B, action=IntentKind.DELETE)})


@pytest.mark.parametrize(
    ("account", "command"),
    [(DEFAULT_ACCOUNT, "reconciler apply first"), ("eu west", "apply --account 'eu west' first")],
)
def test_the_command_is_for_the_account(account: str, command: str) -> None:
    """Another account's would be applied otherwise."""
    with pytest.raises(LedgerError) as refused:
        check_finished(PENDING, account)
    assert refused.value.code == "unfinished"
    assert str(B) in refused.value.summary
    assert command in refused.value.hint


def test_only_what_is_asked_about_counts() -> None:
    """No name means all."""
    check_finished(PENDING, "eu", [A])
    check_finished(Ledger(), "eu")
    with pytest.raises(LedgerError):
        check_finished(PENDING, "eu", [A, B])
