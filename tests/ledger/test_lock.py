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

from .cases import SINCE, holder_of, holding
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
    with pytest.raises(Locked) as refused, holding(files, "reconciler destroy"):
        pass
    assert refused.value.exit_code is ExitCode.LOCKED
    for part in (f"pid {other.pid}", socket.gethostname(), '"reconciler apply"', "2026-03-01T12:00:00Z"):
        assert part in str(refused.value)
    held = holder_of(files)
    assert held is not None
    assert held.pid == other.pid
    assert files.offline().entries == {}


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_lock_dies_with_its_process(folder: Path, other: subprocess.Popen[str], how: signal.Signals) -> None:
    """However the holder ends, the next one gets in; what it left in the file is nobody's lock."""
    other.send_signal(how)
    other.wait(timeout=10)
    files = LocalLedger(folder, "default")
    assert holder_of(files) is None
    with holding(files):
        held = holder_of(files)
        assert held is not None
        assert held.pid == os.getpid()
    assert holder_of(files) is None


def test_lock_is_per_account(folder: Path) -> None:
    """Two accounts of one project may be applied at the same time."""
    with holding(LocalLedger(folder, "one"), "a"), holding(LocalLedger(folder, "two"), "b"):
        pass


def test_lock_is_released_by_a_failure(folder: Path) -> None:
    """An exception inside leaves no lock, and no name in the file."""
    files = LocalLedger(folder, "default")
    with pytest.raises(KeyboardInterrupt), holding(files):
        raise KeyboardInterrupt
    assert holder_of(files) is None
    assert files.lock_path.read_bytes() == b""


def test_unreadable_name_is_still_a_lock(folder: Path) -> None:
    """Between taking the lock and naming itself the holder is unknown, not absent."""
    files = LocalLedger(folder, "default")
    with holding(files):
        files.lock_path.write_bytes(b"")
        assert holder_of(files) is not None
        with pytest.raises(Locked, match="unknown"), holding(files):
            pass


def test_endless_command_line_is_cut(folder: Path) -> None:
    """Ten thousand PATHS must not make the name unreadable."""
    files = LocalLedger(folder, "default")
    with holding(files, "reconciler apply " + "x.yaml " * 20_000):
        held = holder_of(files)
        assert held is not None
        assert held.command.startswith("reconciler apply x.yaml")


def test_planted_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    """A lock file that is a link elsewhere would empty somebody's file."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    folder.mkdir()
    (folder / "default.lock").symlink_to(victim)
    with pytest.raises(LedgerError, match=r"default\.lock"), holding(LocalLedger(folder, "default"), "a"):
        pass
    assert victim.read_text() == "precious"


def test_waiting_for_the_lock(folder: Path) -> None:
    """With time to wait, the next one gets in as soon as the first is done; without, it is told at once."""
    files = LocalLedger(folder, "default")

    async def run() -> list[str]:
        order: list[str] = []

        async def second() -> None:
            async with files.lock("reconciler apply", SINCE, wait=30):
                order.append("second")

        async with files.lock("reconciler apply", SINCE):
            waiting = asyncio.create_task(second())
            await asyncio.sleep(0.3)
            order.append("first")
            with pytest.raises(Locked):
                async with files.lock("reconciler apply", SINCE, wait=0.01):
                    pass
        await asyncio.wait_for(waiting, 5)
        return order

    assert asyncio.run(run()) == ["first", "second"]


def test_a_lock_that_ends_with_its_process_cannot_be_ended(folder: Path) -> None:
    """``unlock`` says so, and the lock holds."""
    files = LocalLedger(folder, "default")
    with holding(files):
        with pytest.raises(LedgerError, match="no lock"):
            asyncio.run(files.unlock("1"))
        assert holder_of(files) is not None
