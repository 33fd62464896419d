"""Asking git: no shell, a time limit, nothing on standard input, and None for whatever goes wrong."""

from __future__ import annotations

import subprocess
from pathlib import Path

_SECONDS = 10.0


def git_bytes(folder: Path, *arguments: str, seconds: float = _SECONDS) -> bytes | None:
    """What git prints in ``folder``; None where it fails, is not there, or takes longer than ``seconds`` (at most 10).

    It starts no file system monitor: a repository's configuration may name any command as one.
    """
    if seconds <= 0:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - no shell; names of files follow after --
            ["git", "-c", "core.fsmonitor=false", "-C", str(folder), *arguments],  # noqa: S607 - whichever git the user has
            capture_output=True,
            check=True,
            stdin=subprocess.DEVNULL,
            timeout=min(seconds, _SECONDS),
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return done.stdout


def git_text(folder: Path, *arguments: str) -> str | None:
    """As ``git_bytes``, for what is UTF-8; None where it is not."""
    printed = git_bytes(folder, *arguments)
    try:
        return None if printed is None else printed.decode()
    except UnicodeDecodeError:
        return None


def under_git(folder: Path) -> bool:
    """Whether a repository holds ``folder``, one that may be asked.

    Files in a folder, all of which can be committed, may make a repository of the folder itself, and its configuration
    names commands that git starts. Such a one is left alone.
    """
    repository = git_text(folder, "rev-parse", "--absolute-git-dir")
    here = folder.resolve()
    return repository is not None and Path(repository.removesuffix("\n")).resolve() not in {here, *here.parents}
