"""Whoever copies an account hears what a reading session is answered, and nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from reconciler.api import connect, connect_for_writing
from reconciler.errors import NotFound
from reconciler.sandbox.app import create_app

from .connecting import target


def test_answers_to_reads_are_heard() -> None:
    """The path without its query, and the decoded body; a refusal and a question are no copy of anything."""
    heard: list[tuple[str, Any]] = []

    async def go() -> None:
        reached = replace(target(create_app()), heard=lambda path, answer: heard.append((path, answer)))
        async with connect(reached) as session:
            answer = await session.get("/short_codes", {"page[size]": 1})
            assert heard == [("/short_codes", answer)]
            with pytest.raises(NotFound):
                await session.get("/short_codes/nowhere")
            await session.ask("/messaging_hosted_number_orders/eligibility_numbers_check", {"phone_numbers": []})
        async with connect_for_writing(reached) as sessions:
            await sessions.reading.get("/short_codes")
        assert len(heard) == 1

    asyncio.run(go())
