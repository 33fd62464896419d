"""What one command did with several accounts: an end for each, and what they mean together. Pure data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from reconciler.errors import ExitCode
from reconciler.model.checkup import Checkup
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.drift import DriftReport
from reconciler.model.events import Report
from reconciler.model.plan import Plan
from reconciler.model.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What ``validate`` found. ``resources`` and ``files`` are counts."""

    diagnostics: tuple[Diagnostic, ...] = ()
    resources: int = 0
    files: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How an apply ended, or why it never began: then people are shown the ``plan``, if there was one."""

    report: Report = field(default_factory=lambda: Report(()))
    plan: Plan | None = None
    next_command: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


Told: TypeAlias = Plan | DriftReport | Status | Checkup | Ran | Checked
"""What a command tells of one account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEnd:
    """How a command ended for one account. ``code`` is the exit code that it would have had alone.

    ``failure`` is why there is nothing else to tell; ``told`` says it, too.
    """

    account: str
    code: ExitCode
    told: Told
    failure: tuple[Diagnostic, ...] = ()
    written: bool = False


@dataclass(frozen=True, slots=True)
class Several:
    """The ends of all accounts, in the order in which they were named.

    ``stopped`` is the exit code of a command that ended before it was with any account, for ``diagnostics``.
    """

    ends: tuple[AccountEnd, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    stopped: ExitCode | None = None

    @property
    def code(self) -> ExitCode:
        """The exit code of the whole."""
        if self.stopped is not None:
            return self.stopped
        return combined_code([end.code for end in self.ends], written=any(end.written for end in self.ends))


_FIRST = (ExitCode.ERROR, ExitCode.STALE, ExitCode.LOCKED, ExitCode.CHANGES)


def combined_code(codes: Sequence[ExitCode], *, written: bool) -> ExitCode:
    """One exit code for several accounts.

    An interruption is told as one, as for a single account. Otherwise 4 if anything was written and anything failed,
    else the first present of 1, 3, 5, 2, 0. What an account alone would call a misused command line (64: its key is
    not set) is an error of this account: the command line suits the others.
    """
    if ExitCode.INTERRUPTED in codes:
        return ExitCode.INTERRUPTED
    plain = [ExitCode.ERROR if code is ExitCode.USAGE else code for code in codes]
    failed = any(code not in {ExitCode.OK, ExitCode.CHANGES} for code in plain)
    if ExitCode.PARTLY_APPLIED in plain or (written and failed):
        return ExitCode.PARTLY_APPLIED
    return next((code for code in _FIRST if code in plain), ExitCode.OK)
