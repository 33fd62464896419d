"""Even, shared, and no faster than headers allow."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping

import pytest

from reconciler.transport.pacing import Pacing

from .scripted import QUOTA, VirtualClock


def _pacing(time: VirtualClock, rate: float | None = None, concurrency: int = 8) -> Pacing:
    return Pacing(rate=rate, concurrency=concurrency, clock=time.clock)


async def _departures(pacing: Pacing, endpoint: str, count: int) -> list[float]:
    moments: list[float] = []

    async def one() -> None:
        async with pacing.turn(endpoint) as departure:
            moments.append(departure)

    await asyncio.gather(*(one() for _ in range(count)))
    return moments


def _answered(
    pacing: Pacing, status: int, headers: Mapping[str, str] | None = None, *, departure: float = 1e9
) -> float:
    pacing.learn("e", departure=departure, status=status, headers=headers or {})
    return pacing.rate("e")


def _quota(limit: int, remaining: int, reset: int) -> dict[str, str]:
    return {
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-reset": str(reset),
    }


def test_departures_are_evenly_spaced_from_the_first() -> None:
    """Burst 1: the first leaves at once, every other 1/rate after the one before."""
    moments = asyncio.run(_departures(_pacing(VirtualClock()), "e", 20))
    assert moments == pytest.approx([n / 9.5 for n in range(20)])


def test_endpoints_do_not_wait_for_each_other() -> None:
    """Telnyx limits per endpoint."""
    time = VirtualClock()
    pacing = _pacing(time)

    async def go() -> list[float]:
        return [(await _departures(pacing, endpoint, 1))[0] for endpoint in "abcd"]

    assert asyncio.run(go()) == [0, 0, 0, 0]
    assert time.naps == []


def test_an_infinite_rate_does_not_pace() -> None:
    """For the emulator in the process."""
    time = VirtualClock()
    asyncio.run(_departures(_pacing(time, math.inf), "e", 100))
    assert time.naps == []


def test_no_more_than_concurrency_are_under_way() -> None:
    """Counted over all endpoints."""
    pacing = _pacing(VirtualClock(), math.inf, concurrency=3)
    under_way = most = 0

    async def one(number: int) -> None:
        nonlocal under_way, most
        async with pacing.turn(str(number)):
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1

    async def go() -> None:
        await asyncio.gather(*(one(number) for number in range(20)))

    asyncio.run(go())
    assert most == 3


def test_a_429_slows_once_for_all_that_were_under_way() -> None:
    """Eight 429s to eight requests sent together are one piece of news."""
    time = VirtualClock()
    time.elapsed = 10.0
    pacing = _pacing(time)
    rates = [_answered(pacing, 429, departure=9.0 + n / 10) for n in range(8)]
    assert rates == pytest.approx([7.6] * 8)
    assert _answered(pacing, 429, departure=10.5) == pytest.approx(6.08)


def test_a_429_holds_the_endpoint_as_long_as_it_asks() -> None:
    """Those already queueing wait too."""
    time = VirtualClock()
    pacing = _pacing(time)
    _answered(pacing, 429, {"retry-after": "5"})
    assert asyncio.run(_departures(pacing, "e", 1)) == [5.0]


def test_without_headers_a_lowered_rate_stays() -> None:
    """Success alone does not prove that there is room."""
    pacing = _pacing(VirtualClock())
    lowered = _answered(pacing, 429)
    assert [_answered(pacing, 200) for _ in range(100)] == [lowered] * 100


def test_headers_raise_in_steps() -> None:
    """A limit shared with other programs draws 429s although its headers promise more."""
    pacing = _pacing(VirtualClock())
    lowered = _answered(pacing, 429)
    assert _answered(pacing, 200, QUOTA) == pytest.approx(lowered + 0.05 * 9.5)
    for _ in range(50):
        _answered(pacing, 200, QUOTA)
    assert pacing.rate("e") == pytest.approx(9.5)


@pytest.mark.parametrize(
    ("given", "quota", "expected", "reason"),
    [
        (None, _quota(5, 4, 1), 4.75, "a lower limit counts at once, with the usual margin"),
        (None, _quota(100, 99, 1), 14.25, "a higher one in steps of 5 % of the goal"),
        (3.0, _quota(100, 99, 1), 3.0, "a rate the user gave is never exceeded"),
        (None, _quota(10, 0, 1), 9.5, "nothing left of a rounded second is the normal state at an even pace"),
        (None, _quota(600, 500, 50), 9.5, "a long window with plenty left"),
        (None, _quota(600, 100, 50), 1.9, "a long window running out: what is left, spread out"),
    ],
)
def test_headers_set_the_rate(given: float | None, quota: dict[str, str], expected: float, reason: str) -> None:
    """One row per situation, with nobody else there: all that the window holds was ours."""
    pacing = _pacing(VirtualClock(), given)
    last = asyncio.run(_departures(pacing, "e", 20))[-1]
    assert _answered(pacing, 200, quota, departure=last) == pytest.approx(expected), reason


def test_nothing_is_raised_before_a_window_was_seen() -> None:
    """Whoever else sends would not have been noticed yet."""
    pacing = _pacing(VirtualClock())

    async def go() -> tuple[float, float]:
        early = (await _departures(pacing, "e", 9))[-1]
        pacing.learn("e", departure=early, status=200, headers=_quota(100, 91, 1))
        before = pacing.rate("e")
        late = (await _departures(pacing, "e", 3))[-1]
        pacing.learn("e", departure=late, status=200, headers=_quota(100, 90, 1))
        return before, pacing.rate("e")

    assert asyncio.run(go()) == pytest.approx((9.5, 14.25))


def test_an_exhausted_long_window_holds_until_its_reset() -> None:
    """Anything sent before would be a 429."""
    pacing = _pacing(VirtualClock())
    _answered(pacing, 200, _quota(60, 0, 30))
    assert asyncio.run(_departures(pacing, "e", 1)) == [30.0]


@pytest.mark.parametrize(("rate", "concurrency"), [(0.0, 1), (-1.0, 1), (math.nan, 1), (1.0, 0)])
def test_impossible_paces_are_refused(rate: float, concurrency: int) -> None:
    """A programming error."""
    with pytest.raises(ValueError, match="must be"):
        _pacing(VirtualClock(), rate, concurrency)


def test_a_cancelled_wait_leaves_the_endpoint_usable() -> None:
    """SIGINT while queueing must not block what is saved afterwards."""
    time = VirtualClock()
    pacing = _pacing(time, concurrency=1)

    async def go() -> float:
        async with pacing.turn("e"):
            waiting = asyncio.create_task(_departures(pacing, "e", 1))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        return (await _departures(pacing, "e", 1))[0]

    assert asyncio.run(go()) >= 0
