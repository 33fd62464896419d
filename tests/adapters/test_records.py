"""Lists of ``records``: whole, or a loud failure."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from reconciler.adapters.pagination import (
    list_records,
)
from reconciler.errors import ApiError
from tests.adapters.collections import Bracketed, Cut, Records, Uncounted, first_goes, ids_of, rows_of


@pytest.mark.parametrize(
    ("kind", "count", "largest", "requests"),
    [
        (Records, 0, 250, 1),
        (Records, 250, 250, 1),
        (Records, 251, 250, 2),
        (Records, 95, 20, 5),
        (Bracketed, 95, 20, 5),
        (Uncounted, 95, 20, 6),
    ],
)
def test_records_are_counted_by_what_came(kind: type[Records], count: int, largest: int, requests: int) -> None:
    """Nobody tells to which size a page was cut (guide 13)."""
    session = kind(rows_of(count), largest=largest)
    found = asyncio.run(list_records(session, "/things", number=kind.number, size=kind.size))
    assert found == rows_of(count)
    assert len(session.queries) == requests


def test_records_that_shift_between_pages_are_read_again() -> None:
    """A request that is missed is asked for twice, and a verified number is unverified."""
    session = Records(rows_of(50), largest=20, after={1: first_goes})
    assert ids_of(asyncio.run(list_records(session, "/things"))) == ids_of(rows_of(49, 1))


def test_records_that_stay_short_fail() -> None:
    """As lists with other envelopes do."""
    with pytest.raises(ApiError, match="55 rows and sent 20") as caught:
        asyncio.run(list_records(Cut(rows_of(55), largest=20), "/things"))
    assert caught.value.code == "short-list"


@pytest.mark.parametrize("answer", [None, [], {"data": []}, {"records": {}}, {"records": ["x"]}, {"records": [{}]}])
def test_what_is_no_list_of_records_is_refused(answer: Any) -> None:
    """With the usual hint."""

    class Odd(Records):
        def answer(self, query: Mapping[str, str | int]) -> Any:
            return answer if query else None

    with pytest.raises(ApiError) as caught:
        asyncio.run(list_records(Odd([]), "/things"))
    assert caught.value.code == "unusable-answer"


def test_records_without_end_are_refused() -> None:
    """A total that nobody would read."""

    class Endless(Records):
        def answer(self, query: Mapping[str, str | int]) -> Any:
            return {"records": rows_of(1), "total_records": 10**9 + len(query)}

    with pytest.raises(ApiError) as caught:
        asyncio.run(list_records(Endless([]), "/things"))
    assert caught.value.code == "unusable-answer"
