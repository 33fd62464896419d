"""The life of a hosted number order (guide 10), moved by hand: Telnyx takes days, tests do not.

Happy path: pending → loa_file_successful → provisioning → successful. Hosted numbers appear when their
entry becomes `successful`, and go when it stops being so.
"""

from typing import Final

from reconciler.sandbox.account import Account
from reconciler.sandbox.endpoints.hosted_numbers import HOSTED_NUMBERS
from reconciler.sandbox.endpoints.hosted_orders import COLLECTION, HOSTED, ORDERS
from reconciler.sandbox.idents import number_id, stamp_millis
from reconciler.sandbox.progress import Ask, Course
from reconciler.sandbox.refusals import refuse
from reconciler.sandbox.store import Row

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
NUMBER_STATUSES: Final = frozenset(_NUMBER_STATUS.values()) | {
    "failed_activation",
    "failed_number_already_hosted",
    "failed_number_not_found",
    "failed_ownership_verification",
    "failed_timeout",
    "ownership_successful",
}


def _check(ask: Ask) -> None:
    numbers = ask.get("numbers", {})
    if not isinstance(numbers, dict) or not all(value in NUMBER_STATUSES for value in numbers.values()):
        detail = f"numbers must map numbers to one of {', '.join(sorted(NUMBER_STATUSES))}"
        raise refuse(422, "10032", detail, pointer="/numbers")


def _next(row: Row) -> str:
    status = row.document["status"]
    if status == HAPPY_PATH[-1]:
        return HAPPY_PATH[-1]
    if status not in HAPPY_PATH:
        # A human has put things right: the review starts again.
        return HAPPY_PATH[1]
    return HAPPY_PATH[HAPPY_PATH.index(status) + 1]


def _move(account: Account, row: Row, ask: Ask) -> Row:
    """`numbers` names the numbers that fare differently from their order."""
    status, numbers = ask.get("status") or _next(row), ask.get("numbers", {})
    entries = []
    for entry in row.document["phone_numbers"]:
        usual = entry["status"] if entry["status"].startswith("failed") else _NUMBER_STATUS[status]
        entries.append({**entry, "status": numbers.get(entry["phone_number"], usual)})
    document = {**row.document, "status": status, "phone_numbers": entries}
    moved = account.update(COLLECTION, row, document)
    live = {entry["phone_number"] for entry in entries if entry["status"] == "successful"}
    held = {hosted.document["phone_number"]: hosted for hosted in account.rows(HOSTED) if hosted.parent == row.id}
    for number, hosted in held.items():
        if number not in live:
            account.delete(HOSTED, hosted)
    for number in sorted(live - held.keys()):
        _activate(account, moved, number)
    return moved


def _activate(account: Account, order: Row, number: str) -> None:
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
