"""Files are sent once, as a form that names nothing of the machine they come from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from reconciler.api import Sessions
from reconciler.errors import ApiError, Invalid, OutcomeUnknown

from .connecting import Message, Script, converse

PATH = "/messaging_hosted_number_orders/o1/actions/file_upload"
CONTENT = b"%PDF-1.4 canary"


class Listening(Script):
    """A script that keeps what it was sent."""

    def __init__(self, *answers: Any) -> None:
        super().__init__(*answers)
        self.sent: list[bytes] = []

    async def __call__(self, scope: Any, receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        """Read the whole body, then answer."""
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = dict(scope["headers"])
        self.sent.append(headers[b"content-type"] + b"\n" + body)
        await super().__call__(scope, receive, send)


async def _upload(sessions: Sessions) -> Any:
    return await sessions.writing.upload(PATH, {"loa": CONTENT}, media_type="application/pdf")


def test_a_file_is_a_part_of_a_form() -> None:
    """Under the name of its part, whatever people call it."""
    telnyx = Listening((200, {"data": {"id": "o1"}}))
    assert converse(telnyx, _upload) == {"data": {"id": "o1"}}
    [sent] = telnyx.sent
    assert sent.startswith(b"multipart/form-data; boundary=")
    assert b'name="loa"; filename="loa.pdf"\r\nContent-Type: application/pdf\r\n\r\n' + CONTENT in sent


def test_an_upload_that_was_turned_away_is_sent_again() -> None:
    """A 429 did nothing."""
    telnyx = Listening((429, {}, {"retry-after": "1"}), (200, {"data": {"id": "o1"}}))
    converse(telnyx, _upload)
    assert len(telnyx.sent) == 2


@pytest.mark.parametrize(
    ("answer", "failure"),
    [(None, OutcomeUnknown), ((500, {}), OutcomeUnknown), ((200, "half"), OutcomeUnknown), ((422, {}), Invalid)],
)
def test_an_upload_is_never_repeated_otherwise(answer: Any, failure: type[ApiError]) -> None:
    """And what is told of it holds nothing of the file."""
    telnyx = Listening(answer)
    with pytest.raises(failure) as caught:
        converse(telnyx, _upload)
    assert len(telnyx.sent) == 1
    assert "canary" not in f"{caught.value!r}{caught.value}{caught.value.hint}"
