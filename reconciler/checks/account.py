"""What is known of the account itself: whose it is, and what refusals say of its level.

The API has no field for the level, or for whether an account is verified: it tells in the codes of refusals, and most
of them come to writes alone (guide §15, §18.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from reconciler.checks.check import Check, Look, Looked, refused
from reconciler.checks.lists import Told, first_pages
from reconciler.errors import ApiError, Forbidden, PlanRefused, Refused
from reconciler.model.diagnostic import Diagnostic, Severity

_STATES: Final[Mapping[str, tuple[str, Severity, str, str]]] = {
    "20012": (
        "doctor-account-inactive",
        Severity.ERROR,
        "the account is inactive",
        "see its balance and its state in the portal: it may be without funds",
    ),
    "20013": (
        "doctor-account-inactive",
        Severity.ERROR,
        "the account is blocked",
        "ask Telnyx support why",
    ),
    "20014": ("doctor-account-level", Severity.WARNING, "the account is not verified", "verify it in the portal"),
    "20016": ("doctor-account-level", Severity.WARNING, "this needs level 1", "ask for the level in the portal"),
    "20017": ("doctor-account-level", Severity.WARNING, "this needs level 2", "ask for the level in the portal"),
    "10038": ("doctor-account-level", Severity.WARNING, "the level does not permit this", "ask for a higher level"),
    "10039": ("doctor-account-level", Severity.WARNING, "a limit of this level is reached", "ask for a higher level"),
}
"""Codes of refusals that speak of the account (guide §18.3)."""

_SILENT: Final = "its level is not known, as only refusals tell it"


async def _look(look: Look) -> Looked:
    told = await first_pages(look)
    findings = [*_states(told)]
    organization = next((one.organization_id for one in told if one.organization_id), None)
    try:
        look.same_account(organization)
    except PlanRefused as error:
        findings.append(refused(error))
    whose = f"organization {organization}" if organization else "its organization is not known"
    return Looked(f"{whose}; {await _manages(look)}; {_SILENT}", tuple(findings), known=False)


def _states(told: Iterable[Told]) -> Iterator[Diagnostic]:
    """One finding for each code that was met, whatever the number of lists that it closes."""
    met: dict[str, Refused] = {}
    for one in told:
        if isinstance(one.error, Forbidden):
            met |= {problem.code: one.error for problem in one.error.problems if problem.code not in met}
    for code, error in met.items():
        if code in _STATES:
            name, severity, says, hint = _STATES[code]
            yield Diagnostic(code=name, severity=severity, summary=says, detail=error.summary, hint=hint)


async def _manages(look: Look) -> str:
    """Whether it manages other accounts: only those that Telnyx has approved may list them (guide §15)."""
    try:
        answer = await look.session.get("/managed_accounts", {"page[number]": 1, "page[size]": 1})
    except Forbidden:
        return "no managed accounts"
    except ApiError as error:
        return f"managed accounts not known ({error.code})"
    meta = answer.get("meta") if isinstance(answer, Mapping) else None
    total = meta.get("total_results") if isinstance(meta, Mapping) else None
    return f"{total} managed accounts" if isinstance(total, int) and total else "no managed accounts"


CHECK = Check(name="account", place=20, look=_look)
