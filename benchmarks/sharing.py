"""Two plans at once on one key, against the least time that the limit leaves for both; and how often it was met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

from benchmarks.emulator import emulator
from benchmarks.pacing import LATENCY_MS, LIMIT
from benchmarks.processes import measure
from benchmarks.project import recorded_project
from benchmarks.row import Row
from benchmarks.scale import Scale
from benchmarks.shape import Shape

RUNS = 2


def sharing(folder: Path, scale: Scale) -> Iterator[Row]:
    """Two rows, from the emulator's own log: the list below each profile is read once by each run."""
    profiles = scale.children
    project, port = recorded_project(Shape(profiles=profiles, responses=profiles), folder)
    project.at_rate(None)
    with emulator(project.seed, port=port, rps=LIMIT, latency_ms=LATENCY_MS) as served:
        plan = project.reconciler("plan", served=served)
        with ThreadPoolExecutor(RUNS) as pool:
            list(pool.map(measure, [plan] * RUNS))
        log = [one for one in served.requests() if one["path"].endswith("/autoresp_configs")]
    seconds = max(one["time"] for one in log) - min(one["time"] for one in log)
    floor = (RUNS * profiles - 1) / LIMIT
    refused = Counter(one["status"] for one in log)[HTTPStatus.TOO_MANY_REQUESTS]
    yield Row(
        what=f"{RUNS} plans at once on one key, {profiles} profiles with auto-responses",
        baseline=f"all requests at {LIMIT:.0f}/s",
        ratio=seconds / floor,
        goal=1.4,
        absolute=f"{seconds:.2f} s / {floor:.2f} s",
    )
    yield Row(
        what="429s that they draw, per request",
        baseline=f"{LIMIT:.0f} requests in any second",
        ratio=refused / len(log),
        goal=0.05,
        absolute=f"{refused} of {len(log)}",
    )
