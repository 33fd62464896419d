"""Request limits: a strict sliding window of one second per endpoint and key, and the headers that report it.

Guide 18.4. Without a limit nothing is refused and the headers report a generous constant, so that a
client which paces itself by headers is not slowed down. Refused requests do not count.
"""

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass
from math import ceil
from typing import Final

_ROUNDING: Final = 1e-6
"""Seconds: a whole second is one, whatever floating point makes of it."""
UNLIMITED: Final = 1000
"""What the headers report as the limit when there is none."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may pass, and what the headers say."""

    allowed: bool
    headers: dict[str, str]


class SlidingWindow:
    """At most `rps` requests in any second; for 2.5 that is 2 in any 0.8 s, for 0.5 it is 1 in 2 s."""

    def __init__(self, rps: float | None) -> None:
        if rps is not None and rps <= 0:
            raise ValueError(f"rps must be positive, not {rps}")
        self._limit = UNLIMITED if rps is None else max(1, int(rps))
        self._window = 1.0 if rps is None else self._limit / rps
        self._enforced = rps is not None
        self._passed: dict[Hashable, deque[float]] = {}

    def judge(self, bucket: Hashable, now: float) -> Verdict:
        """Count one request against its bucket."""
        if not self._enforced:
            return self._verdict(allowed=True, remaining=self._limit - 1, reset=1.0)
        passed = self._passed.setdefault(bucket, deque())
        while passed and passed[0] <= now - self._window:
            passed.popleft()
        allowed = len(passed) < self._limit
        if allowed:
            passed.append(now)
        return self._verdict(allowed=allowed, remaining=self._limit - len(passed), reset=passed[0] + self._window - now)

    def _verdict(self, *, allowed: bool, remaining: int, reset: float) -> Verdict:
        headers = {
            "x-ratelimit-limit": str(self._limit),
            "x-ratelimit-remaining": str(remaining),
            "x-ratelimit-reset": str(max(1, ceil(reset - _ROUNDING))),
        }
        return Verdict(allowed, headers)
