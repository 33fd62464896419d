"""What a saved plan did not know when it was reviewed, and what its own run has made of the world since.

Held against a plan that is made now, its changes are read with that in mind; they are never changed by it otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.model.address import Address
from reconciler.model.plan import Adopt, Change, Create, Delete, Plan, Replace, desired_of, entry_of
from reconciler.model.reference import Unknown
from reconciler.planner.situation import Situation


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is known by now.

    ids       what addresses mean: what is recorded, and what a killed run made and could not record
    renamed   the moves that are done, old address → new: entries below them point there
    own       the objects that the plan removes, and those that it has made
    """

    ids: Mapping[Address, str] = field(default_factory=dict)
    renamed: Mapping[Address, Address] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

    def apart_from(self, change: Change) -> Change:
        """The change, its own run's objects not counted among those that had its key before."""
        if not self.own or not isinstance(change, Create | Replace):
            return change
        return replace(change, seen=tuple(one for one in change.seen if one not in self.own))

    def filled_in(self, change: Change) -> Change:
        """The change with the ids of what the plan has created, and the new names of what it has moved."""
        resolved: Callable[..., Change] = replace
        entry, desired = entry_of(change), desired_of(change)
        if entry is not None and any(one in self.renamed for one in entry.references):
            references = tuple(self.renamed.get(one, one) for one in entry.references)
            change = resolved(change, entry=replace(entry, references=references))
        if not self.ids or desired is None:
            return change
        diffs = tuple(replace(diff, after=self._filled(diff.after)) for diff in change.diffs)
        values = {path: self._filled(value) for path, value in desired.values.items()}
        return resolved(change, desired=replace(desired, values=values), diffs=diffs)

    def _filled(self, value: Any) -> Any:
        return self.ids.get(value.address, value) if isinstance(value, Unknown) else value


def learnt(plan: Plan, now: Mapping[Address, Change], situation: Situation) -> Learnt:
    """What the ledger, and the plan that is made now, tell about a plan that was begun."""
    ids = {address: entry.remote.id for address, entry in situation.ledger.entries.items()}
    renamed: dict[Address, Address] = {}
    for change in plan.pending:
        if change.moved_from is not None and change.remote is not None:
            same = ids.get(change.address) == change.remote.id
            if change.address in ids and same != isinstance(change, Replace):
                renamed[change.moved_from] = change.address
    for address, change in now.items():
        if isinstance(change, Adopt) and change.reason == "interrupted-create":
            ids[address] = change.remote.id
    removed = {change.remote.id for change in plan.pending if isinstance(change, Delete | Replace)}
    made = {ids[each.address] for each in plan.pending if isinstance(each, Create | Replace) and each.address in ids}
    return Learnt(ids, renamed, frozenset(removed | made))
