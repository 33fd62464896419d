"""Answers as they come over the wire: what cannot be kept is made keepable before anybody sees it."""

from __future__ import annotations

import json

import pytest

from reconciler.transport.outcome import Answer, Request, read_answer


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (rb'{"name": "a\ud800b"}', "a?b"),
        (rb'{"name": "a\uDC00"}', "a?"),
        (rb'{"name": "\ud83d\ude00"}', "\U0001f600"),
        (b'{"name": "\\\\ud800 in words"}', "\\ud800 in words"),
    ],
)
def test_half_a_character_is_a_question_mark(sent: bytes, read: str) -> None:
    """Half a character can be neither written to a ledger nor shown; a whole one, and the words for one, stay."""
    answer = read_answer(Request("GET", "/x"), 200, {}, sent)
    assert isinstance(answer, Answer)
    assert answer.body == {"name": read}
    json.dumps(answer.body, ensure_ascii=False).encode()
