"""Whether numbers can be hosted, as Telnyx says before they are ordered (guide §10).

The words are upper case in the specification and lower case in the documentation and in live answers; the answer
stands without ``data`` (guide §20, §22). An eligible number says nothing of what the carrier will say later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from reconciler.errors import ApiError
from reconciler.model.session import ReadSession

PATH: Final = "/messaging_hosted_number_orders/eligibility_numbers_check"
ELIGIBLE: Final = "ELIGIBLE"
INELIGIBLE: Final = "NOT_ELIGIBLE"
"""Ours: the API says that a number is not eligible, and not why."""

AT_TELNYX: Final = frozenset({"NUMBER_CAN_NOT_BE_IN_TELNYX", "NUMBER_CAN_NOT_HOSTED_WITH_A_TELNYX_SUBSCRIBER"})
"""Numbers of another Telnyx account: an order asks that account for them (internal transfer)."""


class Meaning(NamedTuple):
    """A verdict for people, as in "+1… cannot be hosted: …", and what comes next."""

    why: str
    hint: str


_SUPPORT: Final = "ask Telnyx support, and take the number out until then"
_MEANINGS: Final = {
    "NUMBER_CAN_NOT_BE_REPEATED": Meaning("it is asked for twice", "order it once"),
    "NUMBER_CAN_NOT_BE_VALIDATED": Meaning("it could not be validated", "check its digits, and plan again"),
    "NUMBER_CAN_NOT_BE_WIRELESS": Meaning("it is a wireless number", "take it out; a mobile number can be ported"),
    "NUMBER_CAN_NOT_BE_ACTIVE_IN_YOUR_ACCOUNT": Meaning(
        "it is active in this account already", "declare it as PhoneNumberMessaging or HostedNumber instead"
    ),
    "NUMBER_IS_NOT_A_US_NUMBER": Meaning("it is not a US number", "take it out: only US numbers can be hosted"),
    "NUMBER_IS_NOT_A_VALID_ROUTING_NUMBER": Meaning("no call can be routed to it", "check its digits"),
    "NUMBER_IS_NOT_IN_E164_FORMAT": Meaning("it is not in E.164 form", "write +1 and ten digits"),
    "BILLING_ACCOUNT_CHECK_FAILED": Meaning("the check of its billing account failed", _SUPPORT),
    "BILLING_ACCOUNT_IS_ABOLISHED": Meaning("its billing account was closed", _SUPPORT),
}
_WORDS: Final = re.compile(r"[A-Z][A-Z0-9_]*")


def meaning_of(verdict: str) -> Meaning:
    """What a verdict that is not ELIGIBLE says; one that nobody has documented in the API's own words."""
    known = _MEANINGS.get(verdict)
    if known is not None:
        return known
    told = verdict.lower().replace("_", " ") if verdict != INELIGIBLE and _WORDS.fullmatch(verdict) else ""
    return Meaning(f"Telnyx says: {told}" if told else "Telnyx does not say why", _SUPPORT)


async def verdicts_of(session: ReadSession, numbers: Sequence[str]) -> Mapping[str, str]:
    """The verdict on each number, in upper case, by one request: no limit of numbers is documented.

    Raises ApiError.
    """
    answer = await session.ask(PATH, {"phone_numbers": list(numbers)})
    found = answer.get("data", answer) if isinstance(answer, Mapping) else answer
    rows = found.get("phone_numbers") if isinstance(found, Mapping) else found
    if not isinstance(rows, list):
        raise ApiError(
            f"POST {PATH} answered no list of numbers",
            request=f"POST {PATH}",
            hint="this is not an answer as documented; report it if the base URL is right",
            code="unusable-answer",
        )
    return {str(row["phone_number"]): verdict for row in rows if (verdict := _verdict(row)) is not None}


def _verdict(row: Any) -> str | None:
    if not isinstance(row, Mapping) or "phone_number" not in row:
        return None
    status = row.get("eligible_status")
    if isinstance(status, str) and status:
        return status.upper()
    match row.get("eligible"):
        case True:
            return ELIGIBLE
        case False:
            return INELIGIBLE
        case _:
            return None
