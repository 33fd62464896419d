"""What is recorded and no longer desired: delete, forget, or leave protected.

| recorded, not desired                   | change                                                      |
|-----------------------------------------|-------------------------------------------------------------|
| exists                                  | Delete; Forget when retained or the API has no DELETE verb  |
| exists, prevent_destroy                 | Protected, and so is everything that it points at           |
| gone                                    | Forget                                                      |
| an interrupted create, found            | Delete; outside the pruning scope only Record               |
| an interrupted create, not found        | Forget                                                      |
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from reconciler.model.address import Address
from reconciler.model.answers import field_of
from reconciler.model.digest import digest_of
from reconciler.model.kind import ResourceKind, Verb
from reconciler.model.ledger import Entry, Intent
from reconciler.model.observed import Observed
from reconciler.model.plan import SENSITIVE, Change, Delete, FieldDiff, Forget, Protected, Record
from reconciler.model.resource import OnRemove
from reconciler.planner.claims import Claims
from reconciler.planner.diffing import is_secret
from reconciler.planner.situation import Situation


def removals(
    situation: Situation, claims: Claims, ids: Mapping[Address, str], moved: Collection[Address]
) -> list[Change]:
    """Changes for every entry and intent without a manifest, in no particular order.

    ``moved`` are addresses whose object a desired address took over: those are not removals.
    """
    found: list[Change] = []
    ledger = situation.ledger
    leftover = [a for a in {**ledger.entries, **ledger.intents} if a not in situation.desired and a not in moved]
    for address in leftover:
        entry, intent = ledger.entries.get(address), ledger.intents.get(address)
        if entry is not None and situation.world.find(address.kind, entry.remote.id) is not None:
            change = _recorded(entry, situation)
        elif intent is not None:
            change = _interrupted(address, intent, entry, situation, claims, ids)
        else:
            change = _gone(entry, situation)
        if change is not None:
            found.append(change)
    return _shield_parents(found, ledger.entries)


def _recorded(entry: Entry, situation: Situation) -> Change | None:
    if not situation.prunes(entry):
        return None
    kind = situation.kinds[entry.address.kind]
    observed = situation.world.find(kind.name, entry.remote.id)
    if observed is None or not kind.live(observed):
        return _gone(entry, situation)
    if not kind.can(Verb.DELETE):
        return Forget(address=entry.address, reason="no-delete-verb", remote=entry.remote, entry=entry)
    if entry.on_remove is OnRemove.RETAIN:
        return Forget(address=entry.address, reason="retained", remote=entry.remote, entry=entry)
    if entry.prevent_destroy:
        return Protected(address=entry.address, reason="prevent-destroy", remote=entry.remote)
    return _delete(kind, entry, observed, "not-desired")


def _gone(entry: Entry | None, situation: Situation) -> Change | None:
    if entry is None or not situation.prunes(entry):
        return None
    return Forget(address=entry.address, reason="gone", remote=entry.remote, entry=entry)


def _interrupted(
    address: Address,
    intent: Intent,
    entry: Entry | None,
    situation: Situation,
    claims: Claims,
    ids: Mapping[Address, str],
) -> Change | None:
    kind = situation.kinds[address.kind]
    meant = intent.entry or entry
    match claims.intended(address, kind, ids):
        case [observed] if meant is not None:
            ours = replace(meant, remote=observed.remote)
            if not situation.prunes(ours):
                return Record(
                    address=address,
                    reason="interrupted-create",
                    remote=observed.remote,
                    desired=None,
                    digest=digest_of(kind, observed),
                    entry=ours,
                )
            return _delete(kind, ours, observed, "interrupted-create")
        case _ if meant is None or situation.prunes(meant):
            return Forget(address=address, reason="gone", entry=entry)
        case _:
            return None


def _delete(kind: ResourceKind, entry: Entry, observed: Observed, reason: str) -> Delete:
    return Delete(
        address=entry.address,
        reason=reason,
        remote=observed.remote,
        digest=digest_of(kind, observed),
        entry=entry,
        observed_fields=observed.attributes,
        diffs=tuple(_lost(kind, entry, observed)),
    )


def _lost(kind: ResourceKind, entry: Entry, observed: Observed) -> Sequence[FieldDiff]:
    lost: list[FieldDiff] = []
    for leaf in kind.leaves.values():
        value = field_of(leaf, observed)
        if len(leaf.path) > 1 or value in (None, "", []):
            continue
        secret = is_secret(leaf.path, entry) or any(s.startswith(f"{leaf.path[0]}.") for s in entry.secrets)
        lost.append(FieldDiff(path=leaf.path, before=SENSITIVE if secret else value, after=None, sensitive=secret))
    return lost


def _shield_parents(changes: list[Change], entries: Mapping[Address, Entry]) -> list[Change]:
    """Turn the removal of whatever a protected object points at into Protected, all the way up."""
    shielded = {change.address for change in changes if isinstance(change, Protected)}
    waiting = list(shielded)
    while waiting:
        entry = entries.get(waiting.pop())
        for parent in entry.references if entry else ():
            if parent not in shielded:
                shielded.add(parent)
                waiting.append(parent)
    return [
        Protected(address=change.address, reason="protected-child", remote=change.remote)
        if isinstance(change, Delete) and change.address in shielded
        else change
        for change in changes
    ]
