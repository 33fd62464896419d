"""What a handler gets and gives back: one parsed request, one answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from reconciler.sandbox.account import Account
from reconciler.sandbox.store import Row, encode

Show = Callable[[dict[str, Any]], dict[str, Any]]
"""What an answer shows of a stored object, which must not be changed."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, after authentication, routing and parsing."""

    account: Account
    params: Mapping[str, str]
    """Path parameters, percent-decoded."""
    query: Mapping[str, str]
    body: Mapping[str, Any]
    """The JSON object that was sent; empty where there is none."""
    raw: bytes
    content_type: str
    turn: int
    """Counts requests, for the quirks that differ from one to the next."""

    def present(self, row: Row, show: Show | None = None) -> str:
        """A row's JSON as this server answers it; `show` makes the answer of what is stored."""
        quirks = self.account.quirks
        if show is None and not quirks.rewrites_rows:
            return row.text
        return encode(quirks.present(show(row.document) if show else row.document, self.turn))


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body text."""

    text: str
    status: int = 200
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Call], Answer]
BodyKind = Literal["none", "required", "optional", "raw"]
"""Whether a JSON body is read: `raw` leaves the bytes to the handler."""


@dataclass(frozen=True, slots=True)
class Route:
    """One operation that this server answers."""

    method: str
    path: str
    """Template relative to the base URL, with `{name}` for path parameters."""
    handler: Handler
    body: BodyKind = "none"
    bare_errors: frozenset[int] = frozenset()
    """Statuses that are answered as a single error object (guide 18.3)."""
