"""How far something long has come, how fast it goes, and how long the rest will take. Counts; the clock is given.

What is left takes as long for each as what is done did, on the average: a pause or a burst moves that a little and
never makes it jump.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from reconciler.model.watching import Asked, Listed, Sought, Step
from reconciler.render.words import counted

Clock = Callable[[], float]
"""Seconds from any beginning."""

WORTH_SAYING = 2.0
"""Seconds. What is done earlier needs no progress, and what has lasted less long tells nothing of its pace."""

_FEW = 3
"""So many done tell something of the pace."""


def left_words(seconds: float) -> str:
    """``about 2 min left``: no more exact than anybody can know."""
    if seconds <= 5:  # noqa: PLR2004 - seconds
        return "a few seconds left"
    if seconds <= 50:  # noqa: PLR2004 - what is more would be rounded up to a minute
        return f"about {-10 * int(-seconds // 10)} s left"
    minutes = -int(-seconds // 60)
    if minutes < 60:  # noqa: PLR2004 - minutes in an hour
        return f"about {minutes} min left"
    hours, rest = divmod(-10 * (-minutes // 10), 60)
    return f"about {hours} h {rest} min left" if rest else f"about {hours} h left"


@dataclass(slots=True)
class Stretch:
    """Things that are done one after the other, ``total`` of them, since ``began``."""

    began: float
    total: int
    done: int = 0

    def left(self, now: float) -> float | None:
        """Seconds until all are done; None where there is nothing left, or nothing to tell it by."""
        elapsed = now - self.began
        if self.done < _FEW or elapsed < WORTH_SAYING or self.done >= self.total:
            return None
        return elapsed / self.done * (self.total - self.done)


@dataclass(slots=True)
class Stretches:
    """As one, for each account of a run: they go on side by side, each at a pace of its own."""

    each: dict[str | None, Stretch] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Over all accounts."""
        return sum(one.total for one in self.each.values())

    @property
    def done(self) -> int:
        """Over all accounts."""
        return sum(one.done for one in self.each.values())

    def left_words(self, now: float) -> str:
        """When the slowest will be done; nothing where that cannot be told."""
        known = [left for one in self.each.values() if (left := one.left(now)) is not None]
        return left_words(max(known)) if known else ""


class Reading:
    """One look: the requests so far and, once it is known, of how many lists how many are read."""

    def __init__(self, now: float) -> None:
        """It begins."""
        self.began = now
        self.requests = 0
        self.lists = Stretches()

    def take(self, step: Step, account: str | None, now: float) -> None:
        """Count."""
        match step:
            case Asked():
                self.requests += 1
            case Sought(lists=lists):
                self.lists.each[account] = Stretch(now, lists)
            case Listed() if account in self.lists.each:
                self.lists.each[account].done += 1

    def words(self, now: float) -> str:
        """``1,200 of 10,000 lists read, 9.4 requests/s, about 16 min left``."""
        so_far = counted(self.requests, "request", ",")
        if self.lists.total:
            so_far = f"{self.lists.done:,} of {counted(self.lists.total, 'list', ',')} read"
        since = max(self.requests - 1, 0)  # it began when the first of them had ended
        rate = f"{since / (now - self.began):.1f} requests/s" if since and now > self.began else ""
        return ", ".join(filter(None, (so_far, rate, self.lists.left_words(now))))
