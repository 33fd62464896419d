"""A change inside a saved plan: what is shown, what runs, and what must still hold by then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.model.address import Address
from reconciler.model.entries import entry_document, entry_from, remote_document, remote_from
from reconciler.model.fields import Fields, Unreadable
from reconciler.model.ledger import Entry, Origin
from reconciler.model.observed import Remote
from reconciler.model.paths import dotted, undotted
from reconciler.model.plan import (
    Action,
    Adopt,
    Change,
    Create,
    Delete,
    Desired,
    FieldDiff,
    Forget,
    Move,
    Noop,
    Protected,
    Record,
    Replace,
    Update,
)
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
        **_own(change, salt),
    }


def _own(change: Change, salt: str) -> dict[str, Any]:
    own: dict[str, Any] = {}
    if isinstance(change, Create | Adopt | Update | Replace | Move | Record):
        own["desired"] = None if change.desired is None else _desired_document(change.desired, salt)
    if isinstance(change, Adopt | Update | Replace | Delete | Move | Record):
        own["digest"] = change.digest
    if isinstance(change, Update | Replace | Delete | Move | Record | Forget):
        own["entry"] = None if change.entry is None else entry_document(change.entry)
    if isinstance(change, Create | Replace):
        own["seen"] = list(change.seen)
    if isinstance(change, Adopt):
        own |= {"origin": change.origin.value, "needs_consent": change.needs_consent}
    if isinstance(change, Delete):
        own["observed_fields"] = spelled(change.observed_fields)
    return own


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
    change = _READERS[action](fields, common, resources.get(address))
    fields.done()
    return change


def _desired_document(desired: Desired, salt: str) -> dict[str, Any]:
    secrets = desired.resource.secrets
    return {
        "values": spelled_leaves(desired.values, secrets, salt),
        "defaults": spelled_leaves(desired.defaults, secrets, salt),
        "references": [str(address) for address in desired.references],
    }


def _desired(fields: Fields, resource: Resource | None) -> Desired:
    inner = fields.inner("desired")
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


def _entry(fields: Fields) -> Entry:
    return entry_from(fields.inner("entry"))


def _live(common: Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(common["remote"], Remote):
        raise Unreadable(f"{common['address']} has no remote object")
    return common


def _create(fields: Fields, common: Mapping[str, Any], resource: Resource | None) -> Change:
    return Create(**common, desired=_desired(fields, resource), seen=fields.texts("seen"))


def _adopt(fields: Fields, common: Mapping[str, Any], resource: Resource | None) -> Change:
    return Adopt(
        **_live(common),
        desired=_desired(fields, resource),
        digest=fields.text("digest"),
        origin=fields.one_of("origin", Origin),
        needs_consent=fields.flag("needs_consent"),
    )


def _update(fields: Fields, common: Mapping[str, Any], resource: Resource | None) -> Change:
    desired = _desired(fields, resource)
    return Update(**_live(common), desired=desired, digest=fields.text("digest"), entry=_entry(fields))


def _replace(fields: Fields, common: Mapping[str, Any], resource: Resource | None) -> Change:
    return Replace(
        **_live(common),
        desired=_desired(fields, resource),
        digest=fields.text("digest"),
        entry=_entry(fields),
        seen=fields.texts("seen"),
    )


def _delete(fields: Fields, common: Mapping[str, Any], _: Resource | None) -> Change:
    return Delete(
        **_live(common),
        digest=fields.text("digest"),
        entry=_entry(fields),
        observed_fields=read(fields.mapping("observed_fields")),
    )


def _move(fields: Fields, common: Mapping[str, Any], resource: Resource | None) -> Change:
    desired = _desired(fields, resource)
    return Move(**_live(common), desired=desired, digest=fields.text("digest"), entry=_entry(fields))


def _record(fields: Fields, common: Mapping[str, Any], resource: Resource | None) -> Change:
    desired = None
    if resource is not None:
        desired = _desired(fields, resource)
    elif fields.mapping_or_none("desired") is not None:
        raise Unreadable("a change has no manifest")
    return Record(**_live(common), desired=desired, digest=fields.text("digest"), entry=_entry(fields))


def _forget(fields: Fields, common: Mapping[str, Any], _: Resource | None) -> Change:
    entry = fields.inner_or_none("entry")
    return Forget(**common, entry=None if entry is None else entry_from(entry))


def _noop(_: Fields, common: Mapping[str, Any], __: Resource | None) -> Change:
    return Noop(**common)


def _protected(_: Fields, common: Mapping[str, Any], __: Resource | None) -> Change:
    return Protected(**common)


_READERS: Mapping[Action, Callable[[Fields, Mapping[str, Any], Resource | None], Change]] = {
    Action.CREATE: _create,
    Action.ADOPT: _adopt,
    Action.UPDATE: _update,
    Action.REPLACE: _replace,
    Action.DELETE: _delete,
    Action.MOVE: _move,
    Action.RECORD: _record,
    Action.FORGET: _forget,
    Action.NOOP: _noop,
    Action.PROTECTED: _protected,
}


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
