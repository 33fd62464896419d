"""What moved behind our back: what the server last answered to us, against what it says now.

Without a ledger the manifests stand in for it, and nobody can tell which side moved; the report says so (promise 9).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reconciler.model.answers import field_of
from reconciler.model.digest import sealed
from reconciler.model.drift import Changed, DriftedObject, DriftReport, FieldDrift, Missing, Unmanaged
from reconciler.model.kind import ResourceKind
from reconciler.model.ledger import Entry
from reconciler.model.observed import Listing, Observed, Remote
from reconciler.model.paths import undotted
from reconciler.model.plan import SENSITIVE, Adopt, Change, Create, Requests
from reconciler.model.spec import Leaf
from reconciler.planner.draft import draft
from reconciler.planner.situation import Situation


def children_of_managed(situation: Situation) -> list[Listing]:
    """The lists below every recorded parent, declared children or not: an unknown child there is drift."""
    nested = [kind for kind in situation.kinds.values() if kind.parent is not None]
    return sorted(
        Listing(kind.name, entry.remote.id)
        for kind in nested
        for entry in situation.ledger.entries.values()
        if kind.parent and kind.parent.reference and entry.address.kind == kind.parent.reference.kind
    )


def drift_of(situation: Situation, *, reads: int) -> DriftReport:
    """Compare. ``situation`` has been looked at, the lists of ``children_of_managed`` included."""
    lost = not situation.ledger.entries
    drafted = draft(situation)
    found = _unplanned(drafted.changes) if lost else _recorded(situation)
    unmanaged = list(_unmanaged(situation, drafted.changes))
    managed = {(e.address.kind, e.remote.id) for e in situation.ledger.entries.values()}
    counted = [one for one in unmanaged if _below_managed(situation.kinds[one.kind], one, managed)]
    return DriftReport(
        account=situation.account,
        found=tuple(found),
        unmanaged=tuple(one for one in unmanaged if one not in counted),
        counted_unmanaged=tuple(counted),
        not_looked_at=tuple(sorted(set(situation.kinds) - set(situation.world.objects))),
        can_tell_who=not lost,
        diagnostics=drafted.diagnostics if lost else (),
        requests=Requests(reads=reads),
    )


def moved(situation: Situation) -> list[tuple[str, Remote]]:
    """Recorded objects that were seen and differ from what they answered to us last."""
    salt, world = situation.ledger.header.salt, situation.world
    return [
        (address.kind, entry.remote)
        for address, entry in sorted(situation.ledger.entries.items())
        if (seen := world.find(address.kind, entry.remote.id)) is not None
        and _fields(situation.kinds[address.kind], entry, seen, salt)
    ]


def _recorded(situation: Situation) -> Iterable[DriftedObject]:
    resources = {resource.address: resource for resource in situation.resources}
    for address, entry in sorted(situation.ledger.entries.items()):
        kind, resource = situation.kinds[address.kind], resources.get(address)
        observed = situation.world.find(kind.name, entry.remote.id)
        if observed is None or not kind.live(observed):
            yield Missing(address=address, remote=entry.remote, source=resource.source if resource else None)
        elif fields := _fields(kind, entry, observed, situation.ledger.header.salt):
            place = resource.place_of(fields[0].path) if resource else None
            yield Changed(address=address, remote=entry.remote, fields=fields, source=place)


def _fields(kind: ResourceKind, entry: Entry, observed: Observed, salt: str) -> tuple[FieldDrift, ...]:
    elsewhere = kind.uncompared(observed)
    moved: list[FieldDrift] = []
    for name, recorded in entry.answered.items():
        leaf = kind.leaves.get(undotted(name))
        if leaf is None or leaf.path in elsewhere:
            continue
        now = leaf.canonical(field_of(leaf, observed))
        secret = name in entry.secrets
        if (sealed(now, salt) if secret else now) != recorded:
            moved.append(
                FieldDrift(
                    path=leaf.path,
                    recorded=SENSITIVE if secret else recorded,
                    observed=SENSITIVE if secret else now,
                    sensitive=secret,
                )
            )
    return tuple(moved)


def _unplanned(changes: Iterable[Change]) -> Iterable[DriftedObject]:
    """Without a ledger: what an apply would create or change is what differs from the manifests."""
    for change in changes:
        match change:
            case Create():
                yield Missing(address=change.address, remote=None, source=change.source)
            case Adopt() if change.diffs:
                fields = tuple(
                    FieldDrift(path=d.path, recorded=d.after, observed=d.before, sensitive=d.sensitive)
                    for d in change.diffs
                )
                yield Changed(address=change.address, remote=change.remote, fields=fields, source=change.source)


def _unmanaged(situation: Situation, changes: Iterable[Change]) -> Iterable[Unmanaged]:
    ours = {(e.address.kind, e.remote.id) for e in situation.ledger.entries.values()}
    ours |= {(c.address.kind, c.remote.id) for c in changes if c.remote is not None}
    labels = _Labels(situation)
    for name, objects in sorted(situation.world.objects.items()):
        kind = situation.kinds[name]
        for remote_id, observed in sorted(objects.items()):
            if (name, remote_id) not in ours and kind.live(observed):
                yield Unmanaged(kind=name, remote=observed.remote, label=labels.of(observed))


def _below_managed(kind: ResourceKind, one: Unmanaged, managed: set[tuple[str, str]]) -> bool:
    parent = kind.parent.reference if kind.parent else None
    return parent is not None and (parent.kind, one.remote.parent_id) in managed


def _secret_fields(situation: Situation, kind: ResourceKind) -> set[str]:
    """The fields that are secret in any object of a kind: which of them an unmanaged one is, nobody can tell."""
    stated = {path[0] for one in situation.resources if one.address.kind == kind.name for path in one.secrets}
    entries = (entry for entry in situation.ledger.entries.values() if entry.address.kind == kind.name)
    return stated | {undotted(name)[0] for entry in entries for name in entry.secrets}


class _Labels:
    """What people know an object by. What that refers to has its local name, else what it is called, else its id."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._names = {(at.kind, entry.remote.id): at.name for at, entry in situation.ledger.entries.items()}
        self._secret = {name: _secret_fields(situation, kind) for name, kind in situation.kinds.items()}

    def of(self, observed: Observed) -> str:
        kind = self._situation.kinds[observed.kind]
        names = [*kind.identity, *([kind.shared] if kind.shared else [])]
        values = [
            SENSITIVE if name in self._secret[kind.name] else self._value(kind.leaves[(name,)], observed)
            for name in names
            if kind.parent is None or kind.parent.path != (name,)
        ]
        return " ".join(", ".join(map(str, value)) if isinstance(value, list) else str(value) for value in values)

    def _value(self, leaf: Leaf, observed: Observed) -> Any:
        value = field_of(leaf, observed)
        if leaf.reference is None or not isinstance(value, str):
            return leaf.canonical(value)
        name = self._names.get((leaf.reference.kind, value))
        target = self._situation.world.find(leaf.reference.kind, value)
        return name or (self.of(target) if target is not None else "") or value
