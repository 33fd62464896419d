"""What is left to do of a saved plan: everything, some of it after an interruption, or nothing because it is done.

A saved plan is never planned anew in silence (promise 2). The world is planned again from what the plan was made of,
and each saved change is held against what would be done now:

| now                                           | the saved change is                                              |
|-----------------------------------------------|------------------------------------------------------------------|
| the same, with all that was approved          | still to be done                                                 |
| anything else, before the plan was begun      | overtaken: the world has moved                                   |
| nothing, or less: once the plan was begun     | done, or done but for the ledger, if the rest of its object is   |
|                                               | as it was reviewed; else overtaken                               |
| the second half of it, once begun             | to be finished: a replace whose delete is done                   |

"Begun" is what the ledger says of this very fingerprint.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reconciler.model.address import Address
from reconciler.model.answers import writable
from reconciler.model.fingerprint import approval, sealed_values
from reconciler.model.ledger import Ledger
from reconciler.model.observed import Observed, Remote
from reconciler.model.paper import names_paper
from reconciler.model.paths import Path, dotted
from reconciler.model.plan import (
    SENSITIVE,
    Adopt,
    Change,
    Create,
    Delete,
    Forget,
    Move,
    Noop,
    Plan,
    Record,
    Replace,
    Requests,
    Update,
    desired_of,
    entry_of,
)
from reconciler.model.recording import is_secret, touches
from reconciler.model.saved.plan import SavedPlan
from reconciler.planner.drifting import moved
from reconciler.planner.learnt import Learnt, learnt
from reconciler.planner.situation import Situation


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A change that no longer fits the world, and what would be done instead."""

    change: Change
    now: Change | None


@dataclass(frozen=True, slots=True)
class Remainder:
    """``todo`` is what runs, in the plan's order; ``done`` are the addresses that need nothing any more."""

    todo: tuple[Change, ...]
    done: tuple[Address, ...]
    overtaken: tuple[Overtaken, ...]


def remainder(saved: SavedPlan, now: Mapping[Address, Change], situation: Situation, salt: str) -> Remainder:
    """Hold each pending change against ``now``, the plan that the same wishes make of the world as it is."""
    begun = saved.plan.fingerprint in situation.ledger.begun
    known = learnt(saved.plan, now, situation) if begun else Learnt()
    todo: list[Change] = []
    done: list[Address] = []
    overtaken: list[Overtaken] = []
    for change in saved.plan.pending:
        fresh = now.get(change.address)
        if fresh is not None and _as_approved(known.apart_from(change), known.apart_from(fresh), known, salt):
            todo.append(fresh)
        elif (
            begun
            and _is_remainder(change, fresh, situation)
            and _same_wish(change, fresh, known, salt)
            and _rest_is(change, saved, situation)
        ):
            if fresh is None or isinstance(fresh, Noop):
                done.append(change.address)
            else:
                todo.append(fresh)
        else:
            overtaken.append(Overtaken(change, fresh))
    return Remainder(tuple(todo), tuple(done), tuple(overtaken))


def left_of(plan: Plan, left: Remainder) -> Plan:
    """The plan that runs: what is left of it, under its own fingerprint."""
    return replace(plan, changes=left.todo, requests=Requests() if left.done else plan.requests)


def reviewed_fields(change: Change, situation: Situation) -> Mapping[str, Any] | None:
    """The writable fields of a change's object as they are now, secrets covered; None where there is no object."""
    observed = _object(change, situation)
    if observed is None:
        return None
    kind, desired = situation.kinds[change.address.kind], desired_of(change)
    secrets = desired.resource.secrets if desired is not None else frozenset()
    entry = entry_of(change)
    return {
        dotted(path): SENSITIVE if path in kind.masked or touches(path, secrets) or is_secret(path, entry) else value
        for path, value in writable(kind, observed).items()
    }


def _object(change: Change, situation: Situation) -> Observed | None:
    return situation.world.find(change.address.kind, change.remote.id) if change.remote is not None else None


def _as_approved(change: Change, now: Change, known: Learnt, salt: str) -> bool:
    """Whether ``now`` is the very change, be it with what this plan has created and renamed meanwhile."""
    if now.reason == "vanished" and change.reason != "vanished":
        return False  # made since the review, and removed by somebody
    approved = approval(now, salt)
    return approval(change, salt) == approved or (
        bool(known.ids) and approval(known.filled_in(change), salt) == approved
    )


def _is_remainder(change: Change, now: Change | None, situation: Situation) -> bool:  # noqa: PLR0911 - a table
    """Whether ``now`` is nothing more than what an interruption leaves of ``change``."""
    ledger = situation.ledger
    match change, now:
        case Delete(), None:
            return _is_forgotten(change, ledger) and _is_gone(change, situation)
        case Forget(), None:
            return _is_forgotten(change, ledger)
        case Delete() | Forget(), Forget(reason="gone"):
            return True
        case Replace(), Noop(reason="unchanged") | Record():
            return _is_gone(change, situation)
        case Create(), Noop(reason="unchanged") | Record():
            return True
        case Create() | Replace(), Adopt() | Create():
            return now.reason in {"interrupted-create", "interrupted-replace"}  # ours, and not only alike
        case Create() | Adopt() | Update(), Update():
            return _only_papers_left(change, now)
        case Adopt() | Update() | Move() | Record(), Noop(reason="unchanged") | Record() | Move() | Adopt(diffs=()):
            return now.remote == change.remote
        case _:
            return False


def _only_papers_left(change: Change, now: Update) -> bool:
    """Whether nothing differs but papers that the change was to hand in: they come last, once the rest is recorded."""
    reviewed = {diff.path: diff.after for diff in change.diffs if names_paper(diff.path)}
    return all(reviewed.get(diff.path) == diff.after for diff in now.diffs)


def _is_forgotten(change: Change, ledger: Ledger) -> bool:
    return change.address not in ledger.entries and change.address not in ledger.intents


def _is_gone(change: Delete | Replace, situation: Situation) -> bool:
    """Whether the object that was to be deleted is known not to exist; that the ledger forgot it proves nothing.

    Nor does every kind answer 404: a deleted order is still shown, and does not count as live.
    """
    kind, observed = situation.kinds[change.address.kind], _object(change, situation)
    ended = observed is not None and not kind.live(observed)
    return ended or (kind.name, change.remote.id) in situation.world.gone


def to_confirm(saved: SavedPlan, situation: Situation) -> list[tuple[str, Remote]]:
    """What only a read by id tells, and no list.

    What this plan was to delete and no entry knows any more may be gone; and once the plan was begun, a list that
    differs from what that run was answered may only lag behind it.
    """
    recorded = {(entry.address.kind, entry.remote.id) for entry in situation.ledger.entries.values()}
    wanted = ((c.address.kind, c.remote) for c in saved.plan.pending if isinstance(c, Delete | Replace))
    deleted = [(kind, remote) for kind, remote in wanted if (kind, remote.id) not in recorded]
    return deleted + (moved(situation) if saved.plan.fingerprint in situation.ledger.begun else [])


def _same_wish(change: Change, now: Change | None, known: Learnt, salt: str) -> bool:
    """Whether both want the same, where both say what they want: what is done needs no wish."""
    after = desired_of(now)
    return after is None or any(
        sealed_values(before.compared(), before.resource.secrets, salt)
        == sealed_values(after.compared(), after.resource.secrets, salt)
        for before in (desired_of(change), desired_of(known.filled_in(change)))
        if before is not None
    )


def _rest_is(change: Change, saved: SavedPlan, situation: Situation) -> bool:
    """Whether the fields that the change leaves alone are as they were reviewed."""
    if not isinstance(change, Adopt | Update | Move | Record):
        return True
    reviewed, now = saved.reviewed.get(change.address), reviewed_fields(change, situation)
    if reviewed is None or now is None:
        return False
    changed = {diff.path for diff in change.diffs}
    return all(_untouched((name,), value, now.get(name), changed) for name, value in reviewed.items())


def _untouched(path: Path, before: Any, after: Any, changed: Collection[Path]) -> bool:
    """Whether a field is as it was, the leaves that the change was to set apart."""
    if path in changed:
        return True
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return all(_untouched((*path, name), value, after.get(name), changed) for name, value in before.items())
    return bool(before == after) or any(leaf[: len(path)] == path for leaf in changed)
