"""Reading an object once more just before a write that would overwrite or destroy what others did to it."""

from __future__ import annotations

from reconciler.errors import NotFound, Stale
from reconciler.executor.observe import read
from reconciler.executor.run import Run
from reconciler.model.digest import digest_of
from reconciler.model.kind import ResourceKind
from reconciler.model.observed import Observed
from reconciler.model.plan import Adopt, Change, Delete, Replace, Update


async def reread(run: Run, kind: ResourceKind, change: Update | Adopt | Replace | Delete) -> Observed | None:
    """The object as it is now, the same as planned, or None when it is gone. Raises Stale when it differs."""
    try:
        observed = await read(run.session, kind, change.remote)
    except NotFound:
        return None
    if digest_of(kind, observed) != change.digest:
        raise moved(change, "changed")
    return observed


def moved(change: Change, what: str) -> Stale:
    """The world moved between the bulk look and this write."""
    return Stale(
        f"{change.address}: its object {what} while this run was under way, and was left as it is",
        hint="plan again, and review what changed",
    )
