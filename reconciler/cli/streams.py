"""The three standard streams when they fail: closed, full, or nobody reads any more. Loads nothing."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TextIO

_LAST_STREAM = 2


class OutputLost(Exception):
    """The result cannot be written. ``quiet``: whoever read it stopped reading, which is no news."""

    def __init__(self, error: OSError, where: str = "to standard output") -> None:
        """Say why in the system's words."""
        super().__init__(f"cannot write {where}: {(error.strerror or str(error)).lower()}")
        self.quiet = isinstance(error, BrokenPipeError)


def hold_streams() -> None:
    """Where a stream is closed, its number is free: a file that took it would get what is meant for the stream."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= _LAST_STREAM:
        pass
    os.close(number)
    if sys.stdout is not None and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # an arrow is no reason to fail where there is none


def abandon(stream: TextIO | None) -> None:
    """Send what the stream still holds nowhere: the interpreter would try once more at the end, and complain."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # type: ignore[union-attr]  # None is suppressed
        os.close(nowhere)
