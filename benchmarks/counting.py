"""Requests of a plan against the floor, for accounts of several shapes; counted by the API's side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.emulator import emulator
from benchmarks.floor import look_requests
from benchmarks.processes import measure
from benchmarks.project import recorded_project
from benchmarks.row import Row
from benchmarks.scale import Scale
from benchmarks.shape import Shape

_SHAPES = (
    Shape(profiles=1),
    Shape(profiles=600),
    Shape(profiles=600, senders=300),
    Shape(profiles=300, senders=40, responses=40),
    Shape(profiles=300, responses=20, new=10, edited=10, reworded=10),
)


def counting(folder: Path, scale: Scale) -> Iterator[Row]:  # noqa: ARG001 - counts do not depend on the scale
    """One row: sums over all shapes, equal only if each is."""
    floors, counts = [], []
    for number, shape in enumerate(_SHAPES):
        project, port = recorded_project(shape, folder / str(number))
        with emulator(project.seed, port=port) as served:
            measure(project.reconciler("plan", served=served))
            counts.append(len(served.requests()))
        floors.append(look_requests(shape))
    worst = max(count / floor for count, floor in zip(counts, floors, strict=True))
    yield Row(
        what=f"requests of a plan, worst of {len(_SHAPES)} accounts",
        baseline="fewest that can know the answer",
        ratio=worst,
        goal=1.0,
        exact=True,
        absolute=f"{', '.join(map(str, counts))} / {', '.join(map(str, floors))}",
    )
