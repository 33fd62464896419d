"""One run of ``drift`` on one account: what it found, and what it took. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reconciler.model.diagnostic import has_errors
from reconciler.model.drift import DriftReport


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftRun:
    """``report`` is None where the run failed; ``seconds`` is its length."""

    account: str
    report: DriftReport | None
    ended: datetime
    seconds: float

    @property
    def succeeded(self) -> bool:
        """Whether it can tell if there is drift."""
        return self.report is not None and not has_errors(self.report.diagnostics)
