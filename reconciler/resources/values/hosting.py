"""The statuses of hosted number orders and their numbers, and what each asks of people (guide §10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from reconciler.model.plan import SENSITIVE
from reconciler.model.standing import ADDRESS, WAIT, Known, Part, Standing, Turn
from reconciler.resources.values.hosted_failures import is_given_up, why

PATH: Final = "/messaging_hosted_number_orders"
NUMBERS: Final = ("phone_numbers",)

OVER: Final = frozenset({"deleted", "failed", "carrier_rejected", "ineligible_carrier"})
"""Orders that came to nothing, and from which nothing will come."""

_BOTH: Final = frozenset({"loa", "bill"})
TAKES_PAPERS: Final = {
    "pending": _BOTH,
    "loa_file_invalid": frozenset({"loa"}),
    "incomplete_documentation": _BOTH,
    "incorrect_billing_information": frozenset({"bill"}),
    "compliance_review_failed": frozenset[str](),
}
"""Orders to which papers may be uploaded, and those that each waits for. Which statuses take any is documented nowhere;
a public client keeps to these (guide §10). After a failed compliance review only another file can help."""

LIVE: Final = frozenset({"successful"})
"""Numbers that send and receive."""

PROVEN: Final = frozenset({"ownership_successful"})
"""Numbers whose code was confirmed: a status of webhooks and documentation, which the API's own list lacks."""

SETTLED: Final = LIVE | {"provisioning", "deleted"}
"""Numbers of which nobody asks a code any more; besides those that failed."""

SEND_CODES: Final = ("hosted", "send-codes", ADDRESS)
VERIFY: Final = ("hosted", "verify", ADDRESS)
DOCUMENTS: Final = ("hosted", "documents", ADDRESS)

_order = partial(Standing, what="order")
_yours = partial(_order, turn=Turn.YOU, code="hosted-action-needed")
_theirs = partial(_order, turn=Turn.TELNYX, code="hosted-waiting", hint=WAIT, waits_for="Telnyx")
_failed = partial(_order, turn=Turn.FAILED, code="hosted-action-needed")
_REVIEW: Final = "1 to 3 business days"

STEPS: Final[Mapping[str, Standing]] = {
    "pending": _yours(
        words="it waits for the owner",
        hint="request and enter the verification codes, then upload the signed LOA and the last bill",
        commands=(SEND_CODES, VERIFY, DOCUMENTS),
    ),
    "loa_file_successful": _theirs(words="the documents are under review", usual=_REVIEW),
    "provisioning": _theirs(words="the numbers are being activated"),
    "successful": _order(turn=Turn.DONE, words="the numbers are live"),
    "loa_file_invalid": _yours(
        words="the LOA was refused",
        hint="upload a new one: signed, on the current template, with the name on the bill",
        commands=(DOCUMENTS,),
    ),
    "incomplete_documentation": _yours(
        words="a document is missing", hint="upload the LOA or the bill that is missing", commands=(DOCUMENTS,)
    ),
    "incorrect_billing_information": _yours(
        words="the bill does not match",
        hint="upload last month's bill of this number, with the name on the LOA",
        commands=(DOCUMENTS,),
    ),
    "compliance_review_failed": _yours(
        words="the compliance review failed, likely for good", hint="ask Telnyx support why"
    ),
    "carrier_rejected": _failed(
        words="the losing carrier refused it", hint="ask that carrier why, then write a higher options.attempt"
    ),
    "ineligible_carrier": _failed(words="that carrier's numbers cannot be hosted", hint="port the number instead"),
    "failed": _failed(words="it is closed", hint="find out why, then write a higher options.attempt"),
    "deleted": _failed(words="it was cancelled", hint="write a higher options.attempt to order again"),
}
"""Every documented status of an order."""

# The webhooks know more statuses than the documents (guide §10): unknown ones are in progress.
_UNDOCUMENTED: Final = _theirs(words="it is in progress")
_PAPERS: Final = _yours(
    words="its numbers are verified, the documents come next",
    hint="upload the signed LOA and the last bill",
    commands=(DOCUMENTS,),
)
_CODES: Final = _yours(
    words="its documents are uploaded, the codes come next",
    hint="request and enter the verification codes",
    commands=(SEND_CODES, VERIFY),
)
_HANDED_IN: Final = _theirs(words="codes and documents are handed in, the review comes next", usual=_REVIEW)
"""A pending order of which its owner has done everything: the API tells of neither, so we go by what we did."""


def is_entry(value: Any) -> bool:
    """Whether it is a number as an answer has it: an object with a status."""
    return isinstance(value, dict) and "phone_number" in value


def entries_of(attributes: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each number of an observed order and its own status: an order can be mixed."""
    return [
        (str(each["phone_number"]), str(each.get("status") or ""))
        for each in attributes.get("phone_numbers") or ()
        if is_entry(each)
    ]


def numbers_settled(status: str) -> bool:
    """Whether an order of this status asks no codes any more, whatever its numbers say."""
    return status in OVER | SETTLED


def order_standing(attributes: Mapping[str, Any], known: Known) -> Standing:
    """Where an order stands, number by number; secret numbers stay out of sight (promise 7)."""
    status = str(attributes.get("status") or "unknown")
    whole, entries = STEPS.get(status, _UNDOCUMENTED), entries_of(attributes)
    proven = {number for number, state in entries if state in PROVEN or known.kept(NUMBERS, number) in known.proven}
    left = [number for number, state in entries if _turn(state, whole.turn) not in {Turn.DONE, Turn.FAILED}]
    if status == "pending" and left:
        whole = _pending(verified=proven.issuperset(left), handed_in=_BOTH.issubset(known.papers))
    parts = tuple(
        Part(
            SENSITIVE if NUMBERS in known.secrets else number,
            state,
            _turn(state, whole.turn),
            _words(state, whole.turn, proven=number in proven),
        )
        for number, state in entries
    )
    return replace(whole, status=status, parts=parts)


def _pending(*, verified: bool, handed_in: bool) -> Standing:
    """What is left to do for an order that waits for codes and documents."""
    if verified:
        return _HANDED_IN if handed_in else _PAPERS
    return _CODES if handed_in else STEPS["pending"]


def _turn(state: str, whole: Turn) -> Turn:
    """Whose turn it is for one number of an order."""
    if state in LIVE:
        return Turn.DONE
    if is_given_up(state):
        return Turn.FAILED
    return Turn.TELNYX if whole is Turn.DONE else whole


def _words(state: str, whole: Turn, *, proven: bool) -> str:
    if is_given_up(state):
        return why(state)
    if whole is not Turn.YOU or state not in PROVEN | {"pending"}:
        return ""
    return "it is verified" if proven else "it wants a verification code"
