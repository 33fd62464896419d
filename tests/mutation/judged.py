"""The list of judged survivors, and what a run says beside it. Reads text; knows nothing of the tool that mutates.

``survivors/*.txt`` holds blocks: a reason behind ``#``, then one survivor per line, as the run prints it:

    # equivalent: an empty tuple and none at all are iterated alike
    reconciler.planner.ordering._after: old code  =>  new code

The change itself is the name, since the numbers of mutants shift with every edit. Lines that are equal stand for
survivors that are: as many of them as there are lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "survivors"
CAUGHT, SURVIVED, UNKNOWN = "caught", "survived", "unknown"


class Ran(NamedTuple):
    """One mutant: where it is, what it changes, and whether a test noticed."""

    function: str
    change: str
    outcome: str

    def __str__(self) -> str:
        return f"{self.function}: {self.change}"


def change_of(diff: str) -> str:
    """The lines of a unified diff that differ, in one line."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++", "@@"))]
    before, after = (" ".join(" ".join(line[1:].split()) for line in lines if line[:1] == sign) for sign in "-+")
    return f"{before}  =>  {after}".strip()


def read(texts: Iterable[str]) -> dict[str, list[str]]:
    """Survivors by reason. Raises ValueError for one that stands below no reason."""
    found: dict[str, list[str]] = {}
    for text in texts:
        reason, heading = "", False
        for line in text.splitlines():
            if line.startswith("#"):
                reason = f"{reason} {line[1:].strip()}" if heading else line[1:].strip()
                heading = True
            elif line.strip():
                heading = False
                if not reason:
                    raise ValueError(f"no reason above {line!r}: write one behind #")
                found.setdefault(reason, []).append(line.strip())
            else:
                reason, heading = "", False
    return found


def judgements() -> dict[str, list[str]]:
    """Everything in the folder."""
    return read(file.read_text("utf-8") for file in sorted(FOLDER.glob("*.txt")))


def report(ran: Iterable[Ran], judged: Mapping[str, Iterable[str]]) -> tuple[list[str], bool]:
    """What to print, and whether every survivor was judged.

    A judgement whose function was run whole and that no survivor needs any more is told, and fails nothing.
    """
    mutants = list(ran)
    parts: dict[str, Counter[str]] = {}
    for one in mutants:
        parts.setdefault(".".join(one.function.split(".")[:3]), Counter())[one.outcome] += 1
    told = [f"{name}: {_score(counts)}" for name, counts in sorted(parts.items())]
    known = Counter(line for lines in judged.values() for line in lines)
    survived = Counter(str(one) for one in mutants if one.outcome == SURVIVED)
    unfinished = {one.function for one in mutants if one.outcome == UNKNOWN}
    fresh = sorted((survived - known).elements())
    spent = [line for line in sorted((known - survived).elements()) if line.partition(":")[0] not in unfinished]
    told += ["", f"{len(spent)} judgements are not needed any more:", *spent] if spent else []
    told += ["", f"{len(fresh)} survivors nobody has judged:", *fresh] if fresh else []
    return told, not fresh


def _score(counts: Mapping[str, int]) -> str:
    caught, survived, unknown = (counts.get(outcome, 0) for outcome in (CAUGHT, SURVIVED, UNKNOWN))
    run = caught + survived
    score = f"{100 * caught / run:.1f} %" if run else "-"
    return f"{caught} of {run} caught, {score}" + (f", {unknown} not run" if unknown else "")
