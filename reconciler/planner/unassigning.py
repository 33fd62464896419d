"""What a delete may take off its object first: numbers and short codes that nobody manages (``--unassign-numbers``).

A delete that finds them attached is refused, as nobody has written down what would become of them. Where somebody asks
for it they are unassigned before, each by name in the plan, and nothing else is:

| what hangs on the object                                    | becomes                                              |
|-------------------------------------------------------------|------------------------------------------------------|
| what this plan itself removes, or points elsewhere          | left to its own change, which comes first            |
| what no manifest and no entry knows                         | unassigned                                           |
| what this plan only forgets (its manifest goes as well)     | unassigned, unless it says prevent_destroy           |
| what a manifest or an entry keeps, whichever project's      | stays, and holds the object: it has an owner         |
| anything that cannot be without it (senders, auto-responses)| stays, and holds the object                          |

Those are changes to objects that are not ours. Only the option allows them, only of what the reviewer has seen, and
only while it still points at what is deleted (``executor/unassigning.py``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from reconciler.model.address import Address
from reconciler.model.kind import Attached, Facts
from reconciler.model.listed import lined
from reconciler.model.plan import SENSITIVE, Change, Delete, Forget
from reconciler.planner.hiding import Hidden
from reconciler.planner.situation import Situation


class Kept(NamedTuple):
    """Something that has an owner: as what, and in which project."""

    attached: Attached
    address: Address
    project: str


class Unassignable(NamedTuple):
    """What may be unassigned from one object, and what an owner keeps there."""

    free: tuple[Attached, ...] = ()
    kept: tuple[Kept, ...] = ()


class Unassigning:
    """Who owns what, in one plan."""

    def __init__(self, changes: Sequence[Change], situation: Situation) -> None:
        self._changes, self._situation = changes, situation

    @cached_property
    def _hidden(self) -> Hidden:
        return Hidden(self._situation)

    @cached_property
    def _owners(self) -> dict[tuple[str, str], tuple[Address, str]]:
        forgotten = {change.address for change in self._changes if isinstance(change, Forget)}
        return {
            (change.address.kind, change.remote.id): (change.address, self._situation.project)
            for change in self._changes
            if change.remote is not None and not isinstance(change, Delete | Forget)
        } | {
            (entry.address.kind, entry.remote.id): (entry.address, entry.project)
            for entry in self._situation.ledger.entries.values()
            if entry.address not in forgotten or entry.prevent_destroy
        }

    def of(self, change: Change, facts: Facts) -> Unassignable:
        """What could be unassigned before a change; ``facts`` are without what the plan itself takes away."""
        if not isinstance(change, Delete):
            return Unassignable()
        free: dict[tuple[str, str], Attached] = {}
        kept: list[Kept] = []
        for fact in self._situation.kinds[change.address.kind].facts:
            for one in facts.get(fact.name, ()) if fact.unassigned_by is not None else ():
                known = one._replace(label=self._hidden.label(one))
                if (owner := self._owners.get((one.what, one.id))) is not None:
                    kept.append(Kept(known, *owner))
                elif one.what in self._situation.kinds:
                    free[one.what, one.id] = known
        # Whether hosted numbers are listed as phone numbers, too, is written down nowhere: an owner counts in both.
        owned = {name for one in kept for name in (one.attached.id, one.attached.label)} - {SENSITIVE}
        nobodys = (one for one in free.values() if owned.isdisjoint((one.id, one.label)))
        return Unassignable(tuple(sorted(nobodys, key=lambda one: (one.what, one.label, one.id))), tuple(kept))


def counted(attached: Sequence[Attached]) -> str:
    """``3 PhoneNumberMessaging, 1 ShortCode``."""
    counts = Counter(one.what for one in attached)
    return ", ".join(f"{counts[what]:,} {what}" for what in sorted(counts))


def owners(kept: Sequence[Kept], project: str, most: int = 5) -> str:
    """Whose they are, for those who wonder why they are not unassigned."""
    told = [
        f"{one.what} {one.label} is managed as {address}" + (f" of project {owner}" if owner != project else "")
        for one, address, owner in kept
    ]
    return lined(told, most)
