"""The plan: changes as data. Never a closure: what is shown, guarded, saved and applied is this very value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from reconciler.model.address import Address
from reconciler.model.consequence import Consequence
from reconciler.model.diagnostic import Diagnostic, has_errors
from reconciler.model.impact import Impact
from reconciler.model.kind import Attached
from reconciler.model.ledger import Entry, Origin
from reconciler.model.observed import Remote
from reconciler.model.paths import Path
from reconciler.model.resource import Resource
from reconciler.model.source import Source


class Action(StrEnum):
    """What a change does. The order is the order of the summary."""

    CREATE = "create"
    ADOPT = "adopt"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    MOVE = "move"
    RECORD = "record"
    FORGET = "forget"
    NOOP = "noop"
    PROTECTED = "protected"


SENSITIVE = "(sensitive)"
"""What stands in a diff instead of a secret: the values themselves are never in a plan's diffs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDiff:
    """One field that differs. ``after`` may be ``Unknown``; both are SENSITIVE where the field is a secret.

    ``added`` and ``removed`` are the elements of a list that differ, for people who review long lists.
    """

    path: Path
    before: Any
    after: Any
    sensitive: bool = False
    forces_replace: bool = False
    source: Source | None = None
    added: tuple[Any, ...] = ()
    removed: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Desired:
    """A resource with its references resolved.

    ``values`` are the stated leaves as the API takes them, or ``Unknown``; ``defaults`` are sent on create and used
    to match, and never compared; ``references`` are the local addresses it points at.
    """

    resource: Resource
    values: Mapping[Path, Any] = field(repr=False)  # may hold secrets
    defaults: Mapping[Path, Any]
    references: tuple[Address, ...]

    @property
    def address(self) -> Address:
        """The local name."""
        return self.resource.address

    @property
    def created_with(self) -> dict[Path, Any]:
        """Everything that a create sends."""
        return {**self.defaults, **self.values}

    def compared(self, uncompared: frozenset[Path] = frozenset()) -> dict[Path, Any]:
        """The leaves that are ours to compare: stated, and neither ignored nor somebody else's."""
        skip = self.resource.lifecycle.ignore_changes | uncompared
        if not skip:
            return dict(self.values)
        return {p: v for p, v in self.values.items() if not any(p[: i + 1] in skip for i in range(len(p)))}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """What every change carries. ``blocked_by`` names every guard that blocks it, with ", " between them."""

    action: ClassVar[Action]
    address: Address
    reason: str
    source: Source | None = None
    depends_on: tuple[Address, ...] = ()
    blocked_by: str | None = None
    remote: Remote | None = None
    diffs: tuple[FieldDiff, ...] = ()
    moved_from: Address | None = None

    @property
    def ledger_only(self) -> bool:
        """Whether it writes to the ledger and to nothing else."""
        quiet = self.action in {Action.MOVE, Action.RECORD, Action.FORGET}
        return quiet or (self.action is Action.ADOPT and not self.diffs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Create(_Change):
    """POST a new object. ``seen`` are the ids that had its natural key before: never ours."""

    action = Action.CREATE
    desired: Desired
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopt(_Change):
    """Take an existing object into the ledger, and update it where it differs (which needs consent)."""

    action = Action.ADOPT
    desired: Desired
    remote: Remote
    digest: str
    origin: Origin = Origin.ADOPTED
    needs_consent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Update(_Change):
    """Change an object that is ours."""

    action = Action.UPDATE
    desired: Desired
    remote: Remote
    digest: str
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace(_Change):
    """Delete, then create: one change with one outcome, and a gap between the two."""

    action = Action.REPLACE
    desired: Desired
    remote: Remote
    digest: str
    entry: Entry
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete(_Change):
    """Delete an object that is ours and no longer desired. ``observed_fields`` are for guards and renderers."""

    action = Action.DELETE
    remote: Remote
    digest: str
    entry: Entry
    observed_fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(_Change):
    """A rename: the same object under another address. Ledger only."""

    action = Action.MOVE
    desired: Desired
    remote: Remote
    digest: str
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(_Change):
    """Nothing remote differs, but what the ledger remembers is out of date. Ledger only.

    Without ``desired`` an interrupted create is written down as it was meant (``entry``), and nothing else: its
    manifest is not part of this run.
    """

    action = Action.RECORD
    desired: Desired | None
    remote: Remote
    digest: str
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget(_Change):
    """Stop managing an object without touching it, or because it is gone. Ledger only."""

    action = Action.FORGET
    entry: Entry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noop(_Change):
    """Nothing to do."""

    action = Action.NOOP


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected(_Change):
    """A removal that ``prevent_destroy`` stops, here or at something that hangs on this object."""

    action = Action.PROTECTED


Change = Create | Adopt | Update | Replace | Delete | Move | Record | Forget | Noop | Protected


def desired_of(change: Change | None) -> Desired | None:
    """What a change wants; None for one that takes something away, or nothing at all."""
    return change.desired if isinstance(change, Create | Adopt | Update | Replace | Move | Record) else None


def entry_of(change: Change | None) -> Entry | None:
    """What the ledger said of the object when the change was planned; None where it knew none."""
    return change.entry if isinstance(change, Update | Replace | Delete | Move | Record | Forget) else None


SeenFacts = Mapping[str, tuple[tuple[str, str], ...]]
"""What hung on an object when guards looked: by fact name, the kind and id of each thing."""


@dataclass(frozen=True, slots=True)
class EndpointRequests:
    """What goes to one endpoint, ids as ``{}``: ``made`` by planning, ``planned`` for the apply, reads included."""

    endpoint: str
    made: int = 0
    planned: int = 0


@dataclass(frozen=True, slots=True)
class Requests:
    """What the plan cost and what its apply will cost.

    ``estimated_seconds`` is the least that the apply takes from its first look to its last write, at ``rate`` requests
    per second and endpoint (None: unpaced).
    """

    reads: int = 0
    writes: int = 0
    estimated_seconds: float = 0.0
    rate: float | None = None
    per_endpoint: tuple[EndpointRequests, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Changes in the order of execution, and every finding."""

    account: str
    project: str
    changes: tuple[Change, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    lifted: tuple[str, ...] = ()
    fingerprint: str = ""
    requests: Requests = Requests()
    facts: Mapping[Address, SeenFacts] = field(default_factory=dict)
    """What hung on the objects when guards looked."""
    unassigned: Mapping[Address, tuple[Attached, ...]] = field(default_factory=dict)
    """What each delete takes off its object first, because somebody asked for it (``--unassign-numbers``)."""
    impact: Mapping[Address, Impact] = field(default_factory=dict)
    """What the risky changes touch. Only shown: it is neither approved nor held against the world."""
    consequences: Mapping[Address, tuple[Consequence, ...]] = field(default_factory=dict)
    """What cannot be undone, or costs money. It follows from the changes, and is only shown."""

    @property
    def applicable(self) -> bool:
        """Whether it may be applied: no errors, nothing blocked."""
        return not has_errors(self.diagnostics) and not any(change.blocked_by for change in self.changes)

    @property
    def pending(self) -> tuple[Change, ...]:
        """The changes that do something."""
        return tuple(change for change in self.changes if not isinstance(change, Noop | Protected))

    def summary(self) -> dict[str, int]:
        """Counts by action, then of blocked changes."""
        counts = {action.value: 0 for action in Action}
        for change in self.changes:
            counts[change.action.value] += 1
        protected = counts.pop(Action.PROTECTED.value)
        return {**counts, "blocked": sum(bool(c.blocked_by) for c in self.changes), "protected": protected}
