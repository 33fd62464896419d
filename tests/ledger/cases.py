"""One plain example of each thing that a ledger keeps, and ledgers for tests that are not async."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from reconciler.ledger.store import HeldLedger, LedgerStore, Snapshot
from reconciler.model.address import Address
from reconciler.model.history import ChangeEnded, Ending, RunEnded
from reconciler.model.ledger import Entry, Intent, IntentKind, Origin
from reconciler.model.observed import Remote
from reconciler.model.resource import OnRemove
from reconciler.model.status import Holder

SINCE = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PROFILE = Address("MessagingProfile", "marketing")
OTHER = Address("AutoResponse", "stop")


class Nameless(Address):
    """What no reader takes for an address."""

    def __str__(self) -> str:
        return "nameless"


PAIRLESS = RunEnded(run="r", finished="f", changes=(ChangeEnded(address=Nameless("A", "b"), ending=Ending.FAILED),))


def entry(address: Address = PROFILE, **changes: Any) -> Entry:
    """A recorded profile."""
    values: dict[str, Any] = {
        "address": address,
        "remote": Remote("4001-id"),
        "origin": Origin.CREATED,
        "project": "default",
        "file": "profiles.yaml",
        "on_remove": OnRemove.DELETE,
        "applied": {"name": "Marketing", "whitelisted_destinations": ["US", "CA"]},
        "answered": {"name": "Marketing", "whitelisted_destinations": ["CA", "US"]},
        **changes,
    }
    return Entry(**values)


def intent(address: Address = PROFILE) -> Intent:
    """A create that is about to be sent."""
    return Intent(
        address=address,
        action=IntentKind.CREATE,
        identity=("Marketing",),
        seen=("other-id",),
        entry=entry(address),
    )


def seen(store: LedgerStore) -> Snapshot:
    """What a reader is told."""
    return asyncio.run(store.snapshot())


def holder_of(store: LedgerStore) -> Holder | None:
    """Who holds the lock, as a reader is told."""
    return asyncio.run(store.holder())


@contextmanager
def holding(store: LedgerStore, command: str = "reconciler apply", *, wait: float = 0.0) -> Iterator[HeldLedger]:
    """Hold the lock over lines that are not async."""
    with asyncio.Runner() as runner:
        lock = store.lock(command, SINCE, wait=wait)
        held = runner.run(lock.__aenter__())
        try:
            yield held
        finally:
            runner.run(lock.__aexit__(None, None, None))
