"""Whether the key is accepted, and which lists it may read. What it may write only writing would show."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.checks.check import Check, Look, Looked, Turn, unread
from reconciler.checks.lists import Told, first_pages
from reconciler.errors import ApiError, Forbidden, Unauthorised
from reconciler.model.diagnostic import Diagnostic, Severity


async def _look(look: Look) -> Looked:
    told = await first_pages(look)
    accepted = [one for one in told if one.error is None or isinstance(one.error, Forbidden)]
    rejected = next((one.error for one in told if isinstance(one.error, Unauthorised)), None)
    if not accepted:
        if rejected is not None:
            return Looked("not accepted", (_rejected(rejected, look),))
        failure = next((one.error for one in told if one.error is not None), None)
        return Looked(
            "not known: the API could not be asked", () if failure is None else (_failing(failure),), known=False
        )
    readable = [one for one in told if one.error is None]
    only_writing = "what it may write is not known, as only writing shows it"
    return Looked(
        f"accepted; it may read {len(readable)} of {len(told)} lists; {only_writing}", (*_denied(told, look),)
    )


def _rejected(error: Unauthorised, look: Look) -> Diagnostic:
    shape = "" if look.well_formed else f"the value of {look.variable} does not look like a key of Telnyx's: KEY…_…"
    return Diagnostic(
        code="doctor-key-rejected",
        severity=Severity.ERROR,
        summary=f"the key was not accepted: {error.summary}",
        detail=shape,
        hint=f"make a key in the portal, and put it into {look.variable}; then type the same command again",
    )


def _failing(error: ApiError) -> Diagnostic:
    return Diagnostic(
        code="doctor-api-fails",
        severity=Severity.ERROR,
        summary=f"no list could be read: {error.summary}",
        hint=error.hint,
    )


def _denied(told: Iterable[Told], look: Look) -> Iterable[Diagnostic]:
    recorded = {address.kind for address in look.scope.recorded.values()}
    for one in told:
        if isinstance(one.error, Forbidden | Unauthorised):
            needed = one.kind in recorded
            yield Diagnostic(
                code="doctor-list-denied",
                severity=Severity.WARNING if needed else Severity.INFO,
                summary=f"{one.kind} cannot be read: {one.error.summary}",
                detail=f"the ledger records objects of {one.kind}: no plan can be made" if needed else "",
                hint="use a key that may, or ask Telnyx support for the feature"
                + ("" if needed else "; nothing is wrong where it is not used"),
            )
        elif one.error is not None:
            yield unread(one.error)


CHECK = Check(name="key", place=10, look=_look, turn=Turn.FIRST)
