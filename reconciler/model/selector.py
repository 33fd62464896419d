"""Which part of a project a command speaks about, by kind and by label. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.address import Address


@dataclass(frozen=True, slots=True)
class Selector:
    """``--kind`` (any of these) and ``--label`` (all of these, as ``(key, value)``); both where both are given."""

    kinds: frozenset[str] = frozenset()
    labels: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        """Whether it selects anything less than everything."""
        return bool(self.kinds or self.labels)

    def has_kind(self, kind: str) -> bool:
        """Whether objects of this kind are meant."""
        return not self.kinds or kind in self.kinds

    def has_labels(self, labels: Mapping[str, str] | None) -> bool:
        """Whether a manifest with these labels is meant; None is the lack of a manifest, which has no label."""
        return not self.labels or (labels is not None and all(labels.get(key) == value for key, value in self.labels))

    def selects(self, address: Address, labels: Mapping[str, str] | None) -> bool:
        """Whether both is so."""
        return self.has_kind(address.kind) and self.has_labels(labels)
