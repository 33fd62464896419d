"""Reading what answers say about waiting, rates and the time. Pure: the time is an argument."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from reconciler.model.sent import Quota

LONGEST_WAIT = 60.0
"""Seconds. No answer may make us wait longer at once; the SDK draws the same line (guide §18.6)."""

_EPOCH_FROM = 1e9
"""``x-ratelimit-reset`` is seconds on one page of the documentation, an epoch on another (guide §18.4)."""


def read_quota(headers: Mapping[str, str], *, epoch: float) -> Quota | None:
    """Answer the quota, or None unless all three headers are there and make sense."""
    limit = _number(headers.get("x-ratelimit-limit"))
    remaining = _number(headers.get("x-ratelimit-remaining"))
    reset = read_reset(headers, epoch=epoch)
    if limit is None or limit == 0 or remaining is None or reset is None:
        return None
    return Quota(limit=limit, remaining=min(remaining, limit), reset=reset)


def read_reset(headers: Mapping[str, str], *, epoch: float) -> float | None:
    """Seconds from ``epoch`` until ``x-ratelimit-reset``, 0 when it has passed, None when there is none."""
    reset = _number(headers.get("x-ratelimit-reset"))
    if reset is None:
        return None
    return max(0.0, reset - epoch) if reset > _EPOCH_FROM else reset


def read_retry_after(headers: Mapping[str, str], *, epoch: float) -> float | None:
    """Seconds from ``epoch`` until ``Retry-After`` (seconds or an HTTP date), None when there is none."""
    text = headers.get("retry-after")
    seconds = _number(text)
    if text is None or seconds is not None:
        return seconds
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - epoch)
    except (ValueError, OverflowError):
        return None


def read_date(headers: Mapping[str, str]) -> float | None:
    """The server's clock, in seconds since 1970; None where it does not tell, or tells nonsense."""
    try:
        date = parsedate_to_datetime(headers.get("date", ""))
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def asked_wait(status: int, headers: Mapping[str, str], *, epoch: float) -> float | None:
    """How long the answer asks us to wait, within (0, LONGEST_WAIT] seconds; None when it does not say.

    ``x-ratelimit-reset`` comes with every answer and asks for a wait only on a 429.
    """
    asked = [read_retry_after(headers, epoch=epoch)]
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        asked.append(read_reset(headers, epoch=epoch))
    return next((min(seconds, LONGEST_WAIT) for seconds in asked if seconds), None)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
