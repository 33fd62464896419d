"""Durable file operations, and what the operating system says when they fail, as ``LedgerError``.

Files are private (0600 in a 0700 folder) because a ledger describes an account and holds its salt. Nothing
here knows what is in a file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from reconciler.errors import LedgerError

GITIGNORE = b"# written by reconciler; empty this file to keep ledgers under version control\n*\n"

LARGEST = 512 << 20
"""Bytes of a ledger or journal that are read: some hundred thousand objects."""

_HINTS = {
    errno.ENOSPC: "free some space on that disk and run the command again; what was saved before is intact",
    errno.EDQUOT: "free some space in that quota and run the command again; what was saved before is intact",
    errno.EFBIG: "look at its size, or raise the limit on file sizes (ulimit -f); what was saved before is intact",
    errno.EROFS: "the file system is read-only: run this where the project's folder can be written",
    errno.EACCES: "give this user access to the path, or run as the user who owns it",
    errno.EPERM: "give this user access to the path, or run as the user who owns it",
    errno.ENOLCK: "this file system has no locks: keep the project on a local disk",
    errno.ENOTSUP: "this file system has no locks: keep the project on a local disk",
}


@contextlib.contextmanager
def ledger_errors(doing: str, path: Path) -> Iterator[None]:
    """Turn OSError into LedgerError with the path, what was being done, and what to do next."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        hint = _HINTS.get(error.errno or 0, "see what is at that path, then run the command again")
        raise LedgerError(f'cannot {doing} "{path}": {reason}', hint=hint) from error
    except ValueError as error:  # an embedded null character: no such path can exist
        raise LedgerError(f'cannot {doing} "{path}": {error}', hint="choose another path") from error


def private_folder(folder: Path) -> None:
    """Create the folder (0700) if it is missing."""
    with ledger_errors("create", folder), contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        sync_folder(folder.parent)


def keep_out_of_git(folder: Path, mark: str) -> None:
    """Write a ``.gitignore`` unless there is one, even an empty one: a ledger is committed only on purpose.

    ``mark`` makes the temporary name unique among those who may do so at the same time.
    """
    path = folder / ".gitignore"
    with ledger_errors("read", path):
        missing = not path.exists()
    if missing:
        replace_file(path, GITIGNORE, temporary=folder / f".gitignore.{mark}.tmp")


def open_regular(path: Path, flags: int, mode: int = 0o600) -> int:
    """Open a regular file. Anything else is an OSError at once: opening a pipe waits, reading a device never ends."""
    descriptor = os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY, mode)
    kind = os.fstat(descriptor).st_mode
    if stat.S_ISREG(kind):
        return descriptor
    os.close(descriptor)
    if stat.S_ISDIR(kind):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    raise OSError(errno.EINVAL, "not a regular file")


def open_private(path: Path, flags: int) -> int:
    """Open a file of ours, created 0600 if it is missing; never through a link that somebody planted."""
    return open_regular(path, flags | os.O_CREAT | os.O_NOFOLLOW)


def write_all(descriptor: int, content: bytes) -> None:
    """Write every byte: one ``write`` may stop short."""
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def sync_folder(folder: Path) -> None:
    """Make renames and removals in the folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: Path, content: bytes, *, temporary: Path | None = None) -> None:
    """Put ``content`` at ``path``: all of it or, on any failure, none. For the lock's holder only.

    The temporary name is always the same, so what a killed process left behind is overwritten and never piles
    up.
    """
    temporary = temporary or path.with_name(path.name + ".tmp")
    with ledger_errors("write", path):
        descriptor = open_private(temporary, os.O_WRONLY | os.O_TRUNC)
        try:
            write_all(descriptor, content)
            os.fsync(descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        finally:
            os.close(descriptor)
        temporary.replace(path)
        sync_folder(path.parent)


def content_of(path: Path) -> bytes | None:
    """Everything in the file; None when there is no such file. Raises LedgerError, for a file of absurd size too."""
    with ledger_errors("read", path):
        try:
            descriptor = open_regular(path, os.O_RDONLY)
        except FileNotFoundError:
            return None
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor
            if os.fstat(descriptor).st_size > LARGEST:
                raise OSError(errno.EFBIG, f"larger than {LARGEST >> 20} megabytes, which no ledger is")
            return file.read()


def remove_file(path: Path) -> None:
    """Remove the file, if it is there."""
    with ledger_errors("remove", path):
        path.unlink(missing_ok=True)
        sync_folder(path.parent)
