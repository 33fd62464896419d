"""Guards, asked once more before an object is destroyed or sent whole: its case may have changed since the plan."""

from __future__ import annotations

from collections.abc import Collection

from reconciler.errors import PlanRefused
from reconciler.executor.facts import fetch_facts
from reconciler.executor.run import Run
from reconciler.model.address import Address
from reconciler.model.kind import Facts, ResourceKind
from reconciler.model.plan import Adopt, Delete, Replace, Update
from reconciler.model.recording import discreet


async def check_guards(run: Run, kind: ResourceKind, change: Delete | Replace | Update | Adopt) -> None:
    """Raise PlanRefused when a guard of the kind that was not lifted refuses now. Raises ApiError too."""
    guards = [g for g in kind.guards if not g.warns and not is_lifted(g.name, change.address, run.lifted)]
    if not guards:
        return
    read = await fetch_facts(run.session, run.kinds, [change])
    facts = discreet(without(read.get(change.address, {}), run.removed | run.moved), run.ledger.entries.values())
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


def without(facts: Facts, gone: Collection[str]) -> Facts:
    """Facts without what this run has itself removed or moved away, which lists may still show for a while."""
    return {name: tuple(each for each in attached if each.id not in gone) for name, attached in facts.items()}
