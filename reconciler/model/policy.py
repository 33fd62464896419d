"""What the user allowed beyond what is safe without asking."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """``--max-deletes N`` or ``P%``."""

    count: int | None = None
    percent: float | None = None

    def allows(self, deletes: int, recorded: int) -> bool:
        """Whether so many deletes, of so many recorded objects, are within the limit."""
        if self.count is not None:
            return deletes <= self.count
        return self.percent is not None and deletes * 100 <= self.percent * recorded


@dataclass(frozen=True, slots=True)
class Policy:
    """What the user allowed. ``allowed`` holds guard names, or ``guard:Kind/name``.

    ``destroying`` says that removing everything is the point, and was asked for in its own way. ``unassign_numbers``:
    what would hold a delete and may point nowhere is unassigned before.
    """

    allowed: frozenset[str] = frozenset()
    max_deletes: Limit | None = None
    allow_vanished: int = 0
    destroying: bool = False
    unassign_numbers: bool = False
