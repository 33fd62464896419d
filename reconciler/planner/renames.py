"""Which ``metadata.renamed_from`` lines say something: new address → the recorded address whose object it takes over.

A line stays in its manifest long after the rename, so most of them are history and mean nothing. One says something
when the object that it names has nobody else:

| the old address               | the new address                        | the line                                   |
|-------------------------------|----------------------------------------|--------------------------------------------|
| not recorded                  | any                                    | history                                    |
| recorded, not declared        | not recorded                           | a rename                                   |
| recorded, not declared        | recorded, and renamed itself (a chain) | a rename, after that of the new address    |
| recorded, not declared        | recorded                               | history                                    |
| recorded, declared, renamed   | as above                               | a rename, as part of the chain             |
| recorded, declared            | not recorded                           | refused: one object, two addresses         |
| part of a circle              | recorded                               | refused: which way round it is now is      |
|                               |                                        | written nowhere once it was applied        |

What is recorded and gone, and named by another line, counts as not recorded. A chain a → b → c is carried out from its
end: c takes over from b before b takes over from a, so that after every line of the journal each object has one
address, and the next run sees the rest of the chain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.planner.situation import Situation


@dataclass(frozen=True, slots=True)
class Renames:
    """What the lines say.

    taken       new → old, for every line that says something
    circular    addresses that name each other
    first       address → those that name it and must be done before it takes over another object
    """

    taken: Mapping[Address, Address]
    circular: frozenset[Address]
    first: Mapping[Address, tuple[Address, ...]]

    def hands_on(self, holder: Address, to: Address) -> bool:
        """Whether ``holder`` is still declared and gives its object to ``to``."""
        return self.taken.get(to) == holder


def renames(situation: Situation) -> Renames:
    """Read every line once. Chains are followed from the address that nobody declares any more."""
    entries, desired = situation.ledger.entries, situation.desired
    named = {
        resource.address: Address(resource.address.kind, resource.renamed_from)
        for resource in situation.resources
        if resource.renamed_from is not None
    }
    heirs: dict[Address, list[Address]] = defaultdict(list)
    for new, old in sorted(named.items()):
        heirs[old].append(new)
    taken: dict[Address, Address] = {}
    for old in sorted(heirs):
        if old in entries and old not in desired:
            taken.update(_chain(old, heirs, situation))
    first = {old: tuple(news) for old, news in heirs.items() if old in taken}
    return Renames(taken, frozenset(_circular(named, situation)), first)


def _chain(old: Address, heirs: Mapping[Address, list[Address]], situation: Situation) -> dict[Address, Address]:
    """The renames that begin at an address without a manifest; none where its end has an object of its own."""
    chain: dict[Address, Address] = {}
    while True:
        match heirs.get(old, []):
            case [new] if _has_one(new, heirs, situation):
                chain[new], old = old, new
            case several:
                ends = {new: old for new in several if not _has_one(new, heirs, situation)}
                return {**chain, **ends} if ends else {}


def _has_one(address: Address, heirs: Mapping[Address, list[Address]], situation: Situation) -> bool:
    """Whether an address has an object, or had one that nobody else is said to have been: then its line is history."""
    entry = situation.ledger.entries.get(address)
    if entry is None:
        return False
    return address not in heirs or (address.kind, entry.remote.id) not in situation.world.gone


def _circular(named: Mapping[Address, Address], situation: Situation) -> set[Address]:
    """Recorded addresses whose lines lead back to themselves."""
    entries, found, safe = situation.ledger.entries, set[Address](), set[Address]()
    for start in named:
        path: dict[Address, None] = {}
        address: Address | None = start
        while address is not None and address in entries and address not in safe and address not in path:
            path[address] = None
            address = named.get(address)
        if address in path:
            circle = list(path)
            found.update(circle[circle.index(address) :])
        safe.update(path)
    return found
