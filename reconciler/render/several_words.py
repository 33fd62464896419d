"""What several accounts come to together: counts, and one line that a reader must not miss."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import get_args

from reconciler.errors import ExitCode
from reconciler.model.checkup import Checkup, Condition
from reconciler.model.diagnostic import Severity
from reconciler.model.drift import Changed, DriftReport
from reconciler.model.plan import Plan
from reconciler.model.several import AccountEnd, Checked, Ran, Several, Told
from reconciler.model.status import Status
from reconciler.render.escape import visible
from reconciler.render.parts import outcome_word
from reconciler.render.run_shapes import OutcomeWord
from reconciler.render.words import counted

_FAILED = {
    ExitCode.PARTLY_APPLIED: "partly applied",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.ERROR: "failed",
    ExitCode.USAGE: "failed",
    ExitCode.STALE: "stale",
    ExitCode.LOCKED: "locked",
}
_ORDER = (
    *dict.fromkeys(_FAILED.values()),
    *("with changes", "with drift", "with warnings", "applied", "unchanged", "without drift", "valid", "fine"),
)
"""What is worst comes first, and then what somebody should look at."""


def counts_of(told: Told) -> Counter[str]:
    """What an account's own summary counts."""
    match told:
        case Plan():
            return Counter(told.summary())
        case DriftReport(found=found, counted_unmanaged=unknown):
            changed = sum(isinstance(one, Changed) for one in found)
            waiting = len(told.unapplied) + len(told.unrecorded)
            drifted = {"changed": changed, "missing": len(found) - changed, "unknown": len(unknown)}
            return Counter({**drifted, "not_applied_yet": waiting, "ignored": len(told.ignored)})
        case Status(recorded=recorded, intents=intents):
            return Counter({"recorded": sum(recorded.values()), "intents": len(intents)})
        case Checkup() as checkup:
            return Counter({outcome.value: checkup.count(outcome) for outcome in Condition})
        case Ran(report=report):
            ended = Counter(outcome_word(outcome) for outcome in report.outcomes)
            return Counter({word: ended[word] for word in get_args(OutcomeWord)})
        case Checked(diagnostics=findings):
            by_severity = Counter(finding.severity for finding in findings)
            return Counter({"errors": by_severity[Severity.ERROR], "warnings": by_severity[Severity.WARNING]})


def sums(several: Several) -> dict[str, int]:
    """The counts of all accounts; what is nowhere is 0."""
    whole: Counter[str] = Counter()
    for end in several.ends:
        whole.update(counts_of(end.told))
    return dict(whole)


def several_verdict(several: Several, shown: Callable[[str], str] = visible) -> str:
    """``3 accounts: 1 failed (prod), 2 unchanged (dev, staging).``; ``shown`` makes the names harmless."""
    names: dict[str, list[str]] = {word: [] for word in _ORDER}
    for end in several.ends:
        names[_word(end)].append(shown(end.account))
    if not several.ends:
        return "No account was looked at."
    told = ", ".join(f"{len(each)} {word} ({', '.join(each)})" for word, each in names.items() if each)
    return f"{counted(len(several.ends), 'account')}: {told}."


def _word(end: AccountEnd) -> str:
    """How an account stands. A plan exits with 2 for changes only where that was asked for: what it found counts."""
    if end.code in _FAILED:
        return _FAILED[end.code]
    match end.told:
        case Plan() as plan:
            return "with changes" if plan.pending else "unchanged"
        case DriftReport() as report:
            return "with drift" if report.has_drift else "without drift"
        case Ran():
            return "applied" if end.written else "unchanged"
        case Checked():
            return "valid"
        case Checkup() | Status() as told:
            return "with warnings" if isinstance(told, Checkup) and told.count(Condition.WARNING) else "fine"
