"""One writer per account, whoever it is and however it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.errors import ExitCode, LedgerError, Locked
from reconciler.ledger.local import LocalLedger
from reconciler.model.ledger import Removed

from .cases import PROFILE, SINCE
from .conftest import command


@pytest.fixture
def other(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, which holds the lock."""
    with subprocess.Popen(command(folder, "hold"), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield process
        process.kill()


@pytest.mark.slow
def test_second_process_is_told_who_holds_the_lock(folder: Path, other: subprocess.Popen[str]) -> None:
    """Exit 5, and pid, host, command and time in the message; reading goes on without the lock."""
    files = LocalLedger(folder, "default")
    with pytest.raises(Locked) as refused, files.lock("reconciler destroy", SINCE):
        pass
    assert refused.value.exit_code is ExitCode.LOCKED
    for part in (f"pid {other.pid}", socket.gethostname(), '"reconciler apply"', "2026-03-01T12:00:00Z"):
        assert part in str(refused.value)
    held = files.holder()
    assert held is not None
    assert held.pid == other.pid
    assert files.read().entries == {}


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_lock_dies_with_its_process(folder: Path, other: subprocess.Popen[str], how: signal.Signals) -> None:
    """However the holder ends, the next one gets in; what it left in the file is nobody's lock."""
    other.send_signal(how)
    other.wait(timeout=10)
    files = LocalLedger(folder, "default")
    assert files.holder() is None
    with files.lock("reconciler apply", SINCE):
        held = files.holder()
        assert held is not None
        assert held.pid == os.getpid()
    assert files.holder() is None


def test_lock_is_per_account(folder: Path) -> None:
    """Two accounts of one project may be applied at the same time."""
    with LocalLedger(folder, "one").lock("a", SINCE), LocalLedger(folder, "two").lock("b", SINCE):
        pass


def test_lock_is_released_by_a_failure(folder: Path) -> None:
    """An exception inside leaves no lock, and no name in the file."""
    files = LocalLedger(folder, "default")
    with pytest.raises(KeyboardInterrupt), files.lock("reconciler apply", SINCE):
        raise KeyboardInterrupt
    assert files.holder() is None
    assert files.lock_path.read_bytes() == b""


def test_unreadable_name_is_still_a_lock(folder: Path) -> None:
    """Between taking the lock and naming itself the holder is unknown, not absent."""
    files = LocalLedger(folder, "default")
    with files.lock("reconciler apply", SINCE):
        files.lock_path.write_bytes(b"")
        assert files.holder() is not None
        with pytest.raises(Locked, match="unknown"), files.lock("reconciler apply", SINCE):
            pass


def test_endless_command_line_is_cut(folder: Path) -> None:
    """Ten thousand PATHS must not make the name unreadable."""
    files = LocalLedger(folder, "default")
    with files.lock("reconciler apply " + "x.yaml " * 20_000, SINCE):
        held = files.holder()
        assert held is not None
        assert held.command.startswith("reconciler apply x.yaml")


def test_planted_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    """A lock file that is a link elsewhere would empty somebody's file."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    folder.mkdir()
    (folder / "default.lock").symlink_to(victim)
    with pytest.raises(LedgerError, match=r"default\.lock"), LocalLedger(folder, "default").lock("a", SINCE):
        pass
    assert victim.read_text() == "precious"


def test_nothing_is_written_once_unlocked(folder: Path) -> None:
    """A writer that outlives its lock is a mistake, and is stopped."""
    with LocalLedger(folder, "default").lock("a", SINCE) as ledger:
        pass
    with pytest.raises(RuntimeError):
        asyncio.run(ledger.append(Removed(PROFILE)))
    assert not (folder / "default.journal.jsonl").exists()
