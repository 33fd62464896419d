"""What it means when no usable answer came, per verb: done, refused, unreachable or unknown."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.api import ApiKey
from reconciler.api.failures import Intent, failure_of
from reconciler.errors import (
    ApiError,
    Invalid,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
    ServerFailed,
    Unreachable,
)
from reconciler.transport.outcome import NotSent, Request
from reconciler.transport.sender import Delivery

from .connecting import SECRET, VARIABLE, Script, converse


def _error(code: str = "10015", **rest: Any) -> dict[str, Any]:
    return {"errors": [{"code": code, "title": "Bad", **rest}]}


Verb = Any
VERBS: dict[str, Verb] = {
    "get": lambda s: s.reading.get("/things/1"),
    "ask": lambda s: s.reading.ask("/messaging/rcs/bulk_capabilities", {}),
    "post": lambda s: s.writing.post("/things", {}),
    "patch": lambda s: s.writing.patch("/things/1", {}),
    "put": lambda s: s.writing.put("/things/1", {}),
    "delete": lambda s: s.writing.delete("/things/1"),
}
BROKEN = (200, "{")
FAILED = (503, _error())
LIMITED = (429, _error())


@pytest.mark.parametrize(
    ("verbs", "answers", "kind", "code", "reason"),
    [
        ("get ask", [None] * 5, ApiError, "no-answer", "a read cannot have changed anything"),
        ("get ask", [BROKEN] * 5, ApiError, "unusable-answer", "a read cannot have changed anything"),
        ("get ask", [FAILED] * 5, ServerFailed, "server-failed", "the server's failure"),
        ("post", [None], OutcomeUnknown, "unknown-outcome", "sent, unanswered"),
        ("post", [BROKEN], OutcomeUnknown, "unknown-outcome", "probably carried out"),
        ("post", [FAILED], OutcomeUnknown, "unknown-outcome", "may hide a new object"),
        ("post", [(408, "")], OutcomeUnknown, "unknown-outcome", "may hide a new object"),
        ("post", [LIMITED, None], OutcomeUnknown, "unknown-outcome", "lost the second time"),
        ("post", [LIMITED] * 5, RateLimited, "rate-limited", "never carried out"),
        ("post", [(422, _error())], Invalid, "invalid-request", "refused"),
        ("post", [(302, "")], Refused, "refused", "refused"),
        ("patch put delete", [None] * 5, OutcomeUnknown, "unknown-outcome", "sent, unanswered"),
        ("patch put delete", [BROKEN] * 5, OutcomeUnknown, "unknown-outcome", "probably carried out"),
        ("patch put delete", [FAILED] * 5, ServerFailed, "server-failed", "the server's failure"),
        ("patch put delete", [None] + [LIMITED] * 4, OutcomeUnknown, "unknown-outcome", "the first may count"),
        ("patch put delete", [LIMITED] * 5, RateLimited, "rate-limited", "never carried out"),
        ("patch put", [None, (404, "")], NotFound, "not-found", "not there"),
        ("get patch put delete", [(404, "")], NotFound, "not-found", "not there"),
        ("delete", [None, (422, _error())], Invalid, "invalid-request", "refused the second time"),
    ],
)
def test_what_a_missing_answer_means(
    verbs: str, answers: list[Any], kind: type[ApiError], code: str, reason: str
) -> None:
    """One row per situation and verb."""
    for verb in verbs.split():
        script = Script(*answers)
        with pytest.raises(ApiError) as caught:
            converse(script, VERBS[verb])
        assert (type(caught.value), caught.value.code) == (kind, code), (verb, reason)
        assert script.answers == [], (verb, reason)
        assert caught.value.hint, (verb, reason)


@pytest.mark.parametrize("verb", VERBS)
def test_no_connection_is_unreachable_for_every_verb(verb: str) -> None:
    """Nothing was sent, so nothing is in doubt."""
    with pytest.raises(Unreachable, match="cannot reach the API"):
        converse("http://127.0.0.1:9/v2", VERBS[verb])


@pytest.mark.parametrize("verb", ["get", "ask", "patch", "put", "delete"])
@pytest.mark.parametrize("bad", [None, BROKEN, FAILED, LIMITED, (408, "")])
def test_what_may_be_repeated_is(verb: str, bad: Any) -> None:
    """And the caller never knows."""
    assert converse(Script(bad, (200, {"data": 1})), VERBS[verb]) == {"data": 1}


@pytest.mark.parametrize("lost", [None, BROKEN, FAILED, (408, "")])
def test_a_delete_whose_lost_answer_is_followed_by_404_counts_as_done(lost: Any) -> None:
    """The object is gone, as was asked."""
    assert converse(Script(lost, (404, _error("10005"))), VERBS["delete"]) is None


def test_a_delete_turned_away_before_404_found_nothing() -> None:
    """A 429 did not delete it: something else is wrong, and is said."""
    with pytest.raises(NotFound):
        converse(Script(LIMITED, (404, "")), VERBS["delete"])


def test_a_write_that_was_lost_and_then_could_not_be_sent_stays_in_doubt() -> None:
    """The last attempt did nothing; the first may have."""
    delivery = Delivery(Request("PATCH", "/things/1"), NotSent("no connection"), attempts=5, in_doubt=True)
    error = failure_of(delivery, intent=Intent.WRITE, key=ApiKey(SECRET, variable=VARIABLE), epoch=0.0)
    assert type(error) is OutcomeUnknown
    assert "cannot reach the API: no connection (5 attempts); it may have been carried out" in error.summary


def test_a_certificate_that_does_not_verify_has_its_own_hint() -> None:
    """A private authority is the usual reason."""
    outcome = NotSent("its certificate does not verify", permanent=True)
    delivery = Delivery(Request("GET", "/things/1"), outcome, attempts=1, in_doubt=False)
    error = failure_of(delivery, intent=Intent.READ, key=ApiKey(SECRET, variable=VARIABLE), epoch=0.0)
    assert type(error) is Unreachable
    assert "SSL_CERT_FILE" in error.hint
