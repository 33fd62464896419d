"""A machine without power: of the last write any sectors may be missing, and of everything before it none.

What is missing reads as zeros, or the file ends before it. Callers were told of no line of that write.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from reconciler.ledger.history_file import append_history
from reconciler.ledger.journal import JournalFile, JournalWriter, read_journal
from reconciler.ledger.lines import Stamped, encoded
from reconciler.ledger.local import LocalLedger
from reconciler.model.history import Ending
from reconciler.model.ledger import Header, Line, Recorded, Removed

from .cases import PROFILE, entry, seen
from .refusing import refused
from .strategies import lines as any_lines
from .test_crashes import continues
from .test_history import run

HEADER = Header(lineage="l", salt="s")


def written(path: Path, batches: Sequence[Sequence[Line]], header: Header = HEADER) -> list[int]:
    """Write each batch as one, and answer how far the journal reached before the first and after each."""
    path.unlink(missing_ok=True)
    writer, sizes = JournalWriter(path, 0), [0]
    for batch in batches:
        writer.append([encoded(line, header) for line in batch])
        sizes.append(path.stat().st_size)
    writer.close()
    return sizes


def survivor(whole: bytes, last: int, lost: Collection[int], sector: int) -> bytes:
    """The file with zeros for those sectors, as far as they belong to the write that began at ``last``."""
    content = bytearray(whole)
    for number in lost:
        start, end = max(last, number * sector), min(len(whole), (number + 1) * sector)
        content[start:end] = bytes(max(0, end - start))
    return bytes(content)


def entries(letter: str, size: int, count: int) -> list[Recorded]:
    """Lines of about that many bytes together."""
    text = "x" * (size // count)
    made = [PROFILE._replace(name=f"{letter}{number}") for number in range(count)]
    return [Recorded(entry(address, applied={"name": text})) for address in made]


@pytest.mark.parametrize("sector", [512, 4096])
def test_a_batch_counts_as_a_whole(sector: int, folder: Path) -> None:
    """Without any set of its sectors, wherever in a sector it begins; the next run continues from there."""
    folder.mkdir()
    files = LocalLedger(folder, "default")
    continues(files)
    header = files.offline().header
    for shift in (*range(0, sector, 97), *range(sector - 3, sector)):
        first = entries("a", sector + shift, 2)
        last = entries("b", 3 * sector, 4)
        _, before, _ = written(files.journal_path, [first, last], header)
        after, whole = files.offline().entries, files.journal_path.read_bytes()
        assert len(after) == 1 + len(first) + len(last)
        sectors = range(before // sector, (len(whole) - 1) // sector + 1)
        assert len(sectors) > 3
        for count in range(1, 3):
            for lost in itertools.combinations(sectors, count):
                files.journal_path.write_bytes(survivor(whole, before, lost, sector))
                found = seen(files)
                assert set(found.ledger.entries) == {*after} - {line.entry.address for line in last}
                assert [note.code for note in found.notes] == ["torn-journal"]
    continues(files)


def test_every_beginning_of_a_batch_is_dropped(tmp_path: Path) -> None:
    """Cut at every byte, with a hole at any sector or none: what was read before, or all of it."""
    path = tmp_path / "j"
    first: list[Line] = [Removed(PROFILE)]
    _, before, end = written(path, [first, [Removed(PROFILE._replace(name=f"n{number}")) for number in range(14)]])
    whole = path.read_bytes()
    for size in range(before + 1, end):
        for lost in ((), *([number] for number in range(before // 512, size // 512 + 1))):
            path.write_bytes(survivor(whole, before, lost, 512)[:size])
            assert read_journal(path) == JournalFile(tuple(Stamped("l", 0, line) for line in first), before, torn=True)


@given(
    batches=st.lists(st.lists(any_lines, min_size=1, max_size=3), min_size=1, max_size=2),
    padding=st.integers(0, 520),
    data=st.data(),
)
def test_what_is_read_was_true(
    batches: list[list[Line]], padding: int, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """For any lines and any loss: every write before the last, and of the last all or nothing."""
    path = tmp_path_factory.getbasetemp() / "law.jsonl"
    sizes = written(path, [entries("p", padding, 1), *batches])
    whole, read = path.read_bytes(), read_journal(path)
    assert (len(read.lines), read.torn) == (1 + sum(map(len, batches)), False)
    lost = data.draw(st.sets(st.integers(sizes[-2] // 512, sizes[-1] // 512)))
    size = data.draw(st.integers(sizes[-2], sizes[-1]))
    left = survivor(whole, sizes[-2], lost, 512)[:size]
    path.write_bytes(left)
    kept = read.lines if left == whole else read.lines[: -len(batches[-1])]
    torn = left not in {whole, whole[: sizes[-2]]}
    assert read_journal(path) == JournalFile(kept, sizes[-1] if left == whole else sizes[-2], torn=torn)


def test_what_is_torn_before_the_last_write_stops(tmp_path: Path) -> None:
    """Somebody was told that it is durable, so that no power cut explains it."""
    path = tmp_path / "j"
    _, first, second, _ = written(path, [entries("a", 600, 2), entries("b", 1200, 3), entries("c", 600, 2)])
    whole = path.read_bytes()
    path.write_bytes(whole[: first + 300] + bytes(512) + whole[first + 812 :])
    assert second > first + 812
    with refused() as told:
        read_journal(path)
    assert told.summary == f'"{path}", line 2, is not JSON'


@pytest.mark.parametrize("place", ["journal", "history"])
def test_a_torn_end_is_gone_before_anything_is_written_over_it(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or after a power cut sectors of both could stand side by side, the end of a line among them."""
    done: list[tuple[str, int]] = []

    def watch(name: str, real: Callable[..., object]) -> None:
        def watched(descriptor: int, *arguments: object) -> object:
            done.append((name, descriptor))
            return real(descriptor, *arguments)

        monkeypatch.setattr(os, name, watched)

    watch("ftruncate", os.ftruncate)
    watch("write", os.write)
    watch("fsync", os.fsync)
    path = tmp_path / place
    path.write_bytes(b"torn")
    if place == "journal":
        writer = JournalWriter(path, 0)
        writer.append([b"{}\n"])
        writer.close()
    else:
        append_history(path, run("one", Ending.APPLIED))
    (first, cut), (second, synced) = done[:2]
    assert (first, second, synced) == ("ftruncate", "fsync", cut)
