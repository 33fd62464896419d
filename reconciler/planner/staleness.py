"""Does the plan still fit the world? Asked between the plan and its first write (promise 2)."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.digest import digest_of
from reconciler.model.plan import Adopt, Change, Create, Delete, Move, Plan, Record, Replace, Update, entry_of
from reconciler.planner.situation import Situation


def moved_since(plan: Plan, now: Mapping[Address, Change], situation: Situation) -> list[Diagnostic]:
    """Everything planned that is no longer as the plan saw it.

    ``now`` is the same plan computed from a fresh look: a create that has become anything else means that an object
    appeared, any other difference that the ledger was written to. Objects that the plan does not touch do not matter.
    """
    return [finding for change in plan.pending if (finding := _moved(change, now, situation)) is not None]


def _moved(change: Change, now: Mapping[Address, Change], situation: Situation) -> Diagnostic | None:
    match change:
        case Create():
            if isinstance(now.get(change.address), Create):
                return None
            return _stale(change, "an object with its natural key has appeared since the plan was made")
        case Adopt() | Update() | Replace() | Delete() | Move() | Record():
            kind = situation.kinds[change.address.kind]
            observed = situation.world.find(kind.name, change.remote.id)
            if observed is None:
                return _stale(change, "its object no longer exists")
            if digest_of(kind, observed) != change.digest:
                return _stale(change, "its object was changed since the plan was made")
    fresh = now.get(change.address)
    if fresh is None or fresh.action is not change.action or entry_of(fresh) != entry_of(change):
        return _stale(change, "what the ledger says of it was changed since the plan was made")
    return None


def _stale(change: Change, summary: str) -> Diagnostic:
    return Diagnostic(
        code="stale",
        severity=Severity.ERROR,
        summary=f"{change.address}: {summary}",
        hint="plan again and review what changed",
        address=change.address,
        source=change.source,
    )
