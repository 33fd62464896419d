"""Streams that are closed, full or abandoned: no traceback, and no write cut short for want of a reader."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.journeys.workspace import COMMAND, Emulator, Workspace, profile

PROFILES = [profile(f"profile-{index:02}", webhook_url="https://a.example.com") for index in range(12)]


def _shell(workspace: Workspace, line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line.replace("reconciler", str(COMMAND))],
        cwd=workspace.folder,
        env=workspace.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("reconciler plan > /dev/full", 1, "cannot write to standard output: no space left on device [output]"),
        ("reconciler --help > /dev/full", 1, "[output]"),
        ("reconciler plan | true", 1, ""),
        ("reconciler plan >&-", 0, ""),
        ("reconciler plan 2>&-", 0, ""),
        ("reconciler validate <&- >&2", 0, "valid"),
        ("reconciler validate - <&-", 64, "standard input is closed"),
        ("reconciler apply <&-", 64, "nobody to ask"),
        ("PYTHONIOENCODING=ascii reconciler plan", 0, ""),
    ],
)
def test_a_reading_command_says_one_line(line: str, code: int, words: str, workspace: Workspace) -> None:
    """Or none, where nobody would want it."""
    workspace.declare(*PROFILES)
    workspace.environment["PYTHONUNBUFFERED"] = ""
    ended = _shell(workspace, line)
    assert (ended.returncode, words in ended.stderr) == (code, True), ended.stderr
    assert "Traceback" not in ended.stderr
    assert "Exception" not in ended.stderr
    assert ended.stderr.count("\n") <= 2


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full")
@pytest.mark.parametrize(
    "line",
    [
        "reconciler apply --auto-approve 2> /dev/full",
        "reconciler apply --auto-approve 2>&-",
        "reconciler apply --auto-approve --format json > /dev/full",
        "reconciler apply --auto-approve --format jsonl > /dev/full",
        "reconciler apply --auto-approve --format jsonl 2>&- > /dev/full",
        "reconciler apply --auto-approve --format jsonl >&-",
    ],
)
def test_a_run_goes_to_its_end(line: str, workspace: Workspace, telnyx: Emulator) -> None:
    """Whoever was to be told: everything is written, recorded, and the exit code is that of the run."""
    workspace.declare(*PROFILES)
    ended = _shell(workspace, line)
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    assert len(telnyx.rows("messaging_profiles")) == len(PROFILES)
    assert len(workspace.recorded) == len(PROFILES)
    assert not (workspace.folder / ".reconciler" / "default.journal").exists() or workspace.actions() == {}


def test_a_reader_that_leaves_in_the_middle(workspace: Workspace, telnyx: Emulator) -> None:
    """``--format jsonl | head -1``."""
    workspace.declare(*PROFILES)
    ended = _shell(workspace, "reconciler apply --auto-approve --format jsonl | head -1; exit ${PIPESTATUS[0]}")
    assert ended.returncode == 0, ended.stderr
    assert len(workspace.recorded) == len(PROFILES)
    assert workspace.actions() == {}


def test_a_plan_that_cannot_be_shown_is_not_carried_out(workspace: Workspace, telnyx: Emulator) -> None:
    """What runs is what was shown."""
    workspace.declare(*PROFILES)
    ended = _shell(workspace, "reconciler apply --auto-approve > /dev/full")
    assert ended.returncode == 1
    assert "cannot write to standard output" in ended.stderr
    assert telnyx.writes() == []
