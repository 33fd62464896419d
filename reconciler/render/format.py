"""What a format can show, and the formats that there are.

A format is a module of this package (or a package in it) with a ``FORMAT``; none is listed by hand. Every renderer
takes values and returns text that ends in a newline; ``color`` is a request that only text can grant.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Protocol

from reconciler.model.adoption import Adoption
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.drift import DriftReport
from reconciler.model.events import Report
from reconciler.model.exported import ExportReport
from reconciler.model.history import HistoryReport
from reconciler.model.inventory import EntryReport, Inventory
from reconciler.model.plan import Plan
from reconciler.model.rehearsal import Rehearsal
from reconciler.model.several import Several
from reconciler.model.status import Status


class RendersPlan(Protocol):
    """A plan, its findings included."""

    def __call__(self, plan: Plan, *, color: bool = False) -> str: ...  # noqa: D102 - the class says it


class RendersDiagnostics(Protocol):
    """Findings alone: ``validate``, and any command that stopped before it had a plan."""

    def __call__(self, findings: Sequence[Diagnostic], *, color: bool = False) -> str: ...  # noqa: D102 - as above


class RendersDrift(Protocol):
    """What changed behind our back."""

    def __call__(self, report: DriftReport, *, color: bool = False) -> str: ...  # noqa: D102 - as above


class RendersResult(Protocol):
    """How an apply ended. ``next_command`` is the exact command that continues a partial one.

    ``diagnostics`` are findings about the run as a whole: why it never began.
    """

    def __call__(  # noqa: D102 - as above
        self,
        report: Report,
        *,
        account: str,
        next_command: str | None = None,
        diagnostics: Sequence[Diagnostic] = (),
        color: bool = False,
    ) -> str: ...


class RendersStatus(Protocol):
    """Where an account stands."""

    def __call__(self, status: Status, *, color: bool = False) -> str: ...  # noqa: D102 - as above


class RendersRehearsal(Protocol):
    """How a rehearsal went. ``diagnostics`` are as in ``RendersResult``."""

    def __call__(  # noqa: D102 - as above
        self, rehearsal: Rehearsal, *, diagnostics: Sequence[Diagnostic] = (), color: bool = False
    ) -> str: ...


class RendersHistory(Protocol):
    """What was done with an account."""

    def __call__(self, report: HistoryReport, *, color: bool = False) -> str: ...  # noqa: D102 - as above


class RendersInventory(Protocol):
    """Everything that a ledger records."""

    def __call__(self, inventory: Inventory, *, color: bool = False) -> str: ...  # noqa: D102 - as above


class RendersEntry(Protocol):
    """What a ledger records of one address."""

    def __call__(self, report: EntryReport, *, color: bool = False) -> str: ...  # noqa: D102 - as above


class RendersAdoption(Protocol):
    """What was recorded as ours."""

    def __call__(self, adoption: Adoption, *, color: bool = False) -> str: ...  # noqa: D102 - as above


class RendersSeveral(Protocol):
    """What one command did with several accounts: each account as it would be alone, and all of them together."""

    def __call__(self, several: Several, *, color: bool = False) -> str: ...  # noqa: D102 - as above


class RendersExport(Protocol):
    """What an export wrote, and what it leaves to people."""

    def __call__(self, report: ExportReport, *, color: bool = False) -> str: ...  # noqa: D102 - as above


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format; None for what it does not show."""

    name: str
    plan: RendersPlan
    diagnostics: RendersDiagnostics
    drift: RendersDrift
    result: RendersResult
    several: RendersSeveral
    status: RendersStatus | None = None
    rehearsal: RendersRehearsal | None = None
    history: RendersHistory | None = None
    inventory: RendersInventory | None = None
    entry: RendersEntry | None = None
    adoption: RendersAdoption | None = None
    export: RendersExport | None = None


@cache
def formats() -> Mapping[str, Format]:
    """Every format by name, sorted."""
    package = __name__.rpartition(".")[0]
    found: dict[str, Format] = {}
    for module in pkgutil.iter_modules(import_module(package).__path__, f"{package}."):
        candidate = getattr(import_module(module.name), "FORMAT", None)
        if isinstance(candidate, Format):
            found[candidate.name] = candidate
    return dict(sorted(found.items()))
