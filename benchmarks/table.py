"""The table, for a terminal and for the README."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.row import HEADINGS, Row


def plain(rows: Sequence[Row]) -> str:
    """Aligned columns."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n" for line in lines
    )


def markdown(rows: Sequence[Row], machine: str) -> str:
    """A table for the README, with the machine that it was measured on."""
    lines = [HEADINGS, ("---",) * len(HEADINGS), *(row.cells() for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines) + f"\nMeasured on {machine}.\n"
