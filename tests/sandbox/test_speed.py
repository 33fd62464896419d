"""Lists stay linear: a page of 250 costs about the same wherever it lies and however many there are."""

from __future__ import annotations

import time
from statistics import median

from .site import Site, SiteFactory


def _page_costs(site: Site, pages: int) -> list[float]:
    """Seconds per page of 250, over the socket, JSON not decoded."""
    costs = []
    for page in range(1, pages + 1):
        before = time.perf_counter()
        answer = site.ask("GET", f"/messaging_profiles?page[size]=250&page[number]={page}")
        costs.append(time.perf_counter() - before)
        assert answer.status_code == 200
        assert len(answer.content) > 100_000
    return costs


def test_pages_of_ten_thousand(start: SiteFactory) -> None:
    """40 pages of 250 take milliseconds each, the last no longer than the first."""
    rows = [{"name": f"p{index}", "whitelisted_destinations": ["US"]} for index in range(10_000)]
    costs = _page_costs(start(seed={"messaging_profiles": rows}), 40)
    # Generous against a busy machine: the measured figure is 2 to 3 ms.
    assert median(costs) < 0.03
    assert median(costs[-10:]) < 5 * median(costs[1:11])


def test_answers_do_not_wait_for_an_ack(site: Site) -> None:
    """A second request on a connection is answered at once: Nagle's algorithm would hold it for 40 ms."""
    costs = []
    for _ in range(9):
        before = time.perf_counter()
        site.ask("GET", "/short_codes")
        costs.append(time.perf_counter() - before)
    assert median(costs) < 0.03
