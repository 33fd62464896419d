"""What the changes of one run share: how to reach things, and what the run has learnt so far."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.errors import LedgerError
from reconciler.executor.listings import Listings
from reconciler.executor.observe import read
from reconciler.executor.pause import Patience
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.events import Emit
from reconciler.model.kind import Attached, Kinds, ResourceKind
from reconciler.model.ledger import Entry, Intended, Intent, Journal, Ledger, Line, Origin, Recorded
from reconciler.model.observed import Observed, Remote, World
from reconciler.model.paths import Path
from reconciler.model.plan import Change, Desired
from reconciler.model.recording import entry_for
from reconciler.model.reference import Unknown
from reconciler.model.session import WriteSession


@dataclass(slots=True)
class Progress:
    """How far one change has come. ``written``: something of it is live, whatever happens next; ``notes`` say what."""

    written: bool = False
    notes: list[Diagnostic] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One apply. The mutable parts only ever grow."""

    kinds: Kinds
    session: WriteSession
    journal: Journal
    ledger: Ledger
    world: World
    project: str
    account: str
    lifted: Collection[str]
    emit: Emit
    patience: Patience
    listings: Listings
    unassigned: Mapping[Address, Sequence[Attached]] = field(default_factory=dict)
    """What each delete is to take off its object first."""
    ids: dict[Address, str] = field(default_factory=dict)
    """The remote id that each address of this run turned out to have."""
    claimed: set[tuple[str, str]] = field(default_factory=set)
    """Kind and id of every object that this run made."""
    removed: set[str] = field(default_factory=set)
    """Ids of the objects that this run deleted."""
    moved: set[str] = field(default_factory=set)
    """Ids of the objects that this run pointed at another one."""
    intended: dict[Address, Intent] = field(default_factory=dict)
    """What this run wrote down before its first write."""
    ledger_failures: list[LedgerError] = field(default_factory=list)

    @property
    def halted(self) -> bool:
        """Whether nothing further may begin: told to stop, or unable to remember what it does."""
        return self.patience.stop.is_set() or bool(self.ledger_failures)

    @property
    def salt(self) -> str:
        """What seals the secrets in this ledger."""
        return self.ledger.header.salt

    def kind_of(self, change: Change) -> ResourceKind:
        """The kind of a change's object."""
        return self.kinds[change.address.kind]

    def known_ids(self, kind: str) -> set[str]:
        """Ids that cannot be the object which this run is creating: recorded, seen before, or made for another."""
        recorded = {entry.remote.id for entry in self.ledger.entries.values() if entry.address.kind == kind}
        made = {remote_id for name, remote_id in self.claimed if name == kind}
        return recorded | made | set(self.world.objects.get(kind, ()))

    def resolved(self, desired: Desired) -> Desired:
        """``desired`` with the ids that this run has learnt. Raises KeyError for one that it has not."""
        return replace(desired, values=self._filled(desired.values), defaults=self._filled(desired.defaults))

    def _filled(self, values: Mapping[Path, Any]) -> dict[Path, Any]:
        return {
            path: self.ids[value.address] if isinstance(value, Unknown) else value for path, value in values.items()
        }

    async def observed(self, kind: ResourceKind, remote: Remote) -> Observed:
        """The object as the run's bulk look saw it, or as it is now. Raises NotFound and other ApiErrors."""
        seen = self.world.find(kind.name, remote.id)
        return seen if seen is not None else await read(self.session, kind, remote)

    def entry(
        self, kind: ResourceKind, desired: Desired, answered: Observed, origin: Origin, *, before: Entry | None
    ) -> Entry:
        """The entry of an object in the state that the server answered; ``before`` is what was known of it."""
        return entry_for(
            kind,
            desired,
            answered,
            origin=origin,
            project=self.project,
            salt=self.salt,
            before=before,
        )

    async def record(self, change: Change, entry: Entry, *, moved_from: Address | None = None) -> None:
        """Write down that an object is ours, and under which id others may refer to it.

        Whatever was intended at the address it had before goes with it. In a chain of renames another change is yet
        to come there, which was waiting for this one: its intent is written down again.
        """
        self.ids[entry.address] = entry.remote.id
        old = moved_from or change.moved_from
        await self.note(Recorded(entry, instead_of=old))
        if old is not None and old != entry.address and old in self.intended:
            await self.note(Intended((self.intended[old],)))

    async def note(self, line: Line) -> None:
        """Append to the journal. A failure halts the run: what cannot be remembered must not be done."""
        try:
            await self.journal.append(line)
        except LedgerError as error:
            self.ledger_failures.append(error)
            raise
