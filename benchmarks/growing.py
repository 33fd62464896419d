"""Growth: what one more resource costs in a large project, against what it costs in a small one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.emulator import emulator
from benchmarks.planning import account_of
from benchmarks.processes import Command, Measure, in_turns
from benchmarks.project import recorded_project
from benchmarks.row import Row
from benchmarks.scale import Scale

_GOAL = 1.3


def growing(folder: Path, scale: Scale) -> Iterator[Row]:
    """Processor time and memory of ``validate`` and ``plan``; start-up is taken out by looking at differences only."""
    validates: list[Measure] = []
    plans: list[Measure] = []
    for size in scale.growth:
        project, port = recorded_project(account_of(size), folder / str(size))
        with emulator(project.seed, port=port) as served:
            plan: Command = project.reconciler("plan", "--detailed-exitcode", served=served)
            validated, planned = in_turns([project.reconciler("validate"), plan], scale.growth_rounds)
        validates.append(validated)
        plans.append(planned)
    for name, measured in (("validate", validates), ("plan", plans)):
        yield _row(name, "time", scale.growth, [each.busy for each in measured], "s")
        yield _row(name, "memory", scale.growth, [each.mebibytes for each in measured], "MiB")


def _row(command: str, of: str, sizes: Sequence[int], values: Sequence[float], unit: str) -> Row:
    few, some, many = sizes
    early = (values[1] - values[0]) / (some - few)
    late = (values[2] - values[1]) / (many - some)
    digits = 2 if unit == "s" else 0
    return Row(
        what=f"{command}: {of} per resource, {some:,} to {many:,}",
        baseline=f"{few:,} to {some:,}",
        ratio=late / early,
        goal=_GOAL,
        absolute=", ".join(f"{value:.{digits}f} {unit}" for value in values),
    )
