"""Runs that know nothing of each other and share one key: simulated, against the sandbox's own window."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from random import Random

import pytest

from reconciler.sandbox.ratelimit import SlidingWindow
from reconciler.transport.clock import Clock
from reconciler.transport.pacing import Pacing
from reconciler.workflow.simulation import simulated


@dataclass(frozen=True)
class _Arrival:
    """A request as the server saw it, and whose it was."""

    moment: float
    passed: bool
    run: int


def _together(
    *starts: float, each: int, limit: float, latency: tuple[float, float], rate: float | None = None
) -> list[_Arrival]:
    """Every request of runs that begin at ``starts`` and send ``each`` requests to one endpoint."""
    random, arrivals = Random(7), list[_Arrival]()  # noqa: S311 - latencies

    async def world() -> None:
        loop = asyncio.get_running_loop()
        clock, window = Clock(now=loop.time, epoch=loop.time, sleep=asyncio.sleep), SlidingWindow(limit)

        async def run(number: int, start: float) -> None:
            await asyncio.sleep(start)
            pacing = Pacing(rate=rate, concurrency=8, clock=clock)

            async def request() -> None:
                passed = False
                while not passed:
                    async with pacing.turn("e") as departure:
                        await asyncio.sleep(random.uniform(*latency))
                        verdict = window.judge("key", loop.time())
                        passed = verdict.allowed
                        arrivals.append(_Arrival(loop.time(), passed, number))
                        await asyncio.sleep(random.uniform(*latency))
                    pacing.learn("e", departure=departure, status=200 if passed else 429, headers=verdict.headers)

            await asyncio.gather(*(request() for _ in range(each)))

        await asyncio.gather(*(run(number, start) for number, start in enumerate(starts)))

    simulated(world)
    return arrivals


def _refused(arrivals: list[_Arrival]) -> float:
    return sum(not one.passed for one in arrivals) / len(arrivals)


def _times_the_floor(arrivals: list[_Arrival], limit: float) -> float:
    span = arrivals[-1].moment - arrivals[0].moment
    return span / ((sum(one.passed for one in arrivals) - 1) / limit)


@pytest.mark.parametrize(
    ("starts", "each", "limit", "latency"),
    [
        ((0, 0), 60, 20.0, (0.01, 0.05)),
        ((0, 0), 150, 10.0, (0.01, 0.05)),
        ((0, 5), 150, 10.0, (0.01, 0.05)),
        ((0, 0), 150, 20.0, (0.05, 0.2)),
        ((0, 0.3, 0.6), 100, 10.0, (0.01, 0.05)),
    ],
)
def test_runs_share_without_a_storm(
    starts: tuple[float, ...], each: int, limit: float, latency: tuple[float, float]
) -> None:
    """At most one request in twenty is refused, and all are done in little more than the least time for all of them."""
    arrivals = _together(*starts, each=each, limit=limit, latency=latency)
    assert _refused(arrivals) <= 0.05
    assert _times_the_floor(arrivals, limit) <= 1.4


def test_a_new_run_gets_its_part_and_gives_it_back() -> None:
    """While both are there neither has twice as much as the other; what the first leaves the second takes."""
    arrivals = _together(0, 6, each=120, limit=10.0, latency=(0.01, 0.05))
    first_done = max(one.moment for one in arrivals if one.run == 0)
    both = Counter(one.run for one in arrivals if one.passed and 9 < one.moment < first_done - 1)
    assert max(both.values()) < 2 * min(both.values())
    alone = [one for one in arrivals if one.passed and one.moment > first_done + 5]
    assert len(alone) / (alone[-1].moment - alone[0].moment) > 8.5


def test_a_run_alone_never_believes_in_others() -> None:
    """It keeps to 0.95 of the limit, as ever."""
    arrivals = _together(0, each=200, limit=10.0, latency=(0.01, 0.05))
    assert _refused(arrivals) == 0
    assert _times_the_floor(arrivals, 10.0) < 1.06


def test_a_given_rate_is_lowered_by_others_too() -> None:
    """It is a limit, and no claim."""
    arrivals = _together(0, 0, each=100, limit=10.0, latency=(0.01, 0.05), rate=9.0)
    assert _refused(arrivals) <= 0.05
