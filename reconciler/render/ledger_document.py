"""What ``adopt``, ``history``, ``ledger`` and ``rotate-secret`` say, as JSON. The shapes are in ``ledger_shapes``."""

from __future__ import annotations

from reconciler.model.adoption import Adoption
from reconciler.model.attribution import OutsideChange
from reconciler.model.history import HistoryReport, PastChange, PastRun
from reconciler.model.inventory import EntryReport, Inventory
from reconciler.model.ledger import Entry, Intent
from reconciler.model.rotation import RotationReport
from reconciler.render.attribution_document import author_part
from reconciler.render.escape import json_text
from reconciler.render.ledger_shapes import (
    AdoptionShape,
    EntryDetailShape,
    EntryShowShape,
    HistoryShape,
    InventoryShape,
    OutsideChangeShape,
    PastChangeShape,
    PastRunShape,
    PendingShape,
    RecordedShape,
    RotationShape,
)
from reconciler.render.parts import diagnostics_part, value_part
from reconciler.render.shapes import FORMAT_VERSION
from reconciler.render.view import PLAIN, View


def _change(past: PastChange) -> PastChangeShape:
    change, end = past.change, past.end
    return {
        "address": str(change.address),
        "moved_from": str(change.moved_from) if change.moved_from else None,
        "action": change.action,
        "outcome": end.ending,
        "written": end.written,
        "error": end.error,
        "remote_id": past.remote_id,
        "fields": [
            {
                "path": field.path,
                "before": value_part(field.before, sensitive=field.sensitive),
                "after": value_part(field.after, sensitive=field.sensitive),
                "sensitive": field.sensitive,
            }
            for field in change.fields
        ],
    }


def _run(run: PastRun) -> PastRunShape:
    begun = run.begun
    return {
        "started": begun.started,
        "finished": run.end.finished if run.end else None,
        "result": run.result,
        "command": begun.command,
        "tool": begun.tool,
        "actor": {"name": begun.actor.name, "system": begun.actor.system, "run": begun.actor.run},
        "commit": begun.commit,
        "dirty": begun.dirty,
        "plan_saved": begun.plan_saved,
        "fingerprint": begun.fingerprint,
        "lifted": [{"guard": lift.guard, "by": lift.by} for lift in begun.lifted],
        "changes": [_change(change) for change in run.changes],
    }


def _outside(change: OutsideChange) -> OutsideChangeShape:
    return {
        "address": str(change.address),
        "remote_id": change.remote_id,
        "at": change.when,
        "author": author_part(change.author),
        "change": change.change,
        "event": change.event,
        "fields": [
            {
                "path": field.path,
                "before": value_part(field.before, sensitive=field.sensitive),
                "after": value_part(field.after, sensitive=field.sensitive),
                "sensitive": field.sensitive,
            }
            for field in change.fields
        ],
        "others": list(change.others),
    }


def history_document(report: HistoryReport) -> HistoryShape:
    """What was done."""
    return {
        "format_version": FORMAT_VERSION,
        "account": report.account,
        "address": str(report.address) if report.address else None,
        "field": report.field,
        "runs": [_run(run) for run in report.runs],
        "outside": None if report.outside is None else [_outside(change) for change in report.outside],
        "commits": [
            {"commit": one.commit, "author": one.author, "at": one.when, "summary": one.summary}
            for _, one in sorted(report.commits.items())
        ],
        "diagnostics": diagnostics_part(report.notes),
    }


def _recorded(entry: Entry) -> RecordedShape:
    return {
        "address": str(entry.address),
        "remote_id": entry.remote.id,
        "parent_id": entry.remote.parent_id,
        "origin": entry.origin,
        "project": entry.project,
        "file": entry.file,
        "on_remove": entry.on_remove,
        "prevent_destroy": entry.prevent_destroy,
    }


def _detail(entry: Entry) -> EntryDetailShape:
    return {
        **_recorded(entry),
        "applied": dict(entry.applied),
        "answered": dict(entry.answered),
        "secrets": list(entry.secrets),
        "references": [str(address) for address in entry.references],
        "attempt": entry.attempt,
    }


def _pending(intent: Intent) -> PendingShape:
    return {
        "address": str(intent.address),
        "action": intent.action,
        "remote_id": intent.remote.id if intent.remote else None,
    }


def inventory_document(inventory: Inventory) -> InventoryShape:
    """Everything that is recorded."""
    return {
        "format_version": FORMAT_VERSION,
        "account": inventory.account,
        "ledger": inventory.ledger,
        "entries": [_recorded(entry) for entry in inventory.entries],
        "intents": [_pending(intent) for intent in inventory.intents],
        "diagnostics": diagnostics_part(inventory.notes),
    }


def entry_document(report: EntryReport) -> EntryShowShape:
    """One address."""
    return {
        "format_version": FORMAT_VERSION,
        "account": report.account,
        "ledger": report.ledger,
        "entry": _detail(report.entry) if report.entry else None,
        "intent": _pending(report.intent) if report.intent else None,
        "diagnostics": diagnostics_part(report.notes),
    }


def adoption_document(adoption: Adoption) -> AdoptionShape:
    """What was adopted."""
    return {
        "format_version": FORMAT_VERSION,
        "account": adoption.account,
        "adopted": [
            {"address": str(one.address), "remote_id": one.remote_id, "differs": list(one.differs)}
            for one in adoption.adopted
        ],
        "already": [str(address) for address in adoption.already],
        "absent": [str(address) for address in adoption.absent],
        "diagnostics": diagnostics_part(adoption.notes),
    }


def adoption(adoption: Adoption, *, view: View = PLAIN) -> str:  # noqa: ARG001 - JSON looks the same everywhere
    """See ``adoption_document``."""
    return json_text(adoption_document(adoption), indent=2) + "\n"


def rotation_document(report: RotationReport) -> RotationShape:
    """What came of a rotation."""
    return {
        "format_version": FORMAT_VERSION,
        "account": report.account,
        "address": None if report.address is None else str(report.address),
        "remote_id": report.remote_id,
        "outcome": report.turn,
        "file": report.file,
        "diagnostics": diagnostics_part(report.notes),
    }


def rotation(report: RotationReport, *, view: View = PLAIN) -> str:  # noqa: ARG001 - JSON looks the same everywhere
    """See ``rotation_document``."""
    return json_text(rotation_document(report), indent=2) + "\n"


def history(report: HistoryReport, *, view: View = PLAIN) -> str:  # noqa: ARG001 - as above
    """See ``history_document``."""
    return json_text(history_document(report), indent=2) + "\n"


def inventory(inventory: Inventory, *, view: View = PLAIN) -> str:  # noqa: ARG001 - as above
    """See ``inventory_document``."""
    return json_text(inventory_document(inventory), indent=2) + "\n"


def entry(report: EntryReport, *, view: View = PLAIN) -> str:  # noqa: ARG001 - as above
    """See ``entry_document``."""
    return json_text(entry_document(report), indent=2) + "\n"
