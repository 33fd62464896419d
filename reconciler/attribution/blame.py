"""Who wrote a line of a manifest, as git has it. Reads one file once, however many of its lines are asked about."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from reconciler.attribution.git import git_bytes, git_text, under_git
from reconciler.model.attribution import Blame, Blamed, NotBlamed
from reconciler.model.source import Source

_MOST_RANGES = 200
"""Lines of one file that are asked for by number; of more, the whole file is: a command line has an end."""


def blamed(places: Iterable[Source], *, folder: Path) -> Mapping[Source, Blame]:
    """For each place the commit that its line is from. Files of places are relative to ``folder``."""
    by_file: dict[str, set[Source]] = {}
    for place in places:
        by_file.setdefault(place.file, set()).add(place)
    return {
        place: blame
        for file, found in sorted(by_file.items())
        for place, blame in _of_file(folder / file, found).items()
    }


def _of_file(path: Path, places: Iterable[Source]) -> Mapping[Source, Blame]:
    lines = sorted({place.line for place in places})
    told = _of_lines(path, lines)
    return {
        place: told if isinstance(told, NotBlamed) else told.get(place.line, NotBlamed.UNREADABLE) for place in places
    }


def _of_lines(path: Path, lines: list[int]) -> Mapping[int, Blame] | NotBlamed:
    if not path.is_file():  # standard input has no file, and a name that had to be spelled out is another one
        return NotBlamed.OUTSIDE
    path = Path(os.path.realpath(path))  # git follows no link, and would call its target untracked
    if not under_git(path.parent):
        return NotBlamed.NO_REPOSITORY
    folder, name = path.parent, path.name
    if not git_bytes(folder, "--literal-pathspecs", "ls-files", "-z", "--", name):
        return NotBlamed.UNTRACKED
    if git_bytes(folder, "cat-file", "-e", f"HEAD:./{name}") is None:
        return NotBlamed.NOT_COMMITTED
    ranges = [f"-L{line},{line}" for line in lines] if len(lines) <= _MOST_RANGES else []
    printed = git_bytes(folder, "blame", "--porcelain", "--no-textconv", "--encoding=UTF-8", *ranges, "--", name)
    if printed is None:
        return NotBlamed.UNREADABLE
    shallow = git_text(folder, "rev-parse", "--is-shallow-repository") == "true\n"
    return dict(_porcelain(printed, shallow=shallow))


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
