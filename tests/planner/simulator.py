"""A perfect account and a perfect executor, in memory: what an apply of a plan leaves behind when nothing fails.

Written against the plan alone, with none of the executor's code, so that laws about plans need no server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from reconciler.executor.intents import intent_of
from reconciler.model.address import Address
from reconciler.model.answers import decode
from reconciler.model.bodies import carried_over, create_body, parent_id, replacement, update_body
from reconciler.model.ledger import Entry, Intended, Ledger, Line, Origin, Recorded, Removed
from reconciler.model.observed import Observed, World
from reconciler.model.plan import (
    Adopt,
    Change,
    Create,
    Delete,
    Desired,
    Forget,
    Move,
    Noop,
    Protected,
    Record,
    Replace,
    Update,
)
from reconciler.model.recording import entry_for
from reconciler.model.reference import Unknown
from reconciler.planner.situation import Situation

Rows = dict[str, dict[str, Observed]]


class Simulated:
    """One run. ``touched`` are the ids of every object that a write named."""

    def __init__(self, here: Situation) -> None:
        self._here = here
        self._rows: Rows = {kind: dict(rows) for kind, rows in here.world.objects.items()}
        self._ids: dict[Address, str] = {address: entry.remote.id for address, entry in here.ledger.entries.items()}
        used = sum(len(rows) for rows in self._rows.values()) + len(here.world.gone)
        self._fresh = count(used + 1)
        self.ledger: Ledger = here.ledger
        self.touched: set[tuple[str, str]] = set()
        self.gone = set(here.world.gone)

    def apply(self, changes: tuple[Change, ...]) -> Situation:
        """Carry out every change in order, and look at the account again."""
        for change in changes:
            self._carry_out(change)
            if change.remote is not None and not isinstance(change, Delete | Replace | Forget):
                self._ids[change.address] = change.remote.id
        return replace(self._here, ledger=self.ledger, world=World(self._rows, frozenset(self.gone)))

    def killed(self, changes: tuple[Change, ...], after: int) -> Situation:
        """Carry out some changes of a run; the one after those happens, and is not recorded any more."""
        kinds, world, project = self._here.kinds, self._here.world, self._here.project
        found = (intent_of(c, kinds[c.address.kind], world, project=project, ledger=self._here.ledger) for c in changes)
        self._append(Intended(tuple(intent for intent in found if intent is not None)))
        self.apply(changes[:after])
        remembered = self.ledger
        self.apply(changes[after : after + 1])
        self.ledger = remembered
        return replace(self._here, ledger=self.ledger, world=World(self._rows, frozenset(self.gone)))

    def _carry_out(self, change: Change) -> None:
        match change:
            case Create():
                self._record(change, change.desired, self._create(change.desired), Origin.CREATED)
            case Replace():
                old = self._delete(change)
                kind = self._here.kinds[change.address.kind]
                desired = replacement(change.desired, carried_over(kind, old, change.desired))
                self._record(change, change.desired, self._create(desired), Origin.CREATED)
            case Update() | Adopt():
                origin = change.origin if isinstance(change, Adopt) else change.entry.origin
                self._record(change, change.desired, self._update(change), origin)
            case Move() | Record(desired=Desired()):
                assert change.desired is not None
                self._record(change, change.desired, self._row(change), change.entry.origin)
            case Record():
                self._append(Recorded(change.entry))
            case Delete():
                self._delete(change)
                self._append(Removed(change.address))
            case Forget():
                self._append(Removed(change.address))
            case Noop() | Protected():
                pass

    def _row(self, change: Change) -> Observed:
        assert change.remote is not None
        return self._rows[change.address.kind][change.remote.id]

    def _known(self, desired: Desired) -> Desired:
        values = {
            path: self._ids[value.address] if isinstance(value, Unknown) else value
            for path, value in desired.values.items()
        }
        return replace(desired, values=values)

    def _create(self, desired: Desired) -> Observed:
        kind, known = self._here.kinds[desired.address.kind], self._known(desired)
        row = create_body(kind, known.created_with)
        made = decode(kind, {"id": f"new-{next(self._fresh)}", **row}, parent_id(kind, known.created_with))
        self._rows.setdefault(kind.name, {})[made.remote.id] = made
        self._ids[desired.address] = made.remote.id
        return made

    def _update(self, change: Update | Adopt) -> Observed:
        kind, row = self._here.kinds[change.address.kind], self._row(change)
        entry = change.entry if isinstance(change, Update) else None
        salt = self._here.ledger.header.salt
        body = update_body(kind, row, self._known(change.desired), entry=entry, salt=salt)
        if body:
            self.touched.add((kind.name, row.remote.id))
        kept: Mapping[str, Any] = {} if kind.adapter.sends_whole and body else row.attributes
        parent = {kind.parent.field[0]: row.remote.parent_id} if kind.parent else {}
        updated = replace(row, attributes={**kept, **body, **parent})
        self._rows[kind.name][row.remote.id] = updated
        return updated

    def _delete(self, change: Delete | Replace) -> Observed:
        kind, row = change.address.kind, self._row(change)
        self.touched.add((kind, row.remote.id))
        for rows in self._rows.values():
            below = [other for other in rows.values() if row.remote.id in (other.remote.parent_id, *_pointers(other))]
            assert not below, f"{change.address} is deleted while {below[0].kind} {below[0].remote.id} hangs on it"
        self.gone.add((kind, row.remote.id))
        return self._rows[kind].pop(row.remote.id)

    def _record(self, change: Change, desired: Desired, answered: Observed, origin: Origin) -> None:
        kind = self._here.kinds[change.address.kind]
        entry: Entry = entry_for(
            kind,
            self._known(desired),
            answered,
            origin=origin,
            project=self._here.project,
            salt=self.ledger.header.salt,
        )
        self._append(Recorded(entry, instead_of=change.moved_from))

    def _append(self, line: Line) -> None:
        self.ledger = self.ledger.with_lines([line])


def _pointers(row: Observed) -> list[Any]:
    return [row.attributes.get("messaging_profile_id"), row.attributes.get("profile_id")]
