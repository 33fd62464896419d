"""The order of execution: references first, removals in reverse, exclusive values released before they are claimed.

Hard edges follow references, as desired, as recorded and as observed (a number that is adopted leaves its profile
before that is deleted), objects that are named by natural key (the numbers of a verification), and what a change says
itself that it waits for. Soft edges follow exclusive values (a keyword
that moves from one row to another); a soft edge that would close a cycle is dropped with a warning, or refused where
the change that cannot wait is a replace: by the time that the API refuses its create its object is deleted. The order
depends on addresses alone, never on the order of the input.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from heapq import heapify, heappop, heappush

from reconciler.model.address import Address
from reconciler.model.answers import field_of
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.keys import identity_parts
from reconciler.model.kind import Claim, Kinds
from reconciler.model.ledger import Entry
from reconciler.model.observed import World
from reconciler.model.plan import Adopt, Change, Create, Delete, Forget, Replace, Update
from reconciler.planner.diffing import values_of

Edges = dict[Address, set[Address]]
"""For each address, those that must be done before it."""


def ordered(
    changes: Sequence[Change], entries: Mapping[Address, Entry], kinds: Kinds, world: World
) -> tuple[list[Change], list[Diagnostic]]:
    """The changes in order of execution, each with ``depends_on`` complete, and what had to give way."""
    by_address = {change.address: change for change in changes}
    hard = _references(by_address, entries)
    for holder, leaving in _leaving(changes, kinds, world):
        hard[holder].add(leaving)
    for naming, named in _named(changes, kinds):
        hard[naming].add(named)
    soft = _releases(changes, kinds, world)
    edges: Edges = {address: set(needed) for address, needed in hard.items()}
    warnings: list[Diagnostic] = []
    for after, before in sorted(soft):
        if _reaches(edges, before, after):
            warnings.append(_dropped(before, by_address[after]))
        else:
            edges[after].add(before)
    order, stuck = _sorted(edges)
    if stuck:
        warnings.append(_cycle(_cycle_of(stuck, edges)))
    return [_after(by_address[address], tuple(sorted(edges[address]))) for address in (*order, *stuck)], warnings


def _after(change: Change, needed: tuple[Address, ...]) -> Change:
    return change if change.depends_on == needed else replace(change, depends_on=needed)


def _references(by_address: Mapping[Address, Change], entries: Mapping[Address, Entry]) -> Edges:
    edges: Edges = {address: set() for address in by_address}
    moved = {c.moved_from: c.address for c in by_address.values() if c.moved_from is not None}
    for change in by_address.values():
        if isinstance(change, Delete | Forget):
            continue
        edges[change.address].update(needed for needed in change.depends_on if needed in by_address)
    interrupted = (c.entry for c in by_address.values() if isinstance(c, Delete) and c.address not in entries)
    for entry in (*entries.values(), *interrupted):
        child = moved.get(entry.address, entry.address)
        for parent in entry.references:
            if isinstance(by_address.get(parent), Delete | Forget) and child in by_address:
                edges[parent].add(child)
    return edges


def _leaving(changes: Sequence[Change], kinds: Kinds, world: World) -> Iterable[tuple[Address, Address]]:
    """Pairs (deletes, points away): what an object points at now may only go when it points elsewhere."""
    deleted = {(c.address.kind, c.remote.id): c.address for c in changes if isinstance(c, Delete)}
    if not deleted:
        return
    for change in changes:
        if not isinstance(change, Update | Adopt | Replace):
            continue
        differing = {diff.path for diff in change.diffs}
        for leaf in kinds[change.address.kind].references:
            pointed_at = field_of(leaf, world.objects[change.address.kind][change.remote.id])
            if leaf.reference is not None and leaf.path in differing and isinstance(pointed_at, str):
                holder = deleted.get((leaf.reference.kind, pointed_at))
                if holder is not None:
                    yield holder, change.address


def _named(changes: Sequence[Change], kinds: Kinds) -> Iterable[tuple[Address, Address]]:
    """Pairs (names, is named): what is named by its natural key must first be as the plan makes it."""
    wishes = [change for change in changes if isinstance(change, Create | Update | Adopt | Replace)]
    wanted = [(c.address, kinds[c.address.kind].named(c.desired.created_with)) for c in wishes]
    sought = {kind for _, named in wanted for kind, _ in named}
    holders = {
        (c.address.kind, identity_parts(kinds[c.address.kind], c.desired.created_with)): c.address
        for c in wishes
        if c.address.kind in sought
    }
    for address, named in wanted:
        yield from ((address, holder) for kind, key in named if (holder := holders.get((kind, (key,)))) is not None)


def _releases(changes: Sequence[Change], kinds: Kinds, world: World) -> set[tuple[Address, Address]]:
    """Pairs (claims, releases): the first may only be done after the second."""
    released: dict[tuple[str, tuple[str, ...]], list[tuple[Claim, Address]]] = defaultdict(list)
    claimed: list[tuple[Claim, Change]] = []
    for change in changes:
        before, after = _held(change, kinds, world)
        for claim in before - after:
            released[change.address.kind, claim.scope].append((claim, change.address))
        claimed.extend((claim, change) for claim in after - before)
    return {
        (change.address, address)
        for claim, change in claimed
        for other, address in released.get((change.address.kind, claim.scope), ())
        if address != change.address and (claim.variant == other.variant or "*" in (claim.variant, other.variant))
    }


def _held(change: Change, kinds: Kinds, world: World) -> tuple[frozenset[Claim], frozenset[Claim]]:
    kind = kinds[change.address.kind]
    nothing: frozenset[Claim] = frozenset()
    match change:
        case Create():
            return nothing, kind.exclusive(change.desired.created_with)
        case Adopt(diffs=()):  # is not written to: nothing is released or claimed
            return nothing, nothing
        case Delete() | Update() | Replace() | Adopt():
            observed = world.objects[kind.name][change.remote.id]
            values = values_of(kind, observed)
            before = kind.exclusive(values)
            if isinstance(change, Delete):
                return before, nothing
            stated = change.desired.compared(kind.uncompared(observed))
            return before, kind.exclusive({**values, **stated})
        case _:
            return nothing, nothing


def _reaches(edges: Edges, start: Address, goal: Address) -> bool:
    """Whether ``start`` must come after ``goal`` already."""
    seen, waiting = {start}, [start]
    while waiting:
        address = waiting.pop()
        if address == goal:
            return True
        fresh = edges[address] - seen
        seen |= fresh
        waiting.extend(fresh)
    return False


def _sorted(edges: Edges) -> tuple[list[Address], list[Address]]:
    """Kahn's algorithm with a heap; the second list is what no order can satisfy."""
    missing = {address: len(needed) for address, needed in edges.items()}
    dependants: dict[Address, list[Address]] = defaultdict(list)
    for address, needed in edges.items():
        for before in needed:
            dependants[before].append(address)
    ready = [address for address, count in missing.items() if count == 0]
    heapify(ready)
    order: list[Address] = []
    while ready:
        address = heappop(ready)
        order.append(address)
        for dependant in dependants[address]:
            missing[dependant] -= 1
            if missing[dependant] == 0:
                heappush(ready, dependant)
    done = set(order)
    return order, sorted(address for address in edges if address not in done)


def _dropped(before: Address, after: Change) -> Diagnostic:
    summary = f"{after.address} takes over a value from {before}, but cannot wait for it without a cycle"
    severity, hint = Severity.WARNING, "if the API refuses the duplicate, apply again"
    if isinstance(after, Replace):
        severity = Severity.ERROR
        summary += ": it would be deleted, and could not be created again"
        hint = (
            f"apply without {before} first, then with it; if the two only exchange their names, do that instead, "
            "with metadata.renamed_from and a third name in between"
        )
    return Diagnostic(
        code="release-order",
        severity=severity,
        summary=summary,
        hint=hint,
        address=after.address,
        source=after.source,
    )


def _cycle_of(stuck: Collection[Address], edges: Edges) -> list[Address]:
    """One cycle among what no order can satisfy; the rest merely waits for it."""
    left, path = set(stuck), [min(stuck)]
    while (needed := min(edges[path[-1]] & left)) not in path:
        path.append(needed)
    return [*path[path.index(needed) :], needed]


def _cycle(cycle: Iterable[Address]) -> Diagnostic:
    return Diagnostic(
        code="dependency-cycle",
        severity=Severity.ERROR,
        summary="each of these needs the next one done first: " + " → ".join(str(address) for address in cycle),
        hint="break the cycle of references, in the manifests or by applying in two steps",
    )
