"""How many there are, and whether a list is short enough to be read."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from reconciler.adapters.pagination import (
    Row,
    count_all,
    list_within,
)
from tests.adapters.collections import Bare, Collection, rows_of


@pytest.mark.parametrize(
    ("kind", "count", "most", "requests", "whole"),
    [
        (Collection, 500, 2, 2, True),
        (Collection, 501, 2, 1, False),
        (Collection, 0, 1, 1, True),
        (Bare, 250, 2, 2, True),
        (Bare, 251, 2, 2, False),
        (Bare, 251, 3, 3, True),
    ],
)
def test_a_list_is_read_only_while_it_is_short_enough(
    kind: type[Collection], count: int, most: int, requests: int, whole: bool
) -> None:
    """Its first page tells; without a total, each page is one more."""
    session = kind(rows_of(count))
    found = asyncio.run(list_within(session, "/things", requests=most))
    assert found == (rows_of(count) if whole else None)
    assert len(session.queries) == requests


@pytest.mark.parametrize(
    ("kind", "count", "requests"),
    [(Collection, 0, 1), (Collection, 2, 1), (Collection, 1000, 1), (Bare, 251, 4)],
)
def test_rows_are_counted_by_one_small_page(kind: type[Collection], count: int, requests: int) -> None:
    """Where the envelope tells the total; else by reading them."""
    session = kind(rows_of(count))
    assert asyncio.run(count_all(session, "/things", {"filter[a]": "b"}, size=3)) == (count, rows_of(count)[:3])
    assert session.queries[0] == {"filter[a]": "b", "page[number]": 1, "page[size]": 3}
    assert len(session.queries) == requests


def test_a_total_below_what_came_is_not_believed() -> None:
    """Three rows are three."""

    class Modest(Collection):
        def page(self, rows: list[Row], number: int, size: int) -> Any:
            return {"data": list(rows), "meta": {"total_results": size - size + number - 1}}

    assert asyncio.run(count_all(Modest(rows_of(9)), "/things", size=3)) == (3, rows_of(3))
