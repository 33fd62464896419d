"""The files below a local ledger: what each refusal says, whole, and what a failure leaves behind."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import getpass
import json
import os
import resource
import socket
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
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
from reconciler.ledger.folding import checked_line
from reconciler.ledger.history import history_bytes
from reconciler.ledger.history_file import append_history, read_history
from reconciler.ledger.journal import JournalFile, JournalWriter, read_journal
from reconciler.ledger.lines import Stamped, encoded
from reconciler.ledger.local import LocalLedger
from reconciler.ledger.lock import holder, locked, this_process
from reconciler.ledger.memory import MemoryLedger
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.history import Ending
from reconciler.model.ledger import Header, Ledger, Recorded, Removed, Unending
from reconciler.model.observed import Remote
from reconciler.model.status import Holder

from .cases import PROFILE, SINCE, entry, holder_of, holding, seen
from .refusing import refused
from .test_history import run
from .test_spelling import PAIRLESS

FREE = "free some space on that disk and run the command again; what was saved before is intact"
QUOTA = "free some space in that quota and run the command again; what was saved before is intact"
ACCESS = "give this user access to the path, or run as the user who owns it"
LOCAL = "this file system has no locks: keep the project on a local disk"
WAIT = (
    "wait until it has finished, or have --lock-timeout SECONDS wait for it; the lock ends with that process, however "
    "it ends"
)
SEE = "see what is at that path, then run the command again"
SIZE = "look at its size, or raise the limit on file sizes (ulimit -f); what was saved before is intact"
READ_ONLY = "the file system is read-only: run this where the project's folder can be written"


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


def names(folder: Path) -> list[str]:
    """What is in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())


def descriptors() -> int:
    """How many files this process has open."""
    return len([*Path("/proc/self/fd").iterdir()])


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


HEADER = Header(lineage="l", salt="s")
GOOD = encoded(Removed(PROFILE), HEADER)
STAMPED = Stamped("l", 0, Removed(PROFILE))
TOGETHER = b"[" + GOOD[:-1] + b"," + GOOD[:-1] + b"]\n"
MEND = (
    "repair that line from a backup, or delete the journal: what it recorded is found by natural key again, but "
    "objects that only it knew are no longer pruned"
)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", JournalFile((), 0, torn=False)),
        (GOOD, JournalFile((STAMPED,), len(GOOD), torn=False)),
        (GOOD * 2, JournalFile((STAMPED,) * 2, 2 * len(GOOD), torn=False)),
        (TOGETHER, JournalFile((STAMPED,) * 2, len(TOGETHER), torn=False)),
        (GOOD + TOGETHER + GOOD, JournalFile((STAMPED,) * 4, 2 * len(GOOD) + len(TOGETHER), torn=False)),
        (GOOD + TOGETHER[:-1], JournalFile((STAMPED,), len(GOOD), torn=True)),
        (GOOD + b"{", JournalFile((STAMPED,), len(GOOD), torn=True)),
        (GOOD + b"oops\n", JournalFile((STAMPED,), len(GOOD), torn=True)),
        (b"oops\n", JournalFile((), 0, torn=True)),
    ],
)
def test_what_a_journal_holds(content: bytes, expected: JournalFile, tmp_path: Path) -> None:
    """Its whole lines, where the last of them ends, and whether more follows."""
    path = tmp_path / "j"
    assert read_journal(path) == JournalFile((), 0, torn=False)
    path.write_bytes(content)
    assert read_journal(path) == expected


@pytest.mark.parametrize(
    ("content", "summary", "hint"),
    [
        (b"oops\n" + GOOD, '"{}", line 1, is not JSON', MEND),
        (GOOD + b"oops\n" + b"{", '"{}", line 2, is not JSON', MEND),
        (TOGETHER.replace(b",", b"", 1) + GOOD, '"{}", line 1, is not JSON', MEND),
        (
            GOOD + b"{}\n",
            'cannot understand "{}": line 2 has no "lineage"',
            f"a newer version may have written it: upgrade this program; otherwise {MEND}",
        ),
    ],
)
def test_a_journal_is_refused_in_these_words(content: bytes, summary: str, hint: str, tmp_path: Path) -> None:
    """The file, the line, what is wrong, and what it costs to go on without."""
    path = tmp_path / "j"
    path.write_bytes(content)
    with refused() as told:
        read_journal(path)
    assert (told.type, told.summary, told.hint) == ("LedgerError", summary.format(path), hint)


def test_a_journal_goes_on_behind_its_last_whole_line(tmp_path: Path) -> None:
    """What follows is cut off; the file is for its owner alone."""
    path = tmp_path / "j"
    path.write_bytes(b"one\ntorn")
    writer = JournalWriter(path, 4)
    writer.append([b"two\n"])
    writer.append([b"three\n", b"four\n"])
    writer.close()
    assert path.read_bytes() == b"one\ntwo\n[three,four]\n"
    writer = JournalWriter(tmp_path / "new", 0)
    writer.close()
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600
    before = descriptors()
    with refused() as told:
        JournalWriter(path, -1)
    assert told.summary.startswith(f'cannot write "{path}": ')
    assert descriptors() == before


def test_a_journal_that_failed_is_not_written_any_more(tmp_path: Path) -> None:
    """Nothing could be read behind half a line. A closed file is a failure like any other."""
    path = tmp_path / "j"
    writer = JournalWriter(path, 0)
    writer.append([b"one\n"])
    writer.close()
    with refused() as told:
        writer.append([b"two\n"])
    assert [*told] == [f'cannot write "{path}": bad file descriptor', SEE]
    with refused() as told:
        writer.append([b"three\n"])
    assert [*told] == [
        f'"{path}" failed before and is not written any more',
        "run the command again: it continues from what the journal holds",
    ]
    assert path.read_bytes() == b"one\n"


def test_what_is_said_of_a_torn_history(tmp_path: Path) -> None:
    """A warning, whole; the lines before it count."""
    path, lines = tmp_path / "h", run("one", Ending.APPLIED)
    assert read_history(path).lines == ()
    assert read_history(path).notes == ()
    note = Diagnostic(
        code="torn-history",
        severity=Severity.WARNING,
        summary=f'the last line of "{path}" is incomplete and was left out',
        detail="a run is writing it just now, or was killed while writing it",
        hint="nothing to do: the next run goes on behind the last whole line",
    )
    sound = history_bytes(lines, where="h")
    for torn in (b"{", b"oops\n"):
        path.write_bytes(sound + torn)
        assert (read_history(path).lines, read_history(path).notes) == (lines, (note,))
        append_history(path, lines[:1])
        assert path.read_bytes() == sound + history_bytes(lines[:1], where="h")
        assert read_history(path).notes == ()
    path.write_bytes(b"{}\n" + sound)
    with refused() as told:
        read_history(path)
    assert told.summary == f'cannot understand "{path}": line 1 has no "version"'


def test_a_record_that_nobody_could_read_back_is_not_added(tmp_path: Path) -> None:
    """The file is named, and not begun."""
    with refused() as told:
        append_history(tmp_path / "h", [PAIRLESS])
    assert told.summary.startswith(f'cannot write "{tmp_path / "h"}": "address" of changes 1 of a new line: ')
    assert names(tmp_path) == []


@pytest.mark.parametrize("length", [65535, 65536, 65537, 131071, 131072, 131073])
def test_the_end_of_a_history_is_found_block_by_block(length: int, tmp_path: Path) -> None:
    """Lines that end around the border of a block, whole and torn."""
    path = tmp_path / "h"
    line = b'{"a":"' + b"x" * (length - 9) + b'"}\n'
    assert len(line) == length
    for before in (b"", b"{}\n", line):
        for torn in (b"", b"{" * 10, b"{\n", b"{" * length, b"{" * length + b"\n", b"{" * 65534 + b"\n"):
            path.write_bytes(before + line + torn)
            append_history(path, [])
            assert path.stat().st_size == len(before + line)


def test_who_this_process_is() -> None:
    """Process, machine, user, the beginning of a long command, and the time in UTC."""
    expected = Holder(os.getpid(), socket.gethostname(), getpass.getuser(), "c" * 500, "2026-03-01T12:00:00Z", "id")
    east = SINCE.astimezone(timezone(timedelta(hours=5))).replace(microsecond=123)
    assert this_process("c" * 501, east, lock_id="id") == expected
    assert this_process("c", datetime(2026, 1, 1, tzinfo=UTC)).lock_id == ""


def test_what_a_lock_file_says(folder: Path) -> None:
    """One line for people while it is held, and nothing after; a longer one that stood there before is gone."""
    files = LocalLedger(folder, "default")
    folder.mkdir()
    files.lock_path.write_bytes(b"x" * 1000)
    with holding(files) as held:
        me = this_process("reconciler apply", SINCE)
        [line] = files.lock_path.read_text().splitlines()
        parts = {"pid": me.pid, "host": me.host, "user": me.user, "command": me.command, "since": me.since}
        assert json.loads(line) == parts
        assert holder_of(files) == me
        assert (held.notes, held.lease.remaining(), held.at_once) == ((), float("inf"), 8)
        with refused() as told, holding(files, "another"):
            pass
        assert (told.type, told.code) == ("Locked", "locked")
        assert [*told] == [
            f'account "default" is locked by {me}',
            WAIT,
        ]
        files.lock_path.write_bytes(b'{"pid":1}')
        assert holder_of(files) == Holder(0, "unknown host", "unknown", "unknown command", "just now")
        with refused() as told, holding(files, "another"):
            pass
        assert told.summary == (
            'account "default" is locked by unknown host (user unknown, since just now): "unknown command"'
        )
    assert files.lock_path.read_bytes() == b""
    assert holder_of(files) is None
    assert holder_of(LocalLedger(folder, "nobody")) is None
    with refused() as told:
        asyncio.run(files.unlock("1"))
    assert [*told] == [
        f'there is no lock "1" on "{files.lock_path}" that could be ended',
        "a lock on a local ledger ends with its process, however that ends",
    ]


def test_a_planted_link_is_not_looked_through(folder: Path, tmp_path: Path) -> None:
    """Not for writing, and not to see who holds the lock."""
    files = LocalLedger(folder, "default")
    folder.mkdir()
    (tmp_path / "elsewhere").touch()
    files.lock_path.symlink_to(tmp_path / "elsewhere")
    with refused() as told:
        holder_of(files)
    assert [*told] == [f'cannot read "{files.lock_path}": {os.strerror(errno.ELOOP).lower()}', SEE]


def test_where_a_local_ledger_lives(folder: Path) -> None:
    """Its four files, by the account's name."""
    files = LocalLedger(folder, "a/b")
    assert [files.path, files.journal_path, files.lock_path, files.history_path] == [
        folder / name for name in ("a%2Fb.ledger.json", "a%2Fb.journal.jsonl", "a%2Fb.lock", "a%2Fb.history.jsonl")
    ]
    assert (files.account, files.where, files.tells_holder) == ("a/b", str(folder / "a%2Fb.ledger.json"), True)


@pytest.mark.parametrize("out_of_git", [True, False])
def test_a_folder_of_somebody_else_is_not_hidden(folder: Path, out_of_git: bool) -> None:
    """Git is told to look away from our own folder only."""
    with holding(LocalLedger(folder, "default", out_of_git=out_of_git)):
        pass
    assert (folder / ".gitignore").exists() is out_of_git


def test_what_is_said_of_a_torn_journal(folder: Path) -> None:
    """A warning, whole, to its reader and its writer; and of a journal without its ledger, an error."""
    files = LocalLedger(folder, "default")
    with holding(files) as held:
        asyncio.run(held.append(Recorded(entry())))
    whole = files.journal_path.read_bytes()
    files.journal_path.write_bytes(whole + b"{")
    note = Diagnostic(
        code="torn-journal",
        severity=Severity.WARNING,
        summary=f'the last line of "{files.journal_path}" is incomplete and was left out',
        detail="a run is writing it just now, or was killed while writing it",
        hint="nothing to do: the next apply looks for what that run had begun",
    )
    found = seen(files)
    assert (found.notes, found.exists, found.unfinished) == ((note,), True, True)
    with holding(files) as held:
        assert held.notes == (note,)
        asyncio.run(held.append(Removed(PROFILE)))
    assert files.journal_path.read_bytes().startswith(whole + b'{"lineage":')
    files.path.unlink()
    with refused() as told:
        files.offline()
    assert [*told] == [
        f'"{files.journal_path}" is there, but the ledger "{files.path}" that it belongs to is not',
        "restore the ledger from a backup, or move the journal away too to start empty",
    ]


def test_a_local_ledger_is_refused_by_name(folder: Path) -> None:
    """Its file, its journal, the account: each message names the one that is meant."""
    files = LocalLedger(folder, "default")
    with holding(files) as held:
        asyncio.run(held.append(Recorded(entry())))
        with refused() as told:
            asyncio.run(held.append(Recorded(entry(remote=Remote("..")))))
        assert told.summary == f'cannot write "{files.journal_path}": ".." cannot be the id of an object'
        with refused() as told:
            asyncio.run(held.begin_with(Ledger()))
        assert [*told] == [
            f'"{files.where}" holds a ledger already',
            "choose an empty place, or move that ledger away",
        ]
    content = files.path.read_bytes()
    files.path.write_bytes(content.replace(b'"lineage": "', b'"lineage": "x'))
    with refused() as told:
        files.offline()
    assert told.summary == f'"{files.journal_path}" belongs to another or a later ledger than "{files.path}"'
    files.path.write_bytes(content.replace(b'"account": "default"', b'"account": "other"'))
    with refused() as told:
        files.offline()
    assert told.summary == f'"{files.path}" is the ledger of account "other", not of "default"'


def test_a_ledger_in_memory_says_what_it_is() -> None:
    """Its place, its answers, and its refusals."""
    ledger = MemoryLedger("default", Ledger(HEADER))
    assert (ledger.where, ledger.at_once, ledger.tells_holder, ledger.lease) == ("memory", 8, True, ledger.lease)
    assert isinstance(ledger.lease, Unending)
    with refused() as told:
        asyncio.run(ledger.append(Recorded(entry(remote=Remote("..")))))
    assert [*told] == [
        'cannot write the journal: ".." cannot be the id of an object',
        "see what the API answered; this program cannot work with such an object",
    ]
    with refused() as told:
        asyncio.run(ledger.append(Recorded(entry(attempt="many"))))
    assert told.summary == 'cannot write the journal: "attempt" of "entry" of the line is not a whole number'
    with refused() as told:
        asyncio.run(ledger.begin_with(Ledger(Header(account="work"))))
    assert [*told] == ["memory cannot take over the ledger of work", ""]
    with refused() as told:
        asyncio.run(ledger.unlock("1"))
    assert [*told] == ["nobody holds a lock 1 on memory", ""]
    asyncio.run(ledger.append_history(run("one", Ending.APPLIED)))
    assert asyncio.run(ledger.history()).lines == run("one", Ending.APPLIED)
    with refused() as told:
        asyncio.run(ledger.append_history([PAIRLESS]))
    assert told.summary.startswith('cannot write "memory": ')
    asyncio.run(ledger.compact({"outcome": "applied"}))
    asyncio.run(ledger.compact())
    assert (ledger.ledger.header.serial, ledger.ledger.last_run) == (2, {"outcome": "applied"})
    note = Diagnostic(code="c", severity=Severity.INFO, summary="s")
    assert seen(MemoryLedger("default", Ledger(), notes=[note])).notes == (note,)


def test_who_this_process_is_where_the_user_has_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container's: the number stands for it. The time is in UTC wherever the machine is."""

    def nameless() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nameless)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        who = this_process("c", SINCE)
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    assert (who.user, who.since) == (str(os.getuid()), "2026-03-01T12:00:00Z")


def test_a_line_that_nobody_could_read_back_is_refused_by_name() -> None:
    """The place, what is wrong with the line, and where that may come from."""
    with refused() as told:
        checked_line(Removed(Address("K", "")), Header(), where="W")
    assert [*told] == [
        'cannot write "W": "address" of the line: "K/" is not an address; write Kind/name',
        "see what the API answered; this program cannot work with such an object",
    ]
