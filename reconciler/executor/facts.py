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
    """Read, all at once, what the guards of these changes want to know. Raises ApiError.

    A list that is about all objects is read once for all.
    """
    wanted = [
        (change.address, fact, change.remote)
        for change in changes
        if change.remote is not None
        for fact in kinds[change.address.kind].facts
        if fact.needed(change)
    ]
    reads = list(dict.fromkeys((fact, None if fact.every else remote) for _, fact, remote in wanted))
    answers = dict(zip(reads, await together(_read(session, fact, remote) for fact, remote in reads), strict=True))
    facts: dict[Address, dict[str, tuple[Attached, ...]]] = {}
    for address, fact, remote in wanted:
        found = answers[fact, None if fact.every else remote]
        facts.setdefault(address, {})[fact.name] = found.get(remote.id, ())
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


async def _read(session: ReadSession, fact: Fact, remote: Remote | None) -> Mapping[str, tuple[Attached, ...]]:
    """What hangs on one object, or (None) on each."""
    if remote is not None:
        return {remote.id: await _fetch(session, fact, remote)}
    try:
        return {} if fact.every is None else await fact.every(session)
    except NotFound:
        return {}


async def _fetch(session: ReadSession, fact: Fact, remote: Remote) -> tuple[Attached, ...]:
    try:
        return await fact.fetch(session, remote)
    except NotFound:
        return ()  # nothing hangs on what is gone
