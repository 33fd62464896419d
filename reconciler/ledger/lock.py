"""One writer per account: a lock of the operating system, which dies with the process that holds it.

The lock is the ``flock`` on the file, never the file's existence: there is nothing to clean up after a crash
and no "force-unlock". The contents only tell people who holds it.
"""

from __future__ import annotations

import contextlib
import fcntl
import getpass
import os
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from reconciler.errors import Locked
from reconciler.ledger.files import ledger_errors, open_private, open_regular, write_all
from reconciler.model.fields import Fields, Unreadable, parsed, spelled
from reconciler.model.status import Holder

_SHORTEST_WAIT = 0.2
"""Seconds. ``holder`` takes the lock for an instant to see whether it is free; a writer that meets it tries again."""

_PAUSE = 0.02
"""Seconds between two tries."""

_LONGEST_COMMAND = 500
"""Characters of the command line that are kept: it is for people, and must fit into one read."""


def this_process(command: str, since: datetime, *, lock_id: str = "") -> Holder:
    """What this process writes into a lock."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's uid often has no name
        user = str(os.getuid())
    stamp = since.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Holder(os.getpid(), socket.gethostname(), user, command[:_LONGEST_COMMAND], stamp, lock_id)


def _take(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(descriptor: int) -> Holder | None:
    try:
        fields = Fields(parsed(os.pread(descriptor, 65536, 0)), "the lock")
        return Holder(
            fields.count("pid"),
            fields.text("host"),
            fields.text("user"),
            fields.text("command"),
            fields.text("since"),
        )
    except (ValueError, Unreadable):  # taken a moment ago: its holder has not written its name yet
        return None


UNNAMED = Holder(0, "unknown host", "unknown", "unknown command", "just now")
"""The holder between its taking the lock and its writing who it is."""


def holder(path: Path) -> Holder | None:
    """Who holds the lock at ``path`` now, or None. Changes nothing."""
    with ledger_errors("read", path):
        try:
            descriptor = open_regular(path, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            return None
        try:
            return None if _take(descriptor, fcntl.LOCK_SH) else _read(descriptor) or UNNAMED
        finally:
            os.close(descriptor)


async def _taken(descriptor: int, wait: float) -> bool:
    import asyncio  # noqa: PLC0415 - 25 ms that readers of a ledger need not pay

    deadline = time.monotonic() + max(wait, _SHORTEST_WAIT)
    while not _take(descriptor, fcntl.LOCK_EX):
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(_PAUSE)
    return True


@contextlib.asynccontextmanager
async def locked(path: Path, account: str, who: Holder, *, wait: float) -> AsyncIterator[None]:
    """Hold the lock, after ``wait`` seconds at most.

    Raises Locked, which names the holder, and LedgerError where there can be no lock.

    The file stays behind, empty: removing it would let two processes hold locks on two files of one name.
    """
    with ledger_errors("lock", path):
        descriptor = open_private(path, os.O_RDWR)
    try:
        with ledger_errors("lock", path):
            if not await _taken(descriptor, wait):
                raise Locked(
                    f'account "{account}" is locked by {_read(descriptor) or UNNAMED}',
                    hint="wait until it has finished, or have --lock-timeout SECONDS wait for it; "
                    "the lock ends with that process, however it ends",
                )
            os.ftruncate(descriptor, 0)
            write_all(descriptor, spelled({k: v for k, v in asdict(who).items() if k != "lock_id"}) + b"\n")
            os.fsync(descriptor)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):  # the name is only for people; closing is what unlocks
                os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)
