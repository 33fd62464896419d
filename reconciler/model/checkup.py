"""How healthy an account is: what ``doctor`` looked at and what it found, check by check. Pure data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from reconciler.model.diagnostic import Diagnostic, Severity

NOT_READ = "doctor-not-read"
"""The code of a finding that says what could not be looked at, and why."""


class Condition(StrEnum):
    """What a check came to, the worst first. Only an error changes the exit code."""

    ERROR = "error"
    WARNING = "warning"
    UNKNOWN = "unknown"
    OK = "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One check. ``summary`` says what was looked at, also where nothing is wrong; ``findings`` are in their order."""

    name: str
    summary: str
    outcome: Condition = Condition.OK
    findings: tuple[Diagnostic, ...] = ()

    @property
    def title(self) -> str:
        """The name, for people."""
        return self.name.replace("_", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """Every check of one account; ``diagnostics`` say why there are none."""

    account: str
    endpoint: str = ""
    checks: tuple[Examined, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether nothing is an error. What could not be looked at is none."""
        return not self.diagnostics and all(check.outcome is not Condition.ERROR for check in self.checks)

    def count(self, outcome: Condition) -> int:
        """How many checks came to it."""
        return sum(check.outcome is outcome for check in self.checks)


def outcome_of(findings: Iterable[Diagnostic], *, known: bool) -> Condition:
    """The worst that was found. ``known``: whether there is an answer to what the check asks."""
    outcomes = {_outcome(finding) for finding in findings} | (set() if known else {Condition.UNKNOWN})
    return next((outcome for outcome in Condition if outcome in outcomes), Condition.OK)


def _outcome(finding: Diagnostic) -> Condition:
    if finding.code == NOT_READ:
        return Condition.UNKNOWN
    return {Severity.ERROR: Condition.ERROR, Severity.WARNING: Condition.WARNING}.get(finding.severity, Condition.OK)


_WORST_FIRST = tuple(Severity)


def by_severity(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The worst first, then by address; those without an address by what they say."""
    return tuple(
        sorted(
            findings,
            key=lambda one: (
                _WORST_FIRST.index(one.severity),
                one.address is None,
                str(one.address),
                one.code,
                one.summary,
            ),
        )
    )
