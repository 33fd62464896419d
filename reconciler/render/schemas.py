"""The JSON schemas of all documents, made from the very types that the builders are checked against."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from reconciler.render.checkup_document import CheckupShape
from reconciler.render.codes_document import CodesShape
from reconciler.render.drift_shapes import DriftShape
from reconciler.render.export_document import ExportShape
from reconciler.render.ledger_shapes import AdoptionShape, EntryShowShape, HistoryShape, InventoryShape, RotationShape
from reconciler.render.run_shapes import ApplyShape, EventShape, RehearsalShape
from reconciler.render.several_shapes import (
    SeveralAppliesShape,
    SeveralChecksShape,
    SeveralCheckupsShape,
    SeveralDriftsShape,
    SeveralPlansShape,
    SeveralStatusesShape,
)
from reconciler.render.shapes import DiagnosticsShape, PlanShape
from reconciler.render.status_shapes import StatusShape

_DOCUMENTS: dict[str, Any] = {
    "plan": PlanShape,
    "diagnostics": DiagnosticsShape,
    "drift": DriftShape,
    "apply": ApplyShape,
    "rehearsal": RehearsalShape,
    "status": StatusShape,
    "doctor": CheckupShape,
    "adopt": AdoptionShape,
    "hosted-codes": CodesShape,
    "history": HistoryShape,
    "ledger-list": InventoryShape,
    "ledger-show": EntryShowShape,
    "export": ExportShape,
    "rotate-secret": RotationShape,
    "events": EventShape,
    "plan-accounts": SeveralPlansShape,
    "apply-accounts": SeveralAppliesShape,
    "drift-accounts": SeveralDriftsShape,
    "status-accounts": SeveralStatusesShape,
    "doctor-accounts": SeveralCheckupsShape,
    "diagnostics-accounts": SeveralChecksShape,
}


def json_schemas() -> dict[str, dict[str, Any]]:
    """The JSON schema of every document, by name; ``events`` describes one line of the stream.

    The names with ``-accounts`` are for several accounts in one command.
    """
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {name: {**dialect, **TypeAdapter(shape).json_schema()} for name, shape in _DOCUMENTS.items()}
