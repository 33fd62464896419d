"""Several files at once, below one folder: all of them or, on any failure, none; and never over an edit.

Every file is written in full beside its place before the first one is put there. Links are not followed: they may lead
anywhere.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import ReconcilerError
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.exported import Writing
from reconciler.model.source import Source

_MODE = 0o666
"""As any editor would create them: manifests are for everybody who may read the project."""
LARGEST = 64 << 20
"""Bytes of a file that is there; a larger one is no manifest."""


@dataclass(frozen=True, slots=True)
class Intended:
    """A file as it is to be. ``before`` is what is there; ``shown`` is its path for people."""

    path: Path
    shown: str
    content: bytes
    before: bytes | None = None

    @property
    def writing(self) -> Writing:
        """What will happen to it."""
        if self.before is None:
            return Writing.WRITTEN
        return Writing.UNCHANGED if self.before == self.content else Writing.REPLACED


def intend(
    folder: Path, shown: str, files: Mapping[str, bytes], *, force: bool
) -> tuple[list[Intended], list[Diagnostic]]:
    """Look at what is there. The findings are all reasons not to write; nothing is touched."""
    intended: list[Intended] = []
    findings: list[Diagnostic] = []
    for name, content in files.items():
        path, label = folder / name, name if shown in ("", ".") else f"{shown}/{name}"
        try:
            _check_way(folder, path)
            before = _content(path)
        except OSError as error:
            findings.append(_finding("no-place-for-file", label, (error.strerror or str(error)).lower(), _MOVE))
            continue
        found = Intended(path, label, content, before)
        intended.append(found)
        if found.writing is Writing.REPLACED and not force:
            findings.append(_finding("file-differs", label, _DIFFERS, _FORCE))
    return intended, findings


_DIFFERS = "it is not what would be written: somebody edited it, or the account changed"
_FORCE = "--force replaces it, --merge adds what is not managed yet in files of its own"
_MOVE = "move away what is there, or export to another folder"


def _finding(code: str, label: str, reason: str, hint: str) -> Diagnostic:
    return Diagnostic(code=code, severity=Severity.ERROR, summary=reason, hint=hint, source=Source(label))


def _check_way(folder: Path, path: Path) -> None:
    """Raise OSError unless every step below the folder is a folder of its own, or not there yet."""
    for step in reversed(path.relative_to(folder).parents[:-1]):
        way = folder / step
        if way.is_symlink():
            raise OSError(0, f'"{step.as_posix()}" is a symbolic link, and those are not followed')
        if way.exists() and not way.is_dir():
            raise OSError(0, f'"{step.as_posix()}" is no folder')
    parent = next(each for each in (path.parent, *path.parent.parents) if each.exists())
    if not parent.is_dir():
        raise OSError(0, f'"{parent}" is no folder')
    if not os.access(parent, os.W_OK | os.X_OK):
        raise PermissionError(0, "permission denied")


def _content(path: Path) -> bytes | None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        raise OSError(0, "something is there that is no file, or a symbolic link")
    if found.st_size > LARGEST:
        raise OSError(0, "it is larger than any manifest")
    return path.read_bytes()


def write(intended: list[Intended]) -> None:
    """Put every file that changes in its place. Raises ReconcilerError; then everything is as it was."""
    pending = [each for each in intended if each.writing is not Writing.UNCHANGED]
    made: list[Path] = []
    waiting: dict[Path, Path] = {}
    done: list[Intended] = []
    try:
        for each in pending:
            _make_folders(each.path.parent, made)
            waiting[each.path] = _temporary(each)
        for each in pending:
            _check_unchanged(each)
            waiting[each.path].replace(each.path)
            done.append(each)
            del waiting[each.path]
    except BaseException as error:
        for temporary in waiting.values():
            with contextlib.suppress(OSError):
                temporary.unlink()
        lost = [each.shown for each in done if not _put_back(each)]
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()
        if isinstance(error, OSError):
            raise _failure(error, lost) from error
        raise


def _check_unchanged(each: Intended) -> None:
    """Raise OSError where somebody wrote the file since it was looked at."""
    if _content(each.path) != each.before:
        raise OSError(0, "somebody changed it meanwhile", each.shown)


def _failure(error: OSError, lost: list[str]) -> ReconcilerError:
    reason = (error.strerror or str(error)).lower()
    where = f' "{error.filename}"' if error.filename else ""
    kept = f"left behind: {', '.join(lost)}" if lost else "no file was left behind"
    return ReconcilerError(
        f"cannot write{where}: {reason}; {kept}", hint="put that right and type the same again", code="export-write"
    )


def _make_folders(folder: Path, made: list[Path]) -> None:
    for each in [*reversed(folder.parents), folder]:
        if not each.exists():
            each.mkdir()
            made.append(each)


def _temporary(each: Intended) -> Path:
    """The whole content beside its place, under a hidden name that no command reads."""
    temporary = each.path.with_name(f".{each.path.name[:200]}.{os.getpid()}.tmp")
    mode = _MODE if each.before is None else stat.S_IMODE(each.path.lstat().st_mode)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(temporary, flags, mode)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor
            file.write(each.content)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        temporary.unlink()
        raise
    return temporary


def _put_back(each: Intended) -> bool:
    try:
        if each.before is None:
            each.path.unlink()
        else:
            _temporary(Intended(each.path, each.shown, each.before, each.content)).replace(each.path)
    except OSError:
        return False
    return True
