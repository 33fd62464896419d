"""What answers say about waiting, in every dialect."""

from __future__ import annotations

import pytest

from reconciler.model.sent import Quota
from reconciler.transport.quota import asked_wait, read_date, read_quota

from .scripted import EPOCH

DATE_IN_7_S = "Fri, 15 Jan 2027 08:00:07 GMT"  # EPOCH + 7


@pytest.mark.parametrize(
    ("status", "headers", "expected", "reason"),
    [
        (429, {"retry-after": "3"}, 3.0, "seconds"),
        (503, {"retry-after": "0.5"}, 0.5, "also with other statuses, also fractions"),
        (429, {"retry-after": DATE_IN_7_S}, 7.0, "an HTTP date"),
        (429, {"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, None, "a date that has passed"),
        (429, {"retry-after": "3600"}, 60.0, "bounded"),
        (429, {"retry-after": "soon"}, None, "nonsense"),
        (429, {"retry-after": "-1"}, None, "negative"),
        (429, {"retry-after": "nan"}, None, "not a number"),
        (429, {"retry-after": "inf"}, None, "for ever"),
        (429, {"retry-after": "0", "x-ratelimit-reset": "2"}, 2.0, "zero says nothing"),
        (429, {"x-ratelimit-reset": "4"}, 4.0, "seconds"),
        (429, {"x-ratelimit-reset": str(EPOCH + 5)}, 5.0, "an epoch"),
        (429, {"x-ratelimit-reset": str(EPOCH + 500)}, 60.0, "an epoch, bounded"),
        (429, {"x-ratelimit-reset": str(EPOCH - 5)}, None, "an epoch that has passed"),
        (429, {"retry-after": "1", "x-ratelimit-reset": "9"}, 1.0, "Retry-After is the plainer word"),
        (500, {"x-ratelimit-reset": "9"}, None, "every answer has it; only a 429 means it"),
        (429, {}, None, "nothing said"),
    ],
)
def test_the_wait_asked_for(status: int, headers: dict[str, str], expected: float | None, reason: str) -> None:
    """One row per dialect."""
    wait = asked_wait(status, headers, epoch=EPOCH)
    assert wait == (expected if expected is None else pytest.approx(expected)), reason


@pytest.mark.parametrize(
    ("limit", "remaining", "reset", "expected"),
    [
        ("10", "9", "1", Quota(10, 9, 1)),
        ("10", "11", "0", Quota(10, 10, 0)),
        ("0", "0", "1", None),
        ("ten", "9", "1", None),
        ("10", "9", "", None),
    ],
)
def test_a_quota_is_whole_or_absent(limit: str, remaining: str, reset: str, expected: Quota | None) -> None:
    """Half a quota is none."""
    headers = {"x-ratelimit-limit": limit, "x-ratelimit-remaining": remaining, "x-ratelimit-reset": reset}
    assert read_quota(headers, epoch=EPOCH) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"date": DATE_IN_7_S}, EPOCH + 7),
        ({"date": "Fri, 15 Jan 2027 08:00:07 -0000"}, EPOCH + 7),
        ({"date": "yesterday"}, None),
        ({"date": ""}, None),
        ({}, None),
    ],
)
def test_the_servers_clock(headers: dict[str, str], expected: float | None) -> None:
    """As an HTTP date; a time without a zone is UTC."""
    assert read_date(headers) == expected
