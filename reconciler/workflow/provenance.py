"""Where a run comes from: the git commit of the manifests, and the time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reconciler.attribution.git import git_text, under_git
from reconciler.model.saved.file import is_plan_file


@dataclass(frozen=True, slots=True)
class Checkout:
    """What git says of a folder. ``dirty`` tells that tracked files differ from the commit, or new ones are there.

    Saved plans are not counted: this program wrote them, and a second plan is made of the same files as the first.
    """

    commit: str
    dirty: bool


def checkout(folder: Path) -> Checkout | None:
    """The commit that ``folder`` is at; None outside of git, without git, and before the first commit."""
    if not under_git(folder):
        return None
    commit = git_text(folder, "rev-parse", "--verify", "HEAD")
    if commit is None:
        return None
    changed = git_text(folder, "status", "--porcelain", "--untracked-files=no", "--", ".")
    return Checkout(commit.strip(), dirty=bool(changed) or any(_counts(folder / name) for name in _new(folder)))


def _new(folder: Path) -> list[str]:
    """Files that git neither tracks nor ignores; of a folder that has no others, its name and a slash."""
    found = git_text(
        folder, "ls-files", "--others", "--exclude-standard", "--directory", "--no-empty-directory", "-z", "--", "."
    )
    return [name for name in (found or "").split("\0") if name]


def _counts(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return not is_plan_file(file.read(64))
    except OSError:  # a folder, or what cannot be read: not a plan of ours
        return True
