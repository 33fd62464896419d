"""Turning a delivery that is no success into the exception it means: status first, code second (guide §18.3).

Builds exceptions and raises none. Summaries quote the server's own words, never a body; hints say what to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from http import HTTPStatus

from reconciler.api.problems import clean, read_problems
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
from reconciler.transport.key import ApiKey
from reconciler.transport.outcome import Answer, Garbled, Lost, NotSent
from reconciler.transport.quota import asked_wait
from reconciler.transport.retry import is_doubtful
from reconciler.transport.sender import Delivery

SPEND_LIMIT = "40333"
"""A profile's daily limit, sent as a 429 (guide §2, quirks)."""

_REQUEST_ID = ("x-request-id", "x-telnyx-request-id", "request-id", "x-amzn-requestid", "cf-ray")
_MEANINGS: Mapping[int, tuple[type[Refused], str]] = {
    401: (Unauthorised, "check the key in {variable}: missing, mistyped, expired or revoked"),
    402: (Forbidden, "the account lacks funds: add some in the portal, then try again"),
    403: (Forbidden, "check that the key in {variable} may do this, and that the account has the feature"),
    404: (NotFound, "it may have been deleted, or belong to another account than the key in {variable}"),
    408: (Invalid, "the API gave up waiting; try again"),
    429: (RateLimited, "the account is called too often, perhaps by other programs too; lower its rate"),
}


class Intent(Enum):
    """What a request was for; it decides what a missing answer means."""

    READ = auto()
    """Nothing can have changed."""

    WRITE = auto()
    """PATCH, PUT, DELETE: an answer of 5xx after all attempts is the server's failure."""

    WRITE_ONCE = auto()
    """POST: an answer of 5xx may hide a new object, and the caller must look for it."""


def is_spend_limit(answer: Answer) -> bool:
    """Whether a 429 is the spend limit: waiting does not help."""
    return any(problem.code == SPEND_LIMIT for problem in read_problems(answer.body, mask=str))


def failure_of(delivery: Delivery, *, intent: Intent, key: ApiKey, epoch: float) -> ApiError:
    """Answer the exception that ``delivery`` means. ``epoch`` is the wall clock, to read HTTP dates with."""
    outcome, request = delivery.outcome, str(delivery.request)
    tries = "" if delivery.attempts == 1 else f" ({delivery.attempts} attempts)"
    if intent is not Intent.READ and _may_be_done(delivery, intent):
        return OutcomeUnknown(
            f"{request}: {_what_happened(outcome, key)}{tries}; it may have been carried out",
            request=request,
            hint="look at the object before repeating this: the next plan shows whether it was carried out",
        )
    match outcome:
        case Answer():
            return _refused(outcome, request, tries, key=key, epoch=epoch)
        case NotSent():
            return Unreachable(
                f"{request}: cannot reach the API: {outcome.reason}{tries}",
                request=request,
                hint=_connection_hint(outcome),
            )
        case Garbled():
            return ApiError(
                f"{request}: {_what_happened(outcome, key)}{tries}",
                request=request,
                hint="something between here and the API may be rewriting answers; check proxies",
                code="unusable-answer",
            )
        case Lost():
            return ApiError(
                f"{request}: {_what_happened(outcome, key)}{tries}",
                request=request,
                hint="nothing was changed by this request; try again",
                code="no-answer",
            )


def _may_be_done(delivery: Delivery, intent: Intent) -> bool:
    match delivery.outcome:
        case Garbled() | Lost():
            return True
        case NotSent() | Answer(status=HTTPStatus.TOO_MANY_REQUESTS):
            return delivery.in_doubt  # this attempt did nothing, but an earlier one may have
        case Answer():
            return intent is Intent.WRITE_ONCE and is_doubtful(delivery.outcome)


def _what_happened(outcome: Answer | Garbled | Lost | NotSent, key: ApiKey) -> str:
    match outcome:
        case Answer():
            return f"the API answered {_in_words(outcome, read_problems(outcome.body, mask=key.mask))}"
        case Garbled():
            return f"the API answered {outcome.status} with {outcome.reason}"
        case Lost():
            return f"no usable answer: {outcome.reason}"
        case NotSent():
            return f"cannot reach the API: {outcome.reason}"


def _refused(answer: Answer, request: str, tries: str, *, key: ApiKey, epoch: float) -> Refused:
    problems = read_problems(answer.body, mask=key.mask)
    kind, hint = _kind_and_hint(answer.status, problems, key)
    return kind(
        f"{request}: {_in_words(answer, problems)}{tries}",
        request=request,
        status=answer.status,
        problems=problems,
        request_id=_request_id(answer, key),
        hint=hint,
        retry_after=asked_wait(answer.status, answer.headers, epoch=epoch),
    )


def _kind_and_hint(status: int, problems: Sequence[Problem], key: ApiKey) -> tuple[type[Refused], str]:
    """By status; the code only tells the two kinds of 429 apart (newer services reuse codes, guide §18.3)."""
    if status == HTTPStatus.TOO_MANY_REQUESTS and any(problem.code == SPEND_LIMIT for problem in problems):
        return SpendLimitReached, "waiting does not help before midnight UTC; raise daily_spend_limit or wait"
    if status in _MEANINGS:
        kind, hint = _MEANINGS[status]
        return kind, hint.format(variable=key.variable)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerFailed, "the API failed; try again later, and give Telnyx support the request id"
    if status < HTTPStatus.BAD_REQUEST:
        return Refused, "redirects are not followed, since they could carry the key away; check the base URL"
    return Invalid, "correct what the message names"


def _in_words(answer: Answer, problems: Sequence[Problem]) -> str:
    """``422 Invalid value: must not be empty (/name) [10015], and 2 more``."""
    if not problems:
        return _status_phrase(answer.status)
    first = problems[0]
    texts = [text for text in (first.title, first.detail) if text]
    words = ": ".join(dict.fromkeys(texts)) or _phrase(answer.status)
    pointer = f" ({first.pointer})" if first.pointer else ""
    code = f" [{first.code}]" if first.code else ""
    more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
    return f"{answer.status} {clean(words, str)}{pointer}{code}{more}"


def _status_phrase(status: int) -> str:
    if status < HTTPStatus.BAD_REQUEST:
        return f"{status} redirect to another address, not followed"
    return f"{status} {_phrase(status)}"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase.lower()
    except ValueError:
        return "without an explanation"


def _request_id(answer: Answer, key: ApiKey) -> str:
    found = (answer.headers[name] for name in _REQUEST_ID if answer.headers.get(name))
    return clean(next(found, ""), key.mask)


def _connection_hint(outcome: NotSent) -> str:
    if outcome.permanent:
        return "for a private certificate authority set SSL_CERT_FILE or SSL_CERT_DIR; check HTTPS_PROXY too"
    return "check the network, the base URL, and HTTPS_PROXY and NO_PROXY when a proxy is in use"
