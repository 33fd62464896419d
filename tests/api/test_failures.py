"""Every error envelope becomes the exception its status means, in the server's own words."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.api import ApiKey
from reconciler.api.failures import Intent, failure_of
from reconciler.errors import (
    ApiError,
    Forbidden,
    Invalid,
    NotFound,
    OutcomeUnknown,
    Problem,
    RateLimited,
    Refused,
    ServerFailed,
    SpendLimitReached,
    Unauthorised,
    Unreachable,
)
from reconciler.transport.outcome import NotSent, Request
from reconciler.transport.sender import Delivery

from .connecting import SECRET, VARIABLE, Script, converse, five


def _error(code: str = "10015", **rest: Any) -> dict[str, Any]:
    return {"errors": [{"code": code, "title": "Bad", **rest}]}


def _get(*answers: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        converse(Script(*answers), lambda sessions: sessions.reading.get("/things"))
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind", "hint"),
    [
        (301, Refused, "base URL"),
        (307, Refused, "redirects are not followed"),
        (400, Invalid, "correct"),
        (401, Unauthorised, VARIABLE),
        (402, Forbidden, "funds"),
        (403, Forbidden, VARIABLE),
        (404, NotFound, "deleted"),
        (405, Invalid, "correct"),
        (409, Invalid, "correct"),
        (415, Invalid, "correct"),
        (422, Invalid, "correct"),
    ],
)
@pytest.mark.parametrize("code", ["10001", "10007"])
def test_the_status_decides_and_not_the_code(status: int, kind: type[Refused], hint: str, code: str) -> None:
    """Newer services answer 10001 and 10007 for anything (guide §18.3)."""
    error = _get((status, _error(code)))
    assert type(error) is kind
    assert error.status == status
    assert hint in error.hint
    assert error.request == "GET /things"


@pytest.mark.parametrize(
    ("status", "kind"), [(408, Invalid), (429, RateLimited), (500, ServerFailed), (599, ServerFailed)]
)
def test_what_is_repeated_ends_as_what_it_was(status: int, kind: type[Refused]) -> None:
    """After five attempts, which are told."""
    error = _get(*five((status, _error())))
    assert type(error) is kind
    assert "(5 attempts)" in error.summary


def test_the_spend_limit_is_told_by_its_code_and_never_repeated() -> None:
    """429 with 40333: a client that retries it loops until midnight (guide §2)."""
    script = Script((429, _error("40333")))
    with pytest.raises(SpendLimitReached, match="40333"):
        converse(script, lambda sessions: sessions.writing.post("/things", {}))
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("body", "problems", "reason"),
    [
        (
            {"errors": [{"code": "10015", "title": "T", "detail": "D", "source": {"pointer": "/name"}}]},
            (Problem("10015", "T", "D", "/name"),),
            "the normal envelope",
        ),
        (
            {
                "errors": [
                    {"code": "1", "title": "A", "source": {"parameter": "filter[x]"}},
                    {"code": "2", "title": "B"},
                ]
            },
            (Problem("1", "A", "", "filter[x]"), Problem("2", "B")),
            "several, and a parameter",
        ),
        ({"errors": {"code": 10015, "title": "T"}}, (Problem("10015", "T"),), "one, not in a list; a number"),
        ({"code": "10015", "title": "T"}, (Problem("10015", "T"),), "a single bare object"),
        (
            {"detail": [{"loc": ["body", "brand", 0], "msg": "required", "type": "missing"}]},
            (Problem("missing", "required", "", "/brand/0"),),
            "FastAPI",
        ),
        ({"detail": [{"loc": "body", "msg": "m"}, 3]}, (Problem("", "m"),), "FastAPI, odd"),
        ({"detail": "Not Found"}, (Problem("", "", "Not Found"),), "FastAPI, plain"),
        ({"message": "boom"}, (Problem("", "boom"),), "a message"),
        ({"error": "boom"}, (Problem("", "boom"),), "an error"),
        ({"errors": ["boom", None]}, (), "a list of something else"),
        ({"errors": []}, (), "no errors"),
        ({"code": True, "title": ["x"]}, (Problem("", ""),), "wrong types"),
        ("<html><body>secret page</body></html>", (), "a proxy's page"),
        ("", (), "nothing"),
        ([1], (), "a bare list"),
    ],
)
def test_every_envelope_is_read(body: Any, problems: tuple[Problem, ...], reason: str) -> None:
    """Guide §18.3: variants a client must survive."""
    error = _get((422, body))
    assert error.problems == problems, reason
    assert error.summary.startswith("GET /things: 422 ")
    assert "html" not in error.summary


def test_a_summary_quotes_the_server() -> None:
    """Title, detail, pointer, code, and how many more there are."""
    body = {"errors": [{"code": "10015", "title": "Bad", "detail": "too long", "source": {"pointer": "/name"}}] * 3}
    assert _get((422, body)).summary == "GET /things: 422 Bad: too long (/name) [10015], and 2 more"
    assert _get((404, "")).summary == "GET /things: 404 not found"
    assert _get((302, "")).summary == "GET /things: 302 redirect to another address, not followed"
    assert _get((499, "")).summary == "GET /things: 499 without an explanation"


def test_quotes_are_one_line_short_and_without_the_key() -> None:
    """Servers may send anything: escape sequences, novels, and what they were sent."""
    detail = f"\x1b[31mred\r\n\u202egnp.\x00 {SECRET} " + "x" * 1000
    error = _get((401, _error(detail=detail), {"x-request-id": f"r-1\x1b {SECRET}"}))
    assert len(error.summary) < 400
    assert error.summary.isprintable()
    assert SECRET not in f"{error.summary}{error.hint}{error.problems}{error.request_id}"
    assert "(secret)" in error.summary


@pytest.mark.parametrize("name", ["x-request-id", "X-Telnyx-Request-Id", "request-id", "cf-ray"])
def test_the_request_id_is_found(name: str) -> None:
    """Telnyx support asks for it."""
    assert _get((404, "", {name: "r-17"})).request_id == "r-17"


def test_the_wait_asked_for_is_kept() -> None:
    """In seconds."""
    assert _get(*[(429, "", {"retry-after": "7"})] * 5).retry_after == 7.0


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
