"""What a plan itself takes off the objects that something hangs on: it neither holds them nor needs to be told of."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.model.kind import Attached, Kinds
from reconciler.model.plan import Adopt, Change, Delete, Replace, Update


class Leaving:
    """What this plan takes off other objects: deletes, replaces, and updates of the reference itself."""

    def __init__(self, changes: Iterable[Change], kinds: Kinds) -> None:
        self._removed = {(c.address.kind, c.remote.id) for c in changes if isinstance(c, Delete | Replace)}
        self._moved = {
            (change.address.kind, change.remote.id, to.kind, diff.before)
            for change in changes
            if isinstance(change, Update | Adopt)
            for diff in change.diffs
            if (leaf := kinds[change.address.kind].leaves.get(diff.path)) and (to := leaf.reference) is not None
        }

    def has(self, attached: Attached, holder: Change) -> bool:
        """Whether this plan removes ``attached``, or points it away from the object of ``holder``."""
        if (attached.what, attached.id) in self._removed:
            return True
        held = holder.remote.id if holder.remote is not None else None
        return (attached.what, attached.id, holder.address.kind, held) in self._moved
