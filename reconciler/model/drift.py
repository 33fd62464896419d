"""What changed behind our back: recorded, observed and desired, held against each other. Pure data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reconciler.model.address import Address
from reconciler.model.attribution import Attributions
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.drift_rule import IgnoreRule
from reconciler.model.observed import Remote
from reconciler.model.paths import Path
from reconciler.model.plan import Requests
from reconciler.model.source import Source


class FieldState(StrEnum):
    """Who moved: the account, the manifest, or both. CANNOT_TELL where the ledger was lost."""

    OUTSIDE = "changed_outside"
    UNAPPLIED = "not_applied_yet"
    BOTH = "both"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDrift:
    """One field that is not the same in all three worlds. Where it is a secret, its values are SENSITIVE.

    ``recorded`` is what the server answered to the last apply, None where nothing was recorded; ``desired`` is what the
    manifest says now, None where no manifest was read that states it or what it refers to is not known; ``source`` is
    where it says so, None with neither. ``seal`` tells one secret that was observed from another, by the ledger's
    salt; empty where there is no ledger.
    """

    path: Path
    recorded: Any
    observed: Any
    desired: Any = None
    state: FieldState = FieldState.OUTSIDE
    sensitive: bool = False
    source: Source | None = None
    seal: str = field(default="", compare=False, repr=False)

    @property
    def is_drift(self) -> bool:
        """Whether the account moved, or may have: what only waits for an apply is no drift."""
        return self.state is not FieldState.UNAPPLIED


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """An object of ours whose fields moved. ``source`` is the place of the first of them that has one."""

    address: Address
    remote: Remote
    fields: tuple[FieldDrift, ...]
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """An object of ours that is gone: GET by its id answered 404. Without a ledger there is no id to name."""

    address: Address
    remote: Remote | None
    source: Source | None = None


DriftedObject = Changed | Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmanaged:
    """A live object that is not ours. ``label`` is what a person knows it by."""

    kind: str
    remote: Remote
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrecorded:
    """What a manifest asks for and no apply has made yet."""

    address: Address
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """Drift that does not count, because a rule of ``reconciler.yaml`` says so."""

    what: Changed | Missing | Unmanaged
    rule: IgnoreRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlisted:
    """Parents that are not managed, and below which nobody looked for objects of ``kind``."""

    kind: str
    parent_kind: str
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A write-only kind, and those of its objects that the ledger knows: whether they are there, nobody can tell."""

    kind: str
    addresses: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftReport:
    """Everything that ``drift`` found.

    ``found`` is what the account changed; ``unapplied`` and ``unrecorded`` are what only waits for an apply, which is
    no drift. ``counted_unmanaged`` are unmanaged objects that count as drift (an auto-response on a managed profile);
    ``unmanaged`` are the others that were seen, which ``lists_unmanaged`` asks to show one by one. Kinds in
    ``not_looked_at`` were not listed, and nothing hangs on the parents in ``unlisted`` that was: nothing is said of
    them, and of those in ``unreadable`` nobody can say anything. ``can_tell_who`` is False when the ledger was lost:
    desired is then compared with observed, and whether the manifest or the account moved cannot be told.
    ``attributions`` tell who moved what was found, if asked. ``paths`` are those that were read instead of the
    account's own; ``narrowed`` says that only a part was asked for.
    """

    account: str
    found: tuple[DriftedObject, ...] = ()
    unapplied: tuple[Changed, ...] = ()
    unrecorded: tuple[Unrecorded, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    unmanaged: tuple[Unmanaged, ...] = ()
    counted_unmanaged: tuple[Unmanaged, ...] = ()
    not_looked_at: tuple[str, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    can_tell_who: bool = True
    attributions: Attributions = field(default_factory=Attributions)
    lists_unmanaged: bool = False
    paths: tuple[str, ...] = ()
    narrowed: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()
    requests: Requests = field(default_factory=Requests)

    @property
    def has_drift(self) -> bool:
        """Whether the account moved: exit code 2. What only waits for an apply, and what is ignored, do not count."""
        return bool(self.found or self.counted_unmanaged)

    @property
    def unmanaged_by_kind(self) -> Mapping[str, int]:
        """How many objects of each kind were seen that are not ours and do not count as drift."""
        return dict(sorted(Counter(one.kind for one in self.unmanaged).items()))
