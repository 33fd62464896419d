"""No room, or no permission, for the ledger in the middle of an apply: a clear end, and the next run converges.

What cannot be remembered must not be done: the run stops at the first line that it cannot write. A limit on the size
of files (any user may set one) ends writes at an exact byte; a small file system, mounted for the process alone,
ends them as a full disk does.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys import mixed
from tests.journeys.killing import Way, converges, dying
from tests.journeys.workspace import COMMAND, SECONDS, Emulator, Outcome, Workspace, emulator

DONE, ERROR, PARTLY = 0, 1, 4
JOURNAL = 36_000
"""Bytes, and some more, of the journal of the whole apply, of which the intents take about 14,000."""
LIMITS = (0, 1, 200, 5_000, *range(13_000, JOURNAL + 1, 500))
PAGES = range(28, 96, 4)
"""Kilobytes for the folder: the ledger and the lock, and then more and more of the journal."""
MOUNTING = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-euc")
"""A shell that may mount, for nobody else to see; it is given a script, and the command as the script's arguments."""

ON_A_SMALL_DISK = """
cp -a .reconciler saved
mount -t tmpfs -o size={size}k none .reconciler
cp -a saved/. .reconciler
code=0; "$@" || code=$?
rm -rf saved; cp -a .reconciler saved
exit $code
"""
READ_ONLY = """
mount --bind .reconciler .reconciler
mount -o remount,bind,ro .reconciler
exec "$@"
"""


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """What the account holds after an apply with room enough."""
    with emulator() as telnyx:
        workspace = Workspace.at(tmp_path_factory.mktemp("room") / "project", telnyx)
        mixed.begin(telnyx, workspace)
        workspace.apply(*mixed.LIFTED)
        yield mixed.held(telnyx)


@pytest.fixture(scope="module")
def mounts() -> None:
    """Skips where the kernel does not let everybody mount in a namespace of his own."""
    tried = subprocess.run([*MOUNTING, "mount -t tmpfs none /mnt"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip(f"cannot mount here: {tried.stderr.decode().strip()}")


def _apply(workspace: Workspace, script: str) -> Outcome:
    ended = subprocess.run(
        [*MOUNTING, script, "sh", COMMAND, *Way.PATHS.command],
        cwd=workspace.folder,
        env=workspace.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return Outcome(ended.returncode, ended.stdout, ended.stderr)


def _stopped_clearly(done: Outcome, telnyx: Emulator, reason: str) -> None:
    """It says which file, why and what next, and its code tells whether anything was written."""
    assert done.code == (PARTLY if telnyx.writes() else ERROR), done.err
    assert reason in done.err + done.out
    assert ".reconciler/default." in done.err + done.out
    assert "Traceback" not in done.err


@pytest.mark.soak
@pytest.mark.parametrize("limit", LIMITS)
def test_no_file_may_grow(limit: int, expected: Any, telnyx: Emulator, workspace: Workspace) -> None:
    """The line that does not fit is torn at an arbitrary byte."""
    world = mixed.begin(telnyx, workspace)
    with dying(workspace, "limit", str(limit), *Way.PATHS.command) as process:
        out, err = process.communicate(timeout=SECONDS)
    done = Outcome(process.returncode, out, err)
    if done.code != DONE:
        _stopped_clearly(done, telnyx, "file too large")
    converges(telnyx, workspace, world, expected)


@pytest.mark.soak
@pytest.mark.usefixtures("mounts")
@pytest.mark.parametrize("size", PAGES)
def test_disk_full(size: int, expected: Any, telnyx: Emulator, workspace: Workspace) -> None:
    """No space left on the device."""
    world = mixed.begin(telnyx, workspace)
    done = _apply(workspace, ON_A_SMALL_DISK.format(size=size))
    if done.code != DONE:
        _stopped_clearly(done, telnyx, "no space left on device")
    shutil.rmtree(workspace.folder / ".reconciler")
    (workspace.folder / "saved").rename(workspace.folder / ".reconciler")
    converges(telnyx, workspace, world, expected)


@pytest.mark.usefixtures("mounts")
def test_read_only(telnyx: Emulator, workspace: Workspace) -> None:
    """Nothing is written to an account that no ledger could remember."""
    mixed.begin(telnyx, workspace)
    done = _apply(workspace, READ_ONLY)
    _stopped_clearly(done, telnyx, "read-only file system")
    assert done.code == ERROR
