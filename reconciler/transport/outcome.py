"""What came of sending one request once. Outcomes are values: httpx's exceptions stop at the wire."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NoReturn

_MAY_BE_EMPTY = frozenset({HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT})
_PHONE_NUMBER = re.compile(r"(?:%2B|\+)\d+")
_SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True)
class File:
    """One part of a form: what the server sees of a file."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the caller means it. ``path`` is below the base URL and holds no query."""

    method: str
    path: str
    query: Mapping[str, str | int] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    files: Mapping[str, File] | None = field(default=None, repr=False)
    """Sent as multipart/form-data, by the names of the parts, instead of a ``body``."""

    def __str__(self) -> str:
        """Name it for messages: never the query or the body, nor a phone number, which may be a secret."""
        return f"{self.method} {_PHONE_NUMBER.sub('{}', self.path)}"


@dataclass(frozen=True, slots=True)
class Answer:
    """The API answered. ``body`` is decoded JSON; None when there was none, or an error's was not JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def succeeded(self) -> bool:
        """Whether the status is 2xx."""
        return self.status in _SUCCESS


@dataclass(frozen=True, slots=True)
class Garbled:
    """The API answered 2xx with a body that is not JSON: a write was probably carried out."""

    status: int
    headers: Mapping[str, str]
    reason: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The request was, or may have been, sent, and no whole answer came back."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """No connection was made, so nothing can have been carried out."""

    reason: str
    permanent: bool = False
    """Trying again cannot help (a certificate that does not verify)."""


Outcome = Answer | Garbled | Lost | NotSent


def read_answer(request: Request, status: int, headers: Mapping[str, str], content: bytes) -> Answer | Garbled:
    """Decode a whole answer. Bodies of errors are read leniently, bodies of successes are not.

    An empty success is fine for a DELETE (guide §18.2) and for 202, 204 and 205, and unusable elsewhere.
    """
    success = status in _SUCCESS
    if not content.strip():
        if success and request.method != "DELETE" and status not in _MAY_BE_EMPTY:
            return Garbled(status, headers, "an empty body")
        return Answer(status, headers, None)
    try:
        body = json.loads(content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        # ``from None`` is not needed: nothing is raised, and the decoder's message would quote the body.
        return Garbled(status, headers, "a body that is not JSON") if success else Answer(status, headers, None)
    return Answer(status, headers, _whole(body) if _HALF.search(content) else body)


_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
"""The escape of half a character. Two halves make a character; one alone cannot be written down anywhere."""


def _whole(body: Any) -> Any:
    """The body with a question mark for each half of a character that stands alone."""
    return json.loads(json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"))


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(constant)  # NaN and Infinity are Python's extension, not JSON
