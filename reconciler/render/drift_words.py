"""What is said of drift in every format that people read."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator

from reconciler.model.diagnostic import has_errors
from reconciler.model.drift import Changed, DriftReport, FieldState, Unmanaged
from reconciler.model.drift_rule import IgnoreRule
from reconciler.model.listed import listed
from reconciler.render.words import counted

LEDGER_LOST = (
    "The ledger holds nothing to compare with: the manifests are compared with the account, and whether the "
    "manifests or the account moved cannot be told."
)

STATES = {
    FieldState.OUTSIDE: "changed outside",
    FieldState.UNAPPLIED: "not applied yet",
    FieldState.BOTH: "both",
    FieldState.CANNOT_TELL: "differs",
}


def drift_verdict(report: DriftReport) -> str:
    """The line that a reader must not miss."""
    if not report.has_drift and has_errors(report.diagnostics):
        return "Whether there is drift is not known."
    if not report.has_drift:
        compared = "the ledger" if report.can_tell_who else "the manifests"
        apart = ", apart from what is ignored" if report.ignored else ""
        if any(one.addresses for one in report.unreadable):
            return f"No drift in what can be read back. It matches {compared}{apart}."
        if report.narrowed:
            return f"No drift in what was selected. It matches {compared}{apart}."
        return f"No drift. The account matches {compared}{apart}."
    changed = sum(isinstance(one, Changed) for one in report.found)
    counts = {"changed": changed, "gone": len(report.found) - changed, "unknown": len(report.counted_unmanaged)}
    return f"Drift: {', '.join(f'{number} {word}' for word, number in counts.items() if number)}."


def waiting_words(report: DriftReport) -> str:
    """What only waits for an apply; nothing where nothing does."""
    counts = {"changed in the manifests": len(report.unapplied), "never applied": len(report.unrecorded)}
    told = ", ".join(f"{number} {word}" for word, number in counts.items() if number)
    return f"Not applied yet, which is no drift: {told}." if told else ""


def ignored_by_rule(report: DriftReport) -> dict[IgnoreRule, int]:
    """How many fields and objects each rule covers, the rules by their place."""
    parts = Counter[IgnoreRule]()
    for one in report.ignored:
        parts[one.rule] += len(one.what.fields) if isinstance(one.what, Changed) else 1
    return dict(sorted(parts.items(), key=lambda each: each[0].source))


def fix_command(report: DriftReport) -> str:
    """What puts back what drifted; nothing where nothing did, or where nobody can tell."""
    if not report.found or not report.can_tell_who:
        return ""
    account = "" if report.account == "default" else f" --account {shlex.quote(report.account)}"
    paths = f" {shlex.join(report.paths)}" if report.paths else ""
    return f"reconciler plan --drifted{account}{paths}"


def unmanaged_words(report: DriftReport) -> str:
    """How many objects of each kind are not ours."""
    return ", ".join(f"{number} {kind}" for kind, number in report.unmanaged_by_kind.items())


def unlooked_words(report: DriftReport) -> Iterator[str]:
    """Below which parents nobody looked; of a kind that was not looked at anywhere, that is said instead."""
    for one in report.unlisted:
        if one.kind not in report.not_looked_at:
            yield f"{one.kind} of {len(one.parents)} unmanaged {one.parent_kind}"


def unreadable_words(report: DriftReport) -> str:
    """What the ledger alone knows of; nothing where there is none."""
    told = [str(address) for one in report.unreadable for address in one.addresses]
    return f"Cannot be read back, so nobody knows how it stands: {listed(told, 5)}" if told else ""


def rule_words(rule: IgnoreRule, parts: int) -> str:
    """One rule with what it covers."""
    until = f", until {rule.expires}" if rule.expires else ""
    return f"{counted(parts, 'difference')}: {rule.reason} ({rule.source}{until})"


def by_label(one: Unmanaged) -> tuple[str, str, str]:
    """The order in which objects that are not ours are told."""
    return one.kind, one.label, one.remote.id


def drift_notes(report: DriftReport) -> Iterator[str]:
    """What is no drift, and what nobody knows, in a sentence each."""
    if not report.can_tell_who:
        yield LEDGER_LOST
    if waiting := waiting_words(report):
        yield waiting
    for rule, parts in ignored_by_rule(report).items():
        yield f"Ignored, by drift.ignore: {rule_words(rule, parts)}"
    if report.unmanaged:
        yield f"Not managed here: {unmanaged_words(report)}"
    if unreadable := unreadable_words(report):
        yield unreadable
    unlooked = [*sorted(report.not_looked_at), *unlooked_words(report)]
    if unlooked:
        yield f"Not looked at for unmanaged objects: {', '.join(unlooked)} (--full looks)"
    if command := fix_command(report):
        yield f"Put back what drifted: {command}"
