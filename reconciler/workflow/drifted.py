"""What ``drift.ignore`` leaves of drift, and ``--drifted``: a plan for that and for nothing else. Reads no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from reconciler.errors import PlanRefused
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.drift import DriftReport
from reconciler.planner.drifting import drift_of, put_right
from reconciler.planner.ignoring import ignoring
from reconciler.planner.situation import Situation
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.setting import Setting


def without_ignored(report: DriftReport, setting: Setting, *, whole: bool) -> DriftReport:
    """The report with what ``drift.ignore`` covers set apart, as of today in UTC."""
    today = setting.around.now().astimezone(UTC).date()
    return ignoring(report, setting.project.ignored_drift, today, whole=whole)


def narrowed(setting: Setting, request: PlanRequest, seen: Situation) -> tuple[Situation, tuple[Diagnostic, ...]]:
    """The situation that is to be planned, and what is to be said of it: all of ``seen``, unless drift is asked for.

    Raises PlanRefused where the ledger holds nothing: then nobody can tell what drifted from what was never applied.
    """
    if not request.drifted:
        return seen, ()
    if not seen.ledger.entries:
        raise PlanRefused(
            "the ledger holds nothing, so that it cannot be told what drifted",
            hint="plan without --drifted: what is there already is adopted by its natural key",
            code="drift-unknown",
        )
    everything = replace(seen, scope=replace(seen.scope, only=None))
    report = without_ignored(drift_of(everything, reads=0), setting, whole=False)
    return put_right(seen, report)
