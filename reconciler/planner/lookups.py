"""What must be read to know the answer, and nothing more: the request floor of a plan (design §11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from reconciler.model.address import Address
from reconciler.model.keys import candidates, key_of_observed, key_of_values, rows_by_identity
from reconciler.model.observed import Remote
from reconciler.model.reference import ById, ByName
from reconciler.model.resource import Resource
from reconciler.planner.situation import Situation


class Collection(NamedTuple):
    """One list of the API: a kind's, or one parent's."""

    kind: str
    parent_id: str | None = None


def collections(situation: Situation) -> list[Collection]:
    """The lists of every kind in use that has one of its own: desired, recorded, intended, or looked up by name."""
    used = {a.kind for a in (*situation.desired, *situation.ledger.entries, *situation.ledger.intents)}
    for resource in situation.resources:
        for leaf in situation.kinds[resource.address.kind].references:
            if isinstance(resource.values.get(leaf.path), ByName) and leaf.reference is not None:
                used.add(leaf.reference.kind)
    return [Collection(name) for name in sorted(used) if situation.kinds[name].parent is None]


def children(situation: Situation) -> list[Collection]:
    """The lists below a parent, for parents that declare or record such children, once parents were observed.

    A parent that is yet to be created has no list, and one that cannot be told is a finding of the plan.
    """
    found: set[Collection] = set()
    ids = _parent_ids(situation)
    for address in (*situation.ledger.entries, *situation.ledger.intents):
        if situation.kinds[address.kind].parent is not None:
            entry = situation.ledger.entries.get(address) or situation.ledger.intents[address].entry
            if entry is not None and entry.remote.parent_id:
                found.add(Collection(address.kind, entry.remote.parent_id))
    for resource in situation.resources:
        parent = situation.kinds[resource.address.kind].parent
        if parent is None or parent.reference is None:
            continue
        match resource.values.get(parent.path):
            case ById(id=remote_id):
                found.add(Collection(resource.address.kind, remote_id))
            case ByName(name=name):
                kind = situation.kinds[parent.reference.kind]
                rows = situation.world.of_kind(kind.name)
                found.update(
                    Collection(resource.address.kind, row.remote.id)
                    for row in rows
                    if key_of_observed(kind, row).identity == (name,)
                )
            case str(name):
                known = ids.get(Address(parent.reference.kind, name))
                if known is not None:
                    found.add(Collection(resource.address.kind, known))
            case _:
                pass
    return sorted(collection for collection in found if collection.parent_id)


def unseen(situation: Situation) -> list[tuple[str, Remote]]:
    """Recorded and pinned objects that no list showed: only a GET by id tells whether they are gone.

    A pinned child whose parent's list does not show it cannot be asked for, as the URL needs the parent: it counts as
    not existing, which refuses the pin and writes nothing.
    """
    world = situation.world
    wanted = {(entry.address.kind, entry.remote) for entry in situation.ledger.entries.values()}
    for resource in situation.resources:
        if resource.remote_id is not None and situation.kinds[resource.address.kind].parent is None:
            wanted.add((resource.address.kind, Remote(resource.remote_id)))
    seen_ids = {kind: set(rows) for kind, rows in world.objects.items()}
    return sorted(
        ((kind, remote) for kind, remote in wanted if remote.id not in seen_ids.get(kind, ())),
        key=lambda pair: (pair[0], pair[1].id),
    )


def _parent_ids(situation: Situation) -> Mapping[Address, str]:
    """Ids of desired and recorded parents, as far as they can be told before the plan: record, pin, natural key."""
    ids = {address: entry.remote.id for address, entry in situation.ledger.entries.items()}
    indexes = {}
    for resource in _parents(situation):
        kind = situation.kinds[resource.address.kind]
        if resource.remote_id is not None:
            ids[resource.address] = resource.remote_id
        if resource.address in ids and situation.world.find(kind.name, ids[resource.address]) is not None:
            continue
        ids.pop(resource.address, None)
        old = Address(kind.name, resource.renamed_from or "")
        if old in situation.ledger.entries:
            ids[resource.address] = situation.ledger.entries[old].remote.id
            continue
        if kind.name not in indexes:
            indexes[kind.name] = rows_by_identity(kind, situation.world.of_kind(kind.name))
        defaults = {leaf.path: resource.address.name for leaf in kind.local_names}
        key = key_of_values(kind, {**defaults, **resource.values})
        rows = indexes[kind.name].get(key.identity, []) if key.identity is not None else []
        match candidates(kind, key, rows):
            case [one]:
                ids[resource.address] = one.remote.id
            case _:
                pass
    return ids


def _parents(situation: Situation) -> Iterable[Resource]:
    wanted: set[Address] = set()
    for resource in situation.resources:
        parent = situation.kinds[resource.address.kind].parent
        if parent is not None and parent.reference is not None:
            name = resource.values.get(parent.path)
            if isinstance(name, str):
                wanted.add(Address(parent.reference.kind, name))
    return [resource for resource in situation.resources if resource.address in wanted]
