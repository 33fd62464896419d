"""How long a lock that ends by itself lasts, and the clock that it is measured with."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Terms:
    """Of a lease, in seconds.

    A request to the API may take 60 s and is sent only while the lease exceeds that: with these figures a run keeps
    writing through 45 s in which the lock cannot be renewed.
    """

    length: float = 120.0
    """After each renewal."""
    renewal: float = 15.0
    """Between two renewals."""
    retry: float = 2.0
    """After a renewal that failed."""
    margin: float = 10.0
    """Beyond its end before somebody else takes over: the store's stamps are rounded to seconds."""


def steady() -> float:
    """Seconds on a clock that is never set, and goes on while the machine sleeps, where there is such a clock."""
    which = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if which is None else time.clock_gettime(which)
