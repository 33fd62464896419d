"""Codes by which the owner of a number proves that it is theirs: what a kind offers, and how it ended. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.observed import Observed, Remote
from reconciler.model.paths import Path
from reconciler.model.session import WriteSession


class Method(StrEnum):
    """How a code comes to a number. A landline takes no texts."""

    SMS = "sms"
    CALL = "call"


class CodeStatus(StrEnum):
    """How it went for one number. ``OTHER``: the API said something that nobody has documented, or nothing."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    VERIFIED = "verified"
    ALREADY_VERIFIED = "already_verified"
    REJECTED = "rejected"
    OTHER = "other"
    UNKNOWN = "unknown"
    """The answer was lost."""


GOOD = frozenset({CodeStatus.SENT, CodeStatus.VERIFIED, CodeStatus.ALREADY_VERIFIED})
"""What was wanted."""


class CodeEnd(NamedTuple):
    """How it went for one number, and what the API says about it."""

    number: str
    status: CodeStatus
    detail: str = ""


class OwnershipCodes(Protocol):
    """What a kind offers whose objects wait for codes. Both requests are sent once, and never again by themselves."""

    @property
    def path(self) -> Path:
        """The leaf that holds the numbers: where it is a secret, so are they."""
        ...

    def numbers(self, observed: Observed) -> Sequence[str]:
        """Every number of the object."""
        ...

    def wanted(self, observed: Observed) -> Sequence[str]:
        """The numbers that still want a code, as far as the API tells."""
        ...

    async def send(
        self, session: WriteSession, remote: Remote, numbers: Sequence[str], method: Method
    ) -> Sequence[CodeEnd]:
        """Have a code sent to each number. Raises ApiError; OutcomeUnknown where the answer was lost."""
        ...

    async def check(self, session: WriteSession, remote: Remote, codes: Mapping[str, str]) -> Sequence[CodeEnd]:
        """Hand in the codes, by number. Raises as ``send`` does."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesReport:
    """What ``hosted send-codes`` and ``hosted verify`` say. Numbers that are secrets are masked; codes are not in it.

    ``method`` is None for codes that were handed in. ``commands`` are the exact ones to go on with.
    """

    account: str
    address: Address | None = None
    remote_id: str | None = None
    method: Method | None = None
    ends: tuple[CodeEnd, ...] = ()
    commands: tuple[str, ...] = ()
    notes: tuple[Diagnostic, ...] = ()
