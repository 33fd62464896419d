"""Parents before children: in which order resources are matched, so that references are ids by the time they are used.

All resources of a kind are matched together, as they compete for the same objects; only a kind that refers to itself
is matched in steps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.kind import Kinds, ResourceKind
from reconciler.model.resource import Resource
from reconciler.planner.situation import Situation


class Generation(NamedTuple):
    """Resources of one kind, in order of their addresses; none where a kind has nothing but intents."""

    kind: ResourceKind
    resources: Sequence[Resource]
    findings: Sequence[Diagnostic] = ()


def generations(situation: Situation) -> Iterator[Generation]:
    """Every resource in one generation, after everything that it refers to by a local name."""
    by_kind: dict[str, dict[Address, Resource]] = defaultdict(dict)
    for resource in sorted(situation.resources, key=lambda one: one.address):
        by_kind[resource.address.kind][resource.address] = resource
    used = by_kind.keys() | {address.kind for address in situation.ledger.intents}
    for name in _parents_first(situation.kinds):
        if name in used:
            yield from _of_kind(situation.kinds[name], by_kind[name])


def parents_of(resource: Resource, kind: ResourceKind) -> list[Address]:
    """The addresses that a resource names."""
    written = (
        (leaf.reference.kind, resource.values.get(leaf.path)) for leaf in kind.references if leaf.reference is not None
    )
    return [Address(parent, name) for parent, name in written if isinstance(name, str)]


def _parents_first(kinds: Kinds) -> list[str]:
    graph = {name: _referred_to(kinds[name]) - {name} for name in sorted(kinds)}
    return [name for name in TopologicalSorter(graph).static_order() if name in kinds]


def _referred_to(kind: ResourceKind) -> set[str]:
    return {leaf.reference.kind for leaf in kind.references if leaf.reference is not None}


def _of_kind(kind: ResourceKind, resources: Mapping[Address, Resource]) -> Iterator[Generation]:
    if kind.name not in _referred_to(kind):
        yield Generation(kind, list(resources.values()))
        return
    sorter = TopologicalSorter(
        {address: [p for p in parents_of(one, kind) if p in resources] for address, one in resources.items()}
    )
    findings = []
    try:
        sorter.prepare()
    except CycleError as error:
        findings.append(_cycle(error.args[1], resources))
    left = dict(resources)
    while sorter.is_active() and (ready := sorted(sorter.get_ready())):
        yield Generation(kind, [left.pop(address) for address in ready])
        sorter.done(*ready)
    if left:
        yield Generation(kind, list(left.values()), findings)


def _cycle(cycle: Sequence[Address], resources: Mapping[Address, Resource]) -> Diagnostic:
    first = min(cycle)
    named = " → ".join(str(address) for address in reversed(cycle))
    return Diagnostic(
        code="dependency-cycle",
        severity=Severity.ERROR,
        summary=f"each of these needs the next one done first: {named}",
        hint="break the cycle of references",
        address=first,
        source=resources[first].source,
    )
