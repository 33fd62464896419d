"""Simulated time: everything that waits by asyncio, exact and at once."""

from __future__ import annotations

import asyncio
import time

import pytest

from reconciler.workflow.simulation import simulated


def test_an_hour_passes_at_once_and_side_by_side() -> None:
    """Sleepers overlap as they would: three of an hour are an hour, and order is that of time."""
    woken: list[int] = []

    async def sleeper(number: int, seconds: float) -> None:
        await asyncio.sleep(seconds)
        woken.append(number)

    async def work() -> float:
        await asyncio.gather(sleeper(1, 3600), sleeper(2, 60), sleeper(3, 1800))
        return asyncio.get_running_loop().time()

    began = time.monotonic()
    assert simulated(work) == pytest.approx(3600)
    assert time.monotonic() - began < 1
    assert woken == [2, 3, 1]


def test_time_limits_are_simulated_too() -> None:
    """What never answers is given up after its limit."""

    async def work() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(60):
                await asyncio.Event().wait()
        return asyncio.get_running_loop().time()

    assert simulated(work) == pytest.approx(60)


def test_work_takes_no_simulated_time() -> None:
    """Only waiting does; each simulation begins at 0."""

    async def work() -> float:
        for _ in range(1000):
            await asyncio.sleep(0)
        time.sleep(0.01)  # noqa: ASYNC251 - work that takes real time
        return asyncio.get_running_loop().time()

    assert simulated(work) == 0
    assert simulated(work) == 0


def test_a_thread_is_waited_for() -> None:
    """Without a timer the loop sleeps until another thread wakes it, and time stands still."""

    async def work() -> tuple[str, float]:
        await asyncio.to_thread(time.sleep, 0.02)
        return "done", asyncio.get_running_loop().time()

    assert simulated(work) == ("done", 0)
