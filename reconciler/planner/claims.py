"""A remote id has at most one claimant: who holds which id, before and after natural keys had their say.

Precedence: recorded, intent, pin, ``metadata.renamed_from``, natural key. All but the last are known before any key is
compared; two desired addresses whose natural keys mean the same object are both refused, whatever order they came in.
What another manifest pins is not what an interrupted create made, though it may have come to look like it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciler.model.address import Address
from reconciler.model.keys import (
    Key,
    candidates,
    key_of_intent,
    key_of_values,
    rows_by_element,
    rows_by_identity,
)
from reconciler.model.kind import ResourceKind, Verb
from reconciler.model.ledger import Entry, Intent, IntentKind
from reconciler.model.observed import Observed
from reconciler.model.plan import Desired
from reconciler.model.resource import OnRemove
from reconciler.planner.collisions import finding_one_object
from reconciler.planner.matches import Found, Match
from reconciler.planner.matching import Question
from reconciler.planner.renames import Renames, renames
from reconciler.planner.situation import Situation

_Identity = tuple[object, ...]


@dataclass(slots=True)
class Claims:
    """The holders of ids, by kind, and the indexes that natural keys are looked up in."""

    situation: Situation
    recorded: dict[str, dict[str, Entry]] = field(init=False)
    taken_over: set[tuple[str, str]] = field(init=False, default_factory=set)
    """What desired addresses mean, refused or not: never deleted."""

    moved: set[Address] = field(init=False, default_factory=set)
    """Addresses whose object a desired address took over."""

    renames: Renames = field(init=False)
    """Which addresses take over from which, as their manifests say."""

    _held: dict[str, dict[str, Address]] = field(init=False)
    _intended: dict[Address, list[Observed]] = field(init=False, default_factory=dict)
    _rows: dict[tuple[str, ...], dict[_Identity, list[Observed]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        ledger, desired = self.situation.ledger, self.situation.desired
        self.renames = renames(self.situation)
        heirs = {old: new for new, old in self.renames.taken.items()}
        self.recorded = defaultdict(dict)
        self._held = defaultdict(dict)
        for resource in self.situation.resources:
            if resource.remote_id is not None:
                self._held[resource.address.kind][resource.remote_id] = resource.address
        for entry in ledger.entries.values():
            self.recorded[entry.address.kind][entry.remote.id] = entry
            holder = heirs.get(entry.address, entry.address)
            if holder in desired:
                self._held[entry.address.kind][entry.remote.id] = holder

    def alike(self, kind: ResourceKind, key: Key) -> Sequence[Observed]:
        """Live objects that have the identity of a key; of kinds without identity, those that share an element."""
        if key.identity is None:
            return []
        sort = (kind.name, *key.sealed)
        if sort not in self._rows:
            rows = self.situation.world.of_kind(kind.name)
            indexed = rows_by_identity if kind.identity else rows_by_element
            self._rows[sort] = indexed(kind, rows, key)
        index = self._rows[sort]
        if kind.identity:
            return index.get(key.identity, [])
        sharing = (row for element in sorted(key.shared) for row in index.get((element,), []))
        return list({row.remote.id: row for row in sharing}.values())

    def seen(self, kind: ResourceKind, desired: Desired) -> tuple[str, ...]:
        """The ids that have the natural key of something that is yet to be created: never what a create makes."""
        return tuple(sorted(row.remote.id for row in self.alike(kind, key_of_values(kind, desired.created_with))))

    def in_the_way(self, kind: ResourceKind, desired: Desired) -> list[Observed]:
        """Live objects that have the natural key of what is yet to be created, and keep it: nobody's, or left alone.

        Those that other manifests mean are ``collisions.py``'s business.
        """
        key, name = key_of_values(kind, desired.created_with), kind.name
        leaving = (one for one, entry in self.recorded[name].items() if self._leaves(kind, entry))
        taken = {*leaving, *self._held[name], *(one for of, one in self.taken_over if of == name)}
        # As if there were other manifests: what shares no element with it may stand beside it.
        return candidates(kind, key, self.alike(kind, key), taken=taken, manifests=2)

    def _leaves(self, kind: ResourceKind, entry: Entry) -> bool:
        """Whether a recorded object goes when nobody wants it any more."""
        kept = entry.prevent_destroy or entry.on_remove is OnRemove.RETAIN or not kind.can(Verb.DELETE)
        return not kept and self.situation.prunes(entry)

    def intended(self, address: Address) -> Sequence[Observed]:
        """What an interrupted create or replace of this address may have left behind, once its kind is settled."""
        return self._intended.get(address, ())

    def _left_behind(self, intent: Intent, kind: ResourceKind, ids: Mapping[Address, str]) -> list[Observed]:
        if intent.action is IntentKind.DELETE:
            return []
        key = key_of_intent(intent, ids, self.situation.ledger.header.salt)
        held = self._held[kind.name]
        rows = [
            row
            for row in self.alike(kind, key)
            if row.remote.id not in intent.seen and held.get(row.remote.id, intent.address) == intent.address
        ]
        # As if there were other manifests: what we sent has elements in common with what came of it, a stranger's not.
        return candidates(kind, key, rows, taken=self.recorded[kind.name], manifests=2)

    def settle(self, kind: ResourceKind, ids: dict[Address, str]) -> None:
        """Let the interrupted creates of a kind claim what they made, before any natural key is compared.

        Those without a manifest count as recorded; ``ids`` learns what they made, as their children may have intents.
        """
        intents = sorted(self.situation.ledger.intents.items())
        pending = [one for address, one in intents if address.kind == kind.name and address not in self._intended]
        found = {intent.address: self._left_behind(intent, kind, ids) for intent in pending}
        self._intended.update(found)
        for intent in pending:
            address, rows, entry = intent.address, found[intent.address], intent.entry
            for row in rows:
                if address in self.situation.desired:
                    self._held[kind.name].setdefault(row.remote.id, address)
                elif entry is not None and len(rows) == 1:
                    self.recorded[kind.name].setdefault(row.remote.id, replace(entry, remote=row.remote))
                    ids.setdefault(address, row.remote.id)

    def settled(self, matches: Mapping[Address, tuple[Desired, Match]]) -> dict[Address, Match]:
        """The matches, double claims refused; what they mean is taken over."""
        for address, (_, match) in matches.items():
            if isinstance(match, Found):
                self.taken_over.add((address.kind, match.observed.remote.id))
                if match.moved_from is not None:
                    self.moved.add(match.moved_from)
        return {**{address: match for address, (_, match) in matches.items()}, **finding_one_object(matches)}

    def question(self, desired: Desired, kind: ResourceKind, key: Key, *, manifests: int) -> Question:
        """Everything that the truth table must know about one address and its competition."""
        return Question(
            desired=desired,
            key=key,
            kind=kind,
            situation=self.situation,
            rows=self.alike(kind, key),
            manifests=manifests,
            taken=self._held[kind.name],
            intended=self.intended(desired.address),
            recorded=self.recorded[kind.name],
            renames=self.renames,
        )
