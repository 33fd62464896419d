"""Reads regular files, bounded: a pipe, a device or a huge file is a finding and never a hang."""

from __future__ import annotations

import os
import stat
from pathlib import Path

MAX_BYTES = 64 * 1024 * 1024
"""Bytes of one manifest file. Ten times what 10,000 manifests take."""


class Unusable(Exception):
    """A file that cannot be read; ``code`` is stable, the message is for people."""

    def __init__(self, code: str, reason: str, hint: str = "") -> None:
        """Keep the parts of the finding."""
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.hint = hint


def reason_of(failure: OSError | ValueError) -> str:
    """What the operating system said, as a part of a sentence; Python refuses impossible names by ValueError."""
    strerror = failure.strerror if isinstance(failure, OSError) else "not a possible name"
    return (strerror or type(failure).__name__).lower()


def too_large(limit: int) -> Unusable:
    """The refusal of a file beyond ``limit`` bytes."""
    size = f"{limit // 1024} KiB" if limit < 1024 * 1024 else f"{limit // (1024 * 1024)} MiB"
    return Unusable("too-large", f"is larger than {size}", "split it")


def read_bounded(path: Path, limit: int) -> bytes:
    """The bytes of a regular file of at most ``limit`` bytes. Raises Unusable."""
    try:
        # O_NONBLOCK: opening a named pipe that nobody writes to would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as failure:
        raise Unusable("unreadable-file", f"cannot be read: {reason_of(failure)}") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Unusable("not-a-file", "is not a regular file", "pipe it into the command and write - instead")
        if status.st_size > limit:
            raise too_large(limit)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(limit + 1)
    except OSError as failure:
        raise Unusable("unreadable-file", f"cannot be read: {reason_of(failure)}") from None
    finally:
        os.close(descriptor)
    if len(data) > limit:  # it grew, or has no size of its own
        raise too_large(limit)
    return data
