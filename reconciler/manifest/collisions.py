"""Manifests that claim the same thing: an address, a remote id, a natural key, an exclusive value. Offline, O(n).

What is known here is what is written; that two references mean the same remote object is for the planner to see.
Values are never quoted: they may be secrets. Both places are named instead.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from reconciler.manifest.declared import Declared
from reconciler.manifest.wording import error
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.kind import Kinds, ResourceKind
from reconciler.model.resource import Resource

ANY = "*"


def duplicates(documents: Sequence[Declared]) -> Iterator[Diagnostic]:
    """A finding for every address that is declared more than once, at the later one."""
    first: dict[Address, Declared] = {}
    for document in documents:
        other = first.setdefault(document.address, document)
        if other is not document:
            yield error(
                "duplicate-address",
                f"{document.address} is declared twice",
                document.name_place,
                detail=f"the other one is at {other.name_place}",
                hint="remove one of them, or give it another metadata.name",
                address=document.address,
            )


def claimed_twice(resources: Sequence[Resource], kinds: Kinds) -> Iterator[Diagnostic]:
    """At most one finding for each later resource: what it claims that an earlier one has."""
    unique: dict[Address, Resource] = {}
    for resource in resources:
        unique.setdefault(resource.address, resource)
    pins: dict[Hashable, Resource] = {}
    keys: dict[Hashable, Resource] = {}
    values: dict[Hashable, dict[str, Resource]] = {}
    for resource in unique.values():
        kind = kinds[resource.address.kind]
        found = _same_pin(resource, pins) or _same_key(kind, resource, keys) or _same_value(kind, resource, values)
        if found is not None:
            yield found


def _same_pin(resource: Resource, pins: dict[Hashable, Resource]) -> Diagnostic | None:
    if resource.remote_id is None:
        return None
    other = pins.setdefault((resource.address.kind, resource.remote_id), resource)
    if other is resource:
        return None
    return _finding(
        resource, other, "the same metadata.remote_id", ("metadata", "remote_id"), ("metadata", "remote_id")
    )


def _same_key(kind: ResourceKind, resource: Resource, keys: dict[Hashable, Resource]) -> Diagnostic | None:
    identity = _identity(kind, resource)
    if identity is None or resource.remote_id is not None:  # a pin says which of several is meant
        return None
    other = keys.setdefault((kind.name, identity), resource)
    if other is resource:
        return None
    what = f"the same {' and '.join(kind.identity)}"
    return _finding(resource, other, what, _key_path(kind, resource), _key_path(kind, other))


def _key_path(kind: ResourceKind, resource: Resource) -> tuple[str, ...]:
    stated = (kind.identity[-1],) in resource.values
    return ("spec", kind.identity[-1]) if stated else ("metadata", "name")


def _identity(kind: ResourceKind, resource: Resource) -> Hashable | None:
    """The natural key as far as it is written; None where it is incomplete or does not decide alone."""
    if not kind.identity or kind.shared is not None:
        return None
    parts: list[Hashable] = []
    for name in kind.identity:
        leaf = kind.leaves[(name,)]
        value = resource.values.get(leaf.path)
        if value is None and leaf.local_name_by_default:
            value = resource.address.name
        value = leaf.canonical(value)
        if value is None:
            return None
        parts.append(_hashable(value))
    return tuple(parts)


def _hashable(value: Any) -> Hashable:
    if isinstance(value, Mapping):
        return tuple(sorted((key, _hashable(inner)) for key, inner in value.items()))
    if isinstance(value, list | tuple):
        return tuple(map(_hashable, value))
    return value if isinstance(value, Hashable) else repr(value)


def _same_value(
    kind: ResourceKind, resource: Resource, holders: dict[Hashable, dict[str, Resource]]
) -> Diagnostic | None:
    found: Diagnostic | None = None
    for claim in sorted(kind.exclusive(resource.values)):
        variants = holders.setdefault((kind.name, claim.scope), {})
        taken = variants if claim.variant == ANY else [v for v in (claim.variant, ANY) if v in variants]
        other = next((variants[variant] for variant in taken if variants[variant] is not resource), None)
        variants.setdefault(claim.variant, resource)
        if other is not None and found is None:
            what = claim.told(secret=bool(resource.secrets or other.secrets))
            found = _finding(resource, other, f"{what}, which only one of them may", ("spec",), ("spec",))
    return found


def _finding(resource: Resource, other: Resource, what: str, here: Sequence[str], there: Sequence[str]) -> Diagnostic:
    return error(
        "claimed-twice",
        f"{resource.address} and {other.address} claim {what}",
        resource.place(tuple(here)),
        detail=f"{other.address} claims it at {other.place(tuple(there))}",
        hint="one remote object has one manifest: remove one of them or change what it claims",
        address=resource.address,
    )
