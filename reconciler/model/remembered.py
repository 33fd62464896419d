"""What no read shows is as the ledger remembers it: the objects of write-only kinds.

Such an object is never seen, so that it cannot vanish, drift or be found by anybody else. It has no id that the API
would know; its natural key stands for one, sealed, since ids are shown and a key may be personal data. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.model.digest import Sealed, sealed
from reconciler.model.keys import identity_parts
from reconciler.model.kind import Json, Kinds, ResourceKind
from reconciler.model.ledger import Entry, Ledger
from reconciler.model.observed import Observed, Remote, World
from reconciler.model.paths import Path, undotted

_DIGITS = 16
"""Hexadecimal: as many as keep a few thousand objects apart."""


def with_remembered(world: World, kinds: Kinds, ledger: Ledger) -> World:
    """The world, in which exactly those objects of write-only kinds exist that the ledger knows."""
    unseen = {name for name, kind in kinds.items() if kind.write_only}
    known: dict[str, dict[str, Observed]] = {name: {} for name in unseen}
    for address, entry in ledger.entries.items():
        if address.kind in unseen:
            known[address.kind][entry.remote.id] = _remembered(kinds[address.kind], entry)
    if not any(known.values()) and not known.keys() & world.objects.keys():
        return world
    return replace(world, objects={**world.objects, **known})


def as_answered(kind: ResourceKind, row: Json, values: Mapping[Path, Any], salt: str) -> Observed:
    """A write-only object as the API answered its create with ``values``."""
    key = sealed(identity_parts(kind, values), salt)
    return Observed(
        kind.name,
        Remote(key[: key.index(":") + 1 + _DIGITS]),
        {name: row[name] for name in kind.kept if name in row},
    )


def _remembered(kind: ResourceKind, entry: Entry) -> Observed:
    attributes: dict[str, Any] = {}
    for name, value in entry.answered.items():
        leaf = kind.leaves.get(undotted(name))
        if leaf is not None:
            attributes[leaf.field[0]] = Sealed(value) if name in entry.secrets else value
    return Observed(kind.name, entry.remote, attributes)
