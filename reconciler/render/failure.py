"""A failure that ended the command, as findings: so that every format shows it, JSON included."""

from __future__ import annotations

from reconciler.errors import ApiError, InvalidInput, PlanRefused, ReconcilerError, Refused, Stale
from reconciler.model.diagnostic import Diagnostic, Severity, by_place


def findings_of(error: ReconcilerError) -> list[Diagnostic]:
    """The findings that the error carries, its own verdict last."""
    match error:
        case InvalidInput(diagnostics=carried):
            return by_place(carried)
        case PlanRefused(diagnostics=carried) | Stale(diagnostics=carried):
            return [*by_place(carried), _verdict(error)]
        case _:
            return [_verdict(error)]


def request_words(error: ReconcilerError) -> str:
    """``POST /messaging_profiles · status 422 · request id …``, empty for a failure that is not the API's.

    Most summaries begin with the request; it is not said twice.
    """
    if not isinstance(error, ApiError):
        return ""
    parts = [] if error.summary.startswith(f"{error.request}:") else [error.request]
    if isinstance(error, Refused):
        parts += [f"status {error.status}", *([f"request id {error.request_id}"] if error.request_id else [])]
    return " · ".join(parts)


def _verdict(error: ReconcilerError) -> Diagnostic:
    return Diagnostic(
        code=error.code,
        severity=Severity.ERROR,
        summary=error.summary,
        detail=request_words(error),
        hint=error.hint,
    )
