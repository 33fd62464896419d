"""The ledger as a JSON document, and back. Strict in both directions: what cannot be kept exactly is refused.

An unknown key is refused, not carried along: whoever adds a key raises ``VERSION``, so an older program stops
with "upgrade" instead of writing a ledger from which something is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from reconciler.model.address import Address
from reconciler.model.entries import entry_document, entry_from, remote_document, remote_from
from reconciler.model.fields import Fields, Unreadable
from reconciler.model.ledger import Entry, Header, Intent, IntentKind, Ledger, Origin
from reconciler.model.observed import Remote
from reconciler.model.reference import Unknown
from reconciler.model.resource import OnRemove

VERSION = 2
"""Of the document. Raised by every change that this version would refuse.

2: entries have ``proven`` and ``papers``, and the ledger ``rotations``. A ledger without any of them is written as 1,
which older programs read on.
"""


class TooNew(Unreadable):
    """The document was written by a newer version of the program."""


_ENTRY_TYPES: Mapping[str, type] = {
    "address": str,
    "remote": dict,
    "origin": str,
    "project": str,
    "file": str,
    "on_remove": str,
    "prevent_destroy": bool,
    "applied": dict,
    "answered": dict,
    "secrets": list,
    "references": list,
    "attempt": int,
}
_ORIGINS: Mapping[str, Origin] = {origin.value: origin for origin in Origin}
_REMOVALS: Mapping[str, OnRemove] = {choice.value: choice for choice in OnRemove}
_PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+-]*")


def _plain_entry(value: Any) -> Entry | None:
    """An entry as nearly all of thousands are; None for any other, which ``entry_from`` must read or refuse."""
    if type(value) is not dict or {key: type(part) for key, part in value.items()} != _ENTRY_TYPES:
        return None
    kind, _, name = value["address"].partition("/")
    origin, on_remove = _ORIGINS.get(value["origin"]), _REMOVALS.get(value["on_remove"])
    remote, attempt = value["remote"], value["attempt"]
    remote_id = remote.get("id")
    plain = kind and name and attempt >= 0 and not value["secrets"] and not value["references"]
    if not plain or origin is None or on_remove is None or type(remote_id) is not str:
        return None
    if remote != {"id": remote_id, "parent_id": None} or _PLAIN_ID.fullmatch(remote_id) is None:
        return None
    return Entry(
        address=Address(kind, name),
        remote=Remote(remote_id),
        origin=origin,
        project=value["project"],
        file=value["file"],
        on_remove=on_remove,
        prevent_destroy=value["prevent_destroy"],
        applied=value["applied"],
        answered=value["answered"],
        attempt=attempt,
    )


def _part(value: Any) -> Any:
    """A part of a natural key: a scalar, or a parent that the same run creates first."""
    return {"unknown": str(value.address)} if isinstance(value, Unknown) else value


def _part_from(value: Any) -> Any:
    if isinstance(value, list):
        raise Unreadable("a part of an identity is a list")
    if not isinstance(value, dict):
        return value
    fields = Fields(value, "a part of an identity")
    address = fields.address("unknown")
    fields.done()
    return Unknown(address)


def intent_document(intent: Intent) -> dict[str, Any]:
    """One intent."""
    return {
        "address": str(intent.address),
        "action": intent.action.value,
        "identity": None if intent.identity is None else [_part(part) for part in intent.identity],
        "shared": list(intent.shared),
        "seen": list(intent.seen),
        "remote": remote_document(intent.remote),
        "entry": None if intent.entry is None else entry_document(intent.entry),
        "carried": dict(intent.carried),
        "sealed": list(intent.sealed),
    }


def intent_from(fields: Fields) -> Intent:
    """The reverse of ``intent_document``. Raises Unreadable."""
    identity = fields.items_or_none("identity")
    remote, entry = fields.inner_or_none("remote"), fields.inner_or_none("entry")
    intent = Intent(
        address=fields.address("address"),
        action=fields.one_of("action", IntentKind),
        identity=None if identity is None else tuple(_part_from(part) for part in identity),
        shared=fields.texts("shared"),
        seen=fields.texts("seen"),
        remote=None if remote is None else remote_from(remote),
        entry=None if entry is None else entry_from(entry, exists=False),
        carried=fields.mapping("carried"),
        sealed=fields.texts("sealed"),
    )
    fields.done()
    return intent


def _version(ledger: Ledger) -> int:
    """The lowest that has all that is in the ledger."""
    promised = (intent.entry for intent in ledger.intents.values() if intent.entry is not None)
    entries = (*ledger.entries.values(), *promised)
    return 2 if ledger.rotations or any(entry.proven or entry.papers for entry in entries) else 1


def ledger_document(ledger: Ledger) -> dict[str, Any]:
    """The whole ledger: header first, entries and intents sorted by address."""
    header = ledger.header
    rotations = {str(address): ledger.rotations[address] for address in sorted(ledger.rotations)}
    return {
        "version": _version(ledger),
        "lineage": header.lineage,
        "serial": header.serial,
        "account": header.account,
        "endpoint": header.endpoint,
        "organization_id": header.organization_id,
        "salt": header.salt,
        "entries": [entry_document(ledger.entries[address]) for address in sorted(ledger.entries)],
        "intents": [intent_document(ledger.intents[address]) for address in sorted(ledger.intents)],
        "last_run": None if ledger.last_run is None else dict(ledger.last_run),
        "begun": list(ledger.begun),
        **({"rotations": rotations} if rotations else {}),
    }


def ledger_from(value: Any) -> Ledger:
    """The reverse of ``ledger_document``. Raises Unreadable; TooNew where a newer program wrote it."""
    fields = Fields(value, "the ledger")
    version = fields.count("version")
    if version > VERSION:
        raise TooNew(f"the ledger has version {version}; this program knows versions up to {VERSION}")
    header = Header(
        lineage=fields.text("lineage"),
        serial=fields.count("serial"),
        account=fields.text("account"),
        endpoint=fields.text("endpoint"),
        organization_id=fields.text_or_none("organization_id"),
        salt=fields.text("salt"),
    )
    if not header.lineage or not header.salt:
        raise Unreadable("the ledger has no lineage or no salt")
    entries = [
        _plain_entry(item) or entry_from(Fields(item, f"entry {n}"))
        for n, item in enumerate(fields.items("entries"), 1)
    ]
    intents = [intent_from(Fields(item, f"intent {n}")) for n, item in enumerate(fields.items("intents"), 1)]
    last_run, begun = fields.mapping_or_none("last_run"), fields.texts("begun")
    rotations = _rotations(fields.inner("rotations")) if "rotations" in fields else {}
    ledger = Ledger(header, _by_address(entries), _by_address(intents), last_run, begun, rotations)
    fields.done()
    return ledger


def _rotations(fields: Fields) -> dict[Address, str]:
    found = {}
    for name in fields.names:
        try:
            found[Address.parse(name)] = fields.text(name)
        except ValueError as error:
            raise Unreadable(f"a rotation of the ledger: {error}") from None
    return found


Placed = TypeVar("Placed", Entry, Intent)


def _by_address(items: Iterable[Placed]) -> Mapping[Address, Placed]:
    found: dict[Address, Placed] = {}
    for item in items:
        if item.address in found:
            raise Unreadable(f"{item.address} is there twice")
        found[item.address] = item
    return found
