"""Which objects are exported, what is known about them, and what people call them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property

from reconciler.export.variables import VariableNames
from reconciler.model.address import Address
from reconciler.model.answers import field_of
from reconciler.model.kind import Kinds, ResourceKind
from reconciler.model.ledger import Entry, Ledger
from reconciler.model.observed import Listing, Observed, World

Id = tuple[str, str]
"""Kind and remote id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What was asked for: no ``kinds`` or ``names`` means all. ``names`` are patterns for what people call objects.

    ``missing``: only what is not managed yet.
    """

    kinds: Collection[str] = ()
    names: Collection[str] = ()
    missing: bool = False


@dataclass(frozen=True, kw_only=True)
class View:
    """The account as it was looked at, and who has a say in it already.

    ``declared`` are the objects that manifests outside of this export mean; ``addresses`` all that those declare.
    ``preferred`` are names that another tool gave. ``secret`` are the leaves that manifests took from elsewhere, and
    ``variables`` what the environment variables are called.
    """

    kinds: Kinds
    world: World
    ledger: Ledger
    project: str
    declared: Mapping[Id, Address] = field(default_factory=dict)
    addresses: frozenset[Address] = frozenset()
    preferred: Mapping[Id, str] = field(default_factory=dict)
    secret: Mapping[Address, frozenset[str]] = field(default_factory=dict)
    variables: VariableNames = field(default_factory=VariableNames)

    @cached_property
    def recorded(self) -> Mapping[Id, Entry]:
        """What the ledger says, by object."""
        return {(entry.address.kind, entry.remote.id): entry for entry in self.ledger.entries.values()}

    def managed(self, id_: Id) -> Address | None:
        """The address that an object has already, in this project: a manifest knows it better than the ledger."""
        entry = self.recorded.get(id_)
        if entry is not None and entry.project != self.project:
            return None
        return self.declared.get(id_, entry.address if entry is not None else None)

    def elsewhere(self, id_: Id) -> Entry | None:
        """The entry of an object that another project manages."""
        entry = self.recorded.get(id_)
        return entry if entry is not None and entry.project != self.project else None

    def secrets(self, id_: Id) -> frozenset[str]:
        """The leaves of an object that are secrets, as the ledger or a manifest knows, even where the other is lost."""
        entry, address = self.recorded.get(id_), self.declared.get(id_)
        remembered = frozenset(entry.secrets if entry is not None else ())
        return remembered | (self.secret.get(address, frozenset()) if address is not None else frozenset())

    def live(self, kind: ResourceKind) -> list[Observed]:
        """The objects of a kind that count as existing, by age where the API tells it, then by id."""
        rows = [row for row in self.world.of_kind(kind.name) if kind.live(row)]
        return sorted(rows, key=lambda row: (str(row.attributes.get("created_at") or ""), row.remote.id))


def generations(kinds: Kinds) -> list[ResourceKind]:
    """The kinds, each behind those that it refers to; alphabetical otherwise. Kinds never refer in a circle."""
    depths: dict[str, int] = {}

    def depth(name: str) -> int:
        if name not in depths:
            references = (leaf.reference.kind for leaf in kinds[name].references if leaf.reference)
            depths[name] = 1 + max((depth(to) for to in references if to in kinds and to != name), default=0)
        return depths[name]

    return sorted(kinds.values(), key=lambda kind: (depth(kind.name), kind.name))


def words(kind: ResourceKind, observed: Observed, secrets: Collection[str] = ()) -> list[str]:
    """What people call an object, apart from what it refers to, and from the leaves that are ``secrets``."""
    found: list[str] = []
    for name in kind.called or kind.identity:
        leaf = kind.leaves.get((name,))
        if name in secrets or (leaf is not None and leaf.reference is not None):
            continue
        value = observed.attributes.get(name) if leaf is None else field_of(leaf, observed)
        if isinstance(value, str) and value:
            found.append(value)
    return found


def targets(kind: ResourceKind, observed: Observed) -> dict[str, Id]:
    """The objects that an object refers to, by field."""
    found: dict[str, Id] = {}
    for leaf in kind.references:
        value = field_of(leaf, observed)
        if leaf.reference is not None and isinstance(value, str) and value:
            found[leaf.path[0]] = (leaf.reference.kind, value)
    return found


def selected(kind: ResourceKind, selection: Selection, view: View) -> list[Observed]:
    """The objects of a kind that were asked for: by their own name, or that of one which they refer to."""
    if kind.write_only or (selection.kinds and kind.name not in selection.kinds):
        return []
    rows = view.live(kind)
    if not selection.names:
        return rows
    return [row for row in rows if any(_fits(name, selection.names) for name in _names(kind, row, view))]


def collections(kinds: Kinds, selection: Selection) -> list[Listing]:
    """The lists of everything that was asked for, and of what that may refer to: names come from there."""
    waiting = [name for name in kinds if not selection.kinds or name in selection.kinds]
    needed: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in kinds and name not in needed:
            needed.add(name)
            waiting += [leaf.reference.kind for leaf in kinds[name].references if leaf.reference]
    return [Listing(name) for name in sorted(needed) if kinds[name].parent is None and not kinds[name].write_only]


def parents(kinds: Kinds, selection: Selection) -> frozenset[str]:
    """The kinds whose objects have lists below them that were asked for."""
    return frozenset(above.name for _, above in _below(kinds, selection))


def children(kinds: Kinds, selection: Selection, world: World) -> list[Listing]:
    """The lists below each parent that was asked for, once the parents were seen."""
    found: list[Listing] = []
    for kind, above in _below(kinds, selection):
        rows = (row for row in world.of_kind(above.name) if above.live(row))
        asked = (row for row in rows if not selection.names or _fits(" ".join(words(above, row)), selection.names))
        found += [Listing(kind.name, row.remote.id) for row in asked]
    return sorted(found)


def _below(kinds: Kinds, selection: Selection) -> Iterator[tuple[ResourceKind, ResourceKind]]:
    """Each kind that was asked for and whose lists lie below parents, with the parents' kind."""
    for kind in kinds.values():
        wanted = not selection.kinds or kind.name in selection.kinds
        if wanted and kind.parent is not None and kind.parent.reference is not None:
            yield kind, kinds[kind.parent.reference.kind]


def _names(kind: ResourceKind, observed: Observed, view: View) -> list[str]:
    """Its own and those of what it refers to; what lives below another has no name but that one's."""
    found = [" ".join(words(kind, observed))] if kind.parent is None else []
    for name, remote_id in targets(kind, observed).values():
        target = view.world.find(name, remote_id)
        if target is not None:
            found.append(" ".join(words(view.kinds[name], target)))
    return found


def _fits(name: str, patterns: Collection[str]) -> bool:
    return any(fnmatchcase(name.casefold(), pattern.casefold()) for pattern in patterns)
