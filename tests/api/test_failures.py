"""Every error envelope becomes the exception its status means, in the server's own words."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.errors import (
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    RateLimited,
    Refused,
    ServerFailed,
    SpendLimitReached,
    Unauthorised,
)

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
