"""The journal on disk: text lines appended one by one, each durable before the next and before anyone relies on it.

A text line holds one line of the journal, or a list of those that were made durable together. A kill may leave the
last text line unfinished, and a power cut may keep any part of it: nobody was told that it is durable, so it is dropped
as a whole. Anything else that cannot be read stops the program: a journal is never skipped in silence.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import LedgerError
from reconciler.ledger.files import content_of, ledger_errors, open_private, sync_folder, write_all
from reconciler.ledger.lines import Stamped, decoded
from reconciler.model.fields import Unreadable, parsed

_HINT = (
    "repair that line from a backup, or delete the journal: what it recorded is found by natural key again, "
    "but objects that only it knew are no longer pruned"
)


@dataclass(frozen=True, slots=True)
class JournalFile:
    """What a journal holds. ``size`` is where its last whole text line ends; ``torn``: more follows."""

    lines: tuple[Stamped, ...] = ()
    size: int = 0
    torn: bool = False


def read_journal(path: Path) -> JournalFile:
    """What every whole text line holds. Raises LedgerError for one that is not the last and cannot be read."""
    content = content_of(path)
    if content is None:
        return JournalFile()
    *whole, rest = content.split(b"\n")
    lines: list[Stamped] = []
    size = 0
    for number, text in enumerate(whole, 1):
        try:
            value = parsed(text)
        except ValueError:
            if number == len(whole) and not rest:  # what a power cut lost of it reads as zeros: never as a line's end
                return JournalFile(tuple(lines), size, torn=True)
            raise LedgerError(f'"{path}", line {number}, is not JSON', hint=_HINT) from None
        try:
            together = value if isinstance(value, list) else [value]
            lines += [decoded(each, f"line {number}") for each in together]
        except Unreadable as error:
            hint = "a newer version may have written it: upgrade this program; otherwise " + _HINT
            raise LedgerError(f'cannot understand "{path}": {error}', hint=hint) from None
        size += len(text) + 1
    return JournalFile(tuple(lines), size, torn=bool(rest))


class JournalWriter:
    """Appends to a journal. After one failure it refuses: nothing can be read behind half a line."""

    def __init__(self, path: Path, size: int) -> None:
        """Continue after ``size`` bytes; what follows them is a torn line and is cut off.

        For good, before anything is written over it: after a power cut, ends of both could stand side by side.
        """
        self._path = path
        with ledger_errors("write", path):
            self._descriptor = open_private(path, os.O_WRONLY | os.O_APPEND)
            try:
                os.ftruncate(self._descriptor, size)
                os.fsync(self._descriptor)
                sync_folder(path.parent)
            except OSError:
                os.close(self._descriptor)
                raise
        self._broken = False

    def append(self, lines: Sequence[bytes]) -> None:
        """Make the lines durable, all or none. Raises LedgerError."""
        if self._broken:
            raise LedgerError(
                f'"{self._path}" failed before and is not written any more',
                hint="run the command again: it continues from what the journal holds",
            )
        self._broken = True
        with ledger_errors("write", self._path):
            write_all(self._descriptor, _text_line(lines))
            os.fsync(self._descriptor)
        self._broken = False

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)


def _text_line(lines: Sequence[bytes]) -> bytes:
    match lines:
        case [line]:
            return line
        case _:
            return b"[" + b",".join(line.rstrip(b"\n") for line in lines) + b"]\n"
