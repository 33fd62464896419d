"""Three values of one field, and who moved.

| observed, recorded | desired, recorded     | the field is                                                            |
|--------------------|-----------------------|-------------------------------------------------------------------------|
| same               | same, or not stated   | as it was left                                                          |
| differ             | same, or not stated   | changed outside                                                         |
| same               | differ                | not applied yet                                                         |
| differ             | differ                | both, be it to the same value: an apply has still to record that        |
| nothing recorded   | desired as observed   | as it should be                                                         |
| nothing recorded   | desired otherwise     | not applied yet: nobody can have moved what we never left               |

"Recorded" is what the server answered to our last wish. Desired is the same as recorded where the manifest still says
what was applied, whatever the server made of it, and where it says what was answered. "Not stated" is no manifest, and
one that lets go of the field or ignores its changes since: the field is ours until an apply has recorded that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.model.address import Address
from reconciler.model.answers import field_of
from reconciler.model.digest import sealed
from reconciler.model.drift import FieldDrift, FieldState
from reconciler.model.kind import ResourceKind
from reconciler.model.ledger import Entry, Ledger
from reconciler.model.observed import Observed
from reconciler.model.paths import MISSING, Path, dotted, undotted
from reconciler.model.plan import SENSITIVE, Desired
from reconciler.model.recording import as_kept, is_secret, touches
from reconciler.model.reference import Unknown
from reconciler.model.resource import Resource
from reconciler.model.spec import Leaf


def drifted_fields(
    kind: ResourceKind,
    entry: Entry,
    observed: Observed,
    ledger: Ledger,
    resource: Resource | None = None,
    desired: Desired | None = None,
) -> tuple[FieldDrift, ...]:
    """The fields that are not the same in all three worlds, as the kind declares them.

    ``resource`` and ``desired`` are None where no manifest was read; a reference that means nothing is not in
    ``desired``, and counts as not stated. Fields that this version does not know, or that belong to somebody else in
    this state of the object, are not compared.
    """
    elsewhere = kind.uncompared(observed)
    wished = {} if desired is None else desired.compared(elsewhere)
    found: list[FieldDrift] = []
    for path in dict.fromkeys([*wished, *map(undotted, entry.answered)]):
        leaf, name = kind.leaves.get(path), dotted(path)
        if leaf is None or path in elsewhere:
            continue
        wish, seen = wished.get(path, MISSING), field_of(leaf, observed)
        applied = wish is MISSING or wish == entry.applied.get(name, MISSING)
        if applied and seen == entry.answered.get(name, MISSING) and name not in entry.secrets:
            continue  # most fields of most objects, and in plain sight
        wish, now = _canonical(leaf, wish, ledger.entries), leaf.canonical(seen)
        state = _state(leaf, entry, now, wish, ledger.header.salt)
        if state is not None:
            shown = _shown(path, entry, now, wish, resource, state, ledger.header.salt)
            found.append(shown if desired is None or path in wished else replace(shown, source=None))
    if len(found) < 2:  # noqa: PLR2004 - nothing to put in order
        return tuple(found)
    order = {path: position for position, path in enumerate(kind.leaves)}
    return tuple(sorted(found, key=lambda field: order[field.path]))


def changed_outside(kind: ResourceKind, entry: Entry, observed: Observed, salt: str) -> bool:
    """Whether any field that was recorded is not as it was answered, whatever a manifest says."""
    elsewhere = kind.uncompared(observed)
    return any(
        _moved(leaf, entry, leaf.canonical(field_of(leaf, observed)), salt)
        for path, leaf in kind.leaves.items()
        if path not in elsewhere and dotted(path) in entry.answered
    )


def _state(leaf: Leaf, entry: Entry, now: Any, wish: Any, salt: str) -> FieldState | None:
    name = dotted(leaf.path)
    if name not in entry.answered:
        return None if wish == now else FieldState.UNAPPLIED
    moved, edited = _moved(leaf, entry, now, salt), _edited(leaf, entry, wish, salt)
    if moved:
        return FieldState.BOTH if edited else FieldState.OUTSIDE
    return FieldState.UNAPPLIED if edited else None


def _moved(leaf: Leaf, entry: Entry, now: Any, salt: str) -> bool:
    name = dotted(leaf.path)
    return bool(as_kept(now, name in entry.secrets, salt) != entry.answered[name])


def _edited(leaf: Leaf, entry: Entry, wish: Any, salt: str) -> bool:
    if wish is MISSING or isinstance(wish, Unknown):
        return wish is not MISSING
    name = dotted(leaf.path)
    asked = as_kept(wish, name in entry.secrets, salt)
    return asked not in (entry.applied.get(name, MISSING), entry.answered[name])


def _canonical(leaf: Leaf, wish: Any, entries: Mapping[Address, Entry]) -> Any:
    """A reference to an object of ours that is gone still means what it meant when it was recorded."""
    if isinstance(wish, Unknown):
        entry = entries.get(wish.address)
        return wish if entry is None else entry.remote.id
    return wish if wish is MISSING else leaf.canonical(wish)


def _shown(
    path: Path, entry: Entry, now: Any, wish: Any, resource: Resource | None, state: FieldState, salt: str
) -> FieldDrift:
    recorded = entry.answered.get(dotted(path))
    secret = is_secret(path, entry) or (resource is not None and touches(path, resource.secrets))
    return FieldDrift(
        path=path,
        recorded=SENSITIVE if secret and dotted(path) in entry.answered else recorded,
        observed=SENSITIVE if secret else now,
        desired=None if wish is MISSING else SENSITIVE if secret else wish,
        state=state,
        sensitive=secret,
        source=resource.place_of(path) if resource is not None and path in resource.values else None,
        seal=sealed(now, salt) if secret else "",
    )
