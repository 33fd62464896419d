"""Killed at any moment, out of disk at any byte: what was confirmed is there, and the next run continues."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from pathlib import Path

import pytest

from reconciler.ledger.local import LocalLedger
from reconciler.model.ledger import Ledger, Recorded

from .cases import PROFILE, SINCE, entry, seen
from .conftest import Run, command

OTHER = PROFILE._replace(name="other")


def holds_what_was_promised(ledger: Ledger, words: set[str]) -> None:
    """Each word that the process got out is a promise about the ledger that is read after it."""
    if "intended" in words and "recorded" not in words:
        assert PROFILE in ledger.intents or PROFILE in ledger.entries
    if "recorded" in words:
        assert ledger.entries[PROFILE] == entry()
        assert PROFILE not in ledger.intents
    if "compacted" in words:
        assert ledger.header.serial >= 1
        assert ledger.last_run == {"outcome": "applied"}
    if words & {"removed", "done"}:
        assert OTHER not in ledger.intents
    elif "intended" in words and ledger.header.serial < 2 and PROFILE in ledger.intents:
        assert OTHER in ledger.intents


def continues(files: LocalLedger) -> None:
    """Whatever was left behind, the next run locks, appends, compacts, and leaves no journal."""
    before = files.offline()

    async def again() -> None:
        async with files.lock("reconciler apply", SINCE) as locked:
            assert locked.ledger == before or not before.entries
            await locked.append(Recorded(entry(OTHER)))
            await locked.compact({"outcome": "again"})

    asyncio.run(again())
    after = seen(files)
    assert after.ledger.entries == {**before.entries, OTHER: entry(OTHER)}
    assert after.ledger.header.serial == before.header.serial + 1
    assert not after.unfinished
    assert not after.notes
    assert sorted(p.name for p in files.path.parent.iterdir()) == [
        ".gitignore",
        "default.ledger.json",
        "default.lock",
    ]


@pytest.mark.slow
@pytest.mark.long
def test_killed_before_every_file_operation(tmp_path: Path) -> None:
    """SIGKILL before the first, the second, … file operation, until the process gets through."""
    deaths = 0
    for number in range(1, 100):
        folder = tmp_path / str(number) / ".reconciler"
        folder.parent.mkdir()
        done = subprocess.run(command(folder, "kill", number), capture_output=True, text=True, check=False, timeout=60)
        files = LocalLedger(folder, "default")
        holds_what_was_promised(files.offline(), set(done.stdout.split()))
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        deaths += 1
        if folder.exists():
            continues(files)
    assert deaths > 12


@pytest.mark.slow
@pytest.mark.parametrize("limit", [0, 1, 40, 100, 200, 280, 330, 700, 1100, 1500, 1900, 2300, 2700])
def test_disk_full(folder: Path, apply: Run, limit: int) -> None:
    """No file may grow beyond ``limit`` bytes: a typed error with the path, and nothing confirmed is lost."""
    done = apply("limit", limit)
    assert done.returncode in {0, 1}, done.stderr
    *words, last = done.stdout.splitlines()
    if done.returncode == 1:
        assert last.startswith("LedgerError: ")
        assert str(folder) in last
    files = LocalLedger(folder, "default")
    holds_what_was_promised(files.offline(), set(words))
    continues(files)


@pytest.mark.slow
def test_disk_full_keeps_the_old_file(folder: Path, apply: Run) -> None:
    """A compaction that does not fit leaves the ledger file byte for byte as it was."""
    assert apply("kill", 0).returncode == 0
    path = LocalLedger(folder, "default").path
    before = path.read_bytes()
    assert apply("limit", len(before) - 1).returncode == 1
    assert path.read_bytes() == before


def test_every_torn_tail_is_dropped(folder: Path) -> None:
    """Cut the journal at every byte: whole lines count, the rest is left out, said so, and written over."""
    files = LocalLedger(folder, "default")

    async def leave_a_journal() -> None:
        async with files.lock("reconciler apply", SINCE) as locked:
            await locked.append(Recorded(entry()))
            await locked.append(Recorded(entry(OTHER)))

    asyncio.run(leave_a_journal())
    whole = files.journal_path.read_bytes()
    first = whole.index(b"\n") + 1

    async def cut_at_every_byte() -> None:
        for size in range(len(whole) + 1):
            files.journal_path.write_bytes(whole[:size])
            found = await files.snapshot()
            assert len(found.ledger.entries) == (size >= first) + (size == len(whole))
            assert [note.code for note in found.notes] == ["torn-journal"] * (size not in {0, first, len(whole)})
            assert files.journal_path.read_bytes() == whole[:size], "reading writes nothing"

    asyncio.run(cut_at_every_byte())
    files.journal_path.write_bytes(whole[: first + 5])
    continues(files)


def test_tail_of_a_power_cut_is_dropped(folder: Path) -> None:
    """A last line whose end reached the disk and whose middle did not is torn as well."""
    files = LocalLedger(folder, "default")

    async def leave_a_journal() -> None:
        async with files.lock("reconciler apply", SINCE) as locked:
            await locked.append(Recorded(entry()))

    asyncio.run(leave_a_journal())
    with files.journal_path.open("ab") as file:
        file.write(b'{"lineage":"' + b"\0" * 40 + b'"}\n')
    assert [note.code for note in seen(files).notes] == ["torn-journal"]
    assert set(files.offline().entries) == {PROFILE}
    continues(files)
