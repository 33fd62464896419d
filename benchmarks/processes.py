"""Whole processes: how long one takes and how much memory it needs, and several of them in turns."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

_TOLD = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to run, where, and the exit code that means success."""

    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    expected: int = 0


@dataclass(frozen=True, slots=True)
class Measure:
    """One run, or the medians of several."""

    seconds: float
    busy: float
    """Seconds of processor time: what a busy machine disturbs least."""
    mebibytes: float
    """Peak resident memory."""


def python(*arguments: str) -> tuple[str, ...]:
    """A command line of the interpreter that runs this."""
    return (sys.executable, *arguments)


def script(name: str) -> str:
    """A program that is installed beside that interpreter."""
    return str(Path(sys.executable).with_name(name))


def measure(command: Command) -> Measure:
    """Run once. Raises RuntimeError, with what the process said, for any other exit code than the expected one."""
    with tempfile.TemporaryFile() as told:
        started = time.perf_counter()
        process = subprocess.Popen(
            command.arguments,
            cwd=command.folder,
            env={**os.environ, **command.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=told,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != command.expected:
            told.seek(0)
            words = told.read(_TOLD).decode("utf-8", "replace")
            raise RuntimeError(f"exit {process.returncode} of {' '.join(command.arguments)}:\n{words}")
    # Linux counts kibibytes, macOS bytes.
    mebibytes = usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return Measure(seconds, usage.ru_utime + usage.ru_stime, mebibytes)


def in_turns(commands: Sequence[Command], rounds: int) -> list[Measure]:
    """Medians of A B A B …: whatever else the machine does meets all of them alike. One unmeasured round first."""
    runs: list[list[Measure]] = [[] for _ in commands]
    for turn in range(rounds + 1):
        for command, measured in zip(commands, runs, strict=True):
            once = measure(command)
            if turn:
                measured.append(once)
    return [
        Measure(
            median(run.seconds for run in measured),
            median(run.busy for run in measured),
            median(run.mebibytes for run in measured),
        )
        for measured in runs
    ]


def busy_ratio(ours: Measure, theirs: Measure) -> str:
    """The ratio in processor time, to be told beside the one in wall time."""
    return f"processor time {ours.busy / theirs.busy:.2f} ×"
