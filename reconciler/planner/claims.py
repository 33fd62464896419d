"""A remote id has at most one claimant: who holds which id, before and after natural keys had their say.

Precedence: recorded, intent, pin, natural key. The first three are known before any key is compared; two desired
addresses whose natural keys mean the same object are both refused, whatever order they came in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.keys import Key, candidates, key_of_intent, rows_by_identity
from reconciler.model.kind import ResourceKind
from reconciler.model.ledger import Entry, IntentKind
from reconciler.model.observed import Observed
from reconciler.planner.matching import Found, Match, Rivals, Unclear
from reconciler.planner.situation import Situation

_Identity = tuple[object, ...]


@dataclass(slots=True)
class Claims:
    """The holders of ids, by kind, and the indexes that natural keys are looked up in."""

    situation: Situation
    recorded: dict[str, dict[str, Entry]] = field(init=False)
    _held: dict[str, dict[str, Address]] = field(init=False)
    _rows: dict[str, dict[_Identity, list[Observed]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        ledger, desired = self.situation.ledger, self.situation.desired
        self.recorded = defaultdict(dict)
        self._held = defaultdict(dict)
        for resource in self.situation.resources:
            if resource.remote_id is not None:
                self._held[resource.address.kind][resource.remote_id] = resource.address
        for entry in ledger.entries.values():
            self.recorded[entry.address.kind][entry.remote.id] = entry
            if entry.address in desired:
                self._held[entry.address.kind][entry.remote.id] = entry.address

    def rows(self, kind: ResourceKind) -> dict[_Identity, list[Observed]]:
        """Live objects of a kind by identity."""
        if kind.name not in self._rows:
            self._rows[kind.name] = rows_by_identity(kind, self.situation.world.of_kind(kind.name))
        return self._rows[kind.name]

    def intended(self, address: Address, kind: ResourceKind, ids: Mapping[Address, str]) -> list[Observed]:
        """The objects that an interrupted create or replace of this address may have left behind."""
        intent = self.situation.ledger.intents.get(address)
        if intent is None or intent.action is IntentKind.DELETE:
            return []
        key = key_of_intent(intent, ids)
        rows = self.rows(kind).get(key.identity, []) if key.identity is not None else []
        # As if there were other manifests: what we sent has elements in common with what came of it, a stranger's not.
        return candidates(kind, key, rows, taken={*intent.seen, *self.recorded[kind.name]}, manifests=2)

    def hold(self, address: Address, rows: Iterable[Observed]) -> None:
        """Note that an interrupted create of ``address`` claims these, before any natural key is compared."""
        for row in rows:
            self._held[address.kind].setdefault(row.remote.id, address)

    def rivals(self, kind: ResourceKind, key: Key, *, manifests: int, intended: Sequence[Observed]) -> Rivals:
        """Everything that the truth table must know about one address's competition."""
        rows = self.rows(kind).get(key.identity, []) if key.identity is not None else []
        return Rivals(
            rows=rows,
            manifests=manifests,
            taken=self._held[kind.name],
            intended=intended,
            recorded=self.recorded[kind.name],
        )


def refuse_double_claims(matches: Mapping[Address, Match]) -> dict[Address, Match]:
    """Two desired addresses that found one object are both refused, each with the other's name."""
    holders: dict[tuple[str, str], list[Address]] = defaultdict(list)
    for address, match in matches.items():
        if isinstance(match, Found):
            holders[address.kind, match.observed.remote.id].append(address)
    settled = dict(matches)
    for (_, remote_id), addresses in holders.items():
        for address in addresses if len(addresses) > 1 else ():
            others = ", ".join(str(other) for other in sorted(addresses) if other != address)
            settled[address] = Unclear(
                "claimed-twice",
                f"{remote_id} is also what {others} means",
                "one object has one address: remove one manifest, or tell them apart by their natural key",
            )
    return settled
