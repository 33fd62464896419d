"""How far a long look at an account has come, told while it lasts. No part of the event stream for programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sought:
    """So many lists are read from now on, all of them at once, and nearly each with one request."""

    lists: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One of the lists that are sought has been read, all its pages."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request has ended, one way or the other; repeated attempts are told, too."""


Step = Sought | Listed | Asked
Watch = Callable[[Step], None]
"""Called on the event loop, often: it must be quick and must not raise."""


def unwatched(_: Step) -> None:
    """Nobody looks."""
