"""What a killed run may have created shows up, or does not, before anything new is planned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from reconciler.executor.observe import observe
from reconciler.executor.pause import Patience
from reconciler.executor.settle import can_be_found, matching
from reconciler.model.address import Address
from reconciler.model.events import Emit, Settling
from reconciler.model.keys import Key, key_of_intent
from reconciler.model.kind import Kinds
from reconciler.model.ledger import Intent, IntentKind, Ledger
from reconciler.model.observed import Listing, World
from reconciler.model.session import ReadSession


class _Awaited(NamedTuple):
    """An intent, and where and by what its object would be found."""

    intent: Intent
    target: Listing
    key: Key


async def await_intents(
    session: ReadSession, kinds: Kinds, ledger: Ledger, world: World, *, patience: Patience, emit: Emit
) -> World:
    """Look again until every pending create has an object, or the time is up; answers the world as then seen.

    A child's list is looked at once its parent's own create has been found: until then nothing can be in it.
    ``patience`` counts from this call, which begins the run. Raises ApiError when a list cannot be read.
    """
    absent = _absent(kinds, ledger, world)
    if absent:
        emit(Settling(tuple(each.intent.address for each in absent), patience.settle_seconds))
    looks, news = patience.looks(patience.clock()), False
    while absent:
        if not news:
            wait = next(looks, None)
            if wait is None:
                break
            await patience.pause(wait)
        world = await observe(session, kinds, (each.target for each in absent), world)
        still = _absent(kinds, ledger, world)
        absent, news = still, still != absent
    return world


def _absent(kinds: Kinds, ledger: Ledger, world: World) -> list[_Awaited]:
    """The creates that may have been sent and show no object yet, wherever they can be looked for."""
    found = {address: entry.remote.id for address, entry in ledger.entries.items()}
    recorded = set(found.values())
    absent: list[_Awaited] = []
    waiting = [i for i in ledger.intents.values() if i.address.kind in kinds and _may_have_been_sent(i, ledger)]
    while waiting:
        placed = [(intent, _where(intent, kinds, found, ledger.header.salt)) for intent in waiting]
        waiting = []
        news = False
        for intent, awaited in placed:
            if awaited is None:
                waiting.append(intent)
                continue
            kind = kinds[awaited.target.kind]
            rows = world.of_kind(kind.name)
            match matching(kind, awaited.key, rows, taken={*recorded, *intent.seen}):
                case [one]:
                    found[intent.address] = one.remote.id
                    news = True
                case []:
                    absent.append(awaited)
                case _:
                    pass  # several: the plan says so
        if not news:
            break
    return absent


def _may_have_been_sent(intent: Intent, ledger: Ledger) -> bool:
    """A replace sends its create only after the old object's entry is gone."""
    if intent.action is IntentKind.REPLACE:
        return intent.address not in ledger.entries
    return intent.action is IntentKind.CREATE


def _where(intent: Intent, kinds: Kinds, ids: Mapping[Address, str], salt: str) -> _Awaited | None:
    kind, key = kinds[intent.address.kind], key_of_intent(intent, ids, salt)
    if key.identity is None or not can_be_found(kind, key):
        return None  # its parent was never made, so neither was this
    parent_id = None
    if kind.parent is not None:
        at = kind.identity.index(kind.parent.path[0])
        parent_id = str(key.identity[at])
    return _Awaited(intent, Listing(kind.name, parent_id), key)
