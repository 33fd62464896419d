"""How a run ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.errors import ReconcilerError, Stale
from reconciler.model.events import Event
from reconciler.model.ledger import Ledger
from reconciler.model.plan import Plan
from reconciler.workflow.carrying_out import AppliedPlan

Row = Mapping[str, Any]
"""An object or an audit event of the emulator."""


@dataclass
class Ending:
    """How a run ended, and everything that it could be seen to do. ``killed`` runs have a plan, if they came so far."""

    plan: Plan | None = None
    applied: AppliedPlan | None = None
    error: ReconcilerError | None = None
    killed: bool = False
    events: list[Event] = field(default_factory=list)
    writes: list[Row] = field(default_factory=list)
    """Audit events of what the run wrote."""
    before: Ledger = field(default_factory=Ledger)
    after: Ledger = field(default_factory=Ledger)

    def __str__(self) -> str:
        """In a word or two, for counting."""
        if self.killed:
            return "killed"
        if self.error is not None:
            return "stale" if isinstance(self.error, Stale) else f"failed: {self.error.code}"
        if self.applied is not None and self.applied.refused is not None:
            return f"refused: {self.applied.refused.code}"
        if self.applied is not None and self.applied.report is not None:
            return "partly applied" if self.applied.report.failed else "applied"
        return "nothing to do"
