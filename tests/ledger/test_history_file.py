"""The history's file: what is said when its end is torn, and where it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.ledger.history import history_bytes
from reconciler.ledger.history_file import append_history, read_history
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.history import Ending

from .cases import PAIRLESS
from .hints import names
from .refusing import refused
from .test_history import run


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
