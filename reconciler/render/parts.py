"""The parts that several JSON documents share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reconciler.errors import ApiError, ReconcilerError, Refused
from reconciler.model.diagnostic import Diagnostic, by_place
from reconciler.model.events import Applied, Blocked, Failed, Outcome, Stopped
from reconciler.model.impact import DAYS, Impact
from reconciler.model.plan import SENSITIVE, Requests
from reconciler.model.reference import Unknown
from reconciler.model.rehearsal import Cost
from reconciler.model.source import Source
from reconciler.model.standing import Underway
from reconciler.render.run_shapes import CostShape, ErrorShape, OutcomeShape, OutcomeWord
from reconciler.render.shapes import DiagnosticShape, ImpactShape, RequestsShape, SourceShape
from reconciler.render.status_shapes import UnderwayShape


def source_part(source: Source | None) -> SourceShape | None:
    """A place."""
    return None if source is None else {"file": source.file, "line": source.line, "column": source.column}


def diagnostic_part(finding: Diagnostic) -> DiagnosticShape:
    """A finding."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "summary": finding.summary,
        "detail": finding.detail,
        "hint": finding.hint,
        "address": None if finding.address is None else str(finding.address),
        "source": source_part(finding.source),
    }


def diagnostics_part(findings: Iterable[Diagnostic]) -> list[DiagnosticShape]:
    """Findings, by place."""
    return [diagnostic_part(finding) for finding in by_place(findings)]


def requests_part(requests: Requests) -> RequestsShape:
    """Costs."""
    return {
        "reads": requests.reads,
        "writes": requests.writes,
        "estimated_seconds": round(requests.estimated_seconds, 3),
        "rate": requests.rate,
        "per_endpoint": [
            {"endpoint": one.endpoint.replace("{}", "{id}"), "made": one.made, "planned": one.planned}
            for one in requests.per_endpoint
        ],
    }


def cost_part(cost: Cost) -> CostShape:
    """What a rehearsed run cost."""
    return {"reads": cost.reads, "writes": cost.writes, "seconds": round(cost.seconds, 3)}


def impact_part(impact: Impact | None) -> ImpactShape | None:
    """What a change touches."""
    if impact is None:
        return None
    traffic = impact.traffic
    return {
        "touched": [{"what": one.what, "count": one.count, "labels": list(one.labels)} for one in impact.touched],
        "opt_outs_stranded": impact.opt_outs,
        "traffic": None
        if traffic is None
        else {"days": DAYS, "sent": traffic.sent, "received": traffic.received, "shared": traffic.shared},
        "unknown": list(impact.unknown),
    }


def value_part(value: Any, *, sensitive: bool) -> Any:
    """A value. The planner has masked secrets already; a field that is marked is never trusted to be."""
    if sensitive:
        return None if value is None else SENSITIVE
    if isinstance(value, Unknown):
        return str(value)
    return value


def outcome_word(outcome: Outcome) -> OutcomeWord:
    """How it ended, in a word."""
    match outcome:
        case Applied():
            return "applied"
        case Failed():
            return "failed"
        case Blocked():
            return "blocked"
        case Stopped():
            return "stopped"


def error_part(error: ReconcilerError) -> ErrorShape:
    """Why it failed."""
    return {
        "code": error.code,
        "summary": error.summary,
        "hint": error.hint,
        "request": error.request if isinstance(error, ApiError) else None,
        "status": error.status if isinstance(error, Refused) else None,
        "request_id": (error.request_id or None) if isinstance(error, Refused) else None,
    }


def outcome_part(outcome: Outcome) -> OutcomeShape:
    """How one change ended."""
    change = outcome.change
    made = outcome.remote_id if isinstance(outcome, Applied) else None
    return {
        "address": str(change.address),
        "remote_id": made or (change.remote.id if change.remote else None),
        "action": change.action,
        "outcome": outcome_word(outcome),
        "written": isinstance(outcome, Applied) or (isinstance(outcome, Failed) and outcome.written),
        "because_of": str(outcome.because_of) if isinstance(outcome, Blocked) else None,
        "error": error_part(outcome.error) if isinstance(outcome, Failed) else None,
        "notes": diagnostics_part(outcome.notes) if isinstance(outcome, Applied | Failed) else [],
    }


def underway_part(thing: Underway) -> UnderwayShape:
    """One thing, for programs."""
    standing = thing.standing
    return {
        "address": str(thing.address),
        "remote_id": thing.remote_id,
        "status": standing.status,
        "turn": standing.turn,
        "words": standing.words,
        "reason": standing.reason,
        "waits_for": standing.waits_for,
        "usual": standing.usual,
        "hint": standing.hint,
        "commands": list(thing.commands),
        "parts": [
            {"name": part.name, "status": part.status, "turn": part.turn, "words": part.words}
            for part in standing.parts
        ],
        "history": [{"status": stage.status, "since": stage.since, "reason": stage.reason} for stage in thing.history],
    }
