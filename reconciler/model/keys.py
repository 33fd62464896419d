"""Natural keys: how an object that the ledger does not know is found again.

An ``identity`` is compared exactly. Where several rows or manifests have one identity, or the kind has none, a shared
set decides: the unique row with the most elements in common, and at least one. Used by the planner to match and by
the executor to settle a create whose answer was lost.

A key that an intent wrote down may hold secrets, which are sealed: it compares with keys that are sealed alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.model.address import Address
from reconciler.model.answers import field_of
from reconciler.model.digest import sealed
from reconciler.model.kind import ResourceKind
from reconciler.model.ledger import Intent
from reconciler.model.observed import Observed
from reconciler.model.paths import Path
from reconciler.model.reference import Unknown


@dataclass(frozen=True, slots=True)
class Key:
    """A natural key. ``identity`` is None when it cannot match anything yet: a part of it is unknown or null.

    The fields named in ``sealed`` stand in it as HMACs with ``salt``.
    """

    identity: tuple[Any, ...] | None
    shared: frozenset[str] = frozenset()
    sealed: tuple[str, ...] = ()
    salt: str = field(default="", repr=False)


OPEN = Key(())
"""A key without secrets: what others are sealed alike is not sealed at all."""


def _key(kind: ResourceKind, get: Mapping[Path, Any]) -> Key:
    parts = tuple(get[(name,)] for name in kind.identity)
    shared = get[(kind.shared,)] if kind.shared else ()
    unknown = any(part is None or isinstance(part, Unknown) for part in parts)
    return Key(None if unknown else parts, frozenset(shared or ()))


def identity_parts(kind: ResourceKind, values: Mapping[Path, Any]) -> tuple[Any, ...]:
    """The identity as an intent writes it down: a parent that is yet to be created stands in it as ``Unknown``."""
    return tuple(kind.leaves[(name,)].canonical(values.get((name,))) for name in kind.identity)


def key_of_intent(intent: Intent, ids: Mapping[Address, str], salt: str) -> Key:
    """The key that an intent was written with, once the parents it waited for are known by ``ids``."""
    parts = tuple(ids.get(part.address) if isinstance(part, Unknown) else part for part in intent.identity or ())
    hiding = salt if intent.sealed else ""
    return Key(None if None in parts else parts, frozenset(intent.shared), intent.sealed, hiding)


def sealed_parts(kind: ResourceKind, parts: Iterable[Any], names: Collection[str], salt: str) -> tuple[Any, ...]:
    """The parts of an identity, those of the named fields as HMACs; what is unknown or null is no secret yet."""
    return tuple(
        sealed(part, salt) if name in names and part is not None and not isinstance(part, Unknown) else part
        for name, part in zip(kind.identity, parts, strict=True)
    )


def sealed_elements(kind: ResourceKind, elements: Iterable[str], names: Collection[str], salt: str) -> frozenset[str]:
    """The elements of the shared set, each sealed by itself where its field is named."""
    return frozenset(sealed(one, salt) for one in elements) if kind.shared in names else frozenset(elements)


def key_of_values(kind: ResourceKind, values: Mapping[Path, Any]) -> Key:
    """The key of desired values, references resolved."""
    names = (*kind.identity, *([kind.shared] if kind.shared else []))
    return _key(kind, {(n,): kind.leaves[(n,)].canonical(values.get((n,))) for n in names})


def key_of_observed(kind: ResourceKind, observed: Observed) -> Key:
    """The key of a live object."""
    names = (*kind.identity, *([kind.shared] if kind.shared else []))
    return _key(kind, {(n,): kind.leaves[(n,)].canonical(field_of(kind.leaves[(n,)], observed)) for n in names})


def key_alike(kind: ResourceKind, observed: Observed, key: Key) -> Key:
    """The key of a live object, sealed where ``key`` is."""
    found = key_of_observed(kind, observed)
    if not key.sealed:
        return found
    parts = None if found.identity is None else sealed_parts(kind, found.identity, key.sealed, key.salt)
    elements = sealed_elements(kind, found.shared, key.sealed, key.salt)
    return replace(found, identity=parts, shared=elements, sealed=key.sealed, salt=key.salt)


def rows_by_identity(
    kind: ResourceKind, rows: Iterable[Observed], like: Key = OPEN
) -> dict[tuple[Any, ...], list[Observed]]:
    """An index for matching many manifests against many rows; rows that are not live are left out."""
    index: dict[tuple[Any, ...], list[Observed]] = {}
    for row in rows:
        identity = key_alike(kind, row, like).identity
        if identity is not None and kind.live(row):
            index.setdefault(identity, []).append(row)
    return index


def rows_by_element(
    kind: ResourceKind, rows: Iterable[Observed], like: Key = OPEN
) -> dict[tuple[Any, ...], list[Observed]]:
    """As ``rows_by_identity``, for kinds that have none: by each element of the shared set that a row still holds.

    One that holds none of them any more, and is live, is found by all: it exists, and must not be lost sight of.
    """
    index: dict[tuple[Any, ...], list[Observed]] = {}
    for row in (row for row in rows if kind.live(row)):
        shared = key_alike(kind, row, like).shared
        for element in shared - sealed_elements(kind, kind.given_up(row), like.sealed, like.salt) or shared:
            index.setdefault((element,), []).append(row)
    return index


def candidates(
    kind: ResourceKind,
    key: Key,
    rows: Collection[Observed],
    *,
    taken: Collection[str] = (),
    manifests: int = 1,
) -> list[Observed]:
    """The rows that ``key`` may mean: none, the one, or several that nothing tells apart.

    ``rows`` are the live ones with this identity, ``taken`` the ids that others already claim, ``manifests`` how many
    desired resources have this identity.
    """
    free = [row for row in rows if row.remote.id not in taken]
    if kind.shared is None or (kind.identity and len(rows) <= 1 and manifests <= 1):
        return free
    common = {row.remote.id: len(key.shared & key_alike(kind, row, key).shared) for row in free}
    most = max(common.values(), default=0)
    return [row for row in free if most and common[row.remote.id] == most]
