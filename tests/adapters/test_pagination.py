"""Whole lists or loud failures, while rows come and go between the pages."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from reconciler.adapters.pagination import (
    Row,
    list_all,
)
from reconciler.errors import ApiError, NotFound
from tests.adapters.collections import Bare, Capped, Change, Collection, all_of, all_unpaged, drop, ids_of, rows_of


@pytest.mark.parametrize(
    ("count", "largest", "requests", "reason"),
    [
        (0, 250, 1, "nothing, zero pages"),
        (1, 250, 1, "one page"),
        (250, 250, 1, "exactly one page"),
        (251, 250, 2, "one row more"),
        (1000, 250, 4, "full pages only"),
        (95, 20, 5, "the server clamps the size and says so"),
    ],
)
def test_every_row_comes_once_with_the_fewest_requests(count: int, largest: int, requests: int, reason: str) -> None:
    """In order."""
    session = Collection(rows_of(count), largest=largest)
    assert all_of(session) == rows_of(count), reason
    assert len(session.queries) == requests, reason


def test_filters_go_with_every_page() -> None:
    """And the largest page is asked for."""
    session = Collection(rows_of(300))
    all_of(session, {"filter[name]": "x"})
    assert session.queries == [
        {"filter[name]": "x", "page[number]": 1, "page[size]": 250},
        {"filter[name]": "x", "page[number]": 2, "page[size]": 250},
    ]


def test_pages_after_the_first_are_fetched_together() -> None:
    """The rate limit is the session's business, not the order of pages."""
    under_way = most = 0

    class Slow(Collection):
        async def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Any:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            try:
                return await super().get(path, query)
            finally:
                under_way -= 1

    all_of(Slow(rows_of(1000)))
    assert most == 3


def _prepend(count: int) -> Change:
    def change(rows: list[Row]) -> None:
        rows[:0] = rows_of(count, start=90_000 + len(rows))

    return change


@pytest.mark.parametrize(
    ("after", "requests", "reason"),
    [
        ({1: drop(1)}, 6, "a row went: the one behind slipped through, so all is read again"),
        ({1: drop(300)}, 5, "so many went that a page is gone"),
        ({1: _prepend(1)}, 6, "a row came: one was seen twice, so all is read again"),
        ({1: _prepend(300)}, 7, "more came than pages were planned for"),
        ({3: drop(1)}, 3, "it went after the last page"),
    ],
)
def test_rows_that_come_or_go_once_cost_a_second_pass(after: dict[int, Change], requests: int, reason: str) -> None:
    """And the answer is the second pass, exactly."""
    session = Collection(rows_of(700), after=after)
    expected = session.rows if requests > 3 else rows_of(700)
    assert ids_of(all_of(session)) == ids_of(expected), reason
    assert len(session.queries) == requests, reason


@pytest.mark.parametrize("change", [drop(1), drop(7), _prepend(1)])
def test_rows_that_keep_moving_lose_nothing_and_do_not_fail(change: Change) -> None:
    """Both passes together: whatever stayed throughout is there."""
    session = Collection(rows_of(700), after=dict.fromkeys(range(1, 20), change))
    listed = ids_of(all_of(session))
    stayed = [row["id"] for row in session.rows if not row["id"].startswith("r9")]
    assert set(stayed) <= set(listed)
    assert len(listed) == len(set(listed))


def test_rows_are_told_apart_as_the_caller_says() -> None:
    """Not every row has an id."""
    session = Collection([{"agent_id": "a"}, {"agent_id": "b"}])
    rows = asyncio.run(list_all(session, "/things", identify=lambda row: row["agent_id"]))
    assert len(rows) == 2


def test_a_list_cut_short_fails_after_a_second_look() -> None:
    """Silently short lists lead to twins."""
    session = Capped(rows_of(95))
    with pytest.raises(ApiError, match="95 rows and sent 20") as caught:
        all_of(session)
    assert caught.value.code == "short-list"
    assert len(session.queries) == 10


def test_without_meta_pages_are_read_until_one_is_empty() -> None:
    """One after the other, for want of a total."""
    session = Bare(rows_of(600))
    assert all_of(session) == rows_of(600)
    assert len(session.queries) == 4


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"data": None}, {"data": {}}, {"data": [1]}, {"data": [{}]}, {"data": [{"id": []}]}],
)
def test_what_is_no_list_is_refused(body: Any) -> None:
    """Never read as empty: an empty list would mean that everything is gone."""

    class Odd(Collection):
        async def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Any:
            self.queries.append({path: str(query)})
            return body

    for listing in (all_of, all_unpaged):
        with pytest.raises(ApiError) as caught:
            listing(Odd([]))
        assert caught.value.code == "unusable-answer"


def test_an_absurd_number_of_pages_is_refused() -> None:
    """Rather than asked for."""

    class Boastful(Collection):
        def answer(self, query: Mapping[str, str | int]) -> Any:
            return {"data": [], "meta": {"total_pages": 10**9, "total_results": len(query)}}

    with pytest.raises(ApiError, match="1000000000 pages"):
        all_of(Boastful([]))


def test_a_failing_page_is_raised_as_itself() -> None:
    """Not as a group of exceptions, though pages are fetched together."""

    class Failing(Collection):
        def answer(self, query: Mapping[str, str | int]) -> Any:
            if query["page[number]"] != 1:
                raise NotFound("gone", request="GET /things", status=404)
            return super().answer(query)

    with pytest.raises(NotFound):
        all_of(Failing(rows_of(1000)))
