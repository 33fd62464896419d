"""``python -m benchmarks``: measure, and print the table. Exits 1 only when a command fails: a goal missed is told."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks.counting import counting
from benchmarks.drifting import drifting
from benchmarks.exporting import exporting
from benchmarks.growing import growing
from benchmarks.loading import loading, one_file
from benchmarks.machine import machine
from benchmarks.pacing import pacing
from benchmarks.planning import planning
from benchmarks.rendering import rendering
from benchmarks.row import Row
from benchmarks.scale import FULL, QUICK, Scale
from benchmarks.sharing import sharing
from benchmarks.starting import starting
from benchmarks.table import markdown, plain

Benchmark = Callable[[Path, Scale], Iterator[Row]]

BENCHMARKS: Mapping[str, Benchmark] = {
    "load": loading,
    "help": starting,
    "one-file": one_file,
    "plan": planning,
    "requests": counting,
    "pace": pacing,
    "share": sharing,
    "export": exporting,
    "render": rendering,
    "drift": drifting,
    "growth": growing,
}


def main() -> int:
    """Run the named benchmarks, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; default all")
    parser.add_argument("--quick", action="store_true", help="small and once: whether it runs, not how fast")
    parser.add_argument("--markdown", action="store_true", help="also print the table for the README")
    asked = parser.parse_args()
    unknown = [name for name in asked.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark {unknown[0]!r} (there are {', '.join(BENCHMARKS)})")
    rows: list[Row] = []
    failed = False
    for name in asked.names or BENCHMARKS:
        sys.stderr.write(f"{name} …\n")
        try:
            with tempfile.TemporaryDirectory(prefix="reconciler-bench-") as folder:
                rows.extend(BENCHMARKS[name](Path(folder), QUICK if asked.quick else FULL))
        except RuntimeError as error:  # what the others measured is not lost
            failed = True
            sys.stderr.write(f"{name} failed: {error}\n")
    print(plain(rows), end="")
    if asked.markdown:
        print("\n" + markdown(rows, machine()), end="")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
