"""Wall time of an export at a real account's limit, against the least that its lists take; its requests and memory."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from math import ceil
from pathlib import Path

from benchmarks.emulator import emulator
from benchmarks.floor import PAGE, look_seconds
from benchmarks.pacing import LATENCY_MS, LIMIT, RATE
from benchmarks.processes import measure
from benchmarks.project import Project
from benchmarks.row import Row
from benchmarks.scale import Scale
from benchmarks.shape import Shape

_SPARE = 7
"""Lists of kinds of which the account has nothing: numbers, mobile numbers, short codes, hosted
numbers, orders, agents, reviews."""


def exporting(folder: Path, scale: Scale) -> Iterator[Row]:
    """Three rows: time, requests, memory. One resource in ten is a profile, and has a list of auto-responses."""
    profiles = scale.size // 10
    shape = Shape(profiles=profiles, responses=profiles)
    project = _project(shape, scale.size - 2 * profiles, folder)
    with emulator(project.seed, rps=LIMIT, latency_ms=LATENCY_MS) as served:
        done = measure(project.reconciler("export", served=served))
        requests = len(served.requests())
        again = project.reconciler("plan", "--detailed-exitcode", served=served)
        measure(again)  # fails unless the plan is empty
    floor = look_seconds(shape, rate=RATE, latency=LATENCY_MS / 1000)
    yield Row(
        what=f"paced export of {scale.size:,} resources, then an empty plan",
        baseline=f"floor at {RATE}/s and {LATENCY_MS:.0f} ms",
        ratio=done.seconds / floor,
        goal=1.1,
        absolute=f"{done.seconds:.1f} s / {floor:.1f} s; {done.busy:.1f} s of it busy",
    )
    fewest = ceil(profiles / PAGE) + ceil((scale.size - 2 * profiles) / PAGE) + profiles + _SPARE
    yield Row(
        what="its requests",
        baseline="fewest that can know the answer",
        ratio=requests / fewest,
        goal=1.0,
        exact=True,
        absolute=f"{requests:,} / {fewest:,}",
    )
    yield Row(what="its peak memory", baseline="", absolute=f"{done.mebibytes:.0f} MiB")


def _project(shape: Shape, senders: int, folder: Path) -> Project:
    """A seed and an empty folder for manifests."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = dict(shape.seed())
    rows["alphanumeric_sender_ids"] = [
        {
            "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"sender {number}")),
            "alphanumeric_sender_id": f"Acme {number // shape.profiles:05}",
            "messaging_profile_id": rows["messaging_profiles"][number % shape.profiles]["id"],
        }
        for number in range(senders)
    ]
    project = Project(folder)
    project.seed.write_text(json.dumps({**rows, "rcs_agents": []}), "utf-8")
    project.at_rate(None)
    return project
