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


async def count_attached(
    session: ReadSession, kinds: Kinds, objects: Iterable[tuple[str, Remote]]
) -> Mapping[tuple[str, str], Mapping[str, int]]:
    """How many things of each sort hang on these objects, for those who must choose among them. Raises ApiError."""
    wanted = [(name, remote, fact) for name, remote in objects for fact in kinds[name].counted]
    answers = await together(_fetch(session, fact, remote) for _, remote, fact in wanted)
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for (name, remote, fact), attached in zip(wanted, answers, strict=True):
        counts.setdefault((name, remote.id), {})[fact.name.replace("_", " ")] = len(attached)
    return counts


async def _fetch(session: ReadSession, fact: Fact, remote: Remote) -> tuple[Attached, ...]:
    try:
        return await fact.fetch(session, remote)
    except NotFound:
        return ()  # nothing hangs on what is gone
