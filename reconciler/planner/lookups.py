"""What must be read to know the answer, and nothing more: the request floor of a plan (design §11)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reconciler.model.keys import key_of_intent
from reconciler.model.kind import ResourceKind
from reconciler.model.observed import Listing, Remote
from reconciler.model.plan import Desired
from reconciler.model.reference import ById, ByName, Unknown
from reconciler.model.resource import Resource
from reconciler.planner.claims import Claims
from reconciler.planner.generations import generations, parents_of
from reconciler.planner.identifying import identify
from reconciler.planner.matches import Found
from reconciler.planner.resolving import Ids
from reconciler.planner.situation import Situation


def collections(situation: Situation) -> list[Listing]:
    """The lists of every kind in use that has one of its own: desired, recorded, intended, or looked up by name."""
    used = {a.kind for a in (*situation.desired, *situation.ledger.entries, *situation.ledger.intents)}
    for resource in situation.resources:
        for leaf in situation.kinds[resource.address.kind].references:
            if isinstance(resource.values.get(leaf.path), ByName) and leaf.reference is not None:
                used.add(leaf.reference.kind)
    return [Listing(name) for name in sorted(used) if _has_list(situation.kinds[name])]


def children(situation: Situation) -> list[Listing]:
    """The lists below a parent, for parents that declare, record or intend such children, once parents were observed.

    A parent that is yet to be created has no list, and one that cannot be told is a finding of the plan. A recorded
    parent that its list does not show may be gone or not: both its own children and those of the object that would
    take its place are looked at.
    """
    recorded = {(address.kind, entry.remote.id) for address, entry in situation.ledger.entries.items()}
    absent = {pair for pair in recorded if situation.world.find(*pair) is None}
    supposed = replace(situation, world=replace(situation.world, gone=situation.world.gone | absent))
    ids = Ids(supposed)
    found = {
        Listing(address.kind, entry.remote.parent_id)
        for address, entry in situation.ledger.entries.items()
        if situation.kinds[address.kind].parent is not None
    }
    used = {a.kind for a in (*situation.desired, *situation.ledger.intents)}
    if any(situation.kinds[name].parent is not None for name in used):
        found |= _below(_identified(supposed, ids), ids, supposed)
    return sorted(collection for collection in found if collection.parent_id)


def unseen(situation: Situation) -> list[tuple[str, Remote]]:
    """What is recorded, pinned or referred to by id and no list showed: only a GET by id tells whether it is gone.

    A pinned child whose parent's list does not show it cannot be asked for, as the URL needs the parent: it counts as
    not existing, which refuses the pin and writes nothing.
    """
    world = situation.world
    wanted = {(entry.address.kind, entry.remote) for entry in situation.ledger.entries.values()}
    for resource in situation.resources:
        if resource.remote_id is not None and _has_list(situation.kinds[resource.address.kind]):
            wanted.add((resource.address.kind, Remote(resource.remote_id)))
        for leaf in situation.kinds[resource.address.kind].references:
            written = resource.values.get(leaf.path)
            if isinstance(written, ById) and leaf.reference and situation.kinds[leaf.reference.kind].parent is None:
                wanted.add((leaf.reference.kind, Remote(written.id)))
    seen_ids = {kind: set(rows) for kind, rows in world.objects.items()}
    return sorted(
        (kind, remote)
        for kind, remote in wanted
        if remote.id not in seen_ids.get(kind, ()) and (kind, remote.id) not in world.gone
    )


def _has_list(kind: ResourceKind) -> bool:
    """Whether there is one list of all objects, and a read by id alone."""
    return kind.parent is None and not kind.write_only


def _identified(situation: Situation, ids: Ids) -> list[Resource]:
    """The resources below a parent, once ``ids`` knows every parent that exists: matched as the plan matches them."""
    nested: list[Resource] = []
    claims = Claims(situation)
    for generation in generations(situation):
        if generation.kind.parent is not None:
            nested.extend(generation.resources)
            continue
        for address, found in identify(generation, ids, claims, situation).matches.items():
            ids.learn(address, found.observed.remote.id if isinstance(found, Found) else Unknown(address))
    return nested


def _below(nested: Iterable[Resource], ids: Ids, situation: Situation) -> set[Listing]:
    found: set[Listing] = set()
    for resource in nested:
        parent = situation.kinds[resource.address.kind].parent
        match ids.resolve(resource):
            case Desired(values=values) if parent is not None and isinstance(values[parent.path], str):
                found.add(Listing(resource.address.kind, values[parent.path]))
        for address in parents_of(resource, situation.kinds[resource.address.kind]):
            entry = situation.ledger.entries.get(address)
            if parent and parent.reference and entry is not None and address.kind == parent.reference.kind:
                found.add(Listing(resource.address.kind, entry.remote.id))
    for address, intent in situation.ledger.intents.items():
        kind = situation.kinds[address.kind]
        if kind.parent is None:
            continue
        identity = key_of_intent(intent, ids.found, situation.ledger.header.salt).identity
        if identity:
            found.add(Listing(kind.name, identity[kind.identity.index(kind.parent.path[0])]))
        elif intent.entry is not None:
            found.add(Listing(kind.name, intent.entry.remote.parent_id))
    return found
