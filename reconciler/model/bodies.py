"""Request bodies: what is sent, so that a field which the manifest does not state never changes (promise 5).

The API takes three shapes. A create takes what is stated. A PATCH takes the fields that change. Where the API
wants a whole object (PUT, and the ``Settings`` inside a PATCH) it gets the freshly observed one with the leaves
that differ laid over it, so that what others set there survives. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from reconciler.model.answers import field_of
from reconciler.model.kind import ResourceKind
from reconciler.model.ledger import Entry
from reconciler.model.observed import Observed
from reconciler.model.paths import Path, dotted, overlaid, value_at
from reconciler.model.plan import Desired
from reconciler.model.recording import same
from reconciler.model.reference import Unknown
from reconciler.model.spec import Clear, Leaf


def create_body(kind: ResourceKind, values: Mapping[Path, Any]) -> dict[str, Any]:
    """The body of a create: what is stated, nulls left out, for a new object starts out cleared.

    Raises ValueError for a value that is still unknown.
    """
    body: dict[str, Any] = {}
    for path, value in values.items():
        leaf = kind.leaves[path]
        if value is not None and not _in_url(leaf):
            body = overlaid(body, leaf.field, _known(leaf, value))
    return body


def carried_over(kind: ResourceKind, observed: Observed, desired: Desired) -> dict[Path, Any]:
    """What a replace takes over from the old object: every field that is not ours keeps its value (promise 5)."""
    ours = desired.compared()
    kept: dict[Path, Any] = {}
    for path, leaf in kind.leaves.items():
        stated = any(mine[: len(path)] == path or path[: len(mine)] == mine for mine in ours)
        inside_ours = any(mine[:1] == path[:1] for mine in ours)
        if stated or (len(path) > 1 and not inside_ours):
            continue  # ours, or part of a Settings object that is taken over whole
        if (value := field_of(leaf, observed)) is not None:
            kept[path] = value
    return kept


def replacement(desired: Desired, carried: Mapping[Path, Any]) -> Desired:
    """What a replace creates: what is ours as stated, and the rest as the old object had it."""
    values = {path: value for path, value in desired.values.items() if path not in carried}
    return replace(desired, values=values, defaults={**desired.defaults, **carried})


def cleared_body(leaf: Leaf) -> dict[str, Any]:
    """The body of an update that clears one field, and says nothing of the others."""
    return _with({}, leaf, None)


def parent_id(kind: ResourceKind, values: Mapping[Path, Any]) -> str | None:
    """The id that the API wants in the URL of a create, for kinds whose parent is there."""
    if kind.parent is None:
        return None
    return str(_known(kind.parent, values[kind.parent.path]))


def differing(
    kind: ResourceKind, observed: Observed, desired: Desired, *, entry: Entry | None = None, salt: str = ""
) -> list[Leaf]:
    """The leaves that an update must change. What the server once made of the same wish does not count."""
    leaves = (kind.leaves[path] for path in desired.compared(kind.uncompared(observed)))
    return [leaf for leaf in leaves if not same(leaf, desired.values[leaf.path], field_of(leaf, observed), entry, salt)]


def update_body(
    kind: ResourceKind, observed: Observed, desired: Desired, *, entry: Entry | None = None, salt: str = ""
) -> dict[str, Any]:
    """The body of an update; empty when nothing that can be updated differs.

    Raises ValueError for a value that is still unknown.
    """
    changed = [
        leaf
        for leaf in differing(kind, observed, desired, entry=entry, salt=salt)
        if not leaf.create_only and not _in_url(leaf)
    ]
    if not changed:
        return {}
    if kind.adapter.sends_whole:
        return _laid_over(_whole(kind, observed), changed, desired)
    base = {leaf.field[0]: observed.attributes.get(leaf.field[0]) for leaf in changed}
    return _laid_over(base, [*_turned_on(kind, base, desired, changed), *changed], desired)


def _turned_on(
    kind: ResourceKind, base: Mapping[str, Any], desired: Desired, changed: Iterable[Leaf]
) -> Iterable[Leaf]:
    """The other stated leaves of objects that are off: these begin anew, as on a create, with ignored leaves too.

    An ignored leaf of an object that exists is as observed; of one that does not, the API would miss it.
    """
    off = {leaf.field[0] for leaf in changed if len(leaf.field) > 1 and base[leaf.field[0]] is None}
    stated = (kind.leaves[path] for path, value in desired.values.items() if len(path) > 1 and value is not None)
    return [leaf for leaf in stated if leaf.field[0] in off]


def sends_settings(kind: ResourceKind, body: Mapping[str, Any]) -> bool:
    """Whether a body holds an object that overwrites the observed one as a whole."""
    return any(leaf.settings and leaf.field[0] in body for leaf in kind.leaves.values())


def _whole(kind: ResourceKind, observed: Observed) -> dict[str, Any]:
    """Every writable field as observed, the cleared ones in the way that keeps them cleared.

    Those that no update may change are repeated too: a PUT without them would be refused (guide §3).
    """
    body: dict[str, Any] = {}
    for leaf in kind.leaves.values():
        if len(leaf.path) == 1 and not _in_url(leaf):
            body = _with(body, leaf, field_of(leaf, observed))
    return body


def _laid_over(body: Mapping[str, Any], changed: Iterable[Leaf], desired: Desired) -> dict[str, Any]:
    result = dict(body)
    for leaf in changed:
        result = _with(result, leaf, _known(leaf, desired.values[leaf.path]))
    return result


def _with(body: Mapping[str, Any], leaf: Leaf, value: Any) -> dict[str, Any]:
    """``body`` with a value, or with its absence as this field spells it (guide §18.8)."""
    if value is not None:
        return overlaid(body, leaf.field, value)
    match leaf.clear:
        case Clear.NULL:
            return overlaid(body, leaf.field, None)
        case Clear.EMPTY:
            return overlaid(body, leaf.field, "")
        case _:
            return _without(body, leaf.field)


def _without(body: Mapping[str, Any], path: Path) -> dict[str, Any]:
    *parents, last = path
    inner = value_at(body, tuple(parents)) if parents else body
    if not isinstance(inner, Mapping) or last not in inner:
        return dict(body)
    rest = {name: value for name, value in inner.items() if name != last}
    return overlaid(body, tuple(parents), rest) if parents else rest


def _in_url(leaf: Leaf) -> bool:
    return leaf.reference is not None and leaf.reference.in_path


def _known(leaf: Leaf, value: Any) -> Any:
    if isinstance(value, Unknown):
        raise ValueError(f"{dotted(leaf.path)} is not known yet: {value.address}")  # noqa: TRY004 - wrong time, not type
    return value
