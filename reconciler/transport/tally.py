"""Counting what was sent, for the plan's ``requests``, and telling whoever watches. Keeps no bodies and no keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from reconciler.model.sent import Sent


@dataclass(slots=True)
class Tally:
    """Attempts so far, repeated ones included, since they are what the rate limit counts."""

    reads: int = 0
    """GETs and the side-effect-free POSTs."""

    writes: int = 0

    endpoints: Counter[str] = field(default_factory=Counter)
    """All of them, by what the rate limit counts together."""


Observer = Callable[[Sent], None]
"""Called after every attempt, on the event loop: it must be quick and must not raise."""


def ignore(_: Sent) -> None:
    """Observe nothing."""
