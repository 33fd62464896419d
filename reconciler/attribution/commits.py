"""Who made a commit, as git has it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from reconciler.attribution.git import git_bytes, under_git
from reconciler.model.attribution import Blamed

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_AT_ONCE = 200
_FORMAT = "--format=%H%n%an%n%at%n%s"
"""A name and a first line hold no line end."""


def commits_of(names: Iterable[str], *, folder: Path) -> Mapping[str, Blamed]:
    """The commits that ``folder``'s repository has, by their full names; whatever else is left out."""
    wanted = sorted({name for name in names if _COMMIT.fullmatch(name)})
    if not wanted or not under_git(folder):
        return {}
    parts = [wanted[at : at + _AT_ONCE] for at in range(0, len(wanted), _AT_ONCE)]
    return {one.commit: one for some in parts for one in _read(folder, some)}


def _read(folder: Path, wanted: Iterable[str]) -> Iterable[Blamed]:
    words = ("log", "-z", "--no-walk=unsorted", "--ignore-missing", "--encoding=UTF-8", "--no-show-signature", _FORMAT)
    printed = git_bytes(folder, *words, *wanted, "--") or b""
    for record in printed.decode("utf-8", "replace").split("\0"):
        match record.split("\n"):
            case [commit, author, seconds, summary, *_]:
                when = datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")
                yield Blamed(commit=commit, author=author, when=when, summary=summary)
            case _:
                pass
