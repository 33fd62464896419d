"""Drift of a large account: its time against a plan of the same account, its requests against the fewest."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from pathlib import Path

from benchmarks.emulator import emulator
from benchmarks.floor import PAGE
from benchmarks.processes import busy_ratio, in_turns, measure
from benchmarks.project import recorded_project
from benchmarks.row import Row
from benchmarks.scale import Scale
from benchmarks.shape import Shape


def drifting(folder: Path, scale: Scale) -> Iterator[Row]:
    """Two rows. One resource in three is a profile, and has a list of auto-responses, which a plan reads as well."""
    profiles = scale.size // 3
    shape = Shape(profiles=profiles, responses=profiles, senders=profiles)
    project, port = recorded_project(shape, folder)
    with emulator(project.seed, port=port) as served:
        drift = project.reconciler("drift", served=served)
        measure(drift)
        requests = len(served.requests())
        plan = project.reconciler("plan", "--detailed-exitcode", served=served)
        ours, theirs = in_turns([drift, plan], scale.rounds)
    yield Row(
        what=f"drift of {shape.size:,} resources, unpaced",
        baseline="a plan of the same account",
        ratio=ours.seconds / theirs.seconds,
        goal=1.1,
        absolute=f"{ours.seconds:.2f} s / {theirs.seconds:.2f} s; {busy_ratio(ours, theirs)}; {ours.mebibytes:.0f} MiB",
    )
    fewest = 2 * ceil(profiles / PAGE) + profiles
    yield Row(
        what="its requests",
        baseline="fewest that can know the answer",
        ratio=requests / fewest,
        goal=1.0,
        exact=True,
        absolute=f"{requests:,} / {fewest:,}",
    )
