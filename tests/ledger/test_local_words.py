"""What a ledger on this machine says: of itself, of who holds it, and of what it refuses."""

from __future__ import annotations

import asyncio
import errno
import getpass
import json
import os
import socket
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from reconciler.ledger.local import LocalLedger
from reconciler.ledger.lock import this_process
from reconciler.ledger.memory import MemoryLedger
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.history import Ending
from reconciler.model.ledger import Header, Ledger, Recorded, Unending
from reconciler.model.observed import Remote
from reconciler.model.status import Holder

from .cases import PAIRLESS, SINCE, entry, holder_of, holding, seen
from .hints import SEE, WAIT
from .refusing import refused
from .test_history import run


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
    ledger = MemoryLedger("default", Ledger(Header(lineage="l", salt="s")))
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
