"""Start-up: ``--help`` against importing click."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.processes import Command, busy_ratio, in_turns, python, script
from benchmarks.row import Row
from benchmarks.scale import Scale

_ROUNDS_EACH = 3
"""These are quick, so noise weighs more: as many times the usual rounds."""


def starting(folder: Path, scale: Scale) -> Iterator[Row]:
    """The installed program, as typed."""
    ours, theirs = in_turns(
        [
            Command(arguments=(script("reconciler"), "--help"), folder=folder),
            Command(arguments=python("-c", "import click"), folder=folder),
        ],
        scale.rounds * _ROUNDS_EACH,
    )
    yield Row(
        what="--help",
        baseline="importing click",
        ratio=ours.seconds / theirs.seconds,
        goal=1.5,
        absolute=f"{ours.seconds * 1000:.0f} ms / {theirs.seconds * 1000:.0f} ms; {busy_ratio(ours, theirs)}",
    )
