"""What ``hosted send-codes`` and ``hosted verify`` say, as JSON."""

from __future__ import annotations

from typing import Literal

from reconciler.model.codes import CodesReport, CodeStatus, Method
from reconciler.render.escape import json_text
from reconciler.render.parts import diagnostics_part
from reconciler.render.shapes import FORMAT_VERSION, Closed, DiagnosticShape
from reconciler.render.view import PLAIN, View


class CodeShape(Closed):
    """How it went for one number. ``detail`` is what the API says of it."""

    phone_number: str
    status: CodeStatus
    detail: str


class CodesShape(Closed):
    """Codes that were sent (by ``method``), or handed in (``method`` is null). ``commands`` are the ones to go on with.

    ``address`` and ``numbers`` are empty where nothing was done.
    """

    format_version: Literal["1.0"]
    account: str
    address: str | None
    remote_id: str | None
    method: Method | None
    numbers: list[CodeShape]
    commands: list[str]
    diagnostics: list[DiagnosticShape]


def codes_document(report: CodesReport) -> CodesShape:
    """How it went."""
    return {
        "format_version": FORMAT_VERSION,
        "account": report.account,
        "address": str(report.address) if report.address else None,
        "remote_id": report.remote_id,
        "method": report.method,
        "numbers": [{"phone_number": end.number, "status": end.status, "detail": end.detail} for end in report.ends],
        "commands": list(report.commands),
        "diagnostics": diagnostics_part(report.notes),
    }


def codes(report: CodesReport, *, view: View = PLAIN) -> str:  # noqa: ARG001 - JSON looks the same everywhere
    """See ``codes_document``."""
    return json_text(codes_document(report), indent=2) + "\n"
