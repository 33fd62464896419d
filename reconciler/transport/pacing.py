"""How fast each endpoint may be called: evenly, one at a time, as the account's limit allows (guide §18.4).

    when                                              the endpoint's rate becomes
    ------------------------------------------------  -------------------------------------------------------
    at first                                          the given rate, else 9.5 requests/s
    429                                               0.8 of what it was, once for all that were under way
    headers, windows of about a second                5 % of the way nearer to 0.95 of limit, or down to it
    the same, and others use the endpoint too         our part of 0.9 of limit: down to it, or nearer by 5 %
    headers, longer windows, less than half left      0.95 of remaining / reset, when that is less
    headers, longer windows, at least half left       5 % of the way nearer to the first rate

So a rate falls at once and rises in steps, and only when headers say so: a limit that the account's other
programs share draws 429s although the headers promise more, and jumping back would draw them again. A rate
that the user gave is never exceeded. Resets are often rounded to whole seconds, which is why
``remaining / reset`` is not believed for short windows: at a steady pace it would read 0/1 and stop us every
second.

Another run with the same key is seen by its requests: those that the headers count beyond our own of the last second.
While there are any, we take that part of 0.9 of the limit which we have of the traffic. So runs that know nothing of
each other share what there is, a new one soon has its part, and whoever stays behind takes all again; and hardly a
429 is drawn. In windows that do not slide the headers count less at first: others are noticed somewhat later there.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from reconciler.model.sent import Quota
from reconciler.transport.clock import Clock
from reconciler.transport.quota import LONGEST_WAIT, asked_wait, read_quota

DEFAULT_RATE = 9.5
"""Requests/s per endpoint. Accounts have 10; pacing at exactly 10 draws 429s from a sliding window."""

_MARGIN = DEFAULT_RATE / 10
_CUT = 0.8
_STEP = 0.05
_SLOWEST = 0.2
_SHARED = 0.9
"""Of a limit that several runs share: even streams that are not in step meet now and then."""
_ALONE = 0.85
"""Of the traffic, from which on nobody else is there: one request on its way may seem to be somebody else's."""
_BACK = 2.0
"""Seconds that are looked back for the most of either side: a 429 puts it on hold for about one."""
_SECOND = 1.0
_SHORT_WINDOW = 2.0
"""Seconds. A window of one second, whose end is rounded up or told by a clock that is not quite ours."""
_TOO_MANY = 429
_REMEMBERED = 3.0
"""Seconds. An answer that takes longer finds some of its neighbours forgotten, and thinks that others sent them."""
_EARLY = 1e-6
"""Seconds. Waits shorter than this are over: floating point may never reach the exact moment."""


class _Seen(NamedTuple):
    """What an answer told of the second before ``moment``: our rate then, and how many requests were not ours."""

    moment: float
    rate: float
    others: float


@dataclass(slots=True)
class _Lane:
    """One endpoint: who may go next, and when."""

    rate: float
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    ready: float = -math.inf
    slowed: float = -math.inf
    window: float = 0.0
    sent: deque[float] = field(default_factory=deque)
    """Departures of the last seconds."""
    seen: deque[_Seen] = field(default_factory=deque)
    """What the answers of the last seconds told."""

    def depart(self, moment: float) -> None:
        """Remember a departure for as long as an answer may ask about the second before it."""
        self.sent.append(moment)
        while self.sent[0] < moment - _REMEMBERED:
            self.sent.popleft()

    def notice(self, quota: Quota, departure: float) -> None:
        """Count whose requests the window holds of which an answer tells."""
        own = sum(departure - _SECOND < moment <= departure for moment in self.sent)
        self.seen.append(_Seen(departure, min(self.rate, quota.limit), quota.limit - quota.remaining - own))
        while self.seen[0].moment < departure - _BACK:
            self.seen.popleft()

    @property
    def has_seen_a_window(self) -> bool:
        """Whether others would have been noticed by now, so that there is room if there seems to be."""
        return not self.sent or self.sent[-1] - self.sent[0] >= _SECOND

    @property
    def part(self) -> float:
        """Ours of all the traffic, within (0, 1]."""
        own, others = max(one.rate for one in self.seen), max(one.others for one in self.seen)
        return own / (own + max(0.0, others))


class Pacing:
    """The pace of every endpoint of one account, and the number of requests in flight at once.

    Share one instance among all sessions of an account: limits are the account's, not the connection's.
    """

    def __init__(self, *, rate: float | None, concurrency: int, clock: Clock) -> None:
        """Take the user's rate in requests/s (``math.inf``: do not pace), or None for the default."""
        if rate is not None and not rate > 0:
            raise ValueError(f"a rate must be positive: {rate}")
        if concurrency < 1:
            raise ValueError(f"concurrency must be at least 1: {concurrency}")
        self._first_rate = DEFAULT_RATE if rate is None else rate
        self._highest_rate = math.inf if rate is None else rate
        self._flights = asyncio.Semaphore(concurrency)
        self._clock = clock
        self._lanes: dict[str, _Lane] = {}

    @asynccontextmanager
    async def turn(self, endpoint: str) -> AsyncIterator[float]:
        """Wait for a turn at ``endpoint`` and hold a flight for as long as the block lasts.

        Yields the moment of departure on the clock, to be handed to ``learn``. First come, first served. The
        flight is taken last, so that an endpoint on hold does not keep flights from the others.
        """
        lane = self._lane(endpoint)
        async with lane.turn:
            await self._until_ready(lane)
            await self._flights.acquire()
            departure = self._clock.now()
            lane.ready = max(lane.ready, departure + 1 / lane.rate)
            lane.depart(departure)
        try:
            yield departure
        finally:
            self._flights.release()

    def learn(self, endpoint: str, *, departure: float, status: int, headers: Mapping[str, str]) -> None:
        """Adjust the endpoint's pace to an answer."""
        lane = self._lane(endpoint)
        epoch = self._clock.epoch()
        quota = read_quota(headers, epoch=epoch)
        if quota is not None:
            lane.window = max(lane.window, quota.reset)
            lane.notice(quota, departure)
        if status == _TOO_MANY:
            wait = asked_wait(status, headers, epoch=epoch)
            self._slow_down(lane, departure, 0.0 if wait is None else wait)
        elif quota is not None:
            self._follow(lane, quota)

    def rate(self, endpoint: str) -> float:
        """Requests/s at which ``endpoint`` is called at present."""
        return self._lane(endpoint).rate

    def _lane(self, endpoint: str) -> _Lane:
        return self._lanes.setdefault(endpoint, _Lane(rate=self._first_rate))

    async def _until_ready(self, lane: _Lane) -> None:
        while (delay := lane.ready - self._clock.now()) > _EARLY:  # a 429 may move ``ready`` during the sleep
            await self._clock.sleep(delay)

    def _slow_down(self, lane: _Lane, departure: float, wait: float) -> None:
        now = self._clock.now()
        lane.ready = max(lane.ready, now + wait)
        if departure < lane.slowed:
            return  # sent before the last cut took effect: it says nothing about the new rate
        lane.slowed = now
        lane.rate = max(_SLOWEST, (DEFAULT_RATE if math.isinf(lane.rate) else lane.rate) * _CUT)

    def _follow(self, lane: _Lane, quota: Quota) -> None:
        if lane.window <= _SHORT_WINDOW and lane.part < _ALONE:
            self._aim(lane, _SHARED * quota.limit * lane.part)
        elif lane.window <= _SHORT_WINDOW:
            self._aim(lane, _MARGIN * quota.limit)
        elif quota.remaining == 0 and quota.reset > _SHORT_WINDOW:
            lane.ready = max(lane.ready, self._clock.now() + min(quota.reset, LONGEST_WAIT))
        elif quota.remaining < quota.limit / 2 and quota.reset > _SHORT_WINDOW:
            lane.rate = max(_SLOWEST, min(lane.rate, _MARGIN * quota.remaining / quota.reset))
        else:
            self._aim(lane, self._first_rate)

    def _aim(self, lane: _Lane, target: float) -> None:
        target = max(_SLOWEST, min(target, self._highest_rate))
        step = _STEP * target if lane.has_seen_a_window else 0.0
        lane.rate = target if math.isinf(target) else min(target, lane.rate + step)
