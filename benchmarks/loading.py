"""Loading and validating with positions, against PyYAML's C loader alone; and one small file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.processes import Command, Measure, busy_ratio, in_turns, python
from benchmarks.project import write_project
from benchmarks.row import Row
from benchmarks.scale import Scale
from benchmarks.shape import Shape

_BASELINE = """
import pathlib, sys, yaml
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    list(yaml.load_all(path.read_bytes(), Loader=yaml.CSafeLoader))
"""
_IMPORTS = "import click, yaml, pydantic"


def loading(folder: Path, scale: Scale) -> Iterator[Row]:
    """``validate`` of many manifests."""
    project = write_project(Shape(profiles=scale.size), folder)
    bare = Command(arguments=python("-c", _BASELINE, "manifests"), folder=project.folder)
    ours, theirs = in_turns([project.reconciler("validate"), bare], scale.rounds)
    yield Row(
        what=f"validate {scale.size:,} manifests",
        baseline="yaml.CSafeLoader, same bytes",
        ratio=ours.seconds / theirs.seconds,
        goal=0.9,
        absolute=f"{_told(ours)} / {_told(theirs)}; {busy_ratio(ours, theirs)}",
    )


def one_file(folder: Path, scale: Scale) -> Iterator[Row]:
    """``validate`` of a single manifest."""
    project = write_project(Shape(profiles=1), folder)
    bare = Command(arguments=python("-c", _IMPORTS), folder=project.folder)
    ours, theirs = in_turns([project.reconciler("validate"), bare], scale.rounds)
    yield Row(
        what="validate one manifest",
        baseline="importing click, yaml, pydantic",
        ratio=ours.seconds / theirs.seconds,
        absolute=f"{ours.seconds * 1000:.0f} ms / {theirs.seconds * 1000:.0f} ms; {busy_ratio(ours, theirs)}",
    )


def _told(measured: Measure) -> str:
    return f"{measured.seconds:.2f} s, {measured.mebibytes:.0f} MiB"
