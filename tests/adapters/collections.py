"""Lists in memory that page as the API does, or fail to, and change between the requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reconciler.adapters.pagination import (
    LARGEST_PAGE,
    Row,
    list_all,
    list_unpaged,
)

Change = Callable[[list[Row]], None]


def rows_of(count: int, start: int = 0) -> list[Row]:
    """So many rows, with ids in order."""
    return [{"id": f"r{number:05}"} for number in range(start, start + count)]


def ids_of(rows: Sequence[Row]) -> list[str]:
    """Their ids, in order."""
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


def first_goes(rows: list[Row]) -> None:
    """The first row goes."""
    del rows[0]


def all_of(session: Collection, query: Mapping[str, str | int] | None = None) -> list[Row]:
    """What ``list_all`` makes of it."""
    return asyncio.run(list_all(session, "/things", query))


def all_unpaged(session: Collection) -> list[Row]:
    """What ``list_unpaged`` makes of it."""
    return asyncio.run(list_unpaged(session, "/things"))


def drop(count: int) -> Change:
    """So many of the first rows go."""

    def change(rows: list[Row]) -> None:
        del rows[:count]

    return change
