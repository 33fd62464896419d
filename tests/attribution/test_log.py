"""Reading the log: no further than somebody wants to know, and never a reason to fail."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reconciler.attribution.log import LONGEST, MOST_PAGES, attributions, read, window
from reconciler.attribution.runs import spans_of
from reconciler.errors import ApiError, Forbidden, Unauthorised, Unreachable
from reconciler.model.attribution import Attribution, Known, Unattributed, Why
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.session import Query

from .scenes import ANNA, NOON, PEOPLE, row, run, wanted

NOW = NOON + timedelta(hours=1)


class Log:
    """A session that answers pages, and keeps what was asked. A page may be an error, which is raised."""

    def __init__(self, *pages: Any, meta: bool = True) -> None:
        self._pages = pages
        self._meta = meta
        self.asked: list[Query] = []

    async def get(self, path: str, query: Query | None = None) -> Any:
        """The page that is asked for; behind the last, an empty one."""
        assert path == "/audit_events"
        assert query is not None
        self.asked.append(query)
        number = int(query["page[number]"])
        page = self._pages[number - 1] if number <= len(self._pages) else []
        if isinstance(page, ApiError):
            raise page
        meta = {"meta": {"page_number": number, "total_pages": len(self._pages)}} if self._meta else {}
        return {"data": page, **meta} if isinstance(page, list) else page

    async def ask(self, path: str, body: Mapping[str, Any]) -> Any:
        """Nothing asks an audit log in this way."""
        raise AssertionError(path, body)


def told(log: Log, *questions: Any, runs: Sequence[Any] = ()) -> tuple[list[Attribution], Sequence[Diagnostic]]:
    """The answers, and what there is to say about the reading."""
    asked = questions or (wanted("o", "r"),)
    found, notes = asyncio.run(attributions(log, asked, spans=spans_of(runs), people=PEOPLE, now=NOW))
    return [found[place] for place in range(len(asked))], notes


def test_one_page_is_enough_where_it_tells() -> None:
    """Newest first, from the end of the window on."""
    log = Log([row(90, url=("r", "o")), row(70, url=("x", "r")), row(60, name=("a", "b"))], [row(30)], [row(20)])
    [found], notes = told(log)
    assert isinstance(found, Known)
    assert found.author.user_id == ANNA
    assert notes == ()
    assert log.asked == [
        {
            "filter[created_after]": (NOW - LONGEST).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "sort": "desc",
            "page[number]": 1,
            "page[size]": 250,
        }
    ]


def test_nothing_wanted_is_nothing_asked() -> None:
    """Not a single request."""
    log = Log([row(90)])
    assert asyncio.run(attributions(log, [], spans=(), people={}, now=NOW)) == ({}, ())
    assert log.asked == []


@pytest.mark.parametrize("meta", [True, False])
def test_pages_until_all_is_told(*, meta: bool) -> None:
    """With ``meta`` or without, one question being answered by the first page and the other by the last."""
    pages = (
        [row(90, url=("r", "o")), row(80, url=("x", "r"))],
        [row(60, name=("r", "n"))],
        [row(50, name=("x", "r")), row(30, other=("a", "b"))],
    )
    log = Log(*pages, meta=meta)
    found, _ = told(log, wanted("o", "r"), wanted("n", "r", field="name"))
    assert all(isinstance(one, Known) for one in found)
    assert len(log.asked) == 3
    log = Log(*pages, meta=meta)
    [found_none], _ = told(log, wanted("o", "r", field="nowhere"))
    assert found_none == Unattributed(Why.NO_EVENT)
    assert len(log.asked) == (3 if meta else 4)


def test_pages_that_shift() -> None:
    """An event that comes while they are read pushes one to the next page: it is one event, not two."""
    first = row(90, url=("x", "o"))
    log = Log([first], [first, row(60, url=("r", "x"))])

    async def events() -> int:
        return [len(pages.events) async for pages in read(log, since=NOON, people={})][-1]

    assert asyncio.run(events()) == 2


def test_a_second_that_goes_on_behind_the_page() -> None:
    """Two users within it: the second of them must not be missed."""
    [found], _ = told(Log([row(90, url=("r", "o"))], [row(90, "bob", url=("y", "o"))], [row(10)]))
    assert found == Unattributed(Why.SEVERAL)


def test_a_log_without_end() -> None:
    """Stops at a limit, and says that there is more."""
    log = Log(*[[row(1000 - number, name=("a", "b"))] for number in range(MOST_PAGES + 5)])
    [found], notes = told(log)
    assert found == Unattributed(Why.TOO_LONG)
    assert notes == ()
    assert len(log.asked) == MOST_PAGES


REFUSALS = [
    (Forbidden("no", request="GET /audit_events", status=403), Why.NOT_PERMITTED),
    (Unauthorised("no", request="GET /audit_events", status=401), Why.NOT_PERMITTED),
    (Unreachable("no", request="GET /audit_events"), Why.NOT_READ),
]


@pytest.mark.parametrize(("error", "why"), REFUSALS, ids=lambda one: type(one).__name__)
def test_a_log_that_cannot_be_read(error: ApiError, why: Why) -> None:
    """One finding, which is information; what the pages before told stays told."""
    found, notes = told(Log(error), wanted("o", "r"), wanted("n", "r", field="name"))
    assert found == [Unattributed(why)] * 2
    [note] = notes
    assert (note.code, note.severity) == ("audit-not-read", Severity.INFO)
    log = Log([row(90, url=("r", "o")), row(80, url=("x", "r"))], error, [])
    found, notes = told(log, wanted("o", "r"), wanted("n", "r", field="name"))
    assert isinstance(found[0], Known)
    assert found[1] == Unattributed(why)
    assert len(notes) == 1


def test_an_answer_that_is_none() -> None:
    """As little as an empty log."""
    [found], _ = told(Log({"data": "x"}))
    assert found == Unattributed(Why.NO_EVENT)


def test_the_window_begins_at_the_last_apply() -> None:
    """Of the object that was left alone longest; ninety days where nothing is recorded, and at the most."""
    recent, old = spans_of([run(0, url="r")]), spans_of([run(-3600, url="r")])
    one, other = wanted("o", "r", recent), wanted("o", "r", old)
    assert window([one], NOW) == NOON - timedelta(seconds=5)
    assert window([one, other], NOW) == NOON - timedelta(hours=1, seconds=5)
    assert window([one, replace(other, applied=None)], NOW) == NOW - LONGEST
    killed = spans_of([run(600, lasted=None, url="x"), run(0, url="r")])
    assert window([wanted("o", "r", killed)], NOW) == NOON - timedelta(seconds=5)
    assert window([one], NOW + timedelta(days=365)) == NOW + timedelta(days=365) - LONGEST
