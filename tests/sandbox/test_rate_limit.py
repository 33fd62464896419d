"""The sliding window per endpoint and key, and the headers that report it."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from reconciler.sandbox.ratelimit import SlidingWindow

from .site import Site, SiteFactory


def test_rate_headers_without_a_limit(site: Site) -> None:
    """Every answer reports a limit, errors too; without one nothing is refused."""
    for path in ("/messaging_profiles", "/nowhere"):
        headers = site.ask("GET", path).headers
        assert [headers[f"x-ratelimit-{name}"] for name in ("limit", "remaining", "reset")] == ["1000", "999", "1"]


def test_rate_window_slides(start: SiteFactory) -> None:
    """Three a second per endpoint and key: the fourth is refused until the first is a second old."""
    now = [1_800_000_000.0]
    site = start(rps=3, clock=lambda: now[0])
    answers = []
    for step in (0.0, 0.4, 0.4, 0.1, 0.05):
        now[0] += step
        answers.append(site.ask("GET", "/messaging_profiles"))
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0", "0"]
    assert answers[-1].json()["errors"][0]["code"] == "10011"
    assert site.ask("GET", "/short_codes").status_code == 200
    assert site.ask("GET", "/messaging_profiles/x").status_code == 404
    assert site.ask("POST", "/messaging_profiles", {}).status_code == 422
    assert replace(site, key="KEY_other").ask("GET", "/messaging_profiles").status_code == 200
    now[0] += 0.051
    assert site.ask("GET", "/messaging_profiles").status_code == 200
    assert site.ask("GET", "/messaging_profiles").status_code == 429


@pytest.mark.parametrize(("rps", "allowed"), [(2.5, 25), (0.5, 5), (10.0, 100)])
def test_rate_over_ten_seconds(rps: float, allowed: int) -> None:
    """An impatient client gets through exactly as often as the limit says."""
    window = SlidingWindow(rps)
    passed = sum(window.judge("x", tick / 1000).allowed for tick in range(10_000))
    assert passed == pytest.approx(allowed, abs=1)


@pytest.mark.parametrize("rps", [0, -1.0])
def test_impossible_limits(rps: float) -> None:
    """A limit is positive."""
    with pytest.raises(ValueError, match="rps must be positive"):
        SlidingWindow(rps)


def test_latency(start: SiteFactory) -> None:
    """Every request takes at least that long; administration does not."""
    site = start(latency_ms=150)
    before = time.perf_counter()
    site.ask("GET", "/short_codes")
    between = time.perf_counter()
    site.admin("GET", "faults")
    assert between - before >= 0.15 > time.perf_counter() - between
