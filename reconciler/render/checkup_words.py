"""The words and signs for a checkup, the same in every format that people read."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.model.checkup import Checkup, Condition
from reconciler.render.words import counted

SIGNS: Mapping[Condition, str] = {
    Condition.ERROR: "✗",
    Condition.WARNING: "!",
    Condition.UNKNOWN: "?",
    Condition.OK: "✓",
}
"""One column each."""

_WORDS: Mapping[Condition, str] = {
    Condition.ERROR: "with errors",
    Condition.WARNING: "with warnings",
    Condition.UNKNOWN: "not known",
    Condition.OK: "fine",
}


def checkup_verdict(checkup: Checkup) -> str:
    """How it all adds up: ``13 checks: 1 with errors, 2 not known, 10 fine.``."""
    if not checkup.checks:
        return "Nothing was checked."
    told = ", ".join(f"{number} {word}" for outcome, word in _WORDS.items() if (number := checkup.count(outcome)))
    return f"{counted(len(checkup.checks), 'check')}: {told}."
