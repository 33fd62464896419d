"""How long is waited between looks: soon at first, then at the pace that lists need, and not beyond the time."""

from __future__ import annotations

import asyncio

import pytest

from reconciler.executor.pause import Patience

from .doubles import VirtualTime


def waits(settle_seconds: float, *, late: float = 0.0) -> list[float]:
    """Every wait of somebody who finds nothing, each look of whom takes no time."""
    time = VirtualTime()
    patience = Patience(lambda: time.now, time.sleep, asyncio.Event(), settle_seconds)
    found: list[float] = []
    for wait in patience.looks(-late):
        found.append(wait)
        time.now += wait
    return found


@pytest.mark.parametrize(
    ("settle_seconds", "expected"),
    [
        (10.0, [0.25, 0.5, 1.0, 2.0, 2.0, 2.0, 2.0, 0.25]),
        (0.75, [0.25, 0.5]),
        (0.1, [0.1]),
        (0.001, []),
        (0.0, []),
    ],
)
def test_each_wait_is_twice_the_last_until_the_time_is_up(settle_seconds: float, expected: list[float]) -> None:
    """The last one is what is left, so that one more look is made when the time is up; a rounding is no wait."""
    assert waits(settle_seconds) == expected


def test_the_time_counts_from_the_attempt() -> None:
    """What has passed since is not waited for again."""
    assert waits(10.0, late=9.5) == [0.25, 0.25]


def test_told_to_stop_nothing_more_is_waited_for() -> None:
    """Also where there is time left."""
    time, stop = VirtualTime(), asyncio.Event()
    looks = Patience(lambda: time.now, time.sleep, stop, 10.0).looks(0.0)
    assert next(looks) == 0.25
    stop.set()
    assert next(looks, None) is None


def test_nothing_is_left_running_when_a_pause_ends_early() -> None:
    """Told to stop, the sleep is over before the pause is, however long it takes to end."""
    over: list[str] = []

    async def sleep(_: float) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            for _turn in range(9):
                await asyncio.sleep(0)
            over.append("sleep")

    async def scene() -> list[str]:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_soon(stop.set)
        await Patience(lambda: 0.0, sleep, stop).pause(5.0)
        return list(over)

    assert asyncio.run(scene()) == ["sleep"]
