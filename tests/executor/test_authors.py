"""Who changed what: the newest event of each object, and nothing worse than silence where the log does not tell."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from reconciler.errors import NotFound
from reconciler.executor.authors import authors

from .doubles import Log
from .stage import Stage, perform
from .wishes import profile_spec

SINCE = "2020-01-01T00:00:00+00:00"
PROFILES = "messaging_profiles"


def event(**fields: Any) -> dict[str, Any]:
    """An event of the log."""
    return {"resource_id": "p1", "change_made_by": "user", "created_at": "noon", **fields}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"data": [event(user_id="u-7")]}, {"p1": "user u-7 at noon"}),
        ({"data": [event(change_made_by="account_manager")]}, {"p1": "account manager at noon"}),
        ({"data": [event(user_id=7)]}, {"p1": "user at noon"}),
        ({"data": [event(created_at="noon"), event(created_at="dawn")]}, {"p1": "user at noon"}),
        ({"data": [event(), event(resource_id="p2", created_at="dawn")]}, {"p1": "user at noon", "p2": "user at dawn"}),
        (
            {"data": [event(resource_id=None), event(created_at=3), "x", event(resource_id="p2")]},
            {"p2": "user at noon"},
        ),
        ({"data": []}, {}),
        ({"data": None}, {}),
        ({}, {}),
        ([event()], {}),
        (None, {}),
    ],
    ids=[
        "named",
        "a role",
        "no name",
        "newest",
        "each its own",
        "odd events",
        "empty",
        "null",
        "bare",
        "list",
        "nothing",
    ],
)
def test_the_newest_event_of_each_object_counts(body: Any, found: Mapping[str, str]) -> None:
    """An event that is not as documented is passed over, and so is a body."""
    assert asyncio.run(authors(Log(body), SINCE)) == found


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            {
                "data": [
                    {"resource_id": "1", "change_made_by": "api_user", "created_at": "noon", "user_id": "u"},
                    {"resource_id": "1", "change_made_by": "older", "created_at": "dawn"},
                    {"resource_id": "2", "change_made_by": "a_b_c", "created_at": "dusk", "user_id": 3},
                    {"resource_id": "3", "change_made_by": "x"},
                    "no event",
                ]
            },
            {"1": "api user u at noon", "2": "a b c at dusk"},
        ),
        ({"data": None}, {}),
        ({}, {}),
        ([], {}),
        (NotFound("x", status=404, request="r"), {}),
    ],
)
def test_who_changed_what(answer: Any, expected: dict[str, str]) -> None:
    """By id, the newest change only, in words; nothing where the log cannot be read or says something else."""
    log = Log(answer)
    assert asyncio.run(authors(log, "2026-01-01")) == expected
    query = {"filter[created_after]": "2026-01-01", "sort": "desc", "page[size]": 100}
    assert log.asked == [("/audit_events", query)]


def test_one_page_of_the_newest_is_asked_for() -> None:
    """An explanation is worth one request."""
    log = Log({"data": []})
    asyncio.run(authors(log, SINCE))
    assert log.asked == [("/audit_events", {"filter[created_after]": SINCE, "sort": "desc", "page[size]": 100})]


def test_what_the_api_tells() -> None:
    """Of the real client, in the words of a real answer."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        stage.time.now += 60
        stage.edit(PROFILES, profile, enabled=False)
        [newest, *_] = stage.state("audit_events")[::-1]
        found = await authors(stage.sessions.reading, SINCE)
        assert list(found) == [profile]
        assert found[profile].endswith(f"at {newest['created_at']}")

    perform(scene)


def test_a_log_that_cannot_be_read() -> None:
    """The key may lack the permission: nobody is named, and the run fails for its own reason."""

    async def scene(stage: Stage) -> None:
        stage.portal(PROFILES, **profile_spec("A"))
        stage.faults("GET /audit_events 1 status-before=403")
        assert await authors(stage.sessions.reading, SINCE) == {}

    perform(scene)
