"""The files below a local ledger: what each refusal says, whole, and what a failure leaves behind."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import resource
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reconciler.ledger.files import (
    GITIGNORE,
    content_of,
    keep_out_of_git,
    ledger_errors,
    open_private,
    open_regular,
    private_folder,
    remove_file,
    replace_file,
    write_all,
)
from reconciler.ledger.history_file import append_history
from reconciler.ledger.journal import JournalWriter
from reconciler.ledger.lock import holder, locked, this_process
from reconciler.model.history import Ending

from .cases import SINCE
from .hints import ACCESS, FREE, LOCAL, QUOTA, READ_ONLY, SEE, SIZE, descriptors, names
from .refusing import refused
from .test_history import run


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOSPC, FREE),
        (errno.EDQUOT, QUOTA),
        (errno.EFBIG, SIZE),
        (errno.EROFS, READ_ONLY),
        (errno.EACCES, ACCESS),
        (errno.EPERM, ACCESS),
        (errno.ENOLCK, LOCAL),
        (errno.ENOTSUP, LOCAL),
        (errno.EIO, SEE),
    ],
)
def test_what_the_operating_system_says(number: int, hint: str) -> None:
    """The path, what was being done, its reason in lower case, and what to do about that reason."""
    with refused() as told, ledger_errors("write", Path("a/b")):
        raise OSError(number, os.strerror(number).upper())
    assert [*told] == [f'cannot write "a/b": {os.strerror(number).lower()}', hint]


def test_what_the_operating_system_leaves_unsaid() -> None:
    """An error without a number, and a path that cannot exist."""
    with refused() as told, ledger_errors("write", Path("a/b")):
        raise OSError("Oh No")
    assert [*told] == ['cannot write "a/b": oh no', SEE]
    with refused() as told, ledger_errors("read", Path("a/b")):
        raise ValueError("embedded null byte")
    assert [*told] == ['cannot read "a/b": embedded null byte', "choose another path"]


def test_each_file_operation_names_itself(tmp_path: Path) -> None:
    """Which path it was, and what was to be done with it."""
    (tmp_path / "file").touch()
    under, gone = tmp_path / "file" / "x", tmp_path / "gone" / "x"
    not_a, no_such = os.strerror(errno.ENOTDIR).lower(), os.strerror(errno.ENOENT).lower()
    with refused() as told:
        private_folder(gone)
    assert [*told] == [f'cannot create "{gone}": {no_such}', SEE]
    with refused() as told:
        replace_file(under, b"")
    assert [*told] == [f'cannot write "{under}": {not_a}', SEE]
    with refused() as told:
        remove_file(under)
    assert [*told] == [f'cannot remove "{under}": {not_a}', SEE]
    with refused() as told:
        content_of(under)
    assert [*told] == [f'cannot read "{under}": {not_a}', SEE]
    with refused() as told:
        holder(under)
    assert [*told] == [f'cannot read "{under}": {not_a}', SEE]
    with refused() as told:
        JournalWriter(under, 0)
    assert [*told] == [f'cannot write "{under}": {not_a}', SEE]
    with refused() as told:
        append_history(under, [])
    assert [*told] == [f'cannot write "{under}": {not_a}', SEE]
    with refused() as told:
        keep_out_of_git(tmp_path / ("x" * 300), "m")
    assert [*told] == [f'cannot read "{tmp_path / ("x" * 300) / ".gitignore"}": file name too long', SEE]
    with refused() as told:
        asyncio.run(taken(under))
    assert [*told] == [f'cannot lock "{under}": {not_a}', SEE]


async def taken(path: Path, wait: float = 0.0) -> None:
    """Take a lock, and let go."""
    async with locked(path, "default", this_process("reconciler apply", SINCE), wait=wait):
        pass


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    """A folder and a pipe are told apart; descriptors are not handed to children, and none is left open."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    before = descriptors()
    for _ in range(3):
        with pytest.raises(IsADirectoryError) as folder:
            open_regular(tmp_path, os.O_RDONLY)
        assert (folder.value.errno, folder.value.strerror) == (errno.EISDIR, os.strerror(errno.EISDIR))
        with pytest.raises(OSError, match="not a regular file") as other:
            open_regular(pipe, os.O_RDWR)
        assert (other.value.errno, other.value.strerror) == (errno.EINVAL, "not a regular file")
    assert descriptors() == before
    descriptor = open_private(tmp_path / "new", os.O_RDWR)
    try:
        flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
        assert (os.get_inheritable(descriptor), bool(flags & os.O_NONBLOCK)) == (False, True)
        assert stat.S_IMODE(os.fstat(descriptor).st_mode) & ~0o600 == 0
    finally:
        os.close(descriptor)
    (tmp_path / "link").symlink_to(tmp_path / "new")
    with pytest.raises(OSError) as link:  # noqa: PT011 - the number says more than the words
        open_private(tmp_path / "link", os.O_RDWR)
    assert link.value.errno == errno.ELOOP


def test_a_replacement_is_whole(tmp_path: Path) -> None:
    """What a killed process left under the temporary name is written over, longer or not."""
    path = tmp_path / "a"
    (tmp_path / "a.tmp").write_bytes(b"x" * 100)
    replace_file(path, b"one")
    assert (path.read_bytes(), names(tmp_path)) == (b"one", ["a"])
    replace_file(path, b"two", temporary=tmp_path / "other")
    assert (path.read_bytes(), names(tmp_path)) == (b"two", ["a"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    remove_file(path)
    remove_file(path)
    assert names(tmp_path) == []


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file grows beyond ``size`` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """A replacement leaves the old file and no other; a record of the history is there whole or not at all."""
    ledger, journal, history = (tmp_path / name for name in ("ledger", "journal", "history"))
    replace_file(ledger, b"old")
    append_history(history, run("one", Ending.APPLIED))
    sound = history.read_bytes()
    writer = JournalWriter(journal, 0)
    before = descriptors()
    reason = os.strerror(errno.EFBIG).lower()
    with full_disk(10), refused() as told:
        replace_file(ledger, b"x" * 11)
    assert [*told] == [f'cannot write "{ledger}": {reason}', SIZE]
    with full_disk(len(sound) + 10), refused() as told:
        append_history(history, run("two", Ending.APPLIED))
    assert [*told] == [f'cannot write "{history}": {reason}', SIZE]
    with full_disk(10), refused() as told:
        writer.append([b"x" * 11])
    assert [*told] == [f'cannot write "{journal}": {reason}', SIZE]
    assert descriptors() == before
    writer.close()
    assert (ledger.read_bytes(), history.read_bytes()) == (b"old", sound)
    assert names(tmp_path) == ["history", "journal", "ledger"]


def test_everything_is_written_however_little_one_call_takes(tmp_path: Path) -> None:
    """A pipe takes what fits."""
    reading, writing = os.pipe()
    content = os.urandom(1 << 18)
    os.set_blocking(writing, True)

    def write() -> None:
        write_all(writing, content)
        os.close(writing)

    writer = threading.Thread(target=write)
    writer.start()
    with open(reading, "rb") as file:  # noqa: PTH123 - a descriptor
        assert file.read() == content
    writer.join()


def test_the_folder_of_a_ledger_is_private(tmp_path: Path) -> None:
    """0700 whatever the umask; one that is there stays as it is."""
    old = os.umask(0)
    try:
        private_folder(tmp_path / "a")
        (tmp_path / "b").mkdir(mode=0o755)
        private_folder(tmp_path / "b")
    finally:
        os.umask(old)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in "ab"] == [0o700, 0o755]


def test_git_is_told_to_look_away(tmp_path: Path) -> None:
    """In these words, and under a name that no other process uses at the same time."""
    (tmp_path / ".gitignore.mine.tmp").mkdir()
    with refused() as told:
        keep_out_of_git(tmp_path, "mine")
    assert told.summary.startswith(f'cannot write "{tmp_path}/.gitignore"')
    keep_out_of_git(tmp_path, "other")
    content = (tmp_path / ".gitignore").read_bytes()
    assert (
        content == GITIGNORE == b"# written by reconciler; empty this file to keep ledgers under version control\n*\n"
    )


def test_no_ledger_is_half_a_gigabyte(tmp_path: Path) -> None:
    """The limit itself is still read; a byte more is refused, and says how large is too large."""
    path = tmp_path / "a"
    path.touch()
    os.truncate(path, (512 << 20) + 1)
    with refused() as told:
        content_of(path)
    assert [*told] == [f'cannot read "{path}": larger than 512 megabytes, which no ledger is', SIZE]
    assert content_of(tmp_path / "b") is None
