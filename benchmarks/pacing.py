"""Wall time at a real account's limit, against the least that the pace allows; and whether the limit was ever met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

from benchmarks.emulator import Emulator, emulator
from benchmarks.floor import look_seconds, write_seconds
from benchmarks.processes import Command, measure
from benchmarks.project import recorded_project
from benchmarks.row import Row
from benchmarks.scale import Scale
from benchmarks.shape import Shape

LIMIT = 10.0
"""Requests in any second that the sandbox allows per endpoint, as Telnyx does."""
RATE = 9.5
"""Requests per second that the program keeps to by itself."""
LATENCY_MS = 50.0


def pacing(folder: Path, scale: Scale) -> Iterator[Row]:
    """Three rows: a plan, an apply of creates and updates with both of its looks, and the refusals of either."""
    children = scale.children
    edits = children * 3 // 5
    shape = Shape(profiles=children, responses=children, new=edits, edited=edits, reworded=children * 3 // 10)
    project, port = recorded_project(shape, folder)
    project.at_rate(None)
    look = look_seconds(shape, rate=RATE, latency=LATENCY_MS / 1000)
    write = write_seconds(shape, rate=RATE, latency=LATENCY_MS / 1000)
    changes = shape.new + shape.edited + shape.reworded
    with emulator(project.seed, port=port, rps=LIMIT, latency_ms=LATENCY_MS) as served:
        plan = project.reconciler("plan", served=served)
        yield _row(f"paced plan, {children} profiles with auto-responses", plan, look)
        refused = _refused(served)
        apply = project.reconciler("apply", "--auto-approve", served=served)
        yield _row(f"paced apply of {changes} changes, two looks included", apply, 2 * look + write)
        refused += _refused(served)
    yield Row(
        what="429s seen by either",
        baseline=f"{LIMIT:.0f} requests in any second",
        ratio=float(refused),
        goal=0.0,
        exact=True,
    )


def _row(what: str, command: Command, floor: float) -> Row:
    seconds = measure(command).seconds
    return Row(
        what=what,
        baseline=f"floor at {RATE}/s and {LATENCY_MS:.0f} ms",
        ratio=seconds / floor,
        goal=1.1,
        absolute=f"{seconds:.2f} s / {floor:.2f} s",
    )


def _refused(served: Emulator) -> int:
    statuses = Counter(request["status"] for request in served.requests())
    served.forget_requests()
    return statuses[HTTPStatus.TOO_MANY_REQUESTS]
