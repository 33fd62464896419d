"""Where a run comes from: the git commit of the manifests, and the time."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from reconciler.model.saved.file import is_plan_file

_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Checkout:
    """What git says of a folder. ``dirty`` tells that tracked files differ from the commit, or new ones are there.

    Saved plans are not counted: this program wrote them, and a second plan is made of the same files as the first.
    """

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
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no", "--", ".")
    return Checkout(commit.strip(), dirty=bool(changed) or any(_counts(folder / name) for name in _new(folder)))


def _new(folder: Path) -> list[str]:
    """Files that git neither tracks nor ignores; of a folder that has no others, its name and a slash."""
    found = _git(
        folder, "ls-files", "--others", "--exclude-standard", "--directory", "--no-empty-directory", "-z", "--", "."
    )
    return [name for name in (found or "").split("\0") if name]


def _counts(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return not is_plan_file(file.read(64))
    except OSError:  # a folder, or what cannot be read: not a plan of ours
        return True


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
