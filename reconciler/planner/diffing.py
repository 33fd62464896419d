"""What differs between a desired resource and the object it means, field by field.

Only stated leaves are compared (promise 5). deepdiff names the inner places of nested values that differ; it is loaded
for those alone, because it costs more than everything else here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.model.answers import field_of
from reconciler.model.kind import ResourceKind, Verb
from reconciler.model.ledger import Entry
from reconciler.model.observed import Observed
from reconciler.model.paths import Path
from reconciler.model.plan import SENSITIVE, Desired, FieldDiff
from reconciler.model.recording import is_secret, same, touches


def diffs_of(
    kind: ResourceKind, desired: Desired, observed: Observed, entry: Entry | None, salt: str
) -> tuple[FieldDiff, ...]:
    """The differing leaves, in the order of the kind's declaration."""
    found: list[FieldDiff] = []
    wanted = desired.compared(kind.uncompared(observed))
    for path, value in wanted.items():
        leaf = kind.leaves[path]
        seen = field_of(leaf, observed)
        if same(leaf, value, seen, entry, salt):
            continue
        forces_replace = leaf.create_only or not kind.can(Verb.UPDATE)
        diff = field_diff(desired, path, seen, value, entry=entry, forces_replace=forces_replace)
        found.append(_with_elements(diff, leaf.canonical(seen), leaf.canonical(value)))
    if len(found) < 2:  # noqa: PLR2004 - nothing to put in order
        return tuple(found)
    order = {path: position for position, path in enumerate(kind.leaves)}
    return tuple(sorted(found, key=lambda diff: order[diff.path]))


def field_diff(
    desired: Desired,
    path: Path,
    before: Any,
    after: Any,
    *,
    entry: Entry | None,
    forces_replace: bool = False,
) -> FieldDiff:
    """One difference; secrets of the manifest or of the ledger are masked here, for good."""
    sensitive = touches(path, desired.resource.secrets) or is_secret(path, entry)
    return FieldDiff(
        path=path,
        before=SENSITIVE if sensitive and before is not None else before,
        after=SENSITIVE if sensitive and after is not None else after,
        sensitive=sensitive,
        forces_replace=forces_replace,
        source=desired.resource.place_of(path),
    )


def _with_elements(diff: FieldDiff, before: Any, after: Any) -> FieldDiff:
    if diff.sensitive or not (isinstance(before, list) and isinstance(after, list)):
        return diff
    from deepdiff import DeepDiff  # noqa: PLC0415 - 120 ms to import, and most plans change no list

    tree = DeepDiff(before, after, ignore_order=True, view="tree")
    changed = tree.get("values_changed", [])
    added = [level.t2 for level in (*tree.get("iterable_item_added", []), *changed)]
    removed = [level.t1 for level in (*tree.get("iterable_item_removed", []), *changed)]
    return replace(diff, added=tuple(sorted(added, key=str)), removed=tuple(sorted(removed, key=str)))


def values_of(kind: ResourceKind, observed: Observed) -> Mapping[Path, Any]:
    """The observed value of every top-level leaf, under its manifest path."""
    return {leaf.path: field_of(leaf, observed) for leaf in kind.leaves.values() if len(leaf.path) == 1}
