"""Live objects that are not ours: which were seen, which of them count as drift, and where nobody looked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from reconciler.model.answers import field_of
from reconciler.model.articles import with_article
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.drift import Unlisted, Unmanaged, Unreadable
from reconciler.model.kind import ResourceKind
from reconciler.model.observed import Listing, Observed
from reconciler.model.paths import undotted
from reconciler.model.plan import SENSITIVE, Change
from reconciler.model.spec import Leaf
from reconciler.planner.situation import Situation


def every_list(situation: Situation) -> list[Listing]:
    """The lists of all kinds that have one of their own, in use or not."""
    kinds = sorted(situation.kinds.items())
    return [Listing(name) for name, kind in kinds if kind.parent is None and not kind.write_only]


def below_everything(situation: Situation) -> list[Listing]:
    """The lists below every parent that was seen, managed or not."""
    return sorted(Listing(kind, parent) for kind, above in _nested(situation) for parent in _live(situation, above))


def unmanaged(situation: Situation, changes: Iterable[Change]) -> Iterator[Unmanaged]:
    """Everything alive that is neither recorded nor about to become ours."""
    ours = {(e.address.kind, e.remote.id) for e in situation.ledger.entries.values()}
    ours |= {(c.address.kind, c.remote.id) for c in changes if c.remote is not None}
    labels = _Labels(situation)
    for name, objects in sorted(situation.world.objects.items()):
        kind = situation.kinds[name]
        for remote_id, observed in sorted(objects.items()):
            if (name, remote_id) not in ours and kind.live(observed):
                yield Unmanaged(kind=name, remote=observed.remote, label=labels.of(observed))


def hanging_on_ours(situation: Situation, found: Iterable[Unmanaged]) -> Iterator[Unmanaged]:
    """Those that count as drift: they hang on an object of ours."""
    managed = {(e.address.kind, e.remote.id) for e in situation.ledger.entries.values()}
    parents = dict(_nested(situation))
    yield from (one for one in found if (parents.get(one.kind), one.remote.parent_id) in managed)


def not_looked_at(situation: Situation) -> Iterator[str]:
    """The kinds of which no list was read, unless there is none, or no parent below which one could be."""
    listed = {listing.kind for listing in situation.world.listed}
    parents = dict(_nested(situation))
    for name in sorted(set(situation.kinds) - listed - {one.kind for one in unreadable(situation)}):
        if name not in parents or parents[name] not in listed or _live(situation, parents[name]):
            yield name


def unreadable(situation: Situation) -> Iterator[Unreadable]:
    """The write-only kinds, with what the ledger alone knows of them."""
    for name, kind in sorted(situation.kinds.items()):
        if kind.write_only:
            recorded = (address for address in situation.ledger.entries if address.kind == name)
            yield Unreadable(kind=name, addresses=tuple(sorted(recorded)))


def known_alone(one: Unreadable) -> Diagnostic:
    """Said where somebody might believe that what is not shown is not there."""
    return Diagnostic(
        code="cannot-be-read-back",
        severity=Severity.INFO,
        summary=f"the API does not show {with_article(one.kind)}: of the {len(one.addresses)} recorded, "
        "only the ledger knows",
        hint="whether one still stands cannot be told here",
    )


def unlisted(situation: Situation) -> Iterator[Unlisted]:
    """The parents that were seen and below which nobody looked."""
    for kind, above in _nested(situation):
        parents = [one for one in _live(situation, above) if Listing(kind, one) not in situation.world.listed]
        if parents:
            yield Unlisted(kind=kind, parent_kind=above, parents=tuple(parents))


def _nested(situation: Situation) -> list[tuple[str, str]]:
    """Each kind with a parent, and the kind of that."""
    return sorted(
        (kind.name, kind.parent.reference.kind)
        for kind in situation.kinds.values()
        if kind.parent is not None and kind.parent.reference is not None
    )


def _live(situation: Situation, name: str) -> list[str]:
    kind = situation.kinds[name]
    return sorted(observed.remote.id for observed in situation.world.of_kind(name) if kind.live(observed))


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
        label = " ".join(", ".join(map(str, value)) if isinstance(value, list) else str(value) for value in values)
        return label if label != observed.remote.id else self._called(kind, observed)

    def _called(self, kind: ResourceKind, observed: Observed) -> str:
        """The name of what has no key but its id; nothing where the API tells none."""
        found = [observed.attributes.get(name) for name in kind.called if name not in self._secret[kind.name]]
        return " ".join(value for value in found if isinstance(value, str) and value)

    def _value(self, leaf: Leaf, observed: Observed) -> Any:
        value = field_of(leaf, observed)
        if leaf.reference is None or not isinstance(value, str):
            return leaf.canonical(value)
        name = self._names.get((leaf.reference.kind, value))
        target = self._situation.world.find(leaf.reference.kind, value)
        return name or (self.of(target) if target is not None else "") or value
