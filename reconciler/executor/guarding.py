"""Guards, asked once more before an object is destroyed or sent whole: its case may have changed since the plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from reconciler.errors import PlanRefused
from reconciler.executor.facts import fetch_facts
from reconciler.executor.run import Run
from reconciler.model.address import Address
from reconciler.model.kind import Attached, ResourceKind
from reconciler.model.plan import Adopt, Delete, Replace, Update
from reconciler.model.recording import discreet, without


async def check_guards(
    run: Run, kind: ResourceKind, change: Delete | Replace | Update | Adopt, besides: Iterable[Attached] = ()
) -> None:
    """Raise PlanRefused when a guard of the kind that was not lifted refuses now. Raises ApiError too.

    ``besides`` is what the change is about to take away itself.
    """
    guards = [g for g in kind.guards if not g.warns and not is_lifted(g.name, change.address, run.lifted)]
    if not guards:
        return
    read = await fetch_facts(run.session, run.kinds, [change])
    gone = run.removed | run.moved | {one.id for one in besides}
    facts = discreet(without(read.get(change.address, {}), gone), run.ledger.entries.values())
    for guard in guards:
        reason = guard.refuses(change, facts)
        if reason is not None:
            raise PlanRefused(
                f"{change.address}: {reason}",
                hint=f"plan again, and lift it with --allow {guard.name}:{change.address} if this is meant",
            )


def is_lifted(guard: str, address: Address, lifted: Collection[str]) -> bool:
    """Whether the plan lifts a guard, everywhere (``guard``) or for one address (``guard:Kind/name``)."""
    return guard in lifted or f"{guard}:{address}" in lifted
