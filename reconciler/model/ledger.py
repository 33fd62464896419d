"""What we remember about an account: which objects are ours, what was last applied, what was about to happen.

Pure data. Where it lives and who may write it is ``reconciler.ledger``'s business; the executor writes through the
``Journal`` protocol.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol

from reconciler.model.address import Address
from reconciler.model.observed import Remote
from reconciler.model.resource import OnRemove

REMEMBERED_PLANS = 20
"""How many plans may be begun until the oldest of them can no longer be carried on."""


class Origin(StrEnum):
    """How an object became ours. Adopted ones default to being retained."""

    CREATED = "created"
    ADOPTED = "adopted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One object that is ours.

    ``applied`` and ``answered`` are leaf by leaf (dotted manifest path → value): what we sent and what the server made
    of it. Values of ``secrets`` are HMACs with the ledger's salt, in both. ``references`` are the local addresses it
    pointed at, for the order of deletes. ``file`` is where its manifest was last seen: a run that did not load that
    file cannot tell that the manifest is gone. ``proven`` are the numbers that were verified from here, by their codes;
    ``papers`` are those that were handed in for the object, as seals of their digests.
    """

    address: Address
    remote: Remote
    origin: Origin
    project: str
    file: str
    on_remove: OnRemove
    prevent_destroy: bool = False
    applied: Mapping[str, Any] = field(default_factory=dict)
    answered: Mapping[str, Any] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    references: tuple[Address, ...] = ()
    attempt: int = 1
    proven: tuple[str, ...] = ()
    papers: Mapping[str, str] = field(default_factory=dict)


class IntentKind(StrEnum):
    """What a run was about to do."""

    CREATE = "create"
    REPLACE = "replace"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Written down before the first write of a run, so that a killed run can be settled by looking.

    ``identity`` is the canonical natural key of what is to be created (None for a delete), in which a parent that the
    same run creates stands as ``Unknown``; ``shared`` is its overlapping set, if the kind has one; ``seen`` are the
    ids that already had that key, which are not ours. Fields of the key that came from a secret are named in
    ``sealed``: their parts, and each element of the set, are HMACs with the ledger's salt.
    ``entry`` is the entry to record when the object is found. ``carried`` is what a replace takes over from the old
    object (dotted manifest path → value): once that is deleted, nobody else knows it.
    """

    address: Address
    action: IntentKind
    identity: tuple[Any, ...] | None = None
    shared: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    remote: Remote | None = None
    entry: Entry | None = None
    carried: Mapping[str, Any] = field(default_factory=dict)
    sealed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Whose ledger this is. ``endpoint`` and ``organization_id`` guard against the wrong account."""

    lineage: str = ""
    serial: int = 0
    account: str = "default"
    endpoint: str = ""
    organization_id: str | None = None
    salt: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Entries and pending intents by address."""

    header: Header = Header()
    entries: Mapping[Address, Entry] = field(default_factory=dict)
    intents: Mapping[Address, Intent] = field(default_factory=dict)
    last_run: Mapping[str, Any] | None = None
    begun: tuple[str, ...] = ()
    """Fingerprints of the last plans whose apply began to write, the newest last: only those can be carried on."""
    rotations: Mapping[Address, str] = field(default_factory=dict)
    """Secrets that were about to be made anew: the seal of each as it was before."""

    def with_lines(self, lines: Sequence[Line]) -> Ledger:
        """The ledger after a journal: what a compaction writes and what a crashed run left behind."""
        header, entries, intents, begun = self.header, dict(self.entries), dict(self.intents), self.begun
        rotations = dict(self.rotations)
        for line in lines:
            _follow(line, entries, rotations)
            match line:
                case Intended(intents=new):
                    intents.update({intent.address: intent for intent in new})
                case Recorded(entry=entry, instead_of=old):
                    _record(entry, old, entries, intents)
                case Refiled(files=files):
                    entries.update({a: replace(entries[a], file=file) for a, file in files.items() if a in entries})
                case Removed(address=address):
                    entries.pop(address, None)
                    intents.pop(address, None)
                case HalfReplaced(address=address):
                    entries.pop(address, None)
                case Settled(address=address):
                    intents.pop(address, None)
                case Identified(organization_id=organization_id, endpoint=endpoint):
                    header = replace(header, organization_id=organization_id, endpoint=endpoint)
                case Begun(fingerprint=fingerprint):
                    begun = (*(one for one in begun if one != fingerprint), fingerprint)[-REMEMBERED_PLANS:]
        return Ledger(header, entries, intents, self.last_run, begun, rotations)


def _follow(line: Line, entries: Mapping[Address, Entry], rotations: dict[Address, str]) -> None:
    """What is under way goes with its object, be it renamed or removed, and never over to another one.

    ``entries`` are those before the line.
    """
    match line:
        case Rotating(address=address, seal=seal):
            rotations[address] = seal
        case Rotated(address=address) | Removed(address=address) | HalfReplaced(address=address):
            rotations.pop(address, None)
        case Recorded(entry=entry, instead_of=old):
            before = entry.address if old is None else old
            same = before in entries and entries[before].remote == entry.remote
            kept = rotations.get(before) if same else None
            for address in (before, entry.address):
                rotations.pop(address, None)
            if kept is not None:
                rotations[entry.address] = kept


def _record(entry: Entry, old: Address | None, entries: dict[Address, Entry], intents: dict[Address, Intent]) -> None:
    """Put an entry in its place, be it instead of one at an old address.

    What hangs on a renamed object still does, manifest or not: it must be found there when the object is to go.
    """
    if old is not None and old != entry.address:
        entries.pop(old, None)
        intents.pop(old, None)
        for address, other in entries.items():
            if old in other.references:
                named = tuple(entry.address if one == old else one for one in other.references)
                entries[address] = replace(other, references=named)
    entries[entry.address] = entry
    intents.pop(entry.address, None)


@dataclass(frozen=True, slots=True)
class Intended:
    """A run is about to write: all its intents, in one line, before the first write."""

    intents: tuple[Intent, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """An object is ours, in this state. ``instead_of`` is the address it had before a move."""

    entry: Entry
    instead_of: Address | None = None


@dataclass(frozen=True, slots=True)
class Refiled:
    """Manifests that stand in another file than before. One line for all of them, as nothing hangs on it alone."""

    files: Mapping[Address, str]


@dataclass(frozen=True, slots=True)
class Removed:
    """An object is no longer ours: deleted, or forgotten."""

    address: Address


@dataclass(frozen=True, slots=True)
class HalfReplaced:
    """The old object of a replace is deleted; its intent stays until the new one is recorded."""

    address: Address


@dataclass(frozen=True, slots=True)
class Settled:
    """An intent came to nothing: the object was looked for and is not there, or the write was refused."""

    address: Address


@dataclass(frozen=True, slots=True)
class Identified:
    """The account behind the key, seen for the first time."""

    endpoint: str
    organization_id: str | None


@dataclass(frozen=True, slots=True)
class Begun:
    """The apply of a plan begins to write."""

    fingerprint: str


@dataclass(frozen=True, slots=True)
class Rotating:
    """The secret of an object is about to be made anew. ``seal`` is that of the secret which it has now."""

    address: Address
    seal: str


@dataclass(frozen=True, slots=True)
class Rotated:
    """Nothing is left to find out about a rotation: the new secret is where it was wanted, or there is none."""

    address: Address


Line = Intended | Recorded | Refiled | Removed | HalfReplaced | Settled | Identified | Begun | Rotating | Rotated
"""One line of the journal."""


class Lease(Protocol):
    """For how long the account is ours to write to."""

    def remaining(self) -> float:
        """Seconds that are left, now; infinite where a lock does not end by itself, 0 or less once it is lost."""
        ...


@dataclass(frozen=True, slots=True)
class Unending:
    """The lease of a lock that holds until it is released, or its process ends."""

    def remaining(self) -> float:
        """All the time there is."""
        return math.inf


class Journal(Protocol):
    """Where the executor writes down what it is about to do and what it did."""

    async def append(self, line: Line) -> None:
        """Make the line durable before returning. Raises LedgerError."""
        ...
