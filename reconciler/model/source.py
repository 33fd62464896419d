"""Where something was written, so that every finding can say so."""

from __future__ import annotations

from dataclasses import dataclass

STDIN_FILE = "<stdin>"
"""The file of ``-``."""


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A place in a file. ``line`` and ``column`` count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"
