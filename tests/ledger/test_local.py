"""The ledger in local files: reading, writing, privacy, and every file that is not what it should be."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.errors import LedgerError
from reconciler.ledger.document import ledger_document
from reconciler.ledger.local import LocalLedger
from reconciler.model.address import Address
from reconciler.model.fields import parsed, spelled
from reconciler.model.ledger import Line, Recorded
from reconciler.model.observed import Remote

from .cases import PROFILE, SINCE, entry, holder_of, holding, seen


def write(files: LocalLedger, *lines: Line, compact: bool = True) -> None:
    """One run."""

    async def run() -> None:
        async with files.lock("reconciler apply", SINCE) as ledger:
            for line in lines:
                await ledger.append(line)
            if compact:
                await ledger.compact({"outcome": "applied"})

    asyncio.run(run())


def test_missing_ledger_is_empty_and_new(folder: Path) -> None:
    """Fresh lineage and salt from the given randomness, the same for every look, and not a file written."""
    numbers = itertools.count(1)
    files = LocalLedger(folder, "default", token_hex=lambda size: f"{next(numbers):0{size * 2}x}")
    found = seen(files)
    assert not found.exists
    assert found.ledger.header.lineage == "00000000-0000-4000-8000-000000000001"
    assert found.ledger.header.salt == f"{2:064x}"
    assert found.ledger.header.serial == 0
    assert found.ledger == files.offline()
    assert not folder.exists()


def test_journal_of_an_older_serial_is_ignored(folder: Path) -> None:
    """Killed between the new file and the journal's removal: the lines are in the file already."""
    files = LocalLedger(folder, "default")
    write(files, Recorded(entry(attempt=1)), compact=False)
    stale = files.journal_path.read_bytes()
    write(files)
    write(files, Recorded(entry(attempt=2)))
    files.journal_path.write_bytes(stale)
    assert not seen(files).unfinished
    assert files.offline().entries[PROFILE].attempt == 2
    write(files, Recorded(entry(attempt=3)), compact=False)
    assert files.offline().entries[PROFILE].attempt == 3


def test_files_are_private(folder: Path) -> None:
    """0700 for the folder and 0600 for all files, whatever the umask; git is told to look away."""
    old = os.umask(0)
    try:
        files = LocalLedger(folder, "default")
        write(files, Recorded(entry()))
        write(files, Recorded(entry()), compact=False)
    finally:
        os.umask(old)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert modes.pop(".reconciler") == 0o700
    assert set(modes.values()) == {0o600}
    assert set(modes) == {".gitignore", "default.ledger.json", "default.journal.jsonl", "default.lock"}
    assert (folder / ".gitignore").read_text().endswith("*\n")


def test_emptied_gitignore_stays_empty(folder: Path) -> None:
    """A team that wants its ledgers in git says so once."""
    folder.mkdir()
    (folder / ".gitignore").touch()
    write(LocalLedger(folder, "default"))
    assert (folder / ".gitignore").read_text() == ""


@pytest.mark.parametrize(
    "account", ["../../etc/passwd", "a/b", ".", "..", "", "nul\0", "\udcff", "Grün", "a\nb", "\x1b[2J"]
)
def test_hostile_account_names_stay_in_the_folder(folder: Path, account: str) -> None:
    """Any name makes a file of its own, inside the folder."""
    files = LocalLedger(folder, account)
    write(files, Recorded(entry()))
    assert LocalLedger(folder, account).offline().header.account == account
    assert [path.name for path in folder.parent.iterdir()] == [".reconciler"]
    assert all(path.name.isprintable() for path in folder.iterdir())


def test_endless_account_name_is_a_ledger_error(folder: Path) -> None:
    """The file system's limit is reported with the path, by reading and by locking."""
    folder.mkdir()
    files = LocalLedger(folder, "x" * 300)
    with pytest.raises(LedgerError, match="too long"):
        files.offline()
    with pytest.raises(LedgerError, match="too long"), holding(files, "a"):
        pass


def _older(files: LocalLedger) -> None:
    """Put the ledger of an earlier run back, under the journal of a later one."""
    old = files.path.read_bytes()
    write(files, Recorded(entry()))
    write(files, Recorded(entry()), compact=False)
    files.path.write_bytes(old)


def _foreign(files: LocalLedger) -> None:
    """Put another account's ledger here."""
    value = parsed(files.path.read_bytes())
    files.path.write_bytes(spelled({**value, "account": "other"}))


def _another_lineage(files: LocalLedger) -> None:
    """Put a ledger of the same account, begun anew, beside the journal."""
    write(files, Recorded(entry()), compact=False)
    files.path.write_bytes(
        spelled(ledger_document(LocalLedger(files.path.parent, "default").offline())).replace(
            files.offline().header.lineage.encode(), b"11111111-0000-4000-8000-000000000000"
        )
    )


def _too_new(files: LocalLedger) -> None:
    """As a later program would write it."""
    files.path.write_bytes(spelled({**parsed(files.path.read_bytes()), "version": 3}))


def _unknown_line(files: LocalLedger) -> None:
    """A journal line of a later program."""
    files.journal_path.write_bytes(b'{"lineage":"l","serial":0,"line":"spun"}\n')


def _corrupt_middle(files: LocalLedger) -> None:
    """A journal with a bad line before a good one."""
    write(files, Recorded(entry()), compact=False)
    files.journal_path.write_bytes(b"{oops\n" + files.journal_path.read_bytes())


def _lost_ledger(files: LocalLedger) -> None:
    """A journal whose ledger is gone."""
    write(files, Recorded(entry()), compact=False)
    files.path.unlink()


def _folder_instead(files: LocalLedger) -> None:
    """A folder of the ledger's name."""
    files.path.unlink()
    files.path.mkdir()


@pytest.mark.parametrize(
    ("reason", "spoil", "message"),
    [
        ("empty file", lambda files: files.path.write_bytes(b""), "cannot understand .*ledger.json"),
        ("cut short", lambda files: files.path.write_bytes(files.path.read_bytes()[:50]), "cannot understand"),
        ("merge conflict", lambda files: files.path.write_bytes(b"<<<<<<< HEAD\n{}"), "cannot understand"),
        ("not UTF-8", lambda files: files.path.write_bytes(b'{"a":"\xff"}'), "cannot understand"),
        ("something else", lambda files: files.path.write_bytes(b"[]"), "not an object"),
        ("too new", _too_new, "version 3"),
        ("foreign", _foreign, 'account "other", not of "default"'),
        ("older than its journal", _older, "another or a later ledger"),
        ("lineage differs", _another_lineage, "another or a later ledger"),
        ("unknown line", _unknown_line, r"journal\.jsonl.*line 1 is of a sort"),
        ("corrupt line", _corrupt_middle, r"journal\.jsonl.*line 1, is not JSON"),
        ("lost ledger", _lost_ledger, "that it belongs to is not"),
        ("folder", _folder_instead, "is a directory"),
    ],
)
def test_spoilt_files_are_refused(
    folder: Path, reason: str, spoil: Callable[[LocalLedger], object], message: str
) -> None:
    """Never a silent empty ledger: path, what is wrong, what to do; and nothing on disk is touched."""
    files = LocalLedger(folder, "default")
    write(files)
    spoil(files)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    with pytest.raises(LedgerError, match=message) as refused:
        files.offline()
    assert str(folder) in str(refused.value)
    assert refused.value.hint
    with pytest.raises(LedgerError, match=message), holding(files):
        pass
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("suffix", ["ledger.json", "journal.jsonl", "lock"])
@pytest.mark.parametrize("what", ["pipe", "device"])
def test_what_is_no_file_is_refused_at_once(folder: Path, suffix: str, what: str) -> None:
    """Opening a pipe would wait for its other end, and reading /dev/zero would never end."""
    files = LocalLedger(folder, "default")
    write(files)
    path = folder / f"default.{suffix}"
    path.unlink(missing_ok=True)
    if what == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    with pytest.raises(LedgerError, match=re.escape(str(path))) as refused, holding(files, "a"):
        pass
    assert refused.value.hint
    with pytest.raises(LedgerError, match=re.escape(str(path))):
        holder_of(files) if suffix == "lock" else files.offline()


def test_a_file_of_absurd_size_is_not_read(folder: Path) -> None:
    """A terabyte, most of it a hole."""
    files = LocalLedger(folder, "default")
    write(files)
    os.truncate(files.path, 1 << 40)
    with pytest.raises(LedgerError, match="larger than 512 megabytes"):
        files.offline()


def test_folder_that_cannot_be(tmp_path: Path) -> None:
    """A file where the folder should be: reading and locking say so, with the path."""
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / ".reconciler"):
        files = LocalLedger(folder, "default")
        with pytest.raises(LedgerError, match="not a directory"):
            files.offline()
        with pytest.raises(LedgerError, match="not a directory"):
            holder_of(files)
        with pytest.raises(LedgerError, match="not a directory"), holding(files, "a"):
            pass


def test_project_that_is_gone(tmp_path: Path) -> None:
    """Only the last folder is created: a wrong project path must not grow a tree."""
    files = LocalLedger(tmp_path / "gone" / ".reconciler", "default")
    assert files.offline().entries == {}
    with pytest.raises(LedgerError, match="no such file"), holding(files, "a"):
        pass
    assert not (tmp_path / "gone").exists()


def test_path_with_a_null_character(tmp_path: Path) -> None:
    """Python refuses such paths with ValueError; people get a LedgerError like any other."""
    with pytest.raises(LedgerError, match="null"):
        LocalLedger(tmp_path / "a\0b", "default").offline()


def test_lines_that_wait_together_are_made_durable_together(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand at once need a few trips to the disk; one that cannot be written fails alone."""
    synced: list[int] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(descriptor)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    good = [
        Recorded(entry(Address(PROFILE.kind, f"n{number}"), remote=Remote(f"id-{number}"))) for number in range(1000)
    ]
    bad = Recorded(replace(good[0].entry, applied={"field": object()}))

    async def run() -> list[BaseException | None]:
        async with LocalLedger(folder, "default").lock("reconciler export", SINCE) as held:
            return await asyncio.gather(*(held.append(line) for line in (*good, bad)), return_exceptions=True)

    ended = asyncio.run(run())
    assert [failure for failure in ended[:-1] if failure is not None] == []
    assert isinstance(ended[-1], Exception)
    assert len(synced) < 100
    assert len(LocalLedger(folder, "default").offline().entries) == len(good)


def test_one_run_may_write_on_after_a_compaction(folder: Path) -> None:
    """Into a journal that begins anew."""
    files = LocalLedger(folder, "default")
    other = entry(PROFILE._replace(name="other"))

    async def run() -> None:
        async with files.lock("reconciler apply", SINCE) as ledger:
            await ledger.append(Recorded(entry()))
            await ledger.compact()
            await ledger.append(Recorded(other))

    asyncio.run(run())
    assert seen(files).ledger.entries == {PROFILE: entry(), other.address: other}
