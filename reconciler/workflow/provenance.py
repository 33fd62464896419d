"""Where a run comes from: the git commit of the manifests, and the time."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Checkout:
    """What git says of a folder. ``dirty`` tells that tracked files differ from the commit, or new ones are there."""

    commit: str
    dirty: bool


def checkout(folder: Path) -> Checkout | None:
    """The commit that ``folder`` is at; None outside of git, without git, and before the first commit.

    Files in a folder, all of which can be committed, may make a repository of the folder itself, and its configuration
    names commands that git starts. Such a one is left alone.
    """
    repository = _git(folder, "rev-parse", "--absolute-git-dir")
    here = folder.resolve()
    if repository is None or Path(repository.removesuffix("\n")).resolve() in {here, *here.parents}:
        return None
    commit = _git(folder, "rev-parse", "--verify", "HEAD")
    if commit is None:
        return None
    return Checkout(commit.strip(), dirty=bool(_git(folder, "status", "--porcelain", "--", ".")))


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and no words of the user's
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - whichever git the user has
            capture_output=True,
            check=True,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return done.stdout
