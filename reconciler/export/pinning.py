"""Which objects a manifest must name by id, because their natural key means another one as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from reconciler.model.keys import Key, candidates, key_of_observed, rows_by_element, rows_by_identity
from reconciler.model.kind import ResourceKind
from reconciler.model.observed import Observed


def ambiguous(kind: ResourceKind, exported: Iterable[Observed], live: Collection[Observed]) -> set[str]:
    """The ids among ``exported`` that no key finds for certain, in an account that holds ``live``."""
    keys = {row.remote.id: key_of_observed(kind, row) for row in exported}
    crowd = Counter(key.identity for key in keys.values())
    index = (rows_by_identity if kind.identity else rows_by_element)(kind, live)

    def alike(key: Key) -> list[Observed]:
        if key.identity is None:
            return []
        if kind.identity:
            return index.get(key.identity, [])
        sharing = (row for element in sorted(key.shared) for row in index.get((element,), []))
        return list({row.remote.id: row for row in sharing}.values())

    def found(key: Key) -> list[str]:
        return [row.remote.id for row in candidates(kind, key, alike(key), manifests=crowd[key.identity])]

    return {remote_id for remote_id, key in keys.items() if found(key) != [remote_id]}
