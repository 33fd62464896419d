"""JSON: one document, complete and valid whatever the exit code (design §6). Its shapes are in ``shapes``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, cast

from reconciler.model.checkup import Checkup
from reconciler.model.diagnostic import Diagnostic, has_errors
from reconciler.model.drift import DriftReport
from reconciler.model.events import Report
from reconciler.model.paths import dotted
from reconciler.model.plan import Change, Plan
from reconciler.model.rehearsal import Crash, NextApply, Rehearsal
from reconciler.model.saved.plan import SavedPlan
from reconciler.model.several import AccountEnd, Checked, Ran, Several
from reconciler.model.status import Status
from reconciler.render.checkup_document import checkup, checkup_document
from reconciler.render.codes_document import codes
from reconciler.render.drift_document import drift_document
from reconciler.render.escape import json_text
from reconciler.render.export_document import export
from reconciler.render.format import Format
from reconciler.render.ledger_document import adoption, entry, history, inventory, rotation
from reconciler.render.parts import (
    cost_part,
    diagnostics_part,
    impact_part,
    outcome_part,
    outcome_word,
    requests_part,
    source_part,
    underway_part,
    value_part,
)
from reconciler.render.run_shapes import ApplyShape, CrashShape, NextApplyShape, RehearsalShape
from reconciler.render.several_document import checked_document, several_document
from reconciler.render.shapes import FORMAT_VERSION, ChangeShape, DiagnosticsShape, PlanShape, SummaryShape
from reconciler.render.status_shapes import StatusShape
from reconciler.render.view import PLAIN, View


def _text(document: Mapping[str, Any]) -> str:
    return json_text(document, indent=2) + "\n"


def _change(change: Change, plan: Plan) -> ChangeShape:
    return {
        "address": str(change.address),
        "kind": change.address.kind,
        "name": change.address.name,
        "action": change.action,
        "reason": change.reason,
        "remote_id": change.remote.id if change.remote else None,
        "source": source_part(change.source),
        "depends_on": sorted(map(str, change.depends_on)),
        "blocked_by": change.blocked_by,
        "moved_from": str(change.moved_from) if change.moved_from else None,
        "ledger_only": change.ledger_only,
        "diffs": [
            {
                "path": dotted(diff.path),
                "before": value_part(diff.before, sensitive=diff.sensitive),
                "after": value_part(diff.after, sensitive=diff.sensitive),
                "sensitive": diff.sensitive,
                "forces_replace": diff.forces_replace,
                "source": source_part(diff.source),
            }
            for diff in change.diffs
        ],
        "unassigns": [
            {"kind": one.what, "id": one.id, "label": one.label} for one in plan.unassigned.get(change.address, ())
        ],
        "impact": impact_part(plan.impact.get(change.address)),
        "consequences": [{"sort": one.sort, "text": one.text} for one in plan.consequences.get(change.address, ())],
    }


def plan_document(plan: Plan) -> PlanShape:
    """The plan of design §6."""
    return {
        "format_version": FORMAT_VERSION,
        "account": plan.account,
        "fingerprint": plan.fingerprint,
        "summary": cast("SummaryShape", plan.summary()),
        "changes": [_change(change, plan) for change in plan.changes],
        "diagnostics": diagnostics_part(plan.diagnostics),
        "requests": requests_part(plan.requests),
    }


def diagnostics_document(findings: Sequence[Diagnostic]) -> DiagnosticsShape:
    """Findings alone."""
    return {"format_version": FORMAT_VERSION, "diagnostics": diagnostics_part(findings)}


def result_document(
    report: Report, *, account: str, next_command: str | None = None, diagnostics: Sequence[Diagnostic] = ()
) -> ApplyShape:
    """How an apply ended."""
    counts = Counter(outcome_word(outcome) for outcome in report.outcomes)
    return {
        "format_version": FORMAT_VERSION,
        "account": account,
        "complete": not report.failed and not has_errors(diagnostics),
        "interrupted": report.interrupted,
        "summary": {
            "applied": counts["applied"],
            "failed": counts["failed"],
            "blocked": counts["blocked"],
            "stopped": counts["stopped"],
        },
        "outcomes": [outcome_part(outcome) for outcome in report.outcomes],
        "next_command": next_command,
        "diagnostics": diagnostics_part(diagnostics),
    }


def status_document(status: Status) -> StatusShape:
    """Where an account stands."""
    holder = status.holder
    return {
        "format_version": FORMAT_VERSION,
        "account": status.account,
        "endpoint": status.endpoint,
        "organization_id": status.organization_id,
        "ledger": status.ledger,
        "holder": None
        if holder is None
        else {
            "pid": holder.pid,
            "host": holder.host,
            "user": holder.user,
            "command": holder.command,
            "since": holder.since,
            "lock_id": holder.lock_id or None,
        },
        "last_run": None if status.last_run is None else dict(status.last_run),
        "intents": [
            {
                "address": str(intent.address),
                "action": intent.action,
                "remote_id": intent.remote.id if intent.remote else None,
            }
            for intent in sorted(status.intents, key=lambda intent: intent.address)
        ],
        "recorded": dict(sorted(status.recorded.items())),
        "entries": [
            {"address": str(address), "remote_id": remote_id} for address, remote_id in sorted(status.entries.items())
        ],
        "underway": [underway_part(thing) for thing in status.underway],
        "notices": diagnostics_part(status.notices),
    }


def _next_apply(after: NextApply) -> NextApplyShape:
    return {
        "converges": after.converges,
        "cost": cost_part(after.cost),
        "reasons": diagnostics_part(after.reasons),
    }


def _crash(crash: Crash) -> CrashShape:
    return {
        "after_writes": crash.after_writes,
        "writes": crash.writes,
        "missing": [str(address) for address in crash.missing],
        "unrecorded": [str(address) for address in crash.unrecorded],
        "done": [str(address) for address in crash.done],
        "not_done": [str(address) for address in crash.not_done],
        "next_apply": _next_apply(crash.next_apply),
    }


def rehearsal_document(rehearsal: Rehearsal, *, diagnostics: Sequence[Diagnostic] = ()) -> RehearsalShape:
    """How a rehearsal went."""
    report = rehearsal.report or Report(())
    return {
        "format_version": FORMAT_VERSION,
        "written_to_account": False,
        "account": rehearsal.account,
        "fingerprint": rehearsal.fingerprint,
        "faults": rehearsal.faults,
        "rate": rehearsal.rate,
        "cost": cost_part(rehearsal.cost),
        "result": result_document(report, account=rehearsal.account, diagnostics=diagnostics),
        "crash": None if rehearsal.crash is None else _crash(rehearsal.crash),
        "next_apply": None if rehearsal.next_apply is None else _next_apply(rehearsal.next_apply),
    }


def plan(plan: Plan, *, view: View = PLAIN) -> str:  # noqa: ARG001 - JSON looks the same everywhere
    """See ``plan_document``."""
    return _text(plan_document(plan))


def saved(saved: SavedPlan, *, view: View = PLAIN) -> str:
    """The plan alone: the same document as of one that was not saved."""
    return plan(saved.plan, view=view)


def diagnostics(findings: Sequence[Diagnostic], *, view: View = PLAIN) -> str:  # noqa: ARG001 - as above
    """See ``diagnostics_document``."""
    return _text(diagnostics_document(findings))


def drift(report: DriftReport, *, view: View = PLAIN) -> str:  # noqa: ARG001 - as above
    """See ``drift_document``."""
    return _text(drift_document(report))


def result(
    report: Report,
    *,
    account: str,
    next_command: str | None = None,
    diagnostics: Sequence[Diagnostic] = (),
    view: View = PLAIN,  # noqa: ARG001 - as above
) -> str:
    """See ``result_document``."""
    return _text(result_document(report, account=account, next_command=next_command, diagnostics=diagnostics))


def status(status: Status, *, view: View = PLAIN) -> str:  # noqa: ARG001 - as above
    """See ``status_document``."""
    return _text(status_document(status))


def rehearsal(
    rehearsal: Rehearsal,
    *,
    diagnostics: Sequence[Diagnostic] = (),
    view: View = PLAIN,  # noqa: ARG001 - as above
) -> str:
    """See ``rehearsal_document``."""
    return _text(rehearsal_document(rehearsal, diagnostics=diagnostics))


def _told(end: AccountEnd) -> Mapping[str, Any]:
    match end.told:
        case Plan() as plan:
            return plan_document(plan)
        case DriftReport() as report:
            return drift_document(report)
        case Status() as status:
            return status_document(status)
        case Checkup() as checkup:
            return checkup_document(checkup)
        case Ran(report=report, next_command=next_command, diagnostics=findings):
            return result_document(report, account=end.account, next_command=next_command, diagnostics=findings)
        case Checked() as checked:
            return checked_document(checked, end.account)


def several(several: Several, *, view: View = PLAIN) -> str:  # noqa: ARG001 - as above
    """See ``several_document``."""
    return _text(several_document(several, [_told(end) for end in several.ends]))


FORMAT = Format(
    name="json",
    plan=plan,
    saved=saved,
    diagnostics=diagnostics,
    drift=drift,
    result=result,
    status=status,
    checkup=checkup,
    rehearsal=rehearsal,
    history=history,
    inventory=inventory,
    entry=entry,
    adoption=adoption,
    codes=codes,
    rotation=rotation,
    several=several,
    export=export,
)
