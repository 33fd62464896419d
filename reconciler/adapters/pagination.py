"""Reading a whole collection, or failing: a list that is short without saying so leads to twins.

Pages are not a snapshot: rows that come or go meanwhile shift the ones behind them, and a row can slip
through between two pages (guide §18.5). So each pass is held against what ``meta`` promised:

    pass                                                 then
    ---------------------------------------------------  -------------------------------------------------
    every page gave the same total, and all were read    these are the rows
    otherwise, the first time                            read everything once more
    otherwise, the second time                           the rows of both passes together, if they are as
                                                         many as the least total of the second pass says;
                                                         else ``short-list``

Together, because a row missed means a twin may be created for it, while a row just deleted means at worst a
stale plan: whoever acts on a row reads it again before.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.errors import ApiError
from reconciler.model.session import Query, ReadSession

Row = dict[str, Any]
Identify = Callable[[Row], object]

LARGEST_PAGE = 250
"""Rows. Some lists declare no maximum (guide §18.5); those that clamp say so in ``meta.page_size``."""

_MOST_PAGES = 10_000
_NUMBER = "page[number]"
_SIZE = "page[size]"


def by_id(row: Row) -> object:
    """Tell rows apart by their ``id``."""
    return row["id"]


async def list_all(
    session: ReadSession, path: str, query: Query | None = None, *, identify: Identify = by_id
) -> list[Row]:
    """Answer every row of a paged collection, each once, in the order of the first page it was seen on.

    The first page tells how many there are; the others are fetched at once. Raises ApiError, with the code
    ``short-list`` when fewer rows came than ``meta`` promised, and ``unusable-answer`` for an envelope or a
    row that makes no sense.
    """
    return await _insist(lambda: _read_pages(session, path, dict(query or {})), path, identify)


async def list_within(
    session: ReadSession, path: str, query: Query | None = None, *, requests: int, identify: Identify = by_id
) -> list[Row] | None:
    """As ``list_all``, or None once it shows that one pass takes more than ``requests`` requests."""
    try:
        return await _insist(lambda: _read_pages(session, path, dict(query or {}), requests), path, identify)
    except _Longer:
        return None


async def count_all(
    session: ReadSession, path: str, query: Query | None = None, *, size: int, identify: Identify = by_id
) -> tuple[int, list[Row]]:
    """How many rows a collection has, and the first ``size`` of them: one request where the envelope tells the total.

    Raises as ``list_all``, which is what it falls back on.
    """
    page = _page(await session.get(path, {**(query or {}), _NUMBER: 1, _SIZE: size}), path)
    rows = list(_distinct([page], path, identify).values())
    if page.total is None:
        rows = await list_all(session, path, query, identify=identify)
        return len(rows), rows[:size]
    return max(page.total, len(rows)), rows[:size]


async def list_unpaged(
    session: ReadSession, path: str, query: Query | None = None, *, identify: Identify = by_id
) -> list[Row]:
    """Answer every row of a collection that declares no page parameters (auto-responses, guide §3).

    Sends none, and tries ``page[number]`` only when ``meta`` promises more than came. Raises as ``list_all``.
    """
    return await _insist(lambda: _read_undeclared(session, path, dict(query or {}), identify), path, identify)


async def list_records(
    session: ReadSession, path: str, *, number: str = "page", size: str = "page_size", identify: Identify = by_id
) -> list[Row]:
    """Answer every row of a collection in the toll-free family's envelope, ``{records, total_records}`` (guide §13).

    Both page parameters are required there, and called ``number`` and ``size``. The size of a page is cut to one that
    nobody tells, so pages are counted by the rows of the first. Raises as ``list_all``.
    """

    async def page(index: int) -> _Page:
        return _records(await session.get(path, {number: index, size: LARGEST_PAGE}), path)

    async def read() -> list[_Page]:
        first = await page(1)
        if first.total is None:
            return await _read_until_empty(page, first, None)
        count = math.ceil(first.total / len(first.rows)) if first.rows else 1
        if count > _MOST_PAGES:
            raise _unusable(path, f"{count} pages")
        return [first, *await _all([page(index) for index in range(2, count + 1)])]

    return await _insist(read, path, identify)


@dataclass(frozen=True, slots=True)
class _Page:
    """One answer: its rows, and what ``meta`` said, None where it said nothing."""

    rows: Sequence[Row]
    total: int | None
    pages: int | None
    size: int | None


async def _insist(read: Callable[[], Awaitable[Sequence[_Page]]], path: str, identify: Identify) -> list[Row]:
    pages = await read()
    rows = _distinct(pages, path, identify)
    if _is_whole(pages, rows):
        return list(rows.values())
    pages = await read()
    again = _distinct(pages, path, identify)
    if _is_whole(pages, again):
        return list(again.values())
    together = rows | again
    promised = min((page.total for page in pages if page.total is not None), default=0)
    if len(together) < promised:
        raise ApiError(
            f"GET {path}: the API says there are {promised} rows and sent {len(together)}",
            request=f"GET {path}",
            hint="the list changes faster than it can be read, or the API cuts it short; try again later",
            code="short-list",
        )
    return list(together.values())


def _is_whole(pages: Sequence[_Page], rows: Mapping[object, Row]) -> bool:
    totals = {page.total for page in pages if page.total is not None}
    return not totals or (len(totals) == 1 and len(rows) >= max(totals))


class _Longer(Exception):
    """The collection has more pages than anybody wants to read."""


async def _read_pages(
    session: ReadSession, path: str, query: dict[str, str | int], most: int | None = None
) -> list[_Page]:
    async def page(number: int) -> _Page:
        return _page(await session.get(path, {**query, _NUMBER: number, _SIZE: LARGEST_PAGE}), path)

    first = await page(1)
    if first.total is None and first.pages is None:
        return await _read_until_empty(page, first, most)
    size = first.size or LARGEST_PAGE
    count = max(first.pages or 1, math.ceil((first.total or 0) / size))
    if count > _MOST_PAGES:
        raise _unusable(path, f"{count} pages")
    if most is not None and count > most:
        raise _Longer
    return [first, *await _all([page(number) for number in range(2, count + 1)])]


async def _read_until_empty(page: Callable[[int], Awaitable[_Page]], first: _Page, most: int | None) -> list[_Page]:
    """Without ``meta`` the end is an empty page, or one that only repeats the one before."""
    pages = [first]
    while pages[-1].rows and len(pages) < _MOST_PAGES:
        if most is not None and len(pages) >= most:
            raise _Longer
        following = await page(len(pages) + 1)
        if following.rows == pages[-1].rows:
            break
        pages.append(following)
    return pages


async def _read_undeclared(
    session: ReadSession, path: str, query: dict[str, str | int], identify: Identify
) -> list[_Page]:
    pages = [_page(await session.get(path, query), path)]
    seen = _distinct(pages, path, identify)
    while len(seen) < (pages[-1].total or 0):
        following = _page(await session.get(path, {**query, _NUMBER: len(pages) + 1}), path)
        pages.append(following)
        new = _distinct([following], path, identify).keys() - seen.keys()
        if not new:
            break  # the parameter is ignored, or the end is reached
        seen = _distinct(pages, path, identify)
    return pages


async def _all(reads: Sequence[Coroutine[Any, Any, _Page]]) -> list[_Page]:
    """Run all; the first failure cancels the others and is raised as itself, not as a group."""
    import asyncio  # noqa: PLC0415 - 25 ms that commands without an account need not pay

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(read) for read in reads]
    except* ApiError as failures:
        raise _first(failures) from None
    return [task.result() for task in tasks]


def _first(failures: ExceptionGroup[ApiError]) -> ApiError:
    found = failures.exceptions[0]
    return _first(found) if isinstance(found, ExceptionGroup) else found


def _distinct(pages: Sequence[_Page], path: str, identify: Identify) -> dict[object, Row]:
    rows: dict[object, Row] = {}
    try:
        for page in pages:
            for row in page.rows:
                rows[identify(row)] = row
    except (KeyError, TypeError):
        raise _unusable(path, "a row without the field that identifies it") from None
    return rows


def _page(body: Any, path: str) -> _Page:
    match body:
        case {"data": [*rows]} if all(isinstance(row, dict) for row in rows):
            meta = body.get("meta")
            return _Page(
                rows,
                total=_count(meta, "total_results"),
                pages=_count(meta, "total_pages"),
                size=_count(meta, "page_size"),
            )
        case _:
            raise _unusable(path, "no list of objects under data")


def _records(body: Any, path: str) -> _Page:
    match body:
        case {"records": [*rows]} if all(isinstance(row, dict) for row in rows):
            return _Page(rows, total=_count(body, "total_records"), pages=None, size=None)
        case _:
            raise _unusable(path, "no list of objects under records")


def _count(meta: Any, name: str) -> int | None:
    value = meta.get(name) if isinstance(meta, Mapping) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _unusable(path: str, what: str) -> ApiError:
    return ApiError(
        f"GET {path}: the API sent {what}",
        request=f"GET {path}",
        hint="this is not a list as documented; check the base URL, and report it if it is right",
        code="unusable-answer",
    )
