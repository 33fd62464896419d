"""What to leave out where there is not room for everything: the same for the same input, and never a delete.

Everything is first told in full. What must shrink shrinks in the order of ``SACRIFICES``, from the end of the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto


class Rank(Enum):
    """How much a reader loses with it."""

    ORDINARY = auto()
    REVIEWED = auto()
    """A text that compliance reviews."""
    DESTRUCTIVE = auto()
    """A delete or a replace: it stays, whatever the size."""


class Told(Enum):
    """How much of a piece is told."""

    FULL = auto()
    BRIEF = auto()
    NOTHING = auto()


SACRIFICES = (
    (Rank.ORDINARY, Told.BRIEF),
    (Rank.ORDINARY, Told.NOTHING),
    (Rank.DESTRUCTIVE, Told.BRIEF),
    (Rank.REVIEWED, Told.BRIEF),
    (Rank.REVIEWED, Told.NOTHING),
)
"""What goes first."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing in full, or on a line."""

    full: str
    brief: str
    rank: Rank = Rank.ORDINARY

    def size(self, told: Told) -> int:
        """Bytes, with the line end."""
        match told:
            case Told.FULL:
                return len(self.full.encode()) + 1
            case Told.BRIEF:
                return len(self.brief.encode()) + 1
            case Told.NOTHING:
                return 0


def fold(pieces: Sequence[Piece], room: int) -> list[Told]:
    """How each piece is told so that all fit into ``room`` bytes; over it only where deletes alone are too many."""
    told = [Told.FULL] * len(pieces)
    size = sum(piece.size(Told.FULL) for piece in pieces)
    for rank, less in SACRIFICES:
        for position in reversed(range(len(pieces))):
            if size <= room:
                return told
            piece = pieces[position]
            if piece.rank is rank:
                size += piece.size(less) - piece.size(told[position])
                told[position] = less
    return told


def shared(needs: Sequence[int], room: int) -> list[int]:
    """Room for each of several that would like ``needs`` bytes: who needs little leaves the rest to the others."""
    given = [0] * len(needs)
    for waiting, position in enumerate(sorted(range(len(needs)), key=needs.__getitem__)):
        given[position] = min(needs[position], room // (len(needs) - waiting))
        room -= given[position]
    return given
