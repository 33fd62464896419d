"""What a killed run may have created shows up, or does not, before anything new is planned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from reconciler.executor.observe import Target, observe
from reconciler.executor.pause import Patience
from reconciler.executor.settle import can_be_found, matching
from reconciler.model.address import Address
from reconciler.model.events import Emit, Settling
from reconciler.model.keys import Key, key_of_intent
from reconciler.model.kind import Kinds
from reconciler.model.ledger import Intent, IntentKind, Ledger
from reconciler.model.observed import World
from reconciler.model.session import ReadSession


class _Awaited(NamedTuple):
    """An intent, and where and by what its object would be found."""

    intent: Intent
    target: Target
    key: Key


async def await_intents(
    session: ReadSession, kinds: Kinds, ledger: Ledger, world: World, *, patience: Patience, emit: Emit
) -> World:
    """Look again until every pending create has an object, or the time is up; answers the world as then seen.

    ``patience`` counts from this call, which begins the run. Raises ApiError when a list cannot be read.
    """
    absent = _absent(_awaited(kinds, ledger), kinds, ledger, world)
    if absent:
        emit(Settling(tuple(each.intent.address for each in absent), patience.settle_seconds))
    for wait in patience.looks(patience.clock()):
        if not absent:
            break
        await patience.pause(wait)
        world = await observe(session, kinds, (each.target for each in absent), world)
        absent = _absent(absent, kinds, ledger, world)
    return world


def _awaited(kinds: Kinds, ledger: Ledger) -> list[_Awaited]:
    ids = {address: entry.remote.id for address, entry in ledger.entries.items()}
    return [
        awaited
        for intent in ledger.intents.values()
        if intent.address.kind in kinds
        and _may_have_been_sent(intent, ledger)
        and (awaited := _where(intent, kinds, ids)) is not None
    ]


def _may_have_been_sent(intent: Intent, ledger: Ledger) -> bool:
    """A replace sends its create only after the old object's entry is gone."""
    match intent.action:
        case IntentKind.CREATE:
            return True
        case IntentKind.REPLACE:
            return intent.address not in ledger.entries
        case IntentKind.DELETE:
            return False


def _where(intent: Intent, kinds: Kinds, ids: Mapping[Address, str]) -> _Awaited | None:
    kind, key = kinds[intent.address.kind], key_of_intent(intent, ids)
    if key.identity is None or not can_be_found(kind, key):
        return None  # its parent was never made, so neither was this
    parent_id = None
    if kind.parent is not None:
        at = kind.identity.index(kind.parent.path[0])
        parent_id = str(key.identity[at])
    return _Awaited(intent, Target(kind.name, parent_id), key)


def _absent(awaited: Iterable[_Awaited], kinds: Kinds, ledger: Ledger, world: World) -> list[_Awaited]:
    recorded = {entry.remote.id for entry in ledger.entries.values()}
    return [
        each
        for each in awaited
        if not matching(
            kinds[each.target.kind],
            each.key,
            world.of_kind(each.target.kind),
            taken={*recorded, *each.intent.seen},
        )
    ]
