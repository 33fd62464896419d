"""A checkup as JSON. Its findings keep their order: the worst first."""

from __future__ import annotations

from typing import Literal

from reconciler.model.checkup import Checkup, Condition
from reconciler.render.escape import json_text
from reconciler.render.parts import diagnostic_part, diagnostics_part
from reconciler.render.shapes import FORMAT_VERSION, Closed, DiagnosticShape
from reconciler.render.view import PLAIN, View


class CheckShape(Closed):
    """One check: what was looked at, what came of it, and what is wrong, the worst first.

    ``outcome`` is the worst of the findings; ``unknown`` where there is no answer to what the check asks.
    """

    name: str
    outcome: Condition
    summary: str
    findings: list[DiagnosticShape]


class CheckupSummaryShape(Closed):
    """How many checks came to what."""

    error: int
    warning: int
    unknown: int
    ok: int


class CheckupShape(Closed):
    """Every check of an account, in the order of the report; ``diagnostics`` say why there are none."""

    format_version: Literal["1.0"]
    account: str
    endpoint: str
    summary: CheckupSummaryShape
    checks: list[CheckShape]
    diagnostics: list[DiagnosticShape]


def checkup_document(checkup: Checkup) -> CheckupShape:
    """The whole."""
    return {
        "format_version": FORMAT_VERSION,
        "account": checkup.account,
        "endpoint": checkup.endpoint,
        "summary": {
            "error": checkup.count(Condition.ERROR),
            "warning": checkup.count(Condition.WARNING),
            "unknown": checkup.count(Condition.UNKNOWN),
            "ok": checkup.count(Condition.OK),
        },
        "checks": [
            {
                "name": check.name,
                "outcome": check.outcome,
                "summary": check.summary,
                "findings": [diagnostic_part(finding) for finding in check.findings],
            }
            for check in checkup.checks
        ],
        "diagnostics": diagnostics_part(checkup.diagnostics),
    }


def checkup(checkup: Checkup, *, view: View = PLAIN) -> str:  # noqa: ARG001 - JSON looks the same everywhere
    """See ``checkup_document``."""
    return json_text(checkup_document(checkup), indent=2) + "\n"
