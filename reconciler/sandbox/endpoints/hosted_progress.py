"""The life of a hosted number order (guide 10), moved by hand: Telnyx takes days, tests do not.

Happy path: pending → loa_file_successful → provisioning → successful. Hosted numbers appear when their
entry becomes `successful`, and go when it stops being so. A step fails the numbers of which the administrator
has said that they are not eligible; with the quirk `strict-hosting` the review also looks at papers and codes.
"""

from typing import Final

from reconciler.sandbox.account import Account
from reconciler.sandbox.endpoints.hosted_codes import CODES
from reconciler.sandbox.endpoints.hosted_documents import DOCUMENTS, PARTS
from reconciler.sandbox.endpoints.hosted_numbers import HOSTED_NUMBERS
from reconciler.sandbox.endpoints.hosted_orders import COLLECTION, HOSTED, ORDERS
from reconciler.sandbox.endpoints.numbers_elsewhere import ELIGIBLE, known_of
from reconciler.sandbox.idents import number_id, stamp_millis
from reconciler.sandbox.progress import Ask, Course
from reconciler.sandbox.refusals import refuse
from reconciler.sandbox.rest import Document
from reconciler.sandbox.store import PARENT, Row

HAPPY_PATH: Final = ("pending", "loa_file_successful", "provisioning", "successful")
_NUMBER_STATUS: Final = {
    "pending": "pending",
    "loa_file_successful": "pending",
    "loa_file_invalid": "pending",
    "incomplete_documentation": "pending",
    "incorrect_billing_information": "pending",
    "compliance_review_failed": "pending",
    "provisioning": "provisioning",
    "successful": "successful",
    "failed": "failed",
    "carrier_rejected": "failed_carrier_rejected",
    "ineligible_carrier": "failed_ineligible_carrier",
    "deleted": "deleted",
}
"""Every order status, and what its numbers become unless they have already failed or are named."""
_FAILURE: Final = {
    "NUMBER_CAN_NOT_BE_WIRELESS": "failed_ineligible_carrier",
    "NUMBER_CAN_NOT_BE_VALIDATED": "failed_number_not_found",
    "NUMBER_IS_NOT_A_VALID_ROUTING_NUMBER": "failed_number_not_found",
    "NUMBER_CAN_NOT_BE_IN_TELNYX": "failed_number_already_hosted",
    "NUMBER_CAN_NOT_HOSTED_WITH_A_TELNYX_SUBSCRIBER": "failed_number_already_hosted",
}
"""How a number fails that is not eligible for this reason; `failed` for any other."""
_UNPROVEN: Final = "failed_ownership_verification"
NUMBER_STATUSES: Final = frozenset(_NUMBER_STATUS.values()) | {
    "failed_activation",
    "failed_number_already_hosted",
    "failed_number_not_found",
    _UNPROVEN,
    "failed_timeout",
    "ownership_successful",
}


def _check(ask: Ask) -> None:
    numbers = ask.get("numbers", {})
    if not isinstance(numbers, dict) or not all(value in NUMBER_STATUSES for value in numbers.values()):
        detail = f"numbers must map numbers to one of {', '.join(sorted(NUMBER_STATUSES))}"
        raise refuse(422, "10032", detail, pointer="/numbers")


def _next(account: Account, row: Row) -> str:
    status: str = row.document["status"]
    strict = "strict-hosting" in account.quirks
    if status not in HAPPY_PATH:
        # A human has put things right: the review starts again. The strict one waits for the upload.
        return status if strict else HAPPY_PATH[1]
    if strict and status == HAPPY_PATH[0]:
        uploaded = {paper.document["document"] for paper in account.rows(DOCUMENTS).where(PARENT, row.id)}
        if not uploaded.issuperset(PARTS):
            return "incomplete_documentation"
    return HAPPY_PATH[min(HAPPY_PATH.index(status) + 1, len(HAPPY_PATH) - 1)]


def _failure(account: Account, order_id: str, status: str, number: str) -> str | None:
    """How this number fails when its order comes to `status` by itself."""
    if status not in HAPPY_PATH[1:]:
        return None
    known = known_of(account, number)
    if known and known["eligible_status"] != ELIGIBLE:
        return _FAILURE.get(known["eligible_status"], "failed")
    codes = account.rows(CODES).where(PARENT, order_id)
    proven = any(code.document["verified"] for code in codes if code.document["phone_number"] == number)
    return _UNPROVEN if "strict-hosting" in account.quirks and not proven else None


def _move(account: Account, row: Row, ask: Ask) -> Row:
    """`numbers` names the numbers that fare differently from their order."""
    asked, named = ask.get("status"), ask.get("numbers", {})
    status = asked or _next(account, row)
    entries = []
    for entry in row.document["phone_numbers"]:
        number = entry["phone_number"]
        usual = entry["status"] if entry["status"].startswith("failed") else _NUMBER_STATUS[status]
        failure = None if asked else _failure(account, row.id, status, number)
        entries.append({**entry, "status": named.get(number, failure or usual)})
    if not asked and all(entry["status"].startswith("failed") for entry in entries):
        status = "failed"
    moved = account.update(COLLECTION, row, {**row.document, "status": status, "phone_numbers": entries})
    _activate(account, moved, entries)
    return moved


def _activate(account: Account, order: Row, entries: list[Document]) -> None:
    live = {entry["phone_number"] for entry in entries if entry["status"] == "successful"}
    held = {hosted.document["phone_number"]: hosted for hosted in account.rows(HOSTED) if hosted.parent == order.id}
    for number, hosted in held.items():
        if number not in live:
            account.delete(HOSTED, hosted)
    for number in sorted(live - held.keys()):
        _host(account, order, number)


def _host(account: Account, order: Row, number: str) -> None:
    row_id = number_id()
    stamp = stamp_millis(account.now)
    profile = order.document["messaging_profile_id"]
    if profile and account.rows("messaging_profiles").get(profile) is None:
        profile = None  # deleted since the order was placed
    document = {
        **HOSTED_NUMBERS.fixed(account, row_id),
        "phone_number": number,
        "messaging_profile_id": profile,
        "messaging_product": "A2P",
        "tags": [],
        "created_at": stamp,
        "updated_at": stamp,
    }
    account.insert(HOSTED, document, row_id=row_id, parent=order.id)


COURSE = Course(
    ORDERS,
    statuses=frozenset(_NUMBER_STATUS),
    movable=lambda row: row.document["status"] in HAPPY_PATH[:-1],
    move=_move,
    check=_check,
)
