"""A change inside a saved plan: what is shown, what runs, and what must still hold by then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

from reconciler.model.address import Address
from reconciler.model.entries import entry_document, entry_from, remote_document, remote_from
from reconciler.model.fields import Fields, Unreadable
from reconciler.model.ledger import Entry, Origin
from reconciler.model.paths import dotted, undotted
from reconciler.model.plan import Action, Change, Desired, FieldDiff
from reconciler.model.resource import Resource
from reconciler.model.saved.values import leaves_from, read, spelled, spelled_leaves
from reconciler.model.source import Source

Resources = Mapping[Address, Resource]


def change_document(change: Change, salt: str) -> dict[str, Any]:
    """One change: what all have, then what its action needs."""
    return {
        "address": str(change.address),
        "action": change.action.value,
        "reason": change.reason,
        "source": source_document(change.source),
        "depends_on": [str(address) for address in change.depends_on],
        "blocked_by": change.blocked_by,
        "remote": remote_document(change.remote),
        "moved_from": str(change.moved_from) if change.moved_from else None,
        "diffs": [_diff_document(diff) for diff in change.diffs],
        **{name: write(getattr(change, name), salt) for name, (write, _) in _own_of(change)},
    }


def change_from(fields: Fields, resources: Resources) -> Change:
    """The reverse of ``change_document``, secrets sealed. Raises Unreadable."""
    address, action = fields.address("address"), fields.one_of("action", Action)
    remote = fields.inner_or_none("remote")
    common: dict[str, Any] = {
        "address": address,
        "reason": fields.text("reason"),
        "source": source_from(fields.items_or_none("source")),
        "depends_on": fields.addresses("depends_on"),
        "blocked_by": fields.text_or_none("blocked_by"),
        "remote": None if remote is None else remote_from(remote),
        "moved_from": fields.address_or_none("moved_from"),
        "diffs": tuple(_diff_from(Fields(diff, f"a field of {address}")) for diff in fields.items("diffs")),
    }
    kind, resource = _CHANGES[action], resources.get(address)
    own = {name: read(fields, resource) for name, (_, read) in _own_of(kind)}
    if remote is None and "digest" in own:  # of which object it is
        raise Unreadable(f"{address} has no remote object")
    for name, value in own.items():
        if value is None and (action, name) not in _NULLABLE:
            raise Unreadable(f'"{name}" of a change is not an object')
    change = kind(**common, **own)
    fields.done()
    return change


def _own_of(change: Change | Callable[..., Change]) -> Iterator[tuple[str, _Own]]:
    """How the fields that not every change has are written and read, in this order."""
    return ((name, own) for name, own in _OWN.items() if hasattr(change, name))


def _desired_document(desired: Desired, salt: str) -> dict[str, Any]:
    secrets = desired.resource.secrets
    return {
        "values": spelled_leaves(desired.values, secrets, salt),
        "defaults": spelled_leaves(desired.defaults, secrets, salt),
        "references": [str(address) for address in desired.references],
    }


def _desired(fields: Fields, resource: Resource | None) -> Desired | None:
    inner = fields.inner_or_none("desired")
    if inner is None:
        return None
    if resource is None:
        raise Unreadable("a change has no manifest")
    desired = Desired(
        resource,
        leaves_from(inner.mapping("values")),
        leaves_from(inner.mapping("defaults")),
        inner.addresses("references"),
    )
    inner.done()
    return desired


def _entry(fields: Fields, _: Resource | None) -> Entry | None:
    entry = fields.inner_or_none("entry")
    return None if entry is None else entry_from(entry)


# How a field is written, given the salt of seals, and read again.
_Own = tuple[Callable[[Any, str], Any], Callable[[Fields, Resource | None], Any]]

_OWN: Mapping[str, _Own] = {
    "desired": (lambda desired, salt: desired and _desired_document(desired, salt), _desired),
    "digest": (lambda digest, _: digest, lambda fields, _: fields.text("digest")),
    "entry": (lambda entry, _: entry and entry_document(entry), _entry),
    "seen": (lambda seen, _: list(seen), lambda fields, _: fields.texts("seen")),
    "origin": (lambda origin, _: origin.value, lambda fields, _: fields.one_of("origin", Origin)),
    "needs_consent": (lambda needs, _: needs, lambda fields, _: fields.flag("needs_consent")),
    "observed_fields": (lambda held, _: spelled(held), lambda fields, _: read(fields.mapping("observed_fields"))),
}
_NULLABLE = {(Action.RECORD, "desired"), (Action.FORGET, "entry")}
_CHANGES: Mapping[Action, Callable[..., Change]] = {kind.action: kind for kind in get_args(Change)}


def _diff_document(diff: FieldDiff) -> dict[str, Any]:
    return {
        "path": dotted(diff.path),
        "before": spelled(diff.before),
        "after": spelled(diff.after),
        "sensitive": diff.sensitive,
        "forces_replace": diff.forces_replace,
        "source": source_document(diff.source),
        "added": spelled(diff.added),
        "removed": spelled(diff.removed),
    }


def _diff_from(fields: Fields) -> FieldDiff:
    diff = FieldDiff(
        path=undotted(fields.text("path")),
        before=read(fields.anything("before")),
        after=read(fields.anything("after")),
        sensitive=fields.flag("sensitive"),
        forces_replace=fields.flag("forces_replace"),
        source=source_from(fields.items_or_none("source")),
        added=tuple(read(item) for item in fields.items("added")),
        removed=tuple(read(item) for item in fields.items("removed")),
    )
    fields.done()
    return diff


def source_document(source: Source | None) -> list[Any] | None:
    """File, line and column."""
    return None if source is None else [source.file, source.line, source.column]


def source_from(written: Any) -> Source | None:
    """The reverse of ``source_document``. Raises Unreadable."""
    match written:
        case None:
            return None
        case [str(file), int(line), int(column)]:
            return Source(file, line, column)
        case _:
            raise Unreadable("a place is not a file, a line and a column")
