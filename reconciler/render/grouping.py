"""Changes that are alike, told once: ``webhook_url a → b`` on 412 profiles is one thing to read, not 412.

Alike means that a reader could not tell them apart but by name: same kind, action, reason and fields, from the same
value to the same. What destroys or renames something always stands alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.model.address import Address
from reconciler.model.impact import Impact, touched_together
from reconciler.model.kind import Attached
from reconciler.model.plan import Adopt, Change
from reconciler.render.escape import shown
from reconciler.render.words import DESTRUCTIVE

ALIKE_FROM = 3
"""Two are quicker read one after the other."""


@dataclass(frozen=True, slots=True)
class Group:
    """One change, or several that differ by name only."""

    changes: tuple[Change, ...]
    impact: Impact | None = None
    """What they touch together; None where nobody asked."""
    unassigned: tuple[Attached, ...] = ()
    """What is taken off the object before it goes."""

    @property
    def first(self) -> Change:
        """The one that is told; the others are named."""
        return self.changes[0]

    @property
    def alone(self) -> bool:
        """Whether it is a single change."""
        return len(self.changes) == 1


def grouped(
    changes: Iterable[Change],
    impact: Mapping[Address, Impact],
    unassigned: Mapping[Address, tuple[Attached, ...]] | None = None,
) -> list[Group]:
    """Groups in the order of their first members."""
    alike: dict[object, list[Change]] = {}
    for position, change in enumerate(changes):
        alike.setdefault(_likeness(change, impact.get(change.address)) or position, []).append(change)
    groups = (group for members in alike.values() for group in _groups(members, impact))
    # What is unassigned goes with a delete, which always stands alone.
    return [replace(group, unassigned=(unassigned or {}).get(group.first.address, ())) for group in groups]


def _groups(members: Sequence[Change], impact: Mapping[Address, Impact]) -> Iterable[Group]:
    if len(members) < ALIKE_FROM:
        return [Group((member,), impact.get(member.address)) for member in members]
    touched = [impact[member.address] for member in members if member.address in impact]
    return [Group(tuple(members), touched_together(touched) if touched else None)]


def _shared(impact: Impact | None) -> object:
    """What must be the same for all, as it cannot be added up: two on one profile would count its traffic twice."""
    if impact is None or (impact.traffic is not None and not impact.traffic.shared):
        return None
    return (impact.opt_outs, impact.traffic)


def _likeness(change: Change, impact: Impact | None) -> object | None:
    """What members of a group have in common; None for what always stands alone."""
    if change.action in DESTRUCTIVE or change.moved_from is not None:
        return None
    fields = tuple(
        (diff.path, shown(diff.before), shown(diff.after), diff.sensitive, diff.forces_replace) for diff in change.diffs
    )
    consent = isinstance(change, Adopt) and change.needs_consent
    return (change.address.kind, change.action, change.reason, change.blocked_by, consent, fields, _shared(impact))
