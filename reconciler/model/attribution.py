"""Who made something and when, as far as anybody recorded it: the account's audit log, our own history, git.

Pure data. "Nobody can tell" is a value with its reason, never an empty name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.history import Actor
from reconciler.model.paths import Path


class Why(StrEnum):
    """Why nobody can be named."""

    NO_EVENT = "no_event"
    """The log has no event of it in the time that was looked at."""
    NOT_REACHED = "not_reached"
    """The log's last event of it leads to another value than the one that is there now."""
    SEVERAL = "several"
    """Events of different users fit equally well."""
    NOT_PERMITTED = "not_permitted"
    """The key may not read the log."""
    NOT_READ = "not_read"
    """The log did not answer, or what it answered was none."""
    TOO_LONG = "too_long"
    """The log goes on behind the last page that was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who the audit log says it was. ``role`` is its ``change_made_by``; ``name`` is from ``people``."""

    role: str
    user_id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An event of the audit log made it. ``when`` is the log's own stamp (ISO 8601).

    ``swapped``: the event has the new value under ``from``, as the API's documentation has it in its example.
    """

    author: Author
    when: str
    event: str
    swapped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """A recorded run of this program made it: ``started`` and ``command`` are the run's."""

    actor: Actor
    when: str
    event: str
    started: str
    command: str
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class Unattributed:
    """Nobody can tell."""

    why: Why


Attribution = Known | Ours | Unattributed


class NotBlamed(StrEnum):
    """Why git names nobody for a line."""

    NO_REPOSITORY = "no_repository"
    OUTSIDE = "outside"
    """The line is in no file of the working tree: standard input, or another folder."""
    UNTRACKED = "untracked"
    NOT_COMMITTED = "not_committed"
    SHALLOW = "shallow"
    """The history was cut off when the repository was cloned."""
    UNREADABLE = "unreadable"
    """git failed or took too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blamed:
    """The commit that a line is from. ``when`` is the author's time (ISO 8601, UTC)."""

    commit: str
    author: str
    when: str
    summary: str


Blame = Blamed | NotBlamed


@dataclass(frozen=True, slots=True)
class Told:
    """About a field, or an object: who changed it in the account, and who wrote our line of it.

    None where there is nothing to tell: it did not change there, or no manifest has such a line.
    """

    who: Attribution | None = None
    line: Blame | None = None


Subject = tuple[Address, Path | None]
"""A field by its manifest path, or an object as a whole."""


@dataclass(frozen=True, slots=True)
class Attributions:
    """Everything that is known, by subject; ``notes`` are about the reading itself."""

    told: Mapping[Subject, Told] = field(default_factory=dict)
    notes: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideField:
    """One field of an outside change. The values are in the order of time as far as they tell it."""

    path: str
    before: Any
    after: Any
    sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideChange:
    """An event of the audit log that no run of ours made. ``change`` is its ``change_type``.

    ``others`` names fields that are not ours to show: nobody can say whether they hold secrets.
    """

    address: Address
    remote_id: str
    when: str
    author: Author
    change: str
    event: str
    fields: tuple[OutsideField, ...] = ()
    others: tuple[str, ...] = ()
