"""The time and memory of a whole plan of recorded, unchanged resources, against octoDNS planning unchanged records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.emulator import emulator
from benchmarks.neighbour import octodns
from benchmarks.processes import busy_ratio, in_turns
from benchmarks.project import recorded_project
from benchmarks.row import Row
from benchmarks.scale import Scale
from benchmarks.shape import Shape

_GOAL, _HOPE = 1 / 3, 1 / 4


def planning(folder: Path, scale: Scale) -> Iterator[Row]:
    """Two rows: time, and peak memory."""
    project, port = recorded_project(account_of(scale.size), folder / "ours")
    neighbour = octodns(scale.size, folder / "theirs")
    with emulator(project.seed, port=port) as served:
        plan = project.reconciler("plan", "--detailed-exitcode", served=served)
        ours, theirs = in_turns([plan, neighbour], scale.rounds)
    ratio = ours.seconds / theirs.seconds
    left = f"; {1 - _HOPE / ratio:.0%} less to 1/4" if ratio > _HOPE else "; within 1/4"
    yield Row(
        what=f"plan {scale.size:,} unchanged resources",
        baseline="octodns-sync, as many records",
        ratio=ratio,
        goal=_GOAL,
        absolute=f"{ours.seconds:.2f} s / {theirs.seconds:.2f} s; {busy_ratio(ours, theirs)}{left}",
    )
    yield Row(
        what="its peak memory",
        baseline="octodns-sync, as many records",
        ratio=ours.mebibytes / theirs.mebibytes,
        absolute=f"{ours.mebibytes:.0f} MiB / {theirs.mebibytes:.0f} MiB",
    )


def account_of(size: int) -> Shape:
    """Mostly profiles, one resource in twenty a sender ID."""
    return Shape(profiles=size - size // 20, senders=size // 20)
