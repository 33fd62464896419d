"""A removed entry and a new address that look alike: perhaps a rename that nobody told us, said before it happens.

Two are alike where their natural keys differ in spelling alone, or where more than half of what either states is the
same. Defaults, references and secrets say nothing, and a value that many removed entries have tells none of them from
the others: only the rarer ones are looked up, so that the work grows with the number of changes and not with its
square. What hangs on another parent is another thing. A warning, and never a decision.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.answers import field_of
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.digest import canonical_json
from reconciler.model.kind import ResourceKind
from reconciler.model.ledger import Entry
from reconciler.model.paths import Path, undotted
from reconciler.model.plan import Change, Create, Delete, Forget, Protected
from reconciler.model.recording import is_secret, touches
from reconciler.model.source import Source
from reconciler.planner.situation import Situation

SHARED_BY_MANY = 16
"""Removed entries with one value beyond which that value points at none of them."""


@dataclass(frozen=True, slots=True)
class _Portrait:
    """What an address states, each value as text: what tells it apart, how it is found, and what it hangs on."""

    address: Address
    told: Mapping[Path, str]
    key: str | None
    above: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class _Pair:
    """Sorts the likeliest first: by key, by how much is the same, then by address."""

    by_fields: bool
    unlike: float
    old: Address
    new: Address
    same: int
    stated: int


def renames_missed(changes: Sequence[Change], situation: Situation) -> list[Diagnostic]:
    """One warning for each removal and create that look alike, each address in one of them at most."""
    removed, created = defaultdict[str, list[_Portrait]](list), defaultdict[str, list[_Portrait]](list)
    sources = {change.address: change.source for change in changes}
    for change in changes:
        kind = situation.kinds[change.address.kind]
        match change:
            case Create():
                created[kind.name].append(_wanted(kind, change))
            case Delete() | Protected() | Forget(reason="retained"):
                entry = situation.ledger.entries.get(change.address)
                if entry is not None:
                    removed[kind.name].append(_remembered(kind, entry, situation))
            case _:
                pass
    return [
        _warning(pair, sources[pair.new])
        for name in sorted(removed.keys() & created.keys())
        for pair in _matched(_pairs(removed[name], created[name], situation.kinds[name]))
    ]


def _pairs(removed: Sequence[_Portrait], created: Sequence[_Portrait], kind: ResourceKind) -> Iterator[_Pair]:
    by_value = defaultdict[tuple[Path | None, str], list[_Portrait]](list)
    for old in removed:
        for mark in _marks(old):
            by_value[mark].append(old)
    identity = {(name,) for name in kind.identity if kind.leaves[(name,)].reference is None}
    for new in created:
        met = [old for mark in _marks(new) if len(found := by_value.get(mark, ())) <= SHARED_BY_MANY for old in found]
        for old in {old.address: old for old in met if old.above == new.above}.values():
            stated = len(old.told.keys() | new.told.keys() | identity)
            same = sum(new.told.get(path) == value for path, value in old.told.items())
            by_key = old.key is not None and old.key == new.key
            if by_key or 2 * same > stated:
                yield _Pair(not by_key, -same / stated, old.address, new.address, same, stated)


def _marks(one: _Portrait) -> Iterator[tuple[Path | None, str]]:
    yield from one.told.items()
    if one.key is not None:
        yield None, one.key


def _matched(pairs: Iterator[_Pair]) -> Iterator[_Pair]:
    taken: Counter[Address] = Counter()
    for pair in sorted(pairs):
        if not taken[pair.old] and not taken[pair.new]:
            taken.update((pair.old, pair.new))
            yield pair


def _wanted(kind: ResourceKind, change: Create) -> _Portrait:
    desired = change.desired
    secrets = desired.resource.secrets
    stated = {
        path: kind.leaves[path].canonical(value)
        for path, value in desired.compared().items()
        if not (secrets and touches(path, secrets))
    }
    whole: dict[Path, object] = {(name,): desired.created_with.get((name,)) for name in kind.identity}
    hidden = {path for path in whole if secrets and touches(path, secrets)}
    return _portrait(kind, change.address, stated, whole, hidden)


def _remembered(kind: ResourceKind, entry: Entry, situation: Situation) -> _Portrait:
    known = {undotted(name): value for name, value in entry.applied.items()}
    stated = {path: value for path, value in known.items() if path in kind.leaves and not is_secret(path, entry)}
    row = situation.world.find(kind.name, entry.remote.id)
    whole: dict[Path, object] = {
        (name,): field_of(kind.leaves[(name,)], row) if row else None for name in kind.identity
    }
    hidden = {path for path in whole if is_secret(path, entry)}
    return _portrait(kind, entry.address, stated, whole, hidden)


def _portrait(
    kind: ResourceKind,
    address: Address,
    stated: Mapping[Path, object],
    identity: Mapping[Path, object],
    hidden: Collection[Path],
) -> _Portrait:
    told = {path: canonical_json(value) for path, value in stated.items() if not _says_nothing(kind, path, value)}
    named = [value for path, value in identity.items() if kind.leaves[path].reference is None]
    above = tuple(str(value) for path, value in identity.items() if kind.leaves[path].reference is not None)
    spelt = None if hidden or not named else "/".join(_letters(value) for value in named)
    return _Portrait(address, told, spelt or None, above)


def _says_nothing(kind: ResourceKind, path: Path, value: object) -> bool:
    leaf = kind.leaves[path]
    if leaf.reference is not None:
        return True
    return leaf.default is not None and canonical_json(leaf.canonical(leaf.default.value)) == canonical_json(value)


def _letters(value: object) -> str:
    return "".join(letter for letter in str(value).casefold() if letter.isalnum())


def _warning(pair: _Pair, source: Source | None) -> Diagnostic:
    if pair.by_fields:
        why = f"{pair.same} of {pair.stated} fields are the same"
    else:
        why = "only the spelling of the natural key differs"
    return Diagnostic(
        code="likely-rename",
        severity=Severity.WARNING,
        summary=f"this removes {pair.old} and creates {pair.new}, which look alike: {why}",
        hint=f"if it is a rename, write renamed_from: {pair.old.name} under metadata of {pair.new}: it keeps its id",
        address=pair.new,
        source=source,
    )
