"""SIGINT and SIGTERM: before the first write the run just ends; while writing, in two stages (design §5)."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable

import pytest

from tests.journeys.workspace import Emulator, Workspace, profile

BOTH = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
PROFILES = [profile(f"profile-{index:02}") for index in range(30)]


def _until(happened: Callable[[], object], process: subprocess.Popen[str]) -> None:
    while not happened():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


@pytest.mark.parametrize("command", ["plan", "drift", "status", "apply"])
def test_130_while_reading(command: str, workspace: Workspace, telnyx: Emulator) -> None:
    """At once, without a traceback, and with a whole document for programs."""
    workspace.declare(profile("alerts"))
    telnyx.fault("GET * 1 hold-before")
    agreed = ["--auto-approve"] if command == "apply" else []
    with workspace.start(command, "--format", "json", *agreed) as process:
        _until(telnyx.requests, process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "interrupted" in err
    document = json.loads(out)
    found = document.get("diagnostics", document.get("notices"))
    assert [each["code"] for each in found] == ["interrupted"]
    assert telnyx.writes() == []


@BOTH
def test_the_first_signal_finishes_what_is_in_flight(
    number: signal.Signals, workspace: Workspace, telnyx: Emulator
) -> None:
    """What had begun is recorded, the rest is named as not begun, and the same command carries on."""
    workspace.declare(*PROFILES)
    telnyx.fault("POST * * delay=0.7")
    with workspace.start("apply", "--auto-approve", "--format", "json") as process:
        _until(lambda: len(telnyx.writes()) >= 2, process)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    document = json.loads(out)
    made = len(telnyx.rows("messaging_profiles"))
    assert 0 < made < len(PROFILES)
    assert document["interrupted"]
    assert (document["summary"]["applied"], document["summary"]["stopped"]) == (made, len(PROFILES) - made)
    assert document["next_command"] == "reconciler apply --auto-approve --format json"
    assert len(workspace.recorded) == made
    assert "not begun" not in err
    telnyx.fault()
    workspace.apply()
    assert len(telnyx.rows("messaging_profiles")) == len(PROFILES)
    assert workspace.actions() == {}


@BOTH
def test_the_second_signal_ends_it_at_once(number: signal.Signals, workspace: Workspace, telnyx: Emulator) -> None:
    """Nothing is waited for; the next run still makes no twin and leaves no orphan."""
    workspace.declare(*PROFILES[:3])
    telnyx.fault("POST * 2 hold-after")
    with workspace.start("apply", "--auto-approve") as process:
        _until(lambda: len(telnyx.rows("messaging_profiles")) == len(PROFILES[:3]), process)
        process.send_signal(number)
        time.sleep(0.3)
        assert process.poll() is None
        process.send_signal(number)
        _, err = process.communicate(timeout=5)
    assert process.returncode == 130, err
    assert "once more to stop at once" in err
    assert "Traceback" not in err
    telnyx.fault()
    workspace.apply()
    assert len(telnyx.rows("messaging_profiles")) == len(PROFILES[:3])
    assert workspace.actions() == {}


def test_a_wait_is_not_in_flight(workspace: Workspace, telnyx: Emulator) -> None:
    """While a lost create is being looked for, one signal is enough, and its outcome stays open for the next run."""
    workspace.declare(*PROFILES[:2])
    telnyx.quirks("lag=3")
    telnyx.fault("POST * 1 drop-after")
    with workspace.start("apply", "--auto-approve", "--settle", "30") as process:
        _until(lambda: len(telnyx.writes()) == 2 and telnyx.requests()[-1]["method"] == "GET", process)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=10)
    assert process.returncode == 130, err
    telnyx.quirks()
    workspace.apply()
    assert len(telnyx.rows("messaging_profiles")) == 2
    assert workspace.actions() == {}
