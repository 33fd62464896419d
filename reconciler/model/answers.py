"""From the API's rows to ``Observed``: an allow list of fields, and tolerance for everything else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from reconciler.model.kind import Json, ResourceKind
from reconciler.model.observed import Observed, Remote
from reconciler.model.paths import MISSING, Path, value_at
from reconciler.model.plan import SENSITIVE
from reconciler.model.spec import Leaf


def decode(kind: ResourceKind, row: Json, parent_id: str | None) -> Observed:
    """Keep what the kind lists, drop the rest. The parent's id, which such answers omit, is put beside it.

    Raises KeyError for a row without an id.
    """
    attributes = {name: row[name] for name in kind.kept if name in row}
    if kind.parent is not None:
        attributes[kind.parent.field[0]] = parent_id
    return Observed(kind.name, Remote(kind.adapter.remote_id(row), parent_id), attributes)


def field_of(leaf: Leaf, observed: Observed) -> Any:
    """The observed value of a leaf; an absent field and ``null`` mean the same in answers."""
    if len(leaf.field) == 1:
        return observed.attributes.get(leaf.field[0])
    value = value_at(observed.attributes, leaf.field)
    return None if value is MISSING else value


def writable(kind: ResourceKind, observed: Observed) -> dict[Path, Any]:
    """The canonical value of every top-level writable field: what digests and whole-object bodies are made of."""
    return {leaf.path: leaf.canonical(field_of(leaf, observed)) for leaf in kind.leaves.values() if len(leaf.path) == 1}


def summary_of(kind: ResourceKind, observed: Observed, *, hidden: Collection[str] = ()) -> str:
    """What tells this object apart from its likes, for a person who must choose. ``hidden`` fields are secrets."""
    parts = told_of(kind, observed, hidden=hidden)
    return f"{observed.remote.id} ({', '.join(parts)})" if parts else observed.remote.id


def told_of(kind: ResourceKind, observed: Observed, *, hidden: Collection[str] = ()) -> list[str]:
    """``field=value`` for each field that tells objects of a kind apart; what looks confidential is covered."""
    shown: Mapping[str, Any] = observed.attributes
    told = [name for name in kind.tells_apart if name not in hidden and shown.get(name) not in (None, "", [])]
    covered = {leaf.field[0]: leaf.confidential.found for leaf in kind.leaves.values() if leaf.confidential}
    return [f"{name}={SENSITIVE if name in covered and covered[name](shown[name]) else shown[name]}" for name in told]
