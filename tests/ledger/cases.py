"""One plain example of each thing that a ledger keeps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from reconciler.model.address import Address
from reconciler.model.ledger import Entry, Intent, IntentKind, Origin
from reconciler.model.observed import Remote
from reconciler.model.resource import OnRemove

SINCE = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PROFILE = Address("MessagingProfile", "marketing")


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
