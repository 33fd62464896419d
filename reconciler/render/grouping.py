"""Changes that are alike, told once: ``webhook_url a → b`` on 412 profiles is one thing to read, not 412.

Alike means that a reader could not tell them apart but by name: same kind, action, reason and fields, from the same
value to the same. What destroys or renames something always stands alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reconciler.model.plan import Adopt, Change
from reconciler.render.escape import shown
from reconciler.render.words import DESTRUCTIVE

ALIKE_FROM = 3
"""Two are quicker read one after the other."""


@dataclass(frozen=True, slots=True)
class Group:
    """One change, or several that differ by name only."""

    changes: tuple[Change, ...]

    @property
    def first(self) -> Change:
        """The one that is told; the others are named."""
        return self.changes[0]

    @property
    def alone(self) -> bool:
        """Whether it is a single change."""
        return len(self.changes) == 1


def grouped(changes: Iterable[Change]) -> list[Group]:
    """Groups in the order of their first members."""
    alike: dict[object, list[Change]] = {}
    for position, change in enumerate(changes):
        alike.setdefault(_likeness(change) or position, []).append(change)
    return [group for members in alike.values() for group in _groups(members)]


def _groups(members: Sequence[Change]) -> Iterable[Group]:
    if len(members) >= ALIKE_FROM:
        return [Group(tuple(members))]
    return [Group((member,)) for member in members]


def _likeness(change: Change) -> object | None:
    """What members of a group have in common; None for what always stands alone."""
    if change.action in DESTRUCTIVE or change.moved_from is not None:
        return None
    fields = tuple(
        (diff.path, shown(diff.before), shown(diff.after), diff.sensitive, diff.forces_replace) for diff in change.diffs
    )
    consent = isinstance(change, Adopt) and change.needs_consent
    return (change.address.kind, change.action, change.reason, change.blocked_by, consent, fields)
