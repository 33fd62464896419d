"""What Telnyx answers when it says no: codes, titles, and the exception that carries them (guide 18.3).

Knows nothing about requests or storage; anything that must refuse raises `Refusal`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

TITLES: Final = {
    "10003": "Invalid URL",
    "10004": "Missing required parameter",
    "10005": "Resource not found",
    "10007": "Unexpected error",
    "10008": "Request timeout",
    "10009": "Authentication failed",
    "10010": "Authorization failed",
    "10011": "Too many requests",
    "10012": "Duplicate resource",
    "10013": "Association missing",
    "10014": "Unsupported media type",
    "10015": "Bad request",
    "10016": "Phone number must be in +E.164 format",
    "10017": "Association does not exist",
    "10018": "Invalid sort parameter",
    "10021": "Resource in use",
    "10022": "Invalid ID",
    "10023": "Invalid JSON",
    "10025": "Invalid string length",
    "10026": "Invalid type",
    "10027": "Unprocessable entity",
    "10028": "Invalid encoding",
    "10029": "Unsupported content type",
    "10030": "Method not allowed",
    "10031": "Invalid filter",
    "10032": "Invalid enumerated value",
    "10033": "Value outside of range",
    "10037": "Service unavailable",
    "20015": "Feature not enabled",
    "20100": "Insufficient funds",
    "40100": "Number not messaging enabled",
    "40300": "Blocked due to STOP message",
    "40302": "Message too large",
    "40304": "Invalid combination of message content parameters",
    "40305": "Invalid 'from' address",
    "40306": "Alphanumeric sender ID not configured",
    "40307": "Alphanumeric sender ID mismatch",
    "40309": "Destination region not allowed",
    "40310": "Invalid 'to' address",
    "40312": "Messaging profile is disabled",
    "40316": "No content provided",
    "40317": "Invalid MMS content",
    "40321": "No usable numbers on messaging profile",
    "40324": "Messaging product change failed",
    "40325": "Invalid alphanumeric sender ID",
    "40327": "Invalid URL shortener domain",
    "40329": "Toll-free number is not verified",
    "40331": "Allowed destinations are missing",
    "40333": "Daily spend limit reached",
}
"""The titles of the codes that this emulator answers with."""

CODE_OF_STATUS: Final = {
    400: "10015",
    401: "10009",
    402: "20100",
    403: "10010",
    404: "10005",
    405: "10030",
    408: "10008",
    409: "10012",
    415: "10029",
    422: "10027",
    429: "10011",
    500: "10007",
    503: "10037",
    504: "10008",
}
"""Which code an injected status answers with (guide 18.3)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of an error answer."""

    code: str
    detail: str
    pointer: str | None = None
    """JSON pointer into the request body."""
    parameter: str | None = None
    """Name of the query parameter."""

    def document(self) -> dict[str, Any]:
        """The wire form; `code` is a string and only `code` and `title` are always there."""
        entry: dict[str, Any] = {"code": self.code, "title": TITLES[self.code], "detail": self.detail}
        if self.pointer is not None:
            entry["source"] = {"pointer": self.pointer}
        elif self.parameter is not None:
            entry["source"] = {"parameter": self.parameter}
        entry["meta"] = {"url": f"https://developers.telnyx.com/docs/overview/errors/{self.code}"}
        return entry


class Refusal(Exception):
    """The answer is an error; nothing was changed."""

    def __init__(self, status: int, problems: Iterable[Problem]) -> None:
        self.status = status
        self.problems = tuple(problems)
        super().__init__(f"{status} {', '.join(problem.detail for problem in self.problems)}")

    def document(self, *, bare: bool) -> dict[str, Any]:
        """The error body; `bare` is the single object that eligibility and opt-outs use for 400 and 401."""
        if bare:
            return self.problems[0].document()
        return {"errors": [problem.document() for problem in self.problems]}


def refuse(status: int, code: str, detail: str, *, pointer: str | None = None, parameter: str | None = None) -> Refusal:
    """A refusal with a single problem."""
    return Refusal(status, [Problem(code, detail, pointer, parameter)])


def not_found(what: str = "The requested resource or URL could not be found.") -> Refusal:
    """404, for unknown ids and unknown paths alike."""
    return refuse(404, "10005", what)
