"""What a document declares and points at, even where it is not valid: so that one mistake stays one finding.

A reference to a faulty manifest is not unknown, and an unknown reference inside a faulty manifest is still found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.manifest.places import AnyPlaces
from reconciler.model.address import Address
from reconciler.model.kind import ResourceKind
from reconciler.model.paths import MISSING, Path, value_at
from reconciler.model.source import Source
from reconciler.model.spec import Leaf


@dataclass(frozen=True, slots=True)
class Reference:
    """A local name in a reference field. ``secret``: it was filled in, and is not to be quoted."""

    leaf: Leaf
    target: Address
    places: AnyPlaces
    secret: bool

    @property
    def source(self) -> Source:
        """Where the name stands. Looked up only for findings: that reads the document again."""
        return self.places(("spec", *self.leaf.path))


@dataclass(frozen=True, slots=True)
class Declared:
    """One address as a document declares it, and the local names that the document uses."""

    address: Address
    places: AnyPlaces
    references: tuple[Reference, ...] = ()

    @property
    def name_place(self) -> Source:
        """Where ``metadata.name`` stands."""
        return self.places(("metadata", "name"))


def declared(kind: ResourceKind, address: Address, spec: Any, places: AnyPlaces, secrets: Collection[Path]) -> Declared:
    """Read off a ``spec`` as written; its values may be of any type."""
    if not kind.references or not isinstance(spec, Mapping):
        return Declared(address, places)
    return Declared(address, places, tuple(_references(kind, spec, places, secrets)))


def _references(
    kind: ResourceKind, spec: Mapping[str, Any], places: AnyPlaces, secrets: Collection[Path]
) -> Iterator[Reference]:
    for leaf in kind.references:
        name = value_at(spec, leaf.path)
        if name is not MISSING and isinstance(name, str) and name and leaf.reference is not None:
            target = Address(leaf.reference.kind, name)
            yield Reference(leaf, target, places, leaf.path in secrets)
