"""Looking at the account in bulk: one list per kind, or per parent, and single reads to prove that something is gone.

Absence from a list proves nothing; only a GET that answers 404 does (design §4). A list that cannot be read in full
raises: a plan must never be made from half a world.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reconciler.errors import NotFound
from reconciler.executor.together import together
from reconciler.model.answers import decode
from reconciler.model.kind import Json, Kinds, ResourceKind
from reconciler.model.observed import Listing, Observed, Remote, World
from reconciler.model.session import ReadSession
from reconciler.model.watching import Listed, Sought, Watch, unwatched


async def observe(
    session: ReadSession,
    kinds: Kinds,
    targets: Iterable[Listing],
    world: World | None = None,
    *,
    watch: Watch = unwatched,
) -> World:
    """List every target at once and answer ``world`` with what was found; ``watch`` is told of each. Raises ApiError.

    A parent that answers 404 is known to be gone, and its children with it.
    """

    async def look(target: Listing) -> _Found:
        found = await _listed(session, kinds[target.kind], target.parent_id)
        watch(Listed())
        return found

    wanted = list(dict.fromkeys(targets))
    watch(Sought(len(wanted)))
    found = await together(look(target) for target in wanted)
    before = world or World()
    return replace(_merged(before, found), listed=before.listed.union(wanted))


async def confirm(session: ReadSession, kinds: Kinds, remotes: Iterable[tuple[str, Remote]], world: World) -> World:
    """Read each object by its id: the only way to know that one is gone. Raises ApiError."""
    found = await together(_read(session, kinds[name], remote) for name, remote in dict.fromkeys(remotes))
    return _merged(world, found)


async def read(session: ReadSession, kind: ResourceKind, remote: Remote) -> Observed:
    """One object as it is now. Raises NotFound, and every other ApiError."""
    return decode(kind, await kind.adapter.read(session, remote), remote.parent_id)


@dataclass(frozen=True, slots=True)
class _Found:
    """What one request saw of a kind. ``proven`` tells a read by id from a list, which may lag behind."""

    kind: str
    objects: Sequence[Observed] = ()
    gone: tuple[tuple[str, str], ...] = ()
    organization_id: str | None = None
    proven: bool = False


async def _listed(session: ReadSession, kind: ResourceKind, parent_id: str | None) -> _Found:
    try:
        rows = await kind.adapter.rows(session, parent_id)
    except NotFound:
        if kind.parent is None or kind.parent.reference is None or parent_id is None:
            raise
        return _Found(kind.name, gone=((kind.parent.reference.kind, parent_id),))
    return _Found(kind.name, [decode(kind, row, parent_id) for row in rows], organization_id=_organization(rows))


async def _read(session: ReadSession, kind: ResourceKind, remote: Remote) -> _Found:
    try:
        row = await kind.adapter.read(session, remote)
    except NotFound:
        return _Found(kind.name, gone=((kind.name, remote.id),))
    seen = [decode(kind, row, remote.parent_id)]
    return _Found(kind.name, seen, organization_id=_organization([row]), proven=True)


def _organization(rows: Sequence[Json]) -> str | None:
    """The account's own id; some kinds' rows carry it, and decoding drops it."""
    for row in rows:
        value: Any = row.get("organization_id")
        if isinstance(value, str) and value:
            return value
    return None


def _merged(world: World, found: Iterable[_Found]) -> World:
    objects: dict[str, dict[str, Observed]] = {kind: dict(seen) for kind, seen in world.objects.items()}
    gone = set(world.gone)
    organization_id = world.organization_id
    for each in found:
        seen = objects.setdefault(each.kind, {})
        for observed in each.objects:
            key = (each.kind, observed.remote.id)
            if each.proven:
                gone.discard(key)
            if key not in gone:
                seen[observed.remote.id] = observed
        for kind, remote_id in each.gone:
            gone.add((kind, remote_id))
            objects.get(kind, {}).pop(remote_id, None)  # a 404 outweighs every list: lists lag behind deletes
        organization_id = organization_id or each.organization_id
    return World(objects, frozenset(gone), organization_id, world.listed)
