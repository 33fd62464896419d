"""What may go wrong in a rehearsal, by name: a closed list, so that a name means the same in every review.

Each is a set of the sandbox's faults and quirks (docs/sandbox.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class FaultProfile:
    """One profile. In ``faults`` ``{half}`` stands for the write at which half of the plan's writes are behind."""

    meaning: str
    faults: tuple[str, ...]
    quirks: tuple[str, ...] = ()

    def spelled(self, writes: int) -> tuple[str, ...]:
        """The faults for a plan of so many writes."""
        return tuple(fault.format(half=writes // 2 + 1) for fault in self.faults)


FAULT_PROFILES: Final[Mapping[str, FaultProfile]] = {
    "lost-answers": FaultProfile(
        "the first and every eleventh write is carried out and its answer lost", ("WRITE * 1/11 drop-after",)
    ),
    "errors": FaultProfile(
        "the first and every eleventh request is answered 503, and some writes 500 although they were carried out",
        ("* * 1/11 status-before=503", "WRITE * 2/11 status-after=500"),
    ),
    "rate-limits": FaultProfile(
        "the first and every eleventh request is turned away with 429, as when others use up the limit",
        ("* * 1/11 rate-limit=2",),
    ),
    "lag": FaultProfile(
        "lists are two seconds behind, and the answer to the first and every eleventh create is lost",
        ("POST * 1/11 drop-after",),
        ("lag=2",),
    ),
    "outage": FaultProfile(
        "half-way through its writes the API begins to answer every write with 503",
        ("WRITE * {half}- status-before=503",),
    ),
}
