"""What answers said about rates while everything else was looked at (guide §18.4)."""

from __future__ import annotations

from http import HTTPStatus

from reconciler.checks.check import Check, Look, Looked, Turn
from reconciler.model.diagnostic import Diagnostic, Severity

_SHORT = 1.0
"""Seconds. Resets are rounded up, so only windows of about a second can be compared with a rate."""


async def _look(look: Look) -> Looked:
    quotas = [heard.sent.quota for heard in look.heard if heard.sent.quota is not None]
    slowed = [heard.sent for heard in look.heard if heard.sent.status == HTTPStatus.TOO_MANY_REQUESTS]
    findings: list[Diagnostic] = []
    if slowed:
        names = sorted({f"{sent.method} {sent.path}" for sent in slowed})
        findings.append(
            Diagnostic(
                code="doctor-rate-limited",
                severity=Severity.WARNING,
                summary=f"{len(slowed)} of {len(look.heard)} requests were answered 429",
                detail="\n".join(names),
                hint="other programs use the account, too: set a lower rate: for it in reconciler.yaml",
            )
        )
    if not quotas:
        return Looked("not known: no answer names a limit", tuple(findings), known=False)
    lowest = min(quotas, key=lambda quota: (quota.limit, quota.reset))
    short = [quota.limit for quota in quotas if quota.reset <= _SHORT]
    if look.rate is not None and short and look.rate > min(short):
        findings.append(
            Diagnostic(
                code="doctor-rate-too-high",
                severity=Severity.WARNING,
                summary=f"rate: {look.rate:g} is more than the {min(short):g} requests/s that answers allow",
                hint="set a lower rate: for the account in reconciler.yaml, or leave it out",
            )
        )
    told = f"{lowest.limit:g} requests per window and endpoint, by {len(quotas)} answers"
    return Looked(told if slowed else f"{told}; none was refused", tuple(findings))


CHECK = Check(name="rate_limits", place=50, look=_look, turn=Turn.LAST)
