"""A project folder whose account already holds what its manifests say, recorded by a real apply."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.emulator import Emulator, emulator
from benchmarks.processes import Command, measure, python
from benchmarks.shape import Shape, write_manifests

UNPACED = 1e6
"""Requests per second: an account whose limit is never met, so that only the program's own time is left."""


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with manifests, a ``reconciler.yaml`` and a seed."""

    folder: Path

    @property
    def seed(self) -> Path:
        """The account's rows."""
        return self.folder / "seed.json"

    def reconciler(self, *arguments: str, served: Emulator | None = None, expected: int = 0) -> Command:
        """One command of ours, on this project."""
        return Command(
            arguments=python("-m", "reconciler", *arguments),
            folder=self.folder,
            environment=served.environment if served else {},
            expected=expected,
        )

    def at_rate(self, rate: float | None) -> None:
        """Set the account's rate; None is the program's own choice."""
        account = {"paths": ["manifests"]} | ({"rate": rate} if rate else {})
        (self.folder / "reconciler.yaml").write_text(json.dumps({"accounts": {"default": account}}), "utf-8")


def write_project(shape: Shape, folder: Path) -> Project:
    """Manifests and seed, nothing recorded yet."""
    write_manifests(shape, folder / "manifests")
    project = Project(folder)
    project.seed.write_text(json.dumps(shape.seed()), "utf-8")
    project.at_rate(UNPACED)
    return project


def recorded_project(shape: Shape, folder: Path, *, port: int = 0) -> tuple[Project, int]:
    """As ``write_project``, and everything that the account holds is recorded: adopting what is equal writes nothing.

    Answers the port as well: the ledger knows its account by it.
    """
    project = write_project(replace(shape, new=0, edited=0, reworded=0), folder)
    with emulator(project.seed, port=port) as served:
        measure(project.reconciler("apply", "--auto-approve", served=served))
        used = served.port
    write_manifests(shape, folder / "manifests")
    return project, used
