"""Ending an apply at a chosen moment: which moments there are, what is typed, and what must be true afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tests.journeys import mixed
from tests.journeys.workspace import ROOT, SECONDS, Emulator, Workspace

SETTLE = ("--settle", "0.3")
"""Nothing lags here: what an earlier run made is seen at the first look."""
INTERRUPTED = 130


class Place(Enum):
    """Where in the life of a write."""

    BEFORE = "before commit"
    AFTER = "after commit, before the answer"
    UNRECORDED = "after the answer, before the journal line"


class End(Enum):
    """What happens to the process then."""

    KILL = "SIGKILL"
    TERM = "SIGTERM"
    TERM_TWICE = "SIGTERM twice"

    def __str__(self) -> str:
        """Its part of a test's id."""
        return self.value


@dataclass(frozen=True, slots=True)
class Moment:
    """Before or after the commit of the write that ``what`` names (``METHOD PATH OCCURRENCE``, as faults are spelled).

    Or, where an answer is not recorded yet, when the journal holds ``what`` lines.
    """

    place: Place
    what: str

    def __str__(self) -> str:
        """The test's id."""
        return f"{self.what} {self.place.name.lower()}"


class Way(Enum):
    """How the apply is typed. Resuming is typing the same again."""

    PATHS = "apply PATHS"
    FILE = "apply FILE"

    def __str__(self) -> str:
        """Its part of a test's id."""
        return self.value

    @property
    def command(self) -> tuple[str, ...]:
        """What is typed, then and again."""
        if self is Way.FILE:
            return ("apply", "plan.json", "--auto-approve")
        return ("apply", "--auto-approve", *mixed.LIFTED)

    def prepare(self, workspace: Workspace) -> None:
        """What was typed the day before."""
        if self is Way.FILE:
            planned = workspace.call("plan", "--out", "plan.json", *mixed.LIFTED)
            assert planned.code == 0, planned.err


def crash(
    telnyx: Emulator, workspace: Workspace, moment: Moment, *, way: Way = Way.PATHS, end: End = End.KILL
) -> tuple[int, str]:
    """Apply in a process of its own and end it at the moment; answers its exit code and what it said to people."""
    return end_at(telnyx, workspace, moment, way.command, end=end)


def end_at(
    telnyx: Emulator, workspace: Workspace, moment: Moment, command: tuple[str, ...], *, end: End = End.KILL
) -> tuple[int, str]:
    """The same, of any command."""
    if moment.place is Place.UNRECORDED:
        number = signal.SIGKILL if end is End.KILL else signal.SIGTERM
        process = dying(workspace, "signal", str(number.value), moment.what, *command)
    else:
        telnyx.fault(f"{moment.what} {_effect(moment.place, end)}")
        process = workspace.start(*command)
        while not any(request["fault"] for request in telnyx.requests()):
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        time.sleep(0.03)  # what is not held may end or not
        _end(process, end)
    with process:
        _, said = process.communicate(timeout=SECONDS)
    telnyx.fault()
    assert "Traceback" not in said
    return process.returncode, said


def _effect(place: Place, end: End) -> str:
    """A process that may finish what is in flight gets its answer in the end."""
    where = "" if place is Place.BEFORE else "-after"
    return f"delay{where}=0.2" if end is End.TERM else f"hold{where or '-before'}"


def _end(process: subprocess.Popen[str], end: End) -> None:
    process.send_signal(signal.SIGKILL if end is End.KILL else signal.SIGTERM)
    if end is End.TERM_TWICE:
        time.sleep(0.1)  # two at once are one
        process.send_signal(signal.SIGTERM)


def dying(workspace: Workspace, *arguments: str) -> subprocess.Popen[str]:
    """The program ``dying``, started."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.dying", *arguments],
        cwd=workspace.folder,
        env={**workspace.environment, "PYTHONPATH": os.fspath(ROOT)},
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def converges(
    telnyx: Emulator, workspace: Workspace, world: mixed.World, expected: Any, *, way: Way = Way.PATHS
) -> None:
    """One more apply exits 0, and then all is as desired: once each, the right ids and origins, nobody disturbed."""
    done = workspace.call(*way.command, *SETTLE)
    assert done.code == 0, done.out + done.err
    assert workspace.actions() == {}
    assert workspace.ledger["intents"] == []
    assert not (workspace.folder / ".reconciler" / "default.journal.jsonl").exists()
    mixed.each_exactly_once(telnyx)
    mixed.origins_are_right(workspace)
    mixed.untouched(telnyx, world)
    mixed.same_profiles(telnyx, world)
    assert mixed.held(telnyx) == expected
