"""Facts: reads that are made only for the changes that need them, so that a guard can be decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reconciler.errors import NotFound
from reconciler.executor.together import together
from reconciler.model.address import Address
from reconciler.model.kind import Attached, Fact, Facts, Kinds
from reconciler.model.observed import Remote
from reconciler.model.plan import Change
from reconciler.model.session import ReadSession


async def fetch_facts(session: ReadSession, kinds: Kinds, changes: Iterable[Change]) -> Mapping[Address, Facts]:
    """Read, all at once, what the guards of these changes want to know. Raises ApiError."""
    wanted = [
        (change.address, fact, change.remote)
        for change in changes
        if change.remote is not None
        for fact in kinds[change.address.kind].facts
        if fact.needed(change)
    ]
    answers = await together(_fetch(session, fact, remote) for _, fact, remote in wanted)
    facts: dict[Address, dict[str, tuple[Attached, ...]]] = {}
    for (address, fact, _), attached in zip(wanted, answers, strict=True):
        facts.setdefault(address, {})[fact.name] = attached
    return facts


async def _fetch(session: ReadSession, fact: Fact, remote: Remote) -> tuple[Attached, ...]:
    try:
        return await fact.fetch(session, remote)
    except NotFound:
        return ()  # nothing hangs on what is gone
