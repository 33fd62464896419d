"""What ``export`` wrote, as JSON. The names of variables, never their values."""

from __future__ import annotations

from reconciler.model.exported import ExportReport, Held, Writing
from reconciler.render.escape import json_text
from reconciler.render.parts import diagnostics_part
from reconciler.render.shapes import FORMAT_VERSION, Closed, DiagnosticShape
from reconciler.render.view import PLAIN, View


class ExportedFileShape(Closed):
    """A file, its path relative to the current folder, and how many manifests are in it."""

    path: str
    writing: Writing
    manifests: int


class VariableShape(Closed):
    """A variable to set; its value is ``field`` of the object ``remote_id`` in the account.

    ``held`` tells what the environment of the export said: nothing, another value, or the same.
    """

    name: str
    address: str
    field: str
    remote_id: str
    what: str
    held: Held


class ExportShape(Closed):
    """The whole document. ``recorded`` is null where the ledger was to be left alone."""

    format_version: str
    account: str
    files: list[ExportedFileShape]
    variables: list[VariableShape]
    recorded: int | None
    diagnostics: list[DiagnosticShape]


def export_document(report: ExportReport) -> ExportShape:
    """How an export ended."""
    return {
        "format_version": FORMAT_VERSION,
        "account": report.account,
        "files": [{"path": file.path, "writing": file.writing, "manifests": file.manifests} for file in report.files],
        "variables": [
            {
                "name": variable.name,
                "address": str(variable.address),
                "field": variable.field,
                "remote_id": variable.remote_id,
                "what": variable.what,
                "held": variable.held,
            }
            for variable in report.variables
        ],
        "recorded": report.recorded if report.records else None,
        "diagnostics": diagnostics_part(report.diagnostics),
    }


def export(report: ExportReport, *, view: View = PLAIN) -> str:  # noqa: ARG001 - JSON looks the same everywhere
    """See ``export_document``."""
    return json_text(export_document(report), indent=2) + "\n"
