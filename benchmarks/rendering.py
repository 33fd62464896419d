"""Showing a saved plan of many changes in each format: whole processes, against Python's own tool on the same JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.emulator import emulator
from benchmarks.processes import Command, in_turns, measure, python
from benchmarks.project import recorded_project
from benchmarks.row import Row
from benchmarks.scale import Scale
from benchmarks.shape import Shape

FORMATS = ("text", "json", "markdown", "html", "github")
MARKDOWN_MOST = 60_000
"""Bytes (issue: GitHub takes 65,536)."""


def rendering(folder: Path, scale: Scale) -> Iterator[Row]:
    """A row for each format: every profile gets a webhook of its own, so that nothing is alike."""
    project, port = recorded_project(Shape(profiles=scale.size, edited=scale.size), folder)
    with emulator(project.seed, port=port) as served:
        measure(project.reconciler("plan", "--no-impact", "--out", "plan.bin", served=served))
    measure(project.reconciler("show", "plan.bin", "--format", "json=plan.json"))
    tool = Command(arguments=python("-m", "json.tool", "plan.json", "tool.json"), folder=folder)
    shows = [project.reconciler("show", "plan.bin", "--format", f"{name}=shown.{name}") for name in FORMATS]
    *measured, baseline = in_turns([*shows, tool], scale.rounds)
    for name, one in zip(FORMATS, measured, strict=True):
        size = (folder / f"shown.{name}").stat().st_size
        yield Row(
            what=f"show {scale.size:,} changes as {name}",
            baseline="python -m json.tool of the same plan",
            ratio=one.seconds / baseline.seconds,
            absolute=f"{one.seconds:.2f} s / {baseline.seconds:.2f} s; {size / 1e6:.2f} MB; {one.mebibytes:.0f} MiB",
        )
    yield Row(
        what="bytes of Markdown",
        baseline="the budget",
        ratio=(folder / "shown.markdown").stat().st_size / MARKDOWN_MOST,
        goal=1.0,
    )
