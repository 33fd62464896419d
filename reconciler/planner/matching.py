"""Which remote object a desired address means: the truth table.

| desired | recorded      | observed                       | match                                             |
|---------|---------------|--------------------------------|---------------------------------------------------|
| yes     | –             | none                           | Absent "new"                                      |
| yes     | –             | one by natural key             | Found, not recorded: an adoption                  |
| yes     | –             | one by key, recorded elsewhere | Found, moved from there; or claimed-twice         |
| yes     | –             | several                        | ambiguous                                         |
| yes     | yes           | same id                        | Found, recorded                                   |
| yes     | yes           | id gone, one by natural key    | Found, not recorded: an adoption                  |
| yes     | yes           | id gone, several by key        | ambiguous                                         |
| yes     | yes           | id gone, none                  | Absent "vanished"; with a delete or replace       |
|         |               |                                | intent "interrupted-replace"                      |
| yes     | intent        | one by the intent's key        | Found "interrupted-create"                        |
| yes     | intent        | none / several                 | as if not recorded / ambiguous                    |
| pinned  | – or same id  | id exists / gone               | Found / no-such-remote                            |
| pinned  | other id      | both exist / old gone          | pin-conflict / Found, moved                       |
| renamed | under the old | id exists / gone               | Found, moved / as if not recorded                 |
| renamed | –             | old one still declared         | claimed-twice, unless that is renamed as well     |
| yes     | by another project             | any           | claimed-twice: its ledger entry is not ours       |
| yes     | yes           | neither seen nor gone          | not-observed: nothing can be said                 |

"Gone" is what a GET by id answered with 404, or an object that its kind does not count as live. Candidates by natural
key exclude the ids that other desired addresses claim by record, intent, pin or ``metadata.renamed_from``. Which of
those lines say something is ``renames.py``'s business. An interrupted create without a manifest counts as recorded: a
manifest that means its object is its new name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from reconciler.model.address import Address
from reconciler.model.keys import Key, candidates
from reconciler.model.kind import ResourceKind
from reconciler.model.ledger import Entry, IntentKind, Origin
from reconciler.model.observed import Observed
from reconciler.model.paths import undotted
from reconciler.model.plan import Desired
from reconciler.planner.ambiguity import Candidates, ids_of
from reconciler.planner.renames import Renames
from reconciler.planner.situation import Situation


@dataclass(frozen=True, slots=True)
class Found:
    """The object that the address means.

    ``entry`` is what the ledger knows of it, here or under ``moved_from``; None makes it an adoption. ``pinned`` and
    ``interrupted`` are consent: the id was written down, or the object is our own unfinished create.
    """

    observed: Observed
    reason: str
    entry: Entry | None = None
    moved_from: Address | None = None
    pinned: bool = False
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Absent:
    """No such object: it is to be created. ``seen`` are ids that have the key and are not meant."""

    reason: str
    seen: tuple[str, ...] = ()
    attempt: int | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """The table cannot decide, or decides against it."""

    code: str
    summary: str
    hint: str = ""
    among: Candidates | None = None


Match = Found | Absent | Unclear


@dataclass(frozen=True, slots=True, kw_only=True)
class Rivals:
    """What else lays claim to ids and keys, computed once for all addresses.

    rows        live objects that have the wanted identity
    manifests   how many desired resources have it
    taken       ids that other desired addresses hold by record, intent or pin → who holds them
    intended    rows that match the address's own interrupted create or replace
    recorded    id → the entry that holds it, desired or not; of interrupted creates too
    renames     which metadata.renamed_from lines say something
    """

    rows: Collection[Observed]
    manifests: int
    taken: Mapping[str, Address]
    intended: Collection[Observed]
    recorded: Mapping[str, Entry]
    renames: Renames


def recorded(desired: Desired, kind: ResourceKind, situation: Situation) -> Found | None:
    """The row that most addresses of most plans are in, which no key and no rival can change."""
    entry = situation.ledger.entries.get(desired.address)
    if entry is None or entry.project != situation.project or desired.resource.remote_id is not None:
        return None
    row = _live(kind, entry.remote.id, situation)
    return Found(row, "recorded", entry=entry) if row is not None else None


def match(desired: Desired, key: Key, kind: ResourceKind, situation: Situation, rivals: Rivals) -> Match:
    """Apply the table to one desired address that is not simply recorded."""
    old = rivals.renames.taken.get(desired.address)
    entry = situation.ledger.entries.get(desired.address) if old is None else None
    if entry is not None and (refused := _unusable(entry, kind, situation)) is not None:
        return refused
    if desired.resource.remote_id is not None:
        return _pinned(desired, desired.resource.remote_id, entry, kind, situation, rivals)
    if (renamed := _renamed(desired, old, kind, situation, rivals)) is not None:
        return renamed
    return _searched(desired, key, kind, situation, rivals, entry)


def _searched(
    desired: Desired,
    key: Key,
    kind: ResourceKind,
    situation: Situation,
    rivals: Rivals,
    entry: Entry | None,
) -> Match:
    """What an interrupted create of the address left behind, else what its natural key means."""
    match list(rivals.intended):
        case [one]:
            return Found(one, "interrupted-create", interrupted=True)
        case [_, *_] as several:
            return _ambiguous(desired, kind, several, entry, begun=True)
        case _:
            return _by_key(desired, key, kind, situation, rivals, entry)


def _live(kind: ResourceKind, remote_id: str, situation: Situation) -> Observed | None:
    row = situation.world.find(kind.name, remote_id)
    return row if row is not None and kind.live(row) else None


def _unusable(entry: Entry, kind: ResourceKind, situation: Situation) -> Unclear | None:
    """Why nothing can be concluded from what the ledger says of the address."""
    if entry.project != situation.project:
        return Unclear(
            "claimed-twice",
            f'{entry.address} is already recorded by project "{entry.project}" ({entry.file})',
            f'give this one another metadata.name; if both are one project, call it "{entry.project}" again',
        )
    remote_id, world = entry.remote.id, situation.world
    if world.find(kind.name, remote_id) is None and (kind.name, remote_id) not in world.gone:
        return Unclear(
            "not-observed",
            f"{remote_id}, which {entry.address} is recorded as, was neither seen nor answered with 404",
            "plan again; absence from a list proves nothing",
        )
    return None


def _pinned(
    desired: Desired,
    pin: str,
    entry: Entry | None,
    kind: ResourceKind,
    situation: Situation,
    rivals: Rivals,
) -> Match:
    row = _live(kind, pin, situation)
    if row is None:
        ended = situation.world.find(kind.name, pin) is not None
        what = f"that {kind.name} has come to nothing" if ended else f"there is no such {kind.name} in this account"
        return Unclear(
            "no-such-remote",
            f'metadata.remote_id says "{pin}", and {what}',
            "correct it, or remove it to let the natural key decide",
        )
    if entry is not None and entry.remote.id != pin:
        if _live(kind, entry.remote.id, situation) is not None:
            return Unclear(
                "pin-conflict",
                f"metadata.remote_id says {pin}, the ledger {entry.remote.id}, and both exist",
                "remove the pin, or give the other object an address of its own",
            )
        claimed = _claimed(desired, row, situation, rivals, pinned=True)
        if not isinstance(claimed, Found) or claimed.entry is not None:
            return claimed
        strangers = replace(entry, remote=row.remote, origin=Origin.ADOPTED, applied={}, answered={})
        return replace(claimed, entry=strangers, moved_from=desired.address)
    if entry is not None:
        return Found(row, "recorded", entry=entry)
    return _claimed(desired, row, situation, rivals, pinned=True)


def _renamed(
    desired: Desired, old: Address | None, kind: ResourceKind, situation: Situation, rivals: Rivals
) -> Match | None:
    """What ``metadata.renamed_from`` means, if it means anything."""
    if old is not None:
        entry = situation.ledger.entries[old]
        if entry.project != situation.project:
            return _held(entry.remote.id, entry)
        row = _live(kind, entry.remote.id, situation)
        return Found(row, "renamed", entry=entry, moved_from=old) if row else _unusable(entry, kind, situation)
    if desired.resource.renamed_from is None:
        return None
    named = Address(desired.address.kind, desired.resource.renamed_from)
    if desired.address in rivals.renames.circular:
        return Unclear(
            "claimed-twice",
            f"metadata.renamed_from names {named}, which is said to have been {desired.address}, directly or in turn",
            "to exchange names, apply once with a third name in between; if it is done, remove these lines",
        )
    declared = named in situation.desired and named not in rivals.renames.taken
    if declared and desired.address not in situation.ledger.entries:
        return Unclear(
            "claimed-twice",
            f"metadata.renamed_from names {named}, which is still declared",
            "remove the old manifest or the renamed_from line",
        )
    return _begun_as(named, kind, situation, rivals)


def _begun_as(named: Address, kind: ResourceKind, situation: Situation, rivals: Rivals) -> Found | None:
    """What an interrupted create made under the old name, whatever the natural key is by now."""
    if named not in situation.ledger.intents:
        return None
    entry = next((entry for entry in rivals.recorded.values() if entry.address == named), None)
    row = _live(kind, entry.remote.id, situation) if entry is not None else None
    return Found(row, "renamed", entry=entry, moved_from=named) if row is not None else None


def _by_key(
    desired: Desired,
    key: Key,
    kind: ResourceKind,
    situation: Situation,
    rivals: Rivals,
    entry: Entry | None,
) -> Match:
    seen = tuple(sorted(row.remote.id for row in rivals.rows))
    meant = candidates(kind, key, rivals.rows, taken=rivals.taken, manifests=rivals.manifests)
    match [row for row in meant if not _stays(row, situation, rivals)] or meant:
        case []:
            return Absent(_why_absent(desired, entry, situation), seen, entry.attempt if entry else None)
        case [one]:
            return _claimed(desired, one, situation, rivals, pinned=False)
        case several:
            return _ambiguous(desired, kind, several, entry)


def _stays(row: Observed, situation: Situation, rivals: Rivals) -> bool:
    """Whether an entry holds the object that this run may not move."""
    holder = rivals.recorded.get(row.remote.id)
    return holder is not None and not situation.may_move(holder)


def _why_absent(desired: Desired, entry: Entry | None, situation: Situation) -> str:
    intent = situation.ledger.intents.get(desired.address)
    if intent is not None:
        return "interrupted-create" if intent.action is IntentKind.CREATE else "interrupted-replace"
    return "vanished" if entry is not None else "new"


def _claimed(desired: Desired, row: Observed, situation: Situation, rivals: Rivals, *, pinned: bool) -> Match:
    holder = rivals.recorded.get(row.remote.id)
    if holder is None or holder.address == desired.address:
        return Found(row, "pinned" if pinned else "natural-key", pinned=pinned)
    handed_on = rivals.renames.hands_on(holder.address, desired.address)
    if not handed_on and (holder.address in situation.desired or not situation.may_move(holder)):
        return _held(row.remote.id, holder)
    return Found(row, "renamed", entry=holder, moved_from=holder.address)


def _held(remote_id: str, holder: Entry) -> Unclear:
    return Unclear(
        "claimed-twice",
        f"{remote_id} is already recorded as {holder.address} ({holder.file})",
        "one object has one address: rename with metadata.renamed_from, or change the natural key",
    )


def _ambiguous(
    desired: Desired, kind: ResourceKind, rows: Collection[Observed], entry: Entry | None, *, begun: bool = False
) -> Unclear:
    secrets = [*desired.resource.secrets, *map(undotted, entry.secrets if entry else ())]
    hidden = frozenset(kind.leaves[path[:1]].field[0] for path in secrets)
    return Unclear(
        "ambiguous",
        f"{len(rows)} objects of this account could be meant: {ids_of(tuple(rows))}",
        "choose one with metadata.remote_id; if this was renamed, name its old self with metadata.renamed_from",
        Candidates(tuple(rows), hidden, begun),
    )
