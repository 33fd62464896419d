"""One account during one request: its rows, who is acting, the time, and an audit event per change.

The only writer of rows. Every change writes the row and its audit event; the caller commits both at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from reconciler.sandbox.idents import derived_uuid, plain_uuid, stamp_seconds
from reconciler.sandbox.quirks import Quirks
from reconciler.sandbox.store import Row, Rows, Store, encode

AUDIT: Final = "audit_events"
SECRETS: Final = frozenset({"v1_secret", "api_key", "api_token"})
"""Fields that neither the administrator nor a copy is shown unless it asks."""
_UNRECORDED: Final = SECRETS | {"created_at", "updated_at", "createdAt", "updatedAt"}
"""Left out of an audit event's changes: clocks, and secrets, which would outlive their rotation there."""


class Actor(Enum):
    """Who makes a change; the value is the audit log's `change_made_by`."""

    API = "account_owner"
    PORTAL = "organization_member"
    """A person in the portal, behind the back of whoever uses the API."""
    TELNYX = "telnyx"
    """Telnyx itself: the progress of a hosted order."""


@dataclass(frozen=True, slots=True)
class Account:
    """What a handler may see and do."""

    store: Store
    id: str
    quirks: Quirks
    now: float
    actor: Actor = Actor.API
    organization: str | None = None
    """The organisation of every account of this emulator, where one was given."""
    user: str | None = None
    """Who is acting, where that was said."""

    @property
    def organization_id(self) -> str:
        """One organisation per API key, unless one was given."""
        return self.organization or derived_uuid("organization", self.id)

    @property
    def user_id(self) -> str:
        """The acting user: the one that was named, else one per kind of actor."""
        return self.user or derived_uuid("user", self.id, self.actor.value)

    def rows(self, collection: str) -> Rows:
        """The rows of a collection as they are now."""
        return self.store.rows(self.id, collection)

    def listed(self, collection: str) -> list[Row] | None:
        """The rows as a lagging list shows them; None when lists are up to date."""
        if collection == AUDIT:
            return self._late_events()
        if not self.quirks.lag:
            return None
        return self.rows(collection).as_of(self.now - self.quirks.lag)

    def _late_events(self) -> list[Row] | None:
        if not self.quirks.audit_lag:
            return None
        latest = stamp_seconds(self.now - self.quirks.audit_lag)
        return [row for row in self.rows(AUDIT) if row.document["created_at"] <= latest]

    def insert(self, collection: str, document: Mapping[str, Any], *, row_id: str, parent: str = "") -> Row:
        """Write a new row."""
        row = Row(row_id, parent, encode(document))
        self._write(collection, row_id, row)
        self._audit("create", row_id, {}, document)
        return row

    def update(self, collection: str, before: Row, document: Mapping[str, Any]) -> Row:
        """Write a changed row."""
        row = Row(before.id, before.parent, encode(document))
        self._write(collection, before.id, row)
        self._audit("update", before.id, before.document, document)
        return row

    def delete(self, collection: str, row: Row) -> None:
        """Take a row away."""
        self._write(collection, row.id, None)
        self._audit("delete", row.id, row.document, {})

    def _write(self, collection: str, row_id: str, row: Row | None) -> None:
        if self.quirks.lag:
            self.rows(collection).remember(self.now, row_id)
        if row is None:
            self.store.remove(self.id, collection, row_id)
        else:
            self.store.put(self.id, collection, row)

    def _audit(self, change: str, row_id: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        changes = [
            {"field": name, "from": old, "to": new}
            for name, old, new in _changes(before, after)
            if name not in _UNRECORDED
        ]
        event_id = plain_uuid()
        subject = {**before, **after}
        event = {
            "id": event_id,
            "record_type": "audit_event",
            "user_id": self.user_id,
            "organization_id": self.organization_id,
            "change_made_by": self.actor.value,
            "change_type": change,
            "resource_id": row_id,
            "alternate_resource_id": subject.get("phone_number") or subject.get("short_code"),
            "changes": changes,
            "created_at": stamp_seconds(self.now),
        }
        self.store.put(self.id, AUDIT, Row(event_id, "", encode(event)))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Any, Any]]:
    """What differs: the dotted name, the old and the new value. Of an object that stays one, field by field."""
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _changes(old, new, f"{within}{name}.")
        else:
            yield f"{within}{name}", old, new
