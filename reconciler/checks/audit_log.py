"""Whether the audit log may be read: drift and history name who changed something by it, and do without."""

from __future__ import annotations

from reconciler.checks.check import Check, Look, Looked
from reconciler.errors import Forbidden
from reconciler.model.diagnostic import Diagnostic, Severity


async def _look(look: Look) -> Looked:
    try:
        await look.session.get("/audit_events", {"page[number]": 1, "page[size]": 1})
    except Forbidden as error:
        finding = Diagnostic(
            code="doctor-audit-denied",
            severity=Severity.WARNING,
            summary=f"the key may not read the audit log: {error.summary}",
            detail="drift and history cannot tell who changed something",
            hint="use a key that may read it; nothing else depends on it",
        )
        return Looked("may not be read", (finding,))
    return Looked("may be read")


CHECK = Check(name="audit_log", place=120, look=_look)
