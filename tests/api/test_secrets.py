"""The key is nowhere: not in messages, reprs, chains, tracebacks or logs (promise 7)."""

from __future__ import annotations

import logging
import traceback
from typing import Any

import pytest

from reconciler.errors import ApiError

from .connecting import SECRET, Script, converse, target

ECHO = {"errors": [{"code": "10009", "title": f"no such key {SECRET}", "detail": f"Bearer {SECRET}"}]}


def _texts(error: BaseException) -> str:
    """Everything a program may print of an exception, its chain and its attributes."""
    seen: list[str] = []
    link: BaseException | None = error
    while link is not None:
        seen += [str(link), repr(link), repr(link.args), repr(vars(link))]
        link = link.__cause__ or link.__context__
    return "\n".join([*seen, *traceback.format_exception(error)])


def _locals(error: BaseException) -> str:
    """The local variables of our frames, as some reporters print them."""
    frames = traceback.TracebackException.from_exception(error, capture_locals=True).stack
    return "\n".join(str(frame.locals) for frame in frames if "/reconciler/" in frame.filename)


@pytest.mark.parametrize(
    "destination",
    [
        Script((401, ECHO)),
        Script((422, {"message": SECRET})),
        Script((302, "", {"location": f"https://evil.example/{SECRET}"})),
        Script((404, SECRET, {"x-request-id": SECRET})),
        Script(None),
        Script((200, "{")),
        Script((503, ECHO)),
        "http://127.0.0.1:9/v2",
    ],
)
def test_no_error_shows_the_key(destination: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever the server does, and at every log level."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ApiError) as caught:
        converse(destination, lambda sessions: sessions.writing.post("/things", {}))
    assert SECRET not in _texts(caught.value)
    assert SECRET not in caplog.text


@pytest.mark.parametrize("destination", [Script((401, {})), Script(None), "http://127.0.0.1:9/v2"])
def test_no_frame_of_ours_holds_the_key_in_the_open(destination: Any) -> None:
    """Where the server does not echo it."""
    with pytest.raises(ApiError) as caught:
        converse(destination, lambda sessions: sessions.writing.post("/things", {}))
    assert "ApiKey" in _locals(caught.value) or "delivery" in _locals(caught.value)
    assert SECRET not in _locals(caught.value)


def test_no_object_shows_the_key() -> None:
    """Targets and sessions are printed by debuggers."""

    async def talk(sessions: Any) -> str:
        return f"{sessions!r}{vars(sessions.reading)!r}{sessions.reading._sender!r}{vars(sessions.writing)!r}"

    assert SECRET not in converse(Script(), talk)
    assert SECRET not in repr(target("https://api.telnyx.com/v2"))
