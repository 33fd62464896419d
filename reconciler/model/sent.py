"""One attempt to send a request, as a value: for counting, for logs, for whoever watches a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quota:
    """The ``x-ratelimit-*`` headers: ``remaining`` of ``limit`` requests for ``reset`` seconds."""

    limit: float
    remaining: float
    reset: float


@dataclass(frozen=True, slots=True)
class Sent:
    """One attempt that has ended. Holds no body, no key, of the query only the names, and of the headers two facts.

    ``path`` has ``{}`` for every id: one may come from a secret, and some are phone numbers.

    ``status`` is None when no whole answer came; ``seconds`` is its length; ``attempt`` counts from 1. ``again_in`` are
    the seconds until it is sent once more; None: this was the last attempt. ``quota`` is what the answer says about the
    rate, and ``date`` what the server's clock showed, in whole seconds since 1970; None where it does not say.
    """

    method: str
    path: str
    status: int | None
    seconds: float
    attempt: int
    parameters: tuple[str, ...] = ()
    again_in: float | None = None
    quota: Quota | None = None
    date: float | None = None
