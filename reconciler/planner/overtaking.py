"""Why a saved plan cannot run: what was reviewed, what is there now, and who made the difference, if anybody knows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reconciler.model.diagnostic import Diagnostic, Severity, by_place
from reconciler.model.ledger import Entry
from reconciler.model.paths import dotted, undotted
from reconciler.model.plan import SENSITIVE, Adopt, Change, Protected, Update, entry_of
from reconciler.model.recording import is_secret
from reconciler.model.reference import Unknown
from reconciler.model.saved.plan import SavedPlan
from reconciler.planner.remainder import Overtaken, reviewed_fields
from reconciler.planner.situation import Situation

_SHOWN = 5
"""Fields of one object that are told."""


def explained(
    overtaken: Iterable[Overtaken],
    saved: SavedPlan,
    situation: Situation,
    findings: Sequence[Diagnostic],
    authors: Mapping[str, str],
) -> list[Diagnostic]:
    """One finding for each change that no longer fits. ``findings`` are those of the plan as it would be now.

    ``authors`` says of remote ids who changed them last and when.
    """
    said = {finding.address: finding for finding in findings if finding.severity is Severity.ERROR}
    return by_place(_explained(one, saved, situation, said.get(one.change.address), authors) for one in overtaken)


def _explained(
    one: Overtaken,
    saved: SavedPlan,
    situation: Situation,
    said: Diagnostic | None,
    authors: Mapping[str, str],
) -> Diagnostic:
    change, now = one.change, one.now
    reviewed, fields = saved.reviewed.get(change.address), reviewed_fields(change, situation)
    moved = list(_moved_fields(change, reviewed, fields, _holders(change, situation)))
    undone = [] if moved or change.remote is not None else list(_undone(now))
    remote = change.remote or (now.remote if now is not None else None)
    moved += undone
    told = moved[:_SHOWN] + [f"and {len(moved) - _SHOWN} more fields"] * (len(moved) > _SHOWN)
    who = authors.get(remote.id) if remote is not None else None
    return Diagnostic(
        code="stale",
        severity=Severity.ERROR,
        summary=f"{change.address}: {_summary(change, now, moved, said, situation)}",
        detail="; ".join([*told, *([f"last changed by {who}"] if who else [])]),
        address=change.address,
        source=change.source,
    )


def _summary(  # noqa: PLR0911 - a table
    change: Change, now: Change | None, moved: Sequence[str], said: Diagnostic | None, situation: Situation
) -> str:
    if moved and change.remote is None:
        return "this plan made its object, and somebody changed it since"
    if moved:
        return "its object was changed since it was reviewed"
    if change.remote is not None and situation.world.find(change.address.kind, change.remote.id) is None:
        return "its object no longer exists"
    if change.remote is None and isinstance(now, Adopt) and now.remote is not None:
        return f"an object with its natural key has appeared since the review: {now.remote.id}"
    if change.remote is None and now is not None and now.reason == "vanished":
        return "its object was made since the review, and no longer exists"
    if said is not None:
        return said.summary
    if entry_of(change) != situation.ledger.entries.get(change.address):
        return "what the ledger says of it was changed since the review"
    if isinstance(now, Protected):
        return f"{change.action.value} was reviewed, and prevent_destroy stops it now"
    if now is not None and now.action is change.action:
        return f"{now.action.value} was reviewed, and a secret or an object that it refers to is another one by now"
    wanted = now.action.value if now is not None else "nothing"
    return f"{change.action.value} was reviewed, and now {wanted} would be done"


def _holders(change: Change, situation: Situation) -> list[Entry]:
    """What the ledger says of the object by now: what the plan saw in the open may be a secret since."""
    if change.remote is None:
        return []
    held = (change.address.kind, change.remote.id)
    return [each for each in situation.ledger.entries.values() if (each.address.kind, each.remote.id) == held]


def _moved_fields(
    change: Change, reviewed: Mapping[str, Any] | None, now: Mapping[str, Any] | None, holders: Sequence[Entry]
) -> Iterator[str]:
    """``webhook_url: reviewed "https://a", now "https://b", to become "https://c"``."""
    if reviewed is None or now is None:
        return
    wanted = {diff.path[0]: diff.after for diff in change.diffs if len(diff.path) == 1}
    for name in sorted({*reviewed, *now}):
        if reviewed.get(name) != now.get(name):
            goal = f", to become {_quoted(wanted[name])}" if name in wanted else ", and in no diff of the plan"
            goal = ", which is what was planned" if wanted.get(name, reviewed) == now.get(name) else goal
            secret = any(is_secret(undotted(name), holder) for holder in holders)
            found = SENSITIVE if secret else _quoted(now.get(name))
            yield f"{name}: reviewed {_quoted(reviewed.get(name))}, now {found}{goal}"


def _undone(now: Change | None) -> Iterator[str]:
    """What would have to be changed on an object that the plan has made: somebody else's doing."""
    if isinstance(now, Update):
        for diff in now.diffs:
            yield f"{dotted(diff.path)}: made {_quoted(diff.after)}, now {_quoted(diff.before)}"


def _quoted(value: Any) -> str:
    if value == SENSITIVE or isinstance(value, Unknown):
        return str(value)
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False, default=str)
