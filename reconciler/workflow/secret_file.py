"""The one place that a new secret goes to: a file of the user's, private, whole or not there, never in a repository.

Room for it is taken before the secret is made, so that a folder that cannot be written or a full disk is found out
while nothing has changed. Until it is put in its place the file has no name, where the system can do that: a process
that is killed leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reconciler.attribution.git import git_text, under_git
from reconciler.errors import ReconcilerError, UsageError
from reconciler.ledger.files import sync_folder, write_all
from reconciler.model.account import STATE_FOLDER

_ROOM = 4096
"""Bytes that are taken before: more than any secret needs."""


@dataclass(frozen=True, slots=True)
class SecretFile:
    """Where the user wants a secret. ``shown`` is as it was typed; ``force`` allows to replace what is there."""

    path: Path
    shown: str
    force: bool = False

    def check(self) -> None:
        """Raise UsageError for what can be no private file, and ReconcilerError for a place that would give it away."""
        if self.shown in {"", "-"}:
            raise UsageError(
                f'"{self.shown}" is no file, and a secret is written nowhere else',
                hint="name a file such as secret.txt",
            )
        if self.path.suffix.lower() in {".yaml", ".yml"} or STATE_FOLDER in Path(os.path.realpath(self.path)).parts:
            raise UsageError(
                f'"{self.shown}" is no place for a secret: what lies there is read as something else',
                hint="name a file such as secret.txt, outside of the manifests and the ledger",
            )
        try:
            found = self.path.lstat()
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            raise _unusable(self, error) from None
        else:
            if not stat.S_ISREG(found.st_mode):
                raise UsageError(
                    f'"{self.shown}" is no regular file: a secret is written to no terminal, pipe, link or folder',
                    hint="name a file such as secret.txt",
                )
        self._check_git()

    def check_free(self) -> None:
        """Raise ReconcilerError where something is there that may not be replaced."""
        if not self.force and os.path.lexists(self.path):
            raise ReconcilerError(
                f'"{self.shown}" is there already; nothing was changed',
                hint="name another file, or replace this one with --force",
                code="secret-file",
            )

    def holds(self, secret: str) -> bool:
        """Whether exactly this is there already, in a file that nobody else may read."""
        try:
            mode = self.path.lstat().st_mode
            private = stat.S_ISREG(mode) and not stat.S_IMODE(mode) & 0o077
            return private and self.path.read_bytes() == secret.encode()
        except OSError:
            return False

    def _check_git(self) -> None:
        folder = self.path.parent
        if under_git(folder) and git_text(folder, "check-ignore", "--quiet", "--", self.path.name) is None:
            raise ReconcilerError(
                f'"{self.shown}" lies in a git repository that does not ignore it: the secret could be committed',
                hint="name a file outside of the repository, or have git ignore this one",
                code="secret-file",
            )

    @contextlib.contextmanager
    def reserved(self) -> Iterator[Reservation]:
        """Take the room. Raises ReconcilerError where there is none."""
        try:
            reservation = Reservation(self, *_opened(self.path))
        except (OSError, ValueError) as error:
            raise _unusable(self, error) from None
        try:
            try:
                write_all(reservation.descriptor, bytes(_ROOM))
                os.fsync(reservation.descriptor)
            except OSError as error:
                raise _unusable(self, error) from None
            yield reservation
        finally:
            reservation.end()


@dataclass(slots=True)
class Reservation:
    """A private file that waits for its content: under ``name``, or without any."""

    wanted: SecretFile
    descriptor: int
    name: Path | None

    def put(self, secret: str) -> None:
        """Write the secret and put the file in its place, durably. Raises OSError; then nothing is there."""
        content = secret.encode()
        os.lseek(self.descriptor, 0, os.SEEK_SET)
        write_all(self.descriptor, content)
        os.ftruncate(self.descriptor, len(content))
        os.fsync(self.descriptor)
        path, force = self.wanted.path, self.wanted.force
        if self.name is None and not force:
            self._link(path)
        else:
            self._replace(path, force=force)
        sync_folder(path.parent)

    def _replace(self, path: Path, *, force: bool) -> None:
        if not force and os.path.lexists(path):
            raise FileExistsError(0, "somebody made such a file meanwhile")
        if self.name is None:
            self.name = _hidden(path)
            with contextlib.suppress(FileNotFoundError):
                self.name.unlink()
            self._link(self.name)
        self.name.replace(path)
        self.name = None

    def _link(self, name: Path) -> None:
        """Give the file its name, where nothing has it. Raises OSError."""
        folder = os.open(name.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.link(f"/proc/self/fd/{self.descriptor}", name.name, dst_dir_fd=folder)
        finally:
            os.close(folder)

    def end(self) -> None:
        """Give back what was not used."""
        with contextlib.suppress(OSError):
            os.close(self.descriptor)
        if self.name is not None:
            with contextlib.suppress(OSError):
                self.name.unlink()


def _hidden(path: Path) -> Path:
    return path.with_name(f".secret.{os.getpid()}.tmp")  # of no part of the name, which may be as long as names can be


def _opened(path: Path) -> tuple[int, Path | None]:
    """A new file in the folder of ``path``: without a name where that is possible, else under a hidden one."""
    nameless = getattr(os, "O_TMPFILE", 0)
    if nameless and Path("/proc/self/fd").is_dir():
        with contextlib.suppress(OSError):  # file systems that cannot; whatever else is wrong comes up below
            return os.open(path.parent, nameless | os.O_WRONLY | os.O_CLOEXEC, 0o600), None
    name = _hidden(path)
    with contextlib.suppress(FileNotFoundError):
        name.unlink()
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(name, flags, 0o600), name


def _unusable(wanted: SecretFile, error: Exception) -> ReconcilerError:
    reason = (getattr(error, "strerror", None) or str(error)).lower()
    return ReconcilerError(
        f'cannot write "{wanted.shown}": {reason}; nothing was changed',
        hint="name a file in a folder that can be written",
        code="secret-file",
    )
