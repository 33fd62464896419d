"""The truth table of sending again."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from reconciler.transport.outcome import Answer, Garbled, Lost, NotSent, Outcome
from reconciler.transport.retry import Repeat, RetryPolicy, delay_before_next, is_doubtful, may_repeat

from .scripted import EPOCH


def _answer(status: int, **headers: str) -> Answer:
    return Answer(status, headers, None)


HOPELESS = Answer(429, {}, "hopeless")
ROWS: list[tuple[Outcome, bool, bool, bool, str]] = [
    # outcome, again when harmless, again when harmful, doubtful, reason
    (_answer(200), False, False, False, "done"),
    (_answer(204), False, False, False, "done"),
    (_answer(301), False, False, False, "redirects are refused"),
    (_answer(307), False, False, False, "redirects are refused"),
    (_answer(400), False, False, False, "the request is wrong"),
    (_answer(401), False, False, False, "the key is wrong"),
    (_answer(403), False, False, False, "not allowed"),
    (_answer(404), False, False, False, "not there"),
    (_answer(408), True, False, True, "the server stopped waiting: for us, or for itself"),
    (_answer(409), False, False, False, "a duplicate stays one"),
    (_answer(422), False, False, False, "the request is wrong"),
    (_answer(429), True, True, False, "turned away before anything was done"),
    (HOPELESS, False, False, False, "spend limit: waiting does not help"),
    (_answer(500), True, False, True, "may have failed after committing"),
    (_answer(502), True, False, True, "the answer got lost behind a proxy"),
    (_answer(503), True, False, True, "may have failed after committing"),
    (_answer(504), True, False, True, "the answer got lost behind a proxy"),
    (Garbled(200, {}, "HTML"), True, False, True, "a success that cannot be read"),
    (Lost("dropped"), True, False, True, "sent, unanswered"),
    (NotSent("refused"), True, True, False, "nothing was sent"),
    (NotSent("certificate", permanent=True), False, False, False, "nothing will be sent next time either"),
]


@pytest.mark.parametrize(("outcome", "harmless", "harmful", "doubtful", "reason"), ROWS)
def test_what_may_be_sent_again(outcome: Outcome, harmless: bool, harmful: bool, doubtful: bool, reason: str) -> None:
    """One row per outcome."""

    def hopeless(answer: Answer) -> bool:
        return answer is HOPELESS

    assert may_repeat(outcome, Repeat.HARMLESS, hopeless=hopeless) is harmless, reason
    assert may_repeat(outcome, Repeat.HARMFUL, hopeless=hopeless) is harmful, reason
    assert is_doubtful(outcome) is doubtful, reason


@pytest.mark.parametrize(
    ("outcome", "attempt", "random", "expected", "reason"),
    [
        (Lost(""), 1, 1.0, 0.5, "0.5 s at most at first"),
        (Lost(""), 2, 1.0, 1.0, "doubled"),
        (Lost(""), 4, 0.5, 2.0, "full jitter: anything from 0"),
        (Lost(""), 5, 1.0, 8.0, "doubled four times"),
        (Lost(""), 50, 1.0, 8.0, "capped"),
        (Lost(""), 3, 0.0, 0.0, "full jitter"),
        (_answer(429, **{"retry-after": "7"}), 1, 1.0, 7.0, "as asked"),
        (_answer(429, **{"x-ratelimit-reset": "3"}), 4, 1.0, 3.0, "as asked"),
        (_answer(503, **{"retry-after": "2"}), 1, 1.0, 2.0, "as asked"),
        (_answer(429, **{"retry-after": formatdate(EPOCH + 9, usegmt=True)}), 1, 1.0, 9.0, "until then, from now"),
        (Garbled(200, {"x-ratelimit-reset": "9"}, ""), 1, 1.0, 0.5, "a success asks for nothing"),
    ],
)
def test_how_long_to_wait(outcome: Outcome, attempt: int, random: float, expected: float, reason: str) -> None:
    """What the answer asks, else exponential with full jitter."""
    delay = delay_before_next(outcome, attempt, RetryPolicy(), epoch=EPOCH, random=lambda: random)
    assert delay == pytest.approx(expected), reason
