"""One conversation with a forge: JSON both ways, whole lists, waiting where it asks to.

Holds the forge's token and no key of an account. Links in answers are never followed: they could lead the token
elsewhere, so pages are counted.
"""

from __future__ import annotations

import math
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from reconciler.errors import ForgeDenied, ForgeError, ForgeInvalid
from reconciler.transport.base_url import BaseUrl, check_base_url
from reconciler.transport.clock import Clock
from reconciler.transport.download import File, download
from reconciler.transport.key import ApiKey
from reconciler.transport.outcome import Answer, Garbled, Lost, NotSent, Outcome, Request
from reconciler.transport.pacing import Pacing
from reconciler.transport.permission import Permission
from reconciler.transport.quota import LONGEST_WAIT, read_reset
from reconciler.transport.retry import Repeat, RetryPolicy, is_doubtful
from reconciler.transport.sender import Sender
from reconciler.transport.tally import Tally
from reconciler.transport.wire import Timeouts, open_wire, tls_context

PAGE = 100
"""Rows: the most that either forge gives at once."""

_PAGES = 1000
_DENIED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_INVALID = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY})
_NEXT = re.compile(r'rel="?next"?')
_ATTEMPTS = 3
_LONGEST_MESSAGE = 300

READING = Permission(methods=frozenset({"GET"}))
WRITING = Permission(methods=frozenset({"GET", "POST", "PATCH", "PUT"}))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a forge is and who we are there. ``variable`` names the origin of ``url`` in messages."""

    url: str
    variable: str
    token: ApiKey


class Session:
    """Asks and tells one forge. Built by ``open_session``."""

    def __init__(self, sender: Sender, base: BaseUrl, place: Place, clock: Clock) -> None:
        """Take a sender that waits and repeats as the transport does."""
        self._sender = sender
        self._base = base
        self._place = place
        self.clock = clock

    async def get(self, path: str) -> Any:
        """The body of an answer. Raises ForgeError."""
        return (await self._asked(Request("GET", path))).body

    async def rows(
        self, path: str, query: Mapping[str, str | int] | None = None, *, inside: str = ""
    ) -> list[dict[str, Any]]:
        """Every row of a list, all pages of it. ``inside`` names the list in the answer. Raises ForgeError.

        GitHub says in ``Link`` that there is more, GitLab in ``x-next-page``.
        """
        found: list[dict[str, Any]] = []
        for page in range(1, _PAGES + 1):
            request = Request("GET", path, {**(query or {}), "per_page": PAGE, "page": page})
            answer = await self._asked(request)
            found += _rows(request, answer.body, inside)
            more = _NEXT.search(answer.headers.get("link", "")) or answer.headers.get("x-next-page", "").strip()
            if not more:
                return found
        raise ForgeError(f"{path} has more than {_PAGES} pages")

    async def change(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        """PATCH or PUT, which may be repeated without harm. Raises ForgeError."""
        request = Request(method, path, body=body)
        outcome = (await self._sender.send(request, repeat=Repeat.HARMLESS, writes=True)).outcome
        return self._answered(request, outcome).body

    async def add(self, path: str, body: Mapping[str, Any]) -> Any | None:
        """POST once. None where it may have been carried out and nobody said so: look, then decide.

        Raises ForgeError where it certainly was not carried out.
        """
        request = Request("POST", path, body=body)
        outcome = (await self._sender.send(request, repeat=Repeat.HARMFUL, writes=True)).outcome
        return None if is_doubtful(outcome) else self._answered(request, outcome).body

    async def file(self, path: str, largest: int) -> bytes | None:
        """What is behind ``path``, wherever it redirects to; None where it is gone (404, 410). Raises ForgeError."""
        request = Request("GET", path)
        fetched: File | Lost | NotSent | None = None
        for attempt in range(_ATTEMPTS):
            if attempt:
                await self.clock.sleep(2.0**attempt)
            fetched = await download(
                self._base.url + path, key=self._place.token, largest=largest, variable=self._place.variable
            )
            match fetched:
                case File(status=HTTPStatus.OK, content=content):
                    return content
                case File(status=HTTPStatus.NOT_FOUND | HTTPStatus.GONE):
                    return None
                case File(status=status) if status < HTTPStatus.TOO_MANY_REQUESTS:
                    raise _refusal(request, status, "")
                case NotSent(permanent=True):
                    break
                case _:
                    pass
        reason = f"HTTP {fetched.status}" if isinstance(fetched, File) else fetched.reason if fetched else ""
        raise ForgeError(f"{request} failed: {reason}", hint="run the job again")

    async def _asked(self, request: Request) -> Answer:
        outcome = (await self._sender.send(request, repeat=Repeat.HARMLESS, writes=False)).outcome
        return self._answered(request, outcome)

    def _answered(self, request: Request, outcome: Outcome) -> Answer:
        match outcome:
            case Answer() if outcome.succeeded:
                return outcome
            case Answer():
                raise _refusal(request, outcome.status, self._place.token.mask(_words(outcome.body)))
            case Garbled() | Lost() | NotSent():
                raise ForgeError(f"{request} failed: {outcome.reason}", hint="run the job again")


@asynccontextmanager
async def open_session(place: Place, *, writes: bool, clock: Clock | None = None) -> AsyncIterator[Session]:
    """Open a session on connections of its own. Raises UsageError for an address that is neither https nor here."""
    clock = clock or Clock()
    base = check_base_url(place.url, variable=place.variable, example="the API of your forge, by https")
    permission = WRITING if writes else READING
    async with open_wire(
        base,
        key=place.token,
        permission=permission,
        timeouts=Timeouts(),
        concurrency=1,
        tls=tls_context() if base.url.startswith("https:") else None,
    ) as wire:
        sender = Sender(
            wire=wire,
            permission=permission,
            pacing=Pacing(rate=math.inf, concurrency=1, clock=clock),
            endpoint_of=lambda _method, _path: "",
            hopeless=lambda answer: _far_off(answer, clock),
            understood=_understood,
            policy=RetryPolicy(),
            clock=clock,
            tally=Tally(),
        )
        yield Session(sender, base, place, clock)


def _understood(outcome: Outcome) -> Outcome:
    """GitHub's other way to say 429: 403 with a time to wait, or with nothing left of the quota."""
    if isinstance(outcome, Answer) and outcome.status == HTTPStatus.FORBIDDEN and _is_limit(outcome.headers):
        return replace(outcome, status=HTTPStatus.TOO_MANY_REQUESTS)
    return outcome


def _is_limit(headers: Mapping[str, str]) -> bool:
    return "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"


def _far_off(answer: Answer, clock: Clock) -> bool:
    """Whether the quota of the hour is used up, and no waiting of ours reaches the next."""
    if "retry-after" in answer.headers or answer.headers.get("x-ratelimit-remaining") != "0":
        return False
    reset = read_reset(answer.headers, epoch=clock.epoch())
    return reset is not None and reset > 2 * LONGEST_WAIT


def _refusal(request: Request, status: int, words: str) -> ForgeError:
    said = f": {words}" if words else ""
    summary = f"{request} was answered with HTTP {status}{said}"
    if status in _DENIED:
        return ForgeDenied(summary, hint="docs/pipelines.md lists the permissions that the token needs")
    if status in _INVALID:
        return ForgeInvalid(summary)
    hint = "the token's quota is used up: run the job again later" if status == HTTPStatus.TOO_MANY_REQUESTS else ""
    return ForgeError(summary, hint=hint or "run the job again")


def _words(body: Any) -> str:
    """What a forge says of a refusal: ``message`` at both, ``error`` at GitLab's gateway."""
    said = (body.get("message") or body.get("error")) if isinstance(body, dict) else None
    return " ".join(str(said).split())[:_LONGEST_MESSAGE] if said else ""


def number(row: Mapping[str, Any], name: str) -> int:
    """The number under ``name``. Raises ForgeError where a forge answers with something else."""
    found = row.get(name)
    if not isinstance(found, int):
        raise ForgeError(f'an answer has no number "{name}" where there must be one')
    return found


def _rows(request: Request, body: Any, inside: str) -> list[dict[str, Any]]:
    rows = body.get(inside) if inside and isinstance(body, dict) else body
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ForgeError(f"{request} was not answered with a list")
    return rows
