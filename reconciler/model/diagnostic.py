"""A finding: what is wrong, where, and what to do next. Written for the person who must act."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from reconciler.model.address import Address
from reconciler.model.source import Source


class Severity(StrEnum):
    """Errors stop the command; warnings and information never change an exit code."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding. ``code`` is stable and meant for programs; the texts may change between versions."""

    code: str
    severity: Severity
    summary: str
    detail: str = ""
    hint: str = ""
    address: Address | None = None
    source: Source | None = None


def by_place(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sort by file, line and column; findings without a place come last, by address and code."""
    return sorted(
        findings,
        key=lambda d: (
            d.source is None,
            d.source or Source(""),
            str(d.address or ""),
            d.code,
            d.summary,
        ),
    )


def has_errors(findings: Iterable[Diagnostic]) -> bool:
    """Whether any finding stops the command."""
    return any(finding.severity is Severity.ERROR for finding in findings)
