"""What a format can show, and the formats that there are.

A format is a module of this package (or a package in it) with a ``FORMAT``; none is listed by hand. Every renderer
takes values and returns text that ends in a newline; ``view`` changes how something is told, and never what.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Protocol

from reconciler.model.adoption import Adoption
from reconciler.model.checkup import Checkup
from reconciler.model.codes import CodesReport
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.drift import DriftReport
from reconciler.model.events import Report
from reconciler.model.exported import ExportReport
from reconciler.model.history import HistoryReport
from reconciler.model.inventory import EntryReport, Inventory
from reconciler.model.plan import Plan
from reconciler.model.rehearsal import Rehearsal
from reconciler.model.rotation import RotationReport
from reconciler.model.saved.plan import SavedPlan
from reconciler.model.several import Several
from reconciler.model.status import Status
from reconciler.render.view import PLAIN, View


class RendersPlan(Protocol):
    """A plan, its findings included."""

    def __call__(self, plan: Plan, *, view: View = PLAIN) -> str: ...  # noqa: D102 - the class says it


class RendersSaved(Protocol):
    """A plan that was saved, and what is known of its making."""

    def __call__(self, saved: SavedPlan, *, view: View = PLAIN) -> str: ...  # noqa: D102 - as above


class RendersDiagnostics(Protocol):
    """Findings alone: ``validate``, and any command that stopped before it had a plan."""

    def __call__(self, findings: Sequence[Diagnostic], *, view: View = PLAIN) -> str: ...  # noqa: D102 - as above


class RendersDrift(Protocol):
    """What changed behind our back."""

    def __call__(self, report: DriftReport, *, view: View = PLAIN) -> str: ...  # noqa: D102 - as above


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
        view: View = PLAIN,
    ) -> str: ...


class RendersStatus(Protocol):
    """Where an account stands."""

    def __call__(self, status: Status, *, view: View = PLAIN) -> str: ...  # noqa: D102 - as above


class RendersCheckup(Protocol):
    """How healthy an account is."""

    def __call__(self, checkup: Checkup, *, view: View = PLAIN) -> str: ...  # noqa: D102 - as above


class RendersRehearsal(Protocol):
    """How a rehearsal went. ``diagnostics`` are as in ``RendersResult``."""

    def __call__(  # noqa: D102 - as above
        self, rehearsal: Rehearsal, *, diagnostics: Sequence[Diagnostic] = (), view: View = PLAIN
    ) -> str: ...


class RendersHistory(Protocol):
    """What was done with an account."""

    def __call__(self, report: HistoryReport, *, view: View = PLAIN) -> str: ...  # noqa: D102 - as above


class RendersInventory(Protocol):
    """Everything that a ledger records."""

    def __call__(self, inventory: Inventory, *, view: View = PLAIN) -> str: ...  # noqa: D102 - as above


class RendersEntry(Protocol):
    """What a ledger records of one address."""

    def __call__(self, report: EntryReport, *, view: View = PLAIN) -> str: ...  # noqa: D102 - as above


class RendersCodes(Protocol):
    """How codes were sent, or taken."""

    def __call__(self, report: CodesReport, *, view: View = PLAIN) -> str: ...  # noqa: D102 - as above


class RendersAdoption(Protocol):
    """What was recorded as ours."""

    def __call__(self, adoption: Adoption, *, view: View = PLAIN) -> str: ...  # noqa: D102 - as above


class RendersSeveral(Protocol):
    """What one command did with several accounts: each account as it would be alone, and all of them together."""

    def __call__(self, several: Several, *, view: View = PLAIN) -> str: ...  # noqa: D102 - as above


class RendersRotation(Protocol):
    """What came of a request to make a secret anew. Never the secret."""

    def __call__(self, report: RotationReport, *, view: View = PLAIN) -> str: ...  # noqa: D102 - as above


class RendersExport(Protocol):
    """What an export wrote, and what it leaves to people."""

    def __call__(self, report: ExportReport, *, view: View = PLAIN) -> str: ...  # noqa: D102 - as above


def shows_nothing(*_: Any, **__: Any) -> str:
    """What a format answers that has no form for something: the commands do not offer it there."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format."""

    name: str
    plan: RendersPlan = shows_nothing
    saved: RendersSaved = shows_nothing
    diagnostics: RendersDiagnostics
    drift: RendersDrift = shows_nothing
    result: RendersResult = shows_nothing
    several: RendersSeveral = shows_nothing
    status: RendersStatus = shows_nothing
    checkup: RendersCheckup = shows_nothing
    rehearsal: RendersRehearsal = shows_nothing
    history: RendersHistory = shows_nothing
    inventory: RendersInventory = shows_nothing
    entry: RendersEntry = shows_nothing
    adoption: RendersAdoption = shows_nothing
    codes: RendersCodes = shows_nothing
    export: RendersExport = shows_nothing
    rotation: RendersRotation = shows_nothing


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
