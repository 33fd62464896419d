"""Whole lists or loud failures, while rows come and go between the pages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from reconciler.adapters.pagination import (
    LARGEST_PAGE,
    Row,
    count_all,
    list_all,
    list_records,
    list_unpaged,
    list_within,
)
from reconciler.errors import ApiError, NotFound

Change = Callable[[list[Row]], None]


def _rows(count: int, start: int = 0) -> list[Row]:
    return [{"id": f"r{number:05}"} for number in range(start, start + count)]


def _sorted(rows: Sequence[Row]) -> list[str]:
    return sorted(row["id"] for row in rows)


class Collection:
    """A ReadSession over rows in memory, changed after the requests a test names (counted from 1)."""

    def __init__(
        self, rows: list[Row], *, largest: int = LARGEST_PAGE, after: Mapping[int, Change] | None = None
    ) -> None:
        self.rows = rows
        self.largest = largest
        self.after = after or {}
        self.queries: list[dict[str, str | int]] = []

    async def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Any:
        """Answer one page."""
        assert path == "/things"
        self.queries.append(dict(query or {}))
        answer = self.answer(self.queries[-1])
        if change := self.after.get(len(self.queries)):
            change(self.rows)
        await asyncio.sleep(0)
        return answer

    async def ask(self, path: str, body: Mapping[str, Any]) -> Any:
        """Lists ask nothing."""
        raise AssertionError((path, body))

    def answer(self, query: Mapping[str, str | int]) -> Any:
        number = int(query.get("page[number]", 1))
        size = min(int(query.get("page[size]", 20)), self.largest)
        return self.page(self.rows[(number - 1) * size : number * size], number, size)

    def page(self, rows: list[Row], number: int, size: int) -> Any:
        total = len(self.rows)
        meta = {
            "page_number": number,
            "page_size": size,
            "total_pages": -(-total // size),
            "total_results": total,
        }
        return {"data": list(rows), "meta": meta}


class Capped(Collection):
    """Says how many there are, and ends after the first page."""

    def answer(self, query: Mapping[str, str | int]) -> Any:
        return self.page(self.rows[:20] if query.get("page[number]", 1) == 1 else [], 1, 20)


class Unpaged(Collection):
    """Declares no page parameters; ``largest`` rows come, and ``page[number]`` is honoured or not."""

    honours = True

    def answer(self, query: Mapping[str, str | int]) -> Any:
        assert "page[size]" not in query
        number = int(query.get("page[number]", 1)) if self.honours else 1
        size = self.largest
        return self.page(self.rows[(number - 1) * size : number * size], number, size)


class Deaf(Unpaged):
    """Ignores ``page[number]``."""

    honours = False


class Bare(Collection):
    """Lists without ``meta``."""

    def page(self, rows: list[Row], number: int, size: int) -> Any:
        return {"data": list(rows), "meta": None} if number else size


class Records(Collection):
    """The toll-free family: both parameters required, sizes cut without a word, another envelope."""

    number, size = "page", "page_size"

    def answer(self, query: Mapping[str, str | int]) -> Any:
        assert set(query) == {self.number, self.size}
        number, size = int(query[self.number]), min(int(query[self.size]), self.largest)
        rows = self.rows[(number - 1) * size : number * size]
        return {"records": list(rows), "total_records": len(self.rows)}


class Bracketed(Records):
    """Its histories."""

    number, size = "page[number]", "page[size]"


class Uncounted(Records):
    """Tells no total."""

    def answer(self, query: Mapping[str, str | int]) -> Any:
        return {"records": super().answer(query)["records"]}


class Cut(Records):
    """Says how many there are, and ends after the first page."""

    def answer(self, query: Mapping[str, str | int]) -> Any:
        answer = super().answer(query)
        return answer if query["page"] == 1 else {**answer, "records": []}


def _gone(rows: list[Row]) -> None:
    """The first row goes."""
    del rows[0]


def _list(session: Collection, query: Mapping[str, str | int] | None = None) -> list[Row]:
    return asyncio.run(list_all(session, "/things", query))


def _unpaged(session: Collection) -> list[Row]:
    return asyncio.run(list_unpaged(session, "/things"))


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
    session = Collection(_rows(count), largest=largest)
    assert _list(session) == _rows(count), reason
    assert len(session.queries) == requests, reason


def test_filters_go_with_every_page() -> None:
    """And the largest page is asked for."""
    session = Collection(_rows(300))
    _list(session, {"filter[name]": "x"})
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

    _list(Slow(_rows(1000)))
    assert most == 3


def _drop(count: int) -> Change:
    def change(rows: list[Row]) -> None:
        del rows[:count]

    return change


def _prepend(count: int) -> Change:
    def change(rows: list[Row]) -> None:
        rows[:0] = _rows(count, start=90_000 + len(rows))

    return change


@pytest.mark.parametrize(
    ("after", "requests", "reason"),
    [
        ({1: _drop(1)}, 6, "a row went: the one behind slipped through, so all is read again"),
        ({1: _drop(300)}, 5, "so many went that a page is gone"),
        ({1: _prepend(1)}, 6, "a row came: one was seen twice, so all is read again"),
        ({1: _prepend(300)}, 7, "more came than pages were planned for"),
        ({3: _drop(1)}, 3, "it went after the last page"),
    ],
)
def test_rows_that_come_or_go_once_cost_a_second_pass(after: dict[int, Change], requests: int, reason: str) -> None:
    """And the answer is the second pass, exactly."""
    session = Collection(_rows(700), after=after)
    expected = session.rows if requests > 3 else _rows(700)
    assert _sorted(_list(session)) == _sorted(expected), reason
    assert len(session.queries) == requests, reason


@pytest.mark.parametrize("change", [_drop(1), _drop(7), _prepend(1)])
def test_rows_that_keep_moving_lose_nothing_and_do_not_fail(change: Change) -> None:
    """Both passes together: whatever stayed throughout is there."""
    session = Collection(_rows(700), after=dict.fromkeys(range(1, 20), change))
    listed = _sorted(_list(session))
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
    session = Capped(_rows(95))
    with pytest.raises(ApiError, match="95 rows and sent 20") as caught:
        _list(session)
    assert caught.value.code == "short-list"
    assert len(session.queries) == 10


def test_without_meta_pages_are_read_until_one_is_empty() -> None:
    """One after the other, for want of a total."""
    session = Bare(_rows(600))
    assert _list(session) == _rows(600)
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

    for listing in (_list, _unpaged):
        with pytest.raises(ApiError) as caught:
            listing(Odd([]))
        assert caught.value.code == "unusable-answer"


def test_an_absurd_number_of_pages_is_refused() -> None:
    """Rather than asked for."""

    class Boastful(Collection):
        def answer(self, query: Mapping[str, str | int]) -> Any:
            return {"data": [], "meta": {"total_pages": 10**9, "total_results": len(query)}}

    with pytest.raises(ApiError, match="1000000000 pages"):
        _list(Boastful([]))


def test_a_failing_page_is_raised_as_itself() -> None:
    """Not as a group of exceptions, though pages are fetched together."""

    class Failing(Collection):
        def answer(self, query: Mapping[str, str | int]) -> Any:
            if query["page[number]"] != 1:
                raise NotFound("gone", request="GET /things", status=404)
            return super().answer(query)

    with pytest.raises(NotFound):
        _list(Failing(_rows(1000)))


@pytest.mark.parametrize(
    ("kind", "count", "size", "requests", "reason"),
    [
        (Unpaged, 3, 20, 1, "all at once"),
        (Unpaged, 20, 20, 1, "all at once, exactly"),
        (Unpaged, 55, 20, 3, "cut short, yet honours page[number]"),
        (Bare, 15, 20, 1, "no meta: nothing to compare with"),
    ],
)
def test_lists_without_page_parameters(
    *, kind: type[Collection], count: int, size: int, requests: int, reason: str
) -> None:
    """Auto-responses (guide §3)."""
    session = kind(_rows(count), largest=size)
    assert _unpaged(session) == _rows(count), reason
    assert len(session.queries) == requests, reason


def test_an_unpaged_list_that_stays_short_fails() -> None:
    """It was asked for page 2, and all of it twice."""
    session = Deaf(_rows(55), largest=20)
    with pytest.raises(ApiError, match="55 rows and sent 20") as caught:
        _unpaged(session)
    assert caught.value.code == "short-list"
    assert session.queries == [{}, {"page[number]": 2}] * 2


def test_an_unpaged_list_that_shrinks_meanwhile_is_read_again() -> None:
    """The rest is there."""
    session = Unpaged(_rows(55), largest=20, after={1: _drop(30)})
    assert _sorted(_unpaged(session)) == _sorted(session.rows)


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
    session = kind(_rows(count))
    found = asyncio.run(list_within(session, "/things", requests=most))
    assert found == (_rows(count) if whole else None)
    assert len(session.queries) == requests


@pytest.mark.parametrize(
    ("kind", "count", "requests"),
    [(Collection, 0, 1), (Collection, 2, 1), (Collection, 1000, 1), (Bare, 251, 4)],
)
def test_rows_are_counted_by_one_small_page(kind: type[Collection], count: int, requests: int) -> None:
    """Where the envelope tells the total; else by reading them."""
    session = kind(_rows(count))
    assert asyncio.run(count_all(session, "/things", {"filter[a]": "b"}, size=3)) == (count, _rows(count)[:3])
    assert session.queries[0] == {"filter[a]": "b", "page[number]": 1, "page[size]": 3}
    assert len(session.queries) == requests


def test_a_total_below_what_came_is_not_believed() -> None:
    """Three rows are three."""

    class Modest(Collection):
        def page(self, rows: list[Row], number: int, size: int) -> Any:
            return {"data": list(rows), "meta": {"total_results": size - size + number - 1}}

    assert asyncio.run(count_all(Modest(_rows(9)), "/things", size=3)) == (3, _rows(3))


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
    session = kind(_rows(count), largest=largest)
    found = asyncio.run(list_records(session, "/things", number=kind.number, size=kind.size))
    assert found == _rows(count)
    assert len(session.queries) == requests


def test_records_that_shift_between_pages_are_read_again() -> None:
    """A request that is missed is asked for twice, and a verified number is unverified."""
    session = Records(_rows(50), largest=20, after={1: _gone})
    assert _sorted(asyncio.run(list_records(session, "/things"))) == _sorted(_rows(49, 1))


def test_records_that_stay_short_fail() -> None:
    """As lists with other envelopes do."""
    with pytest.raises(ApiError, match="55 rows and sent 20") as caught:
        asyncio.run(list_records(Cut(_rows(55), largest=20), "/things"))
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
            return {"records": _rows(1), "total_records": 10**9 + len(query)}

    with pytest.raises(ApiError) as caught:
        asyncio.run(list_records(Endless([]), "/things"))
    assert caught.value.code == "unusable-answer"
