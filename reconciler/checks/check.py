"""What a check is, what it may look at, and what it answers.

A check reads, through a session that can do nothing else, and judges. What the API's description does not tell cannot
be checked: then it answers that it is not known. It raises what its reads raise: whoever runs it makes a finding of it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, NamedTuple

from reconciler.errors import ApiError, Forbidden, PlanRefused
from reconciler.model.account import DEFAULT_ACCOUNT
from reconciler.model.address import Address
from reconciler.model.checkup import NOT_READ
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.kind import Kinds
from reconciler.model.reach import Reach
from reconciler.model.sent import Sent
from reconciler.model.session import ReadSession

Row = Mapping[str, Any]


class Heard(NamedTuple):
    """An attempt to ask, and our own clock when it had ended, in seconds since 1970."""

    sent: Sent
    at: float


@dataclass(frozen=True, slots=True)
class Scope:
    """Which objects are judged: those that the ledger records, by their ids; all of them where it records none."""

    recorded: Mapping[str, Address] = field(default_factory=dict)
    everything: bool = False

    def of(self, rows: Sequence[Row], identify: Callable[[Row], str]) -> Sequence[Row]:
        """The rows that are judged."""
        ours = [row for row in rows if identify(row) in self.recorded]
        return ours if ours and not self.everything else rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a check may look at.

    session      reads; what several checks ask is asked once
    kinds        every kind, to know which lists there are
    scope        which objects are judged
    heard        every attempt so far; whole for the checks that come last
    reach        tries a web address; None: nobody asked for that
    local        the account is an emulator on this machine, so private addresses may be meant
    rate         requests per second and endpoint that the account's settings ask for
    variable     where the key was found
    well_formed  whether the key looks as Telnyx's keys do
    same_account raises PlanRefused for an organization that is not the ledger's
    account      what the account is called, for the commands that findings advise
    """

    session: ReadSession
    kinds: Kinds
    scope: Scope
    heard: Sequence[Heard] = ()
    reach: Reach | None = None
    local: bool = False
    rate: float | None = None
    variable: str = ""
    well_formed: bool = True
    same_account: Callable[[str | None], None] = lambda _: None
    account: str = DEFAULT_ACCOUNT


@dataclass(frozen=True, slots=True)
class Looked:
    """What a check answers: one line about what was looked at, and what is wrong.

    ``known`` is False where there is no answer to what the check asks, although nothing failed.
    """

    summary: str
    findings: tuple[Diagnostic, ...] = ()
    known: bool = True


class Turn(Enum):
    """When a check looks."""

    FIRST = auto()
    """Where it finds an error, nobody else need ask anything."""
    TOGETHER = auto()
    LAST = auto()
    """It judges what the others heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check. ``place`` is where it stands in the report."""

    name: str
    place: int
    look: Callable[[Look], Awaitable[Looked]]
    turn: Turn = Turn.TOGETHER


def unread(error: ApiError) -> Diagnostic:
    """What could not be looked at. Whether the key should be able to is the business of the check on the key."""
    return Diagnostic(
        code=NOT_READ,
        severity=Severity.INFO if isinstance(error, Forbidden) else Severity.WARNING,
        summary=f"could not be looked at, because of {error.summary}",
        hint=error.hint,
    )


def refused(error: PlanRefused) -> Diagnostic:
    """A refusal of every plan, as a finding."""
    return Diagnostic(code=error.code, severity=Severity.ERROR, summary=error.summary, hint=error.hint)
