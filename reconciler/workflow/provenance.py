"""Where a run comes from: the git commit of the manifests, and the time."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reconciler.attribution.git import git_text, under_git
from reconciler.manifest import TOOL_FOLDERS

_SETTINGS = "reconciler.yaml"


@dataclass(frozen=True, slots=True)
class Checkout:
    """What git says of a folder. ``dirty`` tells that tracked files differ from the commit, or new manifests are there.

    Other new files say nothing: what no run reads makes no difference to what it does.
    """

    commit: str
    dirty: bool


def checkout(folder: Path, read: Iterable[Path]) -> Checkout | None:
    """The commit that ``folder`` is at; None outside of git, without git, and before the first commit.

    ``read`` are the files and folders that the manifests come from; git tells of those below ``folder`` alone.
    """
    if not under_git(folder):
        return None
    commit = git_text(folder, "rev-parse", "--verify", "HEAD")
    if commit is None:
        return None
    changed = git_text(folder, "status", "--porcelain", "--untracked-files=no", "--", ".")
    return Checkout(commit.strip(), dirty=bool(changed) or _new_manifests(folder, read))


def _new_manifests(folder: Path, read: Iterable[Path]) -> bool:
    """Whether there is a manifest, or a ``reconciler.yaml``, that git neither tracks nor ignores."""
    found = git_text(folder, "ls-files", "--others", "--exclude-standard", "-z", "--", ".") or ""
    new = [name for name in found.split("\0") if name]
    if not new:
        return False
    here, places = Path(os.path.realpath(folder)), {Path(os.path.realpath(place)) for place in read}
    return any(name == _SETTINGS or _is_read(here / name, places) for name in new)


def _is_read(file: Path, places: set[Path]) -> bool:
    """Whether it is one of ``places``, or a manifest below one; hidden folders and those of tools hold none."""
    if file in places:
        return True
    if file.suffix not in {".yaml", ".yml"}:
        return False
    for above in file.parents:
        if above in places:
            return True
        if above.name.startswith(".") or above.name in TOOL_FOLDERS:
            return False
    return False
