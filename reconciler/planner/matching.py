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
| yes     | –             | of a write-only kind           | Absent "new": whether it exists nobody can tell   |
| yes     | yes           | of a write-only kind           | Found, as the ledger remembers it                 |

"Gone" is what a GET by id answered with 404, or an object that its kind does not count as live. Candidates by natural
key exclude the ids that other desired addresses claim by record, intent, pin or ``metadata.renamed_from``. Which of
those lines say something is ``renames.py``'s business. An interrupted create without a manifest counts as recorded: a
manifest that means its object is its new name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from reconciler.model.account import account_option
from reconciler.model.address import Address
from reconciler.model.keys import Key, candidates
from reconciler.model.kind import ResourceKind
from reconciler.model.ledger import Entry, IntentKind, Origin
from reconciler.model.observed import Observed
from reconciler.model.paths import undotted
from reconciler.model.plan import Desired
from reconciler.planner.ambiguity import Candidates, ids_of
from reconciler.planner.matches import Absent, Found, Match, Unclear
from reconciler.planner.renames import Renames
from reconciler.planner.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One desired address, and everything that bears on what it means.

    rows        live objects that have the wanted identity
    manifests   how many desired resources have it
    taken       ids that other desired addresses hold by record, intent or pin → who holds them
    intended    rows that match the address's own interrupted create or replace
    recorded    id → the entry that holds it, desired or not; of interrupted creates too
    renames     which metadata.renamed_from lines say something
    """

    desired: Desired
    key: Key
    kind: ResourceKind
    situation: Situation
    rows: Collection[Observed]
    manifests: int
    taken: Mapping[str, Address]
    intended: Collection[Observed]
    recorded: Mapping[str, Entry]
    renames: Renames

    @property
    def entry(self) -> Entry | None:
        """What the ledger says of the address, unless it takes over another object."""
        address = self.desired.address
        return None if address in self.renames.taken else self.situation.ledger.entries.get(address)

    def live(self, remote_id: str) -> Observed | None:
        """The object with an id, if it is there and counts."""
        return _live(self.kind, remote_id, self.situation)


def recorded(desired: Desired, kind: ResourceKind, situation: Situation) -> Found | None:
    """The row that most addresses of most plans are in, which no key and no rival can change."""
    entry = situation.ledger.entries.get(desired.address)
    if entry is None or entry.project != situation.project or desired.resource.remote_id is not None:
        return None
    row = _live(kind, entry.remote.id, situation)
    return Found(row, "recorded", entry=entry) if row is not None else None


def match(asked: Question) -> Match:
    """Apply the table to one desired address that is not simply recorded."""
    if asked.entry is not None and (refused := _unusable(asked.entry, asked)) is not None:
        return refused
    if asked.desired.resource.remote_id is not None:
        return _pinned(asked, asked.desired.resource.remote_id)
    if (renamed := _renamed(asked)) is not None:
        return renamed
    match list(asked.intended):
        case [one]:
            return Found(one, "interrupted-create", interrupted=True)
        case [_, *_] as several:
            return _ambiguous(asked, several, begun=True)
        case _:
            return _by_key(asked)


def _live(kind: ResourceKind, remote_id: str, situation: Situation) -> Observed | None:
    row = situation.world.find(kind.name, remote_id)
    return row if row is not None and kind.live(row) else None


def _unusable(entry: Entry, asked: Question) -> Unclear | None:
    """Why nothing can be concluded from what the ledger says of an address."""
    if entry.project != asked.situation.project:
        return Unclear(
            "claimed-twice",
            f'{entry.address} is already recorded by project "{entry.project}" ({entry.file})',
            _ways_out(entry, asked.situation.account),
        )
    kind, remote_id, world = asked.kind.name, entry.remote.id, asked.situation.world
    if world.find(kind, remote_id) is None and (kind, remote_id) not in world.gone:
        return Unclear(
            "not-observed",
            f"{remote_id}, which {entry.address} is recorded as, was neither seen nor answered with 404",
            "plan again; absence from a list proves nothing",
        )
    return None


def _ways_out(entry: Entry, account: str) -> str:
    """What may be done where another project has recorded an address."""
    where = account_option(account)
    return (
        f'if both are one project, set "project: {entry.project}" in reconciler.yaml; to take it over from there, type '
        f"reconciler ledger forget{where} {entry.address}, "
        f"then reconciler adopt{where} {entry.address}={entry.remote.id}; else give this one another metadata.name"
    )


def _pinned(asked: Question, pin: str) -> Match:
    kind, entry, row = asked.kind.name, asked.entry, asked.live(pin)
    if row is None:
        ended = asked.situation.world.find(kind, pin) is not None
        what = f"that {kind} has come to nothing" if ended else f"there is no such {kind} in this account"
        what = f"the API shows no {kind} by which to find it" if asked.kind.write_only else what
        return Unclear(
            "no-such-remote",
            f'metadata.remote_id says "{pin}", and {what}',
            "correct it, or remove it to let the natural key decide",
        )
    if entry is None:
        return _claimed(asked, row, pinned=True)
    if entry.remote.id == pin:
        return Found(row, "recorded", entry=entry)
    if asked.live(entry.remote.id) is not None:
        return Unclear(
            "pin-conflict",
            f"metadata.remote_id says {pin}, the ledger {entry.remote.id}, and both exist",
            "remove the pin, or give the other object an address of its own",
        )
    claimed = _claimed(asked, row, pinned=True)
    if not isinstance(claimed, Found) or claimed.entry is not None:
        return claimed
    strangers = replace(entry, remote=row.remote, origin=Origin.ADOPTED, applied={}, answered={})
    return replace(claimed, entry=strangers, moved_from=asked.desired.address)


def _renamed(asked: Question) -> Match | None:
    """What ``metadata.renamed_from`` means, if it means anything."""
    situation, desired, lines = asked.situation, asked.desired, asked.renames
    if (old := lines.taken.get(desired.address)) is not None:
        entry = situation.ledger.entries[old]
        if entry.project != situation.project:
            return _held(entry.remote.id, entry)
        row = asked.live(entry.remote.id)
        return Found(row, "renamed", entry=entry, moved_from=old) if row else _unusable(entry, asked)
    if desired.resource.renamed_from is None:
        return None
    named = Address(desired.address.kind, desired.resource.renamed_from)
    if desired.address in lines.circular:
        return Unclear(
            "claimed-twice",
            f"metadata.renamed_from names {named}, which is said to have been {desired.address}, directly or in turn",
            "to exchange names, apply once with a third name in between; if it is done, remove these lines",
        )
    declared = named in situation.desired and named not in lines.taken
    if declared and desired.address not in situation.ledger.entries:
        return Unclear(
            "claimed-twice",
            f"metadata.renamed_from names {named}, which is still declared",
            "remove the old manifest or the renamed_from line",
        )
    return _begun_as(named, asked)


def _begun_as(named: Address, asked: Question) -> Found | None:
    """What an interrupted create made under the old name, whatever the natural key is by now."""
    if named not in asked.situation.ledger.intents:
        return None
    entry = next((entry for entry in asked.recorded.values() if entry.address == named), None)
    row = asked.live(entry.remote.id) if entry is not None else None
    return Found(row, "renamed", entry=entry, moved_from=named) if row is not None else None


def _by_key(asked: Question) -> Match:
    seen = tuple(sorted(row.remote.id for row in asked.rows))
    meant = candidates(asked.kind, asked.key, asked.rows, taken=asked.taken, manifests=asked.manifests)
    match [row for row in meant if not _stays(row, asked)] or meant:
        case []:
            return Absent(_why_absent(asked), seen, asked.entry.attempt if asked.entry else None)
        case [one]:
            return _claimed(asked, one, pinned=False)
        case several:
            return _ambiguous(asked, several, begun=False)


def _stays(row: Observed, asked: Question) -> bool:
    """Whether an entry holds the object that this run may not move."""
    holder = asked.recorded.get(row.remote.id)
    return holder is not None and not asked.situation.may_move(holder)


def _why_absent(asked: Question) -> str:
    intent = asked.situation.ledger.intents.get(asked.desired.address)
    if intent is not None:
        return "interrupted-create" if intent.action is IntentKind.CREATE else "interrupted-replace"
    return "vanished" if asked.entry is not None else "new"


def _claimed(asked: Question, row: Observed, *, pinned: bool) -> Match:
    holder, situation = asked.recorded.get(row.remote.id), asked.situation
    if holder is None or holder.address == asked.desired.address:
        return Found(row, "pinned" if pinned else "natural-key", pinned=pinned)
    handed_on = asked.renames.hands_on(holder.address, asked.desired.address)
    if not handed_on and (holder.address in situation.desired or not situation.may_move(holder)):
        return _held(row.remote.id, holder)
    return Found(row, "renamed", entry=holder, moved_from=holder.address)


def _held(remote_id: str, holder: Entry) -> Unclear:
    return Unclear(
        "claimed-twice",
        f"{remote_id} is already recorded as {holder.address} ({holder.file})",
        "one object has one address: rename with metadata.renamed_from, or change the natural key",
    )


def _ambiguous(asked: Question, rows: Collection[Observed], *, begun: bool) -> Unclear:
    entry = asked.entry
    secrets = [*asked.desired.resource.secrets, *map(undotted, entry.secrets if entry else ())]
    hidden = frozenset(asked.kind.leaves[path[:1]].field[0] for path in secrets)
    return Unclear(
        "ambiguous",
        f"{len(rows)} objects of this account could be meant: {ids_of(tuple(rows))}",
        "choose one with metadata.remote_id; if this was renamed, name its old self with metadata.renamed_from",
        Candidates(tuple(rows), hidden, begun),
    )
