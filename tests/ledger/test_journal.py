"""The journal's file: what it holds, what each refusal says, and where it goes on."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest

from reconciler.ledger.folding import checked_line
from reconciler.ledger.journal import JournalFile, JournalWriter, read_journal
from reconciler.ledger.lines import Stamped, encoded
from reconciler.ledger.local import LocalLedger
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.ledger import Header, Recorded, Removed

from .cases import PROFILE, entry, holding, seen
from .hints import SEE, descriptors
from .refusing import refused

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


def test_a_line_that_nobody_could_read_back_is_refused_by_name() -> None:
    """The place, what is wrong with the line, and where that may come from."""
    with refused() as told:
        checked_line(Removed(Address("K", "")), Header(), where="W")
    assert [*told] == [
        'cannot write "W": "address" of the line: "K/" is not an address; write Kind/name',
        "see what the API answered; this program cannot work with such an object",
    ]
