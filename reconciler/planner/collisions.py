"""Desired addresses that mean one object: all of them are refused, each with the names and places of the others.

Two may have found the same object; or both would create one with the same natural key, and a killed run could not
tell afterwards which of them its object belongs to; or one would create what another has, and a lost ledger could not
tell them apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reconciler.model.address import Address
from reconciler.model.answers import field_of
from reconciler.model.keys import identity_parts, key_of_values
from reconciler.model.kind import ResourceKind
from reconciler.model.observed import Observed
from reconciler.model.paths import Path
from reconciler.model.plan import Desired
from reconciler.planner.matches import Found, Match, Unclear


def finding_one_object(matches: Mapping[Address, tuple[Desired, Match]]) -> dict[Address, Unclear]:
    """Those that found the same object."""
    holders: dict[str, list[Desired]] = defaultdict(list)
    for desired, match in matches.values():
        if isinstance(match, Found):
            holders[match.observed.remote.id].append(desired)
    return _refused(holders.items())


def creating_one_object(kind: ResourceKind, created: Iterable[Desired]) -> dict[Address, Unclear]:
    """Those whose creates could not be told apart: one key, and where the kind has a shared set, an element too."""
    alike: dict[object, list[Desired]] = defaultdict(list)
    for desired in created:
        identity = identity_parts(kind, desired.created_with)
        if kind.shared is None:
            alike[identity].append(desired)
        for element in sorted(key_of_values(kind, desired.created_with).shared):
            alike[identity, element].append(desired)
    return _refused((f"the new {kind.name}", claimants) for claimants in alike.values())


def creating_what_is_kept(
    kind: ResourceKind, created: Sequence[Desired], kept: Iterable[tuple[Desired, Observed]]
) -> dict[Address, Unclear]:
    """Those whose natural key an object holds that another address has and will have: without the ledger, twins.

    Manifests that state one key are refused when they are loaded; here one of them does not state it.
    """
    if not created or kind.shared is not None:
        return {}
    holders = {_identity_kept(kind, desired, observed): (desired, observed) for desired, observed in kept}
    refused: dict[Address, Unclear] = {}
    for desired in created:
        holder = holders.get(identity_parts(kind, desired.created_with))
        if holder is not None:
            other, observed = holder
            refused[desired.address] = Unclear(
                "claimed-twice",
                f"{observed.remote.id} has this {' and '.join(kind.identity)} already, "
                f"and is what {other.address} ({other.resource.source}) means",
                "state another one there, or here; to rename a resource, set metadata.renamed_from",
            )
    return refused


def _identity_kept(kind: ResourceKind, desired: Desired, observed: Observed) -> tuple[Any, ...]:
    """The natural key of an object after the plan: as stated, else as it is."""
    now: dict[Path, Any] = {(name,): field_of(kind.leaves[(name,)], observed) for name in kind.identity}
    return identity_parts(kind, {**now, **desired.compared()})


def _refused(claims: Iterable[tuple[str, list[Desired]]]) -> dict[Address, Unclear]:
    refused: dict[Address, Unclear] = {}
    for what, claimants in claims:
        for desired in claimants if len(claimants) > 1 else ():
            others = ", ".join(
                f"{other.address} ({other.resource.source})"
                for other in sorted(claimants, key=lambda one: one.address)
                if other is not desired
            )
            refused[desired.address] = Unclear(
                "claimed-twice",
                f"{what} is also what {others} means",
                "one object has one address: remove one manifest, or tell them apart by their natural key",
            )
    return refused
