"""What a risky change touches, for the person who reviews it. It decides nothing: no guard and no fingerprint reads it.

Traffic moves by the minute, so an impact says how things stood when the plan was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DAYS = 7
"""How far back traffic is counted."""


@dataclass(frozen=True, slots=True)
class Touched:
    """Things of one sort: what one of them is called, how many there are, and a few of them as people know them."""

    what: str
    count: int
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Traffic:
    """Messages of the last ``DAYS`` days. ``shared``: of the whole profile, where others send and receive too."""

    sent: int
    received: int
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What a change touches.

    ``opt_outs`` are blocks that no longer hold once it is done. ``traffic`` is None where it was not asked for or could
    not be learnt; ``unknown`` names what could not be learnt, as in "phone numbers" and "traffic".
    """

    touched: tuple[Touched, ...] = ()
    opt_outs: int = 0
    traffic: Traffic | None = None
    unknown: tuple[str, ...] = ()


def touched_together(impacts: Sequence[Impact]) -> Impact:
    """What several changes touch that are alike. Each touches things of its own; of what is shared, all say the same.

    Raises IndexError for none.
    """
    counts: dict[str, int] = {}
    labels: dict[str, tuple[str, ...]] = {}
    for one in (touched for impact in impacts for touched in impact.touched):
        counts[one.what] = counts.get(one.what, 0) + one.count
        labels[one.what] = (*labels.get(one.what, ()), *one.labels)[:_NAMED]
    first = impacts[0]
    traffic = first.traffic
    if traffic is not None and not traffic.shared:
        known = [impact.traffic for impact in impacts if impact.traffic is not None]
        traffic = Traffic(sum(each.sent for each in known), sum(each.received for each in known))
    return Impact(
        touched=tuple(Touched(what, count, labels[what]) for what, count in counts.items()),
        opt_outs=first.opt_outs,
        traffic=traffic,
        unknown=tuple(dict.fromkeys(name for impact in impacts for name in impact.unknown)),
    )


_NAMED = 3
