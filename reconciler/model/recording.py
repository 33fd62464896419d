"""What the ledger remembers of an object, and what that memory says about equality.

The ledger keeps per leaf what was applied and what the server answered. A server that ignores or rewrites
a field would otherwise draw the same diff for ever: desired = applied and observed = answered is equal,
whatever the server made of it (design §4). Pure.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from reconciler.model.address import Address
from reconciler.model.answers import field_of
from reconciler.model.digest import Sealed, canonical_json, sealed
from reconciler.model.kind import Facts, ResourceKind
from reconciler.model.ledger import Entry, Origin
from reconciler.model.observed import Observed
from reconciler.model.paths import MISSING, Path, dotted, undotted
from reconciler.model.plan import SENSITIVE, Desired
from reconciler.model.reference import Unknown
from reconciler.model.resource import OnRemove, Resource
from reconciler.model.spec import Leaf

_SCALARS = (str, bool, int, float, type(None))


def same(leaf: Leaf, wanted: Any, seen: Any, entry: Entry | None, salt: str) -> bool:
    """Whether a leaf needs no write: equal as the API means it, or already answered in this way to this wish.

    Called once per leaf of every plan, so the plain comparison comes first.
    """
    if wanted == seen:
        return True
    if isinstance(wanted, Unknown):
        return False
    asked, answered = leaf.canonical(wanted), leaf.canonical(seen)
    if asked == answered or (leaf.enough is not None and leaf.enough(wanted, seen)):
        return True
    if entry is None:
        return False
    return _holds(entry, dotted(leaf.path), asked, answered, salt)


def entry_for(
    kind: ResourceKind,
    desired: Desired,
    answered: Observed,
    *,
    origin: Origin,
    project: str,
    salt: str,
    before: Entry | None = None,
) -> Entry:
    """The entry of an object in the state that the server answered; ``before`` is what was known of it until now.

    Ignored leaves and those that belong to somebody else are not ours to remember; neither is a value that is
    not known yet. What is known by its seal alone was found to be as desired, or there would be no entry to write.
    """
    uncompared = kind.uncompared(answered)
    compared = {path: value for path, value in desired.compared(uncompared).items() if not isinstance(value, Unknown)}
    secrets = _secrets(desired, before, compared)
    applied: dict[str, Any] = {}
    heard: dict[str, Any] = {}
    for path, value in compared.items():
        leaf, key = kind.leaves[path], dotted(path)
        applied[key] = as_kept(leaf.canonical(value), key in secrets, salt)
        seen = field_of(leaf, answered)
        heard[key] = as_kept(leaf.canonical(value if isinstance(seen, Sealed) else seen), key in secrets, salt)
    return Entry(
        address=desired.address,
        remote=answered.remote,
        origin=origin,
        project=project,
        file=desired.resource.file,
        on_remove=_on_remove(kind, desired, origin),
        prevent_destroy=desired.resource.lifecycle.prevent_destroy,
        applied=applied,
        answered=heard,
        secrets=secrets,
        references=desired.references,
        attempt=_attempt(desired),
        proven=before.proven if before is not None and before.remote == answered.remote else (),
        papers=before.papers if before is not None and before.remote == answered.remote else {},
    )


def outdated(kind: ResourceKind, desired: Desired, observed: Observed, entry: Entry, salt: str) -> bool:
    """Whether an object that needs no write is remembered wrongly, so that the entry must be written anew.

    Leaves that belong to somebody else in this state of the object are left out on both sides. In which file the
    manifest stands is not of interest: see ``refiled``.
    """
    resource = desired.resource
    uncompared = kind.uncompared(observed)
    compared = desired.compared(uncompared)
    if (
        entry.prevent_destroy != resource.lifecycle.prevent_destroy
        or entry.on_remove != _on_remove(kind, desired, entry.origin)
        or entry.references != desired.references
        or entry.secrets != _secrets(desired, entry, compared)
        or entry.attempt != _attempt(desired)
        or entry.remote != observed.remote
    ):
        return True
    applied, answered, leaves = entry.applied, entry.answered, kind.leaves
    if len(applied) != len(compared) or len(answered) != len(compared) or uncompared:
        others = {dotted(path) for path in uncompared}
        ours = {dotted(path) for path in compared}
        if applied.keys() - others != ours or answered.keys() - others != ours:
            return True
    for path, wanted in compared.items():  # once per leaf of every plan: the plain comparison comes first
        key = dotted(path)
        if key not in applied or key not in answered:
            return True
        leaf = leaves[path]
        seen = field_of(leaf, observed)
        plain = key not in entry.secrets and wanted == applied[key] and seen == answered[key]
        if not plain and not _holds(entry, key, leaf.canonical(wanted), leaf.canonical(seen), salt):
            return True
    return False


def refiled(entries: Mapping[Address, Entry], resources: Iterable[Resource], project: str) -> dict[Address, str]:
    """The manifests that stand in another file than the ledger remembers: address → file.

    To move one between files is no change, and no plan shows it; whoever writes to the ledger anyway keeps up.
    """
    return {
        resource.address: resource.file
        for resource in resources
        if (entry := entries.get(resource.address)) is not None
        and entry.project == project
        and entry.file != resource.file
    }


def discreet(facts: Facts, entries: Iterable[Entry]) -> Facts:
    """Facts that do not say by which secret value an object of ours is known (promise 7)."""
    if not facts:
        return facts
    secret = {(entry.address.kind, entry.remote.id) for entry in entries if entry.secrets}
    return {
        name: tuple(one._replace(label=SENSITIVE) if (one.what, one.id) in secret else one for one in attached)
        for name, attached in facts.items()
    }


def without(facts: Facts, gone: Collection[str]) -> Facts:
    """Facts without the things of these ids: what a plan or a run takes away itself, which lists may still show."""
    return {name: tuple(each for each in attached if each.id not in gone) for name, attached in facts.items()}


def is_secret(path: Path, entry: Entry | None) -> bool:
    """Whether the ledger remembers this leaf as a secret: it stays one when the manifest spells it out later."""
    return entry is not None and bool(entry.secrets) and touches(path, map(undotted, entry.secrets))


def touches(path: Path, secrets: Iterable[Path]) -> bool:
    """Whether a value at ``path`` holds a secret, or is part of one."""
    return any(path[: len(secret)] == secret[: len(path)] for secret in secrets)


def remembering(entry: Entry, *others: Entry | None) -> Entry:
    """The entry, which also knows as secrets what the others do; what it held of those openly is left out."""
    known = {*entry.secrets, *(name for other in others if other is not None for name in other.secrets)}
    if len(known) == len(entry.secrets):
        return entry
    news = known.difference(entry.secrets)
    applied, answered = ({n: v for n, v in kept.items() if n not in news} for kept in (entry.applied, entry.answered))
    return replace(entry, applied=applied, answered=answered, secrets=tuple(sorted(known)))


def _holds(entry: Entry, key: str, asked: Any, answered: Any, salt: str) -> bool:
    """Whether the entry remembers exactly this wish and this answer, both canonical."""
    secret = key in entry.secrets
    applied, heard = entry.applied.get(key, MISSING), entry.answered.get(key, MISSING)
    if not secret and applied == asked and heard == answered:
        return True  # without the detour through JSON
    return bool(applied == as_kept(asked, secret, salt) and heard == as_kept(answered, secret, salt))


def as_kept(canonical: Any, secret: bool, salt: str) -> Any:
    """A canonical value as the ledger holds it: JSON, or a seal where the value itself must not be kept."""
    if isinstance(canonical, Sealed):
        return canonical.seal
    if secret:
        return sealed(canonical, salt)
    return canonical if isinstance(canonical, _SCALARS) else json.loads(canonical_json(canonical))


def _secrets(desired: Desired, before: Entry | None, compared: Iterable[Path]) -> tuple[str, ...]:
    """Every secret leaf, ignored ones too: whoever shows this object later must mask them.

    One that the manifest no longer states still has its value in the account, until another one is written there.
    """
    known = set(map(dotted, desired.resource.secrets))
    if before is not None and before.secrets:
        written = tuple(compared)
        known.update(name for name in before.secrets if not touches(undotted(name), written))
    return tuple(sorted(known))


def _on_remove(kind: ResourceKind, desired: Desired, origin: Origin) -> OnRemove:
    chosen = desired.resource.lifecycle.on_remove
    if chosen is not None:
        return chosen
    return OnRemove.RETAIN if origin is Origin.ADOPTED else kind.on_remove


def _attempt(desired: Desired) -> int:
    return int(desired.resource.options.get("attempt", 1))
