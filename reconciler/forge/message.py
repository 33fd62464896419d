"""What stands in our posts beside the report: the mark they are found by, the stamp of a plan, the plan before it.

    <!-- reconciler:project/account -->
    <!-- fingerprint=sha256:… head=… run=… text=sha256:… -->
    the plan
    <!-- previous of sha256:… -->
    <details>the plan before it</details>

The stamp holds a digest of all that follows it, so that a text that was edited does not pass for the one that was
posted. It is no signature: whoever may edit a comment could write another digest as well.

A mark counts in the first line alone: people who quote it write something before it. The line above the fold holds
the fingerprint of the plan above it, so that no text in a plan can be taken for it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote

_STAMP = re.compile(r"<!-- fingerprint=(\S*) head=(\S*) run=(\S*) text=(\S*) -->")
_TOO_LONG = "_The previous plan was too long to be kept here._"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which plan a post shows: its fingerprint, the commit it was made of, and the run that made it.

    ``text`` is the digest of what stands below the stamp.
    """

    fingerprint: str
    head: str
    run: str
    text: str = ""

    def __str__(self) -> str:
        """As it stands in a post."""
        return (
            f"<!-- fingerprint={_word(self.fingerprint)} head={_word(self.head)} run={_word(self.run)} "
            f"text={_word(self.text)} -->"
        )


def mark_of(project: str, account: str) -> str:
    """What the comment of an account is found by."""
    return f"<!-- reconciler:{_word(project)}/{_word(account)} -->"


def issue_mark(name: str) -> str:
    """What the issue about drift is found by."""
    return f"<!-- reconciler-drift:{_word(name)} -->"


def has_mark(text: str, mark: str) -> bool:
    """Whether a post begins with it."""
    return text.partition("\n")[0].strip() == mark


def stamp_in(text: str) -> Stamp | None:
    """The stamp in the second line of a post of ours."""
    lines = text.split("\n", 2)
    found = _STAMP.fullmatch(lines[1].strip()) if len(lines) > 1 else None
    return Stamp(*found.groups()) if found else None


def is_as_posted(text: str) -> bool:
    """Whether what stands below the stamp of a post is what was written there with it."""
    stamp = stamp_in(text)
    return stamp is not None and stamp.text == _digest(text.split("\n", 2)[2:])


def _digest(shown: Iterable[str]) -> str:
    """Of the text as every forge keeps it: some change the ends of lines and what is empty around the text."""
    lines = "".join(shown).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = "\n".join(line.rstrip() for line in lines).strip()
    return f"sha256:{hashlib.sha256(kept.encode('utf-8', 'replace')).hexdigest()}"


def plan_posts(mark: str, stamp: Stamp, whole: str, short: str, before: str | None, longest: int) -> Iterator[str]:
    """The texts to try, in order: whole with the plan before it, whole, short. The last one always fits.

    ``before`` is the present text of the post, ``longest`` what the forge takes, in characters.
    """

    def post(shown: str) -> str:
        return f"{mark}\n{replace(stamp, text=_digest([shown]))}\n{shown}"

    whole, short = whole.strip("\n"), short.strip("\n")
    fold = _fold(before, stamp)
    candidates = [post(f"{whole}\n{fold}")] if fold else []
    candidates.append(post(f"{whole}\n" + (f"\n{_TOO_LONG}\n" if fold else "")))
    yield from (text for text in candidates if len(text) <= longest)
    yield post(f"{short}\n")


def _fold(before: str | None, stamp: Stamp) -> str:
    """The plan before this one, alone; of a plan that is posted again, the one that was before it already."""
    old = None if before is None else stamp_in(before)
    if before is None or old is None:
        return ""
    shown = before.split("\n", 2)[2] if before.count("\n") > 1 else ""
    line = _line(old)
    above, found, below = shown.rpartition(f"\n{line}\n")
    current = above if found else shown
    if old.fingerprint == stamp.fingerprint:
        return f"\n{_line(stamp)}\n{below.strip()}\n" if found else ""
    of = f" of {old.head[:12]}" if old.head else ""
    return (
        f"\n{_line(stamp)}\n<details><summary>The previous plan{of}</summary>\n\n"
        f"{current.removesuffix(_TOO_LONG + chr(10)).strip()}\n\n</details>\n"
    )


def _line(stamp: Stamp) -> str:
    return f"<!-- previous of {_word(stamp.fingerprint)} -->"


def _word(text: str) -> str:
    """Nothing that could end a comment of HTML."""
    return quote(text, safe=":")
