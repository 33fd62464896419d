"""What the ledger remembers of a run, beside its results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from reconciler.errors import LedgerError
from reconciler.ledger.local import LockedLedger
from reconciler.model.events import Report
from reconciler.model.ledger import Identified
from reconciler.model.plan import Plan
from reconciler.planner.situation import Situation
from reconciler.workflow.connecting import endpoint
from reconciler.workflow.setting import Setting


def identity(setting: Setting, seen: Situation) -> Identified:
    """Whose account this is; an organization once seen is not unlearnt."""
    known = seen.ledger.header.organization_id
    return Identified(endpoint=endpoint(setting), organization_id=seen.world.organization_id or known)


async def folded(ledger: LockedLedger, record: Mapping[str, Any]) -> LedgerError | None:
    """Fold the journal into the ledger. A failure loses nothing, as the journal stays, and is an answer, not an end."""
    try:
        await ledger.compact(record)
    except LedgerError as error:
        return error
    return None


def run_record(setting: Setting, plan: Plan, report: Report) -> Mapping[str, Any]:
    """When, what and how it ended: what ``status`` shows as the last run."""
    outcomes = Counter(type(outcome).__name__.lower() for outcome in report.outcomes)
    return {
        "command": setting.around.command,
        "finished": setting.around.now().isoformat(timespec="seconds"),
        "fingerprint": plan.fingerprint,
        "outcomes": dict(sorted(outcomes.items())),
        "interrupted": report.interrupted,
    }
