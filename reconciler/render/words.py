"""The words and signs for actions and counts, the same in every format that people read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.diagnostic import Severity
from reconciler.model.plan import Action, Adopt, Change, Noop, Plan


@dataclass(frozen=True, slots=True)
class Wording:
    """How an action is written: its sign, its place in a summary, and what is said when it is done."""

    sign: str
    todo: str
    done: str


WORDS: Mapping[Action, Wording] = {
    Action.CREATE: Wording("+", "to create", "created"),
    Action.ADOPT: Wording(">", "to adopt", "adopted"),
    Action.UPDATE: Wording("~", "to update", "updated"),
    Action.REPLACE: Wording("-/+", "to replace", "replaced"),
    Action.DELETE: Wording("-", "to delete", "deleted"),
    Action.MOVE: Wording("»", "to move", "moved"),
    Action.RECORD: Wording("=", "to record", "recorded"),
    Action.FORGET: Wording("x", "to forget", "forgotten"),
    Action.NOOP: Wording(" ", "unchanged", "unchanged"),
    Action.PROTECTED: Wording("!", "protected", "protected"),
}

DESTRUCTIVE = (Action.DELETE, Action.REPLACE)
"""What cannot be taken back."""

REASONS: Mapping[str, str] = {
    "cannot-take-back": "ledger only: what was or may have been sent stays, and the API cannot take it back",
    "cannot-update": "deleted, then created: the API cannot change it in place",
    "gone": "no longer in the account",
    "interrupted": "finishes an interrupted run",
    "interrupted-create": "finishes an interrupted create",
    "interrupted-replace": "finishes an interrupted replace",
    "ledger-outdated": "ledger only: what it remembers is out of date",
    "natural-key": "found by its natural key",
    "new": "",
    "no-delete-verb": "ledger only: the API cannot delete it",
    "not-desired": "ours, and not desired any more",
    "pinned": "found by its pin",
    "prevent-destroy": "no longer in the manifests, and prevent_destroy keeps it",
    "protected-child": "something that prevent_destroy keeps hangs on it",
    "renamed": "the same object under a new name",
    "retained": "ledger only: on_remove is retain",
    "spec-differs": "",
    "vanished": "deleted behind our back",
}
"""What is worth a phrase; an empty one says what the diff says already. Any other code is shown as its own words."""


def reason_words(code: str) -> str:
    """A change's reason for people."""
    return REASONS.get(code, code.replace("-", " "))


def adoption_words(change: Change) -> str:
    """What an adoption does beside recording the object, which is what a reviewer must know of it."""
    if not isinstance(change, Adopt):
        return ""
    return f"changes {counted(len(change.diffs), 'field')}" if change.diffs else "records only"


def counted(number: int, noun: str, grouping: str = "") -> str:
    """``1 error``, ``2 errors``; grouped by ``,``: ``10,000 errors``."""
    return f"{number:{grouping}} {noun}{'' if number == 1 else 's'}"


def counts_words(counts: Mapping[Action, int], blocked: Mapping[Action, int] | None = None) -> str:
    """The counts of actions, in their order; behind each, how many of those are ``blocked``."""
    held = blocked or {}
    return ", ".join(
        f"{counts[action]} {WORDS[action].todo}{f' ({held[action]} blocked)' if held.get(action) else ''}"
        for action in Action
        if counts.get(action)
    )


def summary_words(plan: Plan) -> str:
    """``2 to create, 1 to delete (1 blocked), 7 unchanged``; what is 0 is left out."""
    blocked = Counter(change.action for change in plan.changes if change.blocked_by)
    return counts_words(Counter(change.action for change in plan.changes), blocked)


def _consent(plan: Plan) -> str:
    """What ``apply`` will ask for, told by ``plan``, whose exit code is that of any other plan."""
    needing = sum(isinstance(change, Adopt) and change.needs_consent for change in plan.changes)
    objects = "a live object that was" if needing == 1 else f"{needing} live objects that were"
    return f" It changes {objects} made elsewhere: apply needs --allow-adopt, or a yes." if needing else ""


def verdict(plan: Plan) -> str:
    """The line that a reader must not miss."""
    guards = {change.blocked_by for change in plan.changes if change.blocked_by}  # counted by what they block
    errors = sum(one.severity is Severity.ERROR and one.code not in guards for one in plan.diagnostics)
    blocked = plan.summary()["blocked"]
    obstacles = [counted(errors, "error")] * bool(errors) + [counted(blocked, "blocked change")] * bool(blocked)
    summary = summary_words(plan)
    if obstacles:
        planned = f"Plan: {summary}. " if plan.changes else ""
        return f"{planned}It cannot be applied: {' and '.join(obstacles)}."
    if any(not isinstance(change, Noop) for change in plan.changes):
        return f"Plan: {summary}.{_consent(plan)}"
    if plan.changes and all(change.reason == "unchanged" for change in plan.changes):
        return "No changes. The account matches the manifests."
    return "No changes."
