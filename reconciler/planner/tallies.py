"""What the thresholds of guards count: deletes and vanished objects, of one account or of several together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.ledger import Entry, IntentKind
from reconciler.model.plan import Change, Delete
from reconciler.model.policy import Limit
from reconciler.planner.situation import Situation


@dataclass(frozen=True, slots=True)
class Deletes:
    """Deletes and recorded objects of this project, by kind."""

    by_kind: Counter[str] = field(default_factory=Counter)
    recorded: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Deletes) -> Deletes:
        return Deletes(self.by_kind + other.by_kind, self.recorded + other.recorded)

    @property
    def majorities(self) -> list[str]:
        """The kinds that lose more than one object and more than half of them, in words."""
        kinds = sorted(self.by_kind.items())
        return [f"{n} of {self.recorded[kind]} {kind}" for kind, n in kinds if n > 1 and 2 * n > self.recorded[kind]]

    @property
    def excessive(self) -> bool:
        """Whether this is more than max(1, 10 %), or than half of a kind (design §4)."""
        return self.by_kind.total() > max(1, self.recorded.total() / 10) or bool(self.majorities)

    def within(self, limit: Limit) -> bool:
        """Whether the user's own limit allows it."""
        return limit.allows(self.by_kind.total(), self.recorded.total())

    def __str__(self) -> str:
        told = f" ({', '.join(self.majorities)})" if self.majorities else ""
        return f"{self.by_kind.total()} of {self.recorded.total()} recorded objects{told}"


def deletes_of(changes: Iterable[Change], situation: Situation) -> Deletes:
    """Those of one plan. What an interrupted create made, and nobody wants any more, counts as recorded."""
    deleted = [change.address for change in changes if isinstance(change, Delete)]
    recorded = {a for a, entry in situation.ledger.entries.items() if entry.project == situation.project}
    return Deletes(Counter(a.kind for a in deleted), Counter(a.kind for a in recorded.union(deleted)))


def vanished_of(situation: Situation) -> Sequence[Address]:
    """What is recorded and gone, apart from what a run was about to remove itself."""
    ledger, gone = situation.ledger, situation.world.gone
    expected = {address for address, intent in ledger.intents.items() if intent.action is not IntentKind.CREATE}
    return [
        entry.address
        for entry in ledger.entries.values()
        if (entry.address.kind, entry.remote.id) in gone and entry.address not in expected
    ]


def seen_again(situation: Situation) -> list[Entry]:
    """The entries whose objects can be looked for; the others can neither vanish nor tell whose account this is."""
    return [e for e in situation.ledger.entries.values() if not situation.kinds[e.address.kind].write_only]


def many_vanished(vanished: int, recorded: int) -> bool:
    """Whether so many are more than max(1, 10 %) (design §4)."""
    return vanished > max(1, recorded / 10)
