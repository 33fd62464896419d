"""Secrets that the API makes anew on request: what a kind declares of its own, and what came of such a request.

No secret is ever part of what came of it: that is for the file which the user names.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.impact import Impact
from reconciler.model.observed import Remote
from reconciler.model.session import WriteSession

if TYPE_CHECKING:
    from reconciler.model.probe import Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """How the secret of one object is made anew.

    secret   the field that holds it, in every answer about the object
    request  asks for another one, once, and answers the object. Raises as ``WriteSession.post`` does
    breaks   what stops, in a clause for the person who is asked
    touches  what hangs on the object
    """

    secret: str
    request: Callable[[WriteSession, Remote], Awaitable[Mapping[str, Any]]]
    breaks: str
    touches: Callable[[Remote], Sequence[Ask]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A rotation before it is begun, for the person who is asked."""

    address: Address
    remote_id: str
    secret: str
    breaks: str
    impact: Impact
    notes: tuple[Diagnostic, ...] = ()


class RotationEnd(StrEnum):
    """What came of a rotation."""

    ROTATED = "rotated"
    """There is a new secret, and it is in the file."""

    FINISHED = "finished"
    """An earlier run had made a new secret and was cut short; it is in the file now, and was not made anew again."""

    UNWRITTEN = "unwritten"
    """There is a new secret, and it is not in the file: the same command fetches it."""

    UNCHANGED = "unchanged"
    """The secret is what it was."""

    UNKNOWN = "unknown"
    """Whether there is a new secret cannot be told yet: the same command finds out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationReport:
    """What ``rotate-secret`` tells. ``file`` is as the user named it."""

    account: str
    address: Address | None = None
    remote_id: str | None = None
    turn: RotationEnd = RotationEnd.UNCHANGED
    file: str | None = None
    notes: tuple[Diagnostic, ...] = ()
