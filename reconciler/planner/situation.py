"""Everything that a plan is computed from, in one frozen value: same situation, same plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.kind import Kinds
from reconciler.model.ledger import Entry, Ledger
from reconciler.model.observed import World
from reconciler.model.remembered import with_remembered
from reconciler.model.resource import Resource
from reconciler.model.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Desired, recorded and observed, and what the user allowed.

    What no read shows is in the world as the ledger remembers it.
    """

    kinds: Kinds
    resources: Sequence[Resource]
    ledger: Ledger
    world: World
    account: str = "default"
    project: str = "default"
    scope: Scope = field(default_factory=Scope)
    allow_adopt: bool = False
    manifests: str = ""
    """A digest of the files that ``resources`` were read from; it decides nothing."""
    desired: frozenset[Address] = field(init=False, repr=False, compare=False)
    """The addresses that a manifest asks for. Collected once: the planner asks for every address."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "world", with_remembered(self.world, self.kinds, self.ledger))
        object.__setattr__(self, "desired", frozenset(resource.address for resource in self.resources))

    def prunes(self, entry: Entry) -> bool:
        """Whether an entry without a manifest is removed by this run (design §4, pruning)."""
        return self.scope.prune and self.scope.only is None and entry.project == self.project

    def may_move(self, entry: Entry) -> bool:
        """Whether an entry without a manifest was renamed rather than simply not loaded (design §4, claims)."""
        loaded = self.scope.whole or entry.file in self.scope.loaded_files or self.prunes(entry)
        return entry.project == self.project and loaded
