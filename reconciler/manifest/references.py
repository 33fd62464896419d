"""References by local name: to what is declared here or recorded, and never in a circle. Offline."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from reconciler.manifest.wording import error, nearest, quoted
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.kind import Kinds
from reconciler.model.resource import Resource
from reconciler.model.spec import Leaf

Edges = Mapping[Address, Sequence[tuple[Leaf, Address]]]
"""What each resource points at by local name, and through which field."""


def edges_of(resources: Sequence[Resource], kinds: Kinds) -> Edges:
    """The graph of local names."""
    edges: dict[Address, list[tuple[Leaf, Address]]] = {}
    for resource in resources:
        for leaf in kinds[resource.address.kind].references:
            named = resource.values.get(leaf.path)
            if isinstance(named, str) and leaf.reference is not None:
                target = Address(leaf.reference.kind, named)
                edges.setdefault(resource.address, []).append((leaf, target))
    return edges


def unknown_references(
    resources: Sequence[Resource], edges: Edges, known: Collection[Address], *, complete: bool
) -> Iterator[Diagnostic]:
    """A finding for each local name that nothing has. ``complete``: every file was read."""
    elsewhere = "" if complete else "; a file that cannot be read may declare it"
    for resource in resources:
        for leaf, target in edges.get(resource.address, ()):
            if target not in known:
                secret = leaf.path in resource.secrets
                yield error(
                    "unknown-reference",
                    f"no {target.kind} named {'so' if secret else quoted(target.name)}",
                    resource.place_of(leaf.path),
                    detail=f"{resource.address} refers to it{elsewhere}",
                    hint="" if secret else _hint(target, known),
                    address=resource.address,
                )


def _hint(target: Address, known: Collection[Address]) -> str:
    meant = nearest(target.name, (address.name for address in known if address.kind == target.kind))
    if meant is not None:
        return f'did you mean "{meant}"?'
    others = sorted(address.kind for address in known if address.name == target.name)
    if others:
        return f"{quoted(target.name)} is the name of a {others[0]}; this field takes a {target.kind}"
    return "for something that is not managed here, write {id: …} or {name: …}"


def reference_cycles(resources: Sequence[Resource], edges: Edges) -> Iterator[Diagnostic]:
    """A finding for each circle, at the reference that closes it. Iterative: chains may be long."""
    by_address = {resource.address: resource for resource in resources}
    done: set[Address] = set()
    for start in edges:
        trail: dict[Address, int] = {}
        stack = [(start, iter(edges[start]))] if start not in done else []
        trail[start] = 0
        while stack:
            address, targets = stack[-1]
            for leaf, target in targets:
                if target in trail:
                    circle = [*list(trail)[trail[target] :], target]
                    yield _cycle(circle, by_address[address], leaf)
                elif target in edges and target not in done:
                    trail[target] = len(trail)
                    stack.append((target, iter(edges[target])))
                    break
            else:
                done.add(address)
                del trail[address]
                stack.pop()


def _cycle(circle: Sequence[Address], last: Resource, leaf: Leaf) -> Diagnostic:
    return error(
        "reference-cycle",
        f"references form a circle: {' → '.join(map(str, circle))}",
        last.place_of(leaf.path),
        hint="none of them could be created first; remove one of these references",
        address=last.address,
    )
