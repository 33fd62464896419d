"""Reads at once: results in order, the first failure as itself, and nothing left running."""

from __future__ import annotations

import asyncio

import pytest

from reconciler.executor.together import together


def test_the_others_are_over_when_the_failure_is_raised() -> None:
    """Also those that take a while to end: none of them asks anything afterwards."""
    over: list[int] = []

    async def slow(turns: int) -> int:
        try:
            await asyncio.Event().wait()
        finally:
            for _ in range(turns):
                await asyncio.sleep(0)
            over.append(turns)
        raise AssertionError

    async def fails() -> int:
        await asyncio.sleep(0)
        raise ValueError("first")

    async def scene() -> list[int]:
        with pytest.raises(ValueError, match="first"):
            await together([slow(1), fails(), slow(9)])
        return list(over)

    assert asyncio.run(scene()) == [1, 9]


def test_results_come_in_the_order_of_the_questions() -> None:
    """Whichever is answered first."""

    async def answer(turns: int) -> int:
        for _ in range(turns):
            await asyncio.sleep(0)
        return turns

    async def scene() -> list[int]:
        return await together(answer(turns) for turns in (5, 1, 3))

    assert asyncio.run(scene()) == [5, 1, 3]
