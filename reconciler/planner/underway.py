"""Which things of ours take days, and where each of them stands: of objects, and of those that are to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from reconciler.model.address import Address
from reconciler.model.kind import ResourceKind
from reconciler.model.ledger import Entry
from reconciler.model.observed import Listing
from reconciler.model.plan import Adopt, Noop
from reconciler.model.resource import Resource
from reconciler.model.standing import ARRIVED, GONE, Standing, Underway, known_of
from reconciler.planner.draft import draft
from reconciler.planner.situation import Situation


def underway(seen: Situation) -> tuple[Underway, ...]:
    """By address: every recorded object of a kind that takes its time, and what is declared and yet to come."""
    resources = {resource.address: resource for resource in seen.resources}
    return tuple(sorted((*_recorded(seen, resources), *_to_come(seen, resources)), key=lambda each: each.address))


def sources_of(seen: Situation) -> frozenset[Listing]:
    """The lists that tell of what is to come, beside those that a plan reads."""
    return frozenset(
        Listing(arrival.source)
        for resource in seen.resources
        if (arrival := seen.kinds[resource.address.kind].arrival) and resource.address not in seen.ledger.entries
    )


def awaited_lists(seen: Situation, things: Iterable[Underway]) -> frozenset[Listing]:
    """The lists in which those of ``things`` will show that are not there yet."""
    kinds = [seen.kinds[thing.address.kind] for thing in things if thing.remote_id is None]
    return frozenset(Listing(name) for kind in kinds if kind.arrival for name in (kind.name, kind.arrival.source))


def _recorded(seen: Situation, resources: Mapping[Address, Resource]) -> Iterator[Underway]:
    for address, entry in seen.ledger.entries.items():
        kind = seen.kinds[address.kind]
        if kind.standing is not None:
            standing = _standing(kind, entry, resources.get(address), seen)
            yield _underway(address, entry.remote.id, standing, seen)


def _standing(kind: ResourceKind, entry: Entry, resource: Resource | None, seen: Situation) -> Standing:
    observed = seen.world.find(kind.name, entry.remote.id)
    if observed is None or kind.standing is None:
        return GONE
    return kind.standing(observed, known_of(entry, resource, seen.ledger.header.salt))


def _to_come(seen: Situation, resources: Mapping[Address, Resource]) -> Iterator[Underway]:
    """What the planner holds back because it is not there, and what has come and waits to be configured."""
    waiting = {address for address in resources if seen.kinds[address.kind].arrival} - seen.ledger.entries.keys()
    for change in draft(seen).changes if waiting else ():
        arrival = seen.kinds[change.address.kind].arrival
        if change.address not in waiting or arrival is None:
            continue
        if isinstance(change, Noop):
            standing = arrival.standing(resources[change.address], list(seen.world.of_kind(arrival.source)))
            yield _underway(change.address, None, standing, seen)
        elif isinstance(change, Adopt):
            yield _underway(change.address, change.remote.id, ARRIVED, seen)


def _underway(address: Address, remote_id: str | None, standing: Standing, seen: Situation) -> Underway:
    return Underway(
        address=address,
        remote_id=remote_id,
        standing=standing,
        commands=standing.typed(address, seen.account),
    )
