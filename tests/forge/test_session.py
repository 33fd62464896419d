"""How long is waited, what is asked again, and what answers come to, on a clock that does not wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from reconciler.errors import ForgeDenied, ForgeError, ForgeInvalid
from reconciler.forge.board import Board
from reconciler.forge.posting import put
from reconciler.forge.session import Place, Session, open_session
from reconciler.transport.key import ApiKey
from tests.transport.scripted import DROP, EPOCH, Scene, Server, VirtualClock, answer, playing

LIMIT = {"message": "API rate limit exceeded"}
FINE = answer(200, [])


def _talk(scenes: Sequence[Scene], work: Callable[[Session], Awaitable[Any]]) -> tuple[Any, Server, list[float]]:
    """What came of it, what the server saw, and how long was waited each time."""
    time = VirtualClock()

    async def go() -> tuple[Any, Server, list[float]]:
        async with playing(scenes) as server:
            place = Place(server.url, "GITHUB_API_URL", ApiKey("canary", variable="GITHUB_TOKEN"))
            async with open_session(place, writes=True, clock=time.clock) as session:
                try:
                    done = await work(session)
                except ForgeError as error:
                    done = error
            return done, server, time.naps

    return asyncio.run(go())


def _board(session: Session) -> Board:
    return Board(
        session=session, path="/c", item="/c", method="PATCH", body="body", id="id", ours=lambda row: row["by"] == "us"
    )


@pytest.mark.parametrize("status", [403, 429])
def test_waits_as_long_as_the_answer_says(status: int) -> None:
    """In words of GitHub and of GitLab; a POST that was turned away is sent again."""
    done, server, naps = _talk(
        [answer(status, LIMIT, retry_after="30"), answer(201, {"id": 1})], lambda session: session.add("/c", {})
    )
    assert done == {"id": 1}
    assert naps == [30.0]
    assert len(server.heads) == 2


def test_waits_for_the_quota_where_that_is_near() -> None:
    """By the time at which it begins anew."""
    headers = {"x_ratelimit_remaining": "0", "x_ratelimit_limit": "5000", "x_ratelimit_reset": str(EPOCH + 40)}
    done, _, naps = _talk([answer(403, LIMIT, **headers), FINE], lambda session: session.rows("/c"))
    assert done == []
    assert sum(naps) == pytest.approx(40, abs=1)


def test_does_not_wait_for_a_quota_that_is_far_off() -> None:
    """Asking again would only be counted."""
    headers = {"x_ratelimit_remaining": "0", "x_ratelimit_limit": "5000", "x_ratelimit_reset": str(EPOCH + 3000)}
    done, server, naps = _talk([answer(403, LIMIT, **headers)], lambda session: session.rows("/c"))
    assert isinstance(done, ForgeError)
    assert not isinstance(done, ForgeDenied)
    assert "quota" in done.hint
    assert (len(server.heads), naps) == (1, [])


@pytest.mark.parametrize(("status", "kind"), [(401, ForgeDenied), (403, ForgeDenied), (422, ForgeInvalid)])
def test_a_refusal_is_not_asked_again(status: int, kind: type[ForgeError]) -> None:
    """And never shows the token, whatever the answer quotes."""
    done, server, _ = _talk([answer(status, {"message": "not for canary"})], lambda session: session.rows("/c"))
    assert isinstance(done, kind)
    assert done.summary == f"GET /c was answered with HTTP {status}: not for (secret)"
    assert len(server.heads) == 1


@pytest.mark.parametrize("scene", [answer(200, {"x": 1}), answer(200, ["x"]), answer(200, text="<html>")])
def test_an_answer_of_another_kind(scene: Scene) -> None:
    """A proxy's page is no list, and not an empty one."""
    done, _, _ = _talk([scene] * 5, lambda session: session.rows("/c"))
    assert isinstance(done, ForgeError)


def test_a_row_without_a_number() -> None:
    """Is told, not a crash."""
    done, _, _ = _talk([answer(200, [{"by": "us"}])], lambda session: _board(session).posts())
    assert isinstance(done, ForgeError)
    assert '"id"' in done.summary


def test_a_file_is_fetched_three_times_at_most() -> None:
    """With time between."""
    done, server, naps = _talk([DROP, answer(502), DROP], lambda session: session.file("/zip", 10))
    assert isinstance(done, ForgeError)
    assert "the connection broke" in done.summary
    assert (len(server.heads), naps) == (3, [2.0, 4.0])


@pytest.mark.parametrize(
    ("scenes", "told"),
    [
        ([answer(302, location="/v2/zip")] * 5, "in a circle"),
        ([answer(200, text="x" * 11)], "HTTP 413"),
        ([answer(403)], "HTTP 403"),
    ],
)
def test_a_file_that_is_not_to_be_had(scenes: list[Scene], told: str) -> None:
    """Nothing of this gets better by asking again."""
    done, server, _ = _talk(scenes, lambda session: session.file("/zip", 10))
    assert isinstance(done, ForgeError)
    assert told in done.summary
    assert len(server.heads) == len(scenes)


def test_a_file_that_is_gone() -> None:
    """That is an answer."""
    assert _talk([answer(410)], lambda session: session.file("/zip", 10))[0] is None


def test_what_never_turns_up_is_posted_twice_at_most() -> None:
    """Lost, looked for three times, sent once more, lost: then nobody knows, and that is said."""
    done, server, naps = _talk(
        [FINE, DROP, FINE, FINE, FINE, DROP], lambda session: put(_board(session), "<!-- m -->", lambda _: ["x"])
    )
    assert isinstance(done, ForgeError)
    assert "nobody knows" in done.summary
    assert [head.split()[0] for head in server.heads] == ["get", "post", "get", "get", "get", "post"]
    assert naps == [1.0, 2.0, 4.0]


def test_what_turns_up_late_is_kept_up_to_date() -> None:
    """Lists lag."""
    late = answer(200, [{"id": 5, "by": "us", "body": "<!-- m -->\nold"}])
    scenes = [FINE, DROP, FINE, late, answer(200, {"id": 5, "body": "new"})]
    done, server, _ = _talk(scenes, lambda session: put(_board(session), "<!-- m -->", lambda _: ["<!-- m -->\nnew"]))
    assert done.word == "updated"
    assert server.heads[-1].startswith("patch /v2/c/5 ")
