"""May this plan be applied at all? Answered before anything is asked and before anything is written."""

from __future__ import annotations

from reconciler.errors import PlanRefused
from reconciler.model.diagnostic import Severity
from reconciler.model.plan import Adopt, Plan


def refusal(plan: Plan, *, asks: bool) -> PlanRefused | None:
    """Why it may not: errors, blocked changes, adoptions that nobody agreed to.

    ``asks`` says that a person will see the plan and answer: a yes is consent to its adoptions.
    """
    reasons = tuple(finding for finding in plan.diagnostics if finding.severity is Severity.ERROR)
    blocked = sum(bool(change.blocked_by) for change in plan.changes)
    if reasons:
        told = f"{blocked} change(s) are blocked" if blocked else f"{len(reasons)} error(s)"
        codes = ", ".join(dict.fromkeys(reason.code for reason in reasons))
        return PlanRefused(f"this plan cannot be applied: {told} ({codes}); nothing was written", diagnostics=reasons)
    adopted = [c.address for c in plan.changes if isinstance(c, Adopt) and c.needs_consent]
    if adopted and not asks:
        return PlanRefused(
            f"this plan cannot be applied: {adopted[0]}{f' and {len(adopted) - 1} more' if len(adopted) > 1 else ''} "
            "would change an object that was made elsewhere; nothing was written",
            hint="agree with --allow-adopt, or name the object with metadata.remote_id",
            code="adoption-needs-consent",
        )
    return None
