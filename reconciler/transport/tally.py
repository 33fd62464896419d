"""Counting what was sent, for the plan's ``requests`` and for debug logs. Keeps no bodies and no keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """One attempt that has ended. ``status`` is None when no whole answer came; ``seconds`` is its length."""

    method: str
    path: str
    status: int | None
    seconds: float
    attempt: int


@dataclass(slots=True)
class Tally:
    """Attempts so far, repeated ones included, since they are what the rate limit counts."""

    reads: int = 0
    """GETs and the side-effect-free POSTs."""

    writes: int = 0


Observer = Callable[[Sent], None]
"""Called after every attempt, on the event loop: it must be quick and must not raise."""


def ignore(_: Sent) -> None:
    """Observe nothing."""
