"""Who wrote a line of a manifest, as git has it. Reads one file once, however many of its lines are asked about."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from time import monotonic

from reconciler.attribution.git import git_bytes, git_text, under_git
from reconciler.model.attribution import Blame, Blamed, NotBlamed
from reconciler.model.source import Source

_MOST_RANGES = 200
"""Lines of one file that are asked for by number; of more, the whole file is: a command line has an end."""


_SECONDS = 20.0
"""For all files together: a drift of hundreds of files waits no longer for git."""


def blamed(
    places: Iterable[Source], *, folder: Path, clock: Callable[[], float] = monotonic, seconds: float = _SECONDS
) -> Mapping[Source, Blame]:
    """For each place the commit that its line is from. Files of places are relative to ``folder``.

    After ``seconds`` by ``clock`` the files that are left count as unreadable.
    """
    deadline = clock() + seconds
    by_file: dict[str, set[Source]] = {}
    for place in places:
        by_file.setdefault(place.file, set()).add(place)
    repositories = cache(_repository)
    found: dict[Source, Blame] = {}
    for file, wanted in sorted(by_file.items()):
        left = deadline - clock()
        lines = sorted({place.line for place in wanted})
        told = _of_lines(folder / file, lines, repositories, left) if left > 0 else NotBlamed.UNREADABLE
        for place in wanted:
            found[place] = told if isinstance(told, NotBlamed) else told.get(place.line, NotBlamed.UNREADABLE)
    return found


@dataclass(frozen=True, slots=True)
class _Repository:
    shallow: bool


def _repository(folder: Path) -> _Repository | None:
    if not under_git(folder):
        return None
    return _Repository(shallow=git_text(folder, "rev-parse", "--is-shallow-repository") == "true\n")


def _of_lines(
    path: Path, lines: Sequence[int], repositories: Callable[[Path], _Repository | None], seconds: float
) -> Mapping[int, Blame] | NotBlamed:
    if not path.is_file():  # standard input has no file, and a name that had to be spelled out is another one
        return NotBlamed.OUTSIDE
    path = Path(os.path.realpath(path))  # git follows no link, and would call its target untracked
    folder, name = path.parent, path.name
    repository = repositories(folder)
    if repository is None:
        return NotBlamed.NO_REPOSITORY
    ranges = [f"-L{line},{line}" for line in lines] if len(lines) <= _MOST_RANGES else []
    words = ("blame", "--porcelain", "--no-textconv", "--encoding=UTF-8", *ranges, "--", name)
    printed = git_bytes(folder, *words, seconds=seconds)
    if printed is not None:
        return dict(_porcelain(printed, shallow=repository.shallow))
    if git_bytes(folder, "--literal-pathspecs", "ls-files", "-z", "--", name) == b"":
        return NotBlamed.UNTRACKED
    committed = git_bytes(folder, "cat-file", "-e", f"HEAD:./{name}") is not None
    return NotBlamed.UNREADABLE if committed else NotBlamed.NOT_COMMITTED


def _porcelain(printed: bytes, *, shallow: bool) -> Iterator[tuple[int, Blame]]:
    """Read ``git blame --porcelain``: a head for each line, what is known of a commit when it comes first, the line.

    A boundary is the first commit there is, or, in a shallow clone, where the history was cut off.
    """
    commits: dict[str, dict[str, str]] = {}
    commit, number = "", 0
    for raw in printed.split(b"\n"):
        text = raw.decode("utf-8", "replace")
        if text.startswith("\t"):
            yield number, _blame(commit, commits[commit], shallow=shallow)
            commit = ""
        elif not commit and text:
            commit, _, final, *_ = text.split(" ")
            number = int(final)
            commits.setdefault(commit, {})
        elif commit:
            name, _, value = text.partition(" ")
            commits[commit][name] = value


def _blame(commit: str, known: Mapping[str, str], *, shallow: bool) -> Blame:
    if not commit.strip("0"):
        return NotBlamed.NOT_COMMITTED
    if shallow and "boundary" in known:
        return NotBlamed.SHALLOW
    when = datetime.fromtimestamp(int(known.get("author-time", "0")), UTC)
    return Blamed(
        commit=commit,
        author=known.get("author", ""),
        when=when.isoformat().replace("+00:00", "Z"),
        summary=known.get("summary", ""),
    )
