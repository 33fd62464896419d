"""One attempt to send a request, as a value: for counting, for logs, for whoever watches a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """One attempt that has ended. Holds no body, no header, no key, and of the query only the names.

    ``path`` has ``{}`` for every id: one may come from a secret, and some are phone numbers.

    ``status`` is None when no whole answer came; ``seconds`` is its length; ``attempt`` counts from 1. ``again_in`` are
    the seconds until it is sent once more; None: this was the last attempt.
    """

    method: str
    path: str
    status: int | None
    seconds: float
    attempt: int
    parameters: tuple[str, ...] = ()
    again_in: float | None = None
