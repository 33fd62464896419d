"""The history in a local file: lines are added and never changed. Reading needs no lock; writing does.

A kill may leave the last line torn. Nobody was told that it is durable, so readers leave it out and the next writer
cuts it off.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from reconciler.ledger.files import content_of, ledger_errors, open_private, sync_folder, write_all
from reconciler.ledger.history import history_bytes, history_lines
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.fields import parsed
from reconciler.model.history import History, HistoryLine

_BLOCK = 1 << 16


def read_history(path: Path) -> History:
    """Every whole line; none where there is no file. Raises LedgerError for one before the last that is broken."""
    *whole, rest = (content_of(path) or b"").split(b"\n")
    torn = bool(rest)
    if whole and not rest and not _whole(whole[-1]):  # a power cut may keep a line's end and lose its middle
        whole, torn = whole[:-1], True
    note = Diagnostic(
        code="torn-history",
        severity=Severity.WARNING,
        summary=f'the last line of "{path}" is incomplete and was left out',
        detail="a run is writing it just now, or was killed while writing it",
        hint="nothing to do: the next run goes on behind the last whole line",
    )
    return History(history_lines(whole, where=str(path)), (note,) if torn else ())


def append_history(path: Path, lines: Sequence[HistoryLine]) -> None:
    """Make the lines durable, behind the last whole one. For the lock's holder only. Raises LedgerError."""
    content = history_bytes(lines, where=str(path))
    with ledger_errors("write", path):
        descriptor = open_private(path, os.O_RDWR | os.O_APPEND)
        try:
            size = os.fstat(descriptor).st_size
            sound = _sound_size(descriptor, size)
            if sound != size:
                os.ftruncate(descriptor, sound)
                os.fsync(descriptor)
            try:
                write_all(descriptor, content)
                os.fsync(descriptor)
            except OSError:
                os.ftruncate(descriptor, sound)  # half a record on a full disk helps nobody
                raise
        finally:
            os.close(descriptor)
        if size == 0:
            sync_folder(path.parent)


def _whole(text: bytes) -> bool:
    try:
        parsed(text)
    except ValueError:
        return False
    return True


def _sound_size(descriptor: int, size: int) -> int:
    """Where the last whole line ends. Reads the file's end, and no more than that."""
    tail, start = b"", size
    while start > 0 and tail.count(b"\n") < 2:  # noqa: PLR2004 - the last line stands between two line ends
        length = min(_BLOCK, start)
        start -= length
        tail = os.pread(descriptor, length, start) + tail
    end = tail.rfind(b"\n") + 1
    last = tail[tail.rfind(b"\n", 0, end - 1) + 1 : end - 1] if end else b""
    return start + end - (0 if not end or _whole(last) else len(last) + 1)
