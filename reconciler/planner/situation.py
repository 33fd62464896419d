"""Everything that a plan is computed from, in one frozen value: same situation, same plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.kind import Kinds
from reconciler.model.ledger import Entry, Ledger
from reconciler.model.observed import World
from reconciler.model.resource import Resource


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of the project a run speaks for.

    ``whole`` says that PATHS were omitted, so that every manifest of the account was loaded; ``prune`` that what is
    recorded and no longer desired goes; ``loaded_files`` are the manifests' files as entries remember them; ``only``
    narrows the plan to some addresses and what they depend on, and switches pruning off.
    """

    whole: bool = True
    prune: bool = True
    loaded_files: frozenset[str] = frozenset()
    only: frozenset[Address] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Desired, recorded and observed, and what the user allowed."""

    kinds: Kinds
    resources: Sequence[Resource]
    ledger: Ledger
    world: World
    account: str = "default"
    project: str = "default"
    scope: Scope = Scope()
    allow_adopt: bool = False
    desired: frozenset[Address] = field(init=False, repr=False, compare=False)
    """The addresses that a manifest asks for. Collected once: the planner asks for every address."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "desired", frozenset(resource.address for resource in self.resources))

    def prunes(self, entry: Entry) -> bool:
        """Whether an entry without a manifest is removed by this run (design §4, pruning)."""
        return self.scope.prune and self.scope.only is None and entry.project == self.project

    def may_move(self, entry: Entry) -> bool:
        """Whether an entry without a manifest was renamed rather than simply not loaded (design §4, claims)."""
        loaded = self.scope.whole or entry.file in self.scope.loaded_files or self.prunes(entry)
        return entry.project == self.project and loaded
