"""Hosted number orders (guide 10): create, list, read, delete, and the eligibility check.

`hosted_progress` moves them, `hosted_codes` and `hosted_documents` are what the owner contributes.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from reconciler.sandbox import rest
from reconciler.sandbox.account import Account
from reconciler.sandbox.calls import Answer, Call, Handler, Route
from reconciler.sandbox.countries import country_of
from reconciler.sandbox.endpoints.numbers_elsewhere import ELIGIBLE, known_of
from reconciler.sandbox.fields import Field, array, e164, is_e164, uuid_text
from reconciler.sandbox.idents import plain_uuid
from reconciler.sandbox.refusals import Problem, Refusal, not_found, refuse
from reconciler.sandbox.rest import Document, Resource
from reconciler.sandbox.store import Row, encode

COLLECTION: Final = "messaging_hosted_number_orders"
HOSTED: Final = "messaging_hosted_numbers"
_NANP = re.compile(r"\+1[2-9]\d{2}[2-9]\d{6}")
REPAIRED_BY: Final = {
    "loa_file_invalid": frozenset({"loa"}),
    "incorrect_billing_information": frozenset({"bill"}),
    "incomplete_documentation": frozenset({"loa", "bill"}),
    "compliance_review_failed": frozenset({"loa", "bill"}),
}
"""Statuses that wait for a human, and the papers of which any one sends the order back to review."""
WAITING: Final = frozenset(
    {
        "pending",
        "loa_file_successful",
        *REPAIRED_BY,
    }
)
"""Statuses in which codes and documents are accepted; nobody documents which (guide 10)."""


def _fixed(_account: Account, row_id: str) -> Document:
    return {"record_type": "messaging_hosted_number_order", "id": row_id, "status": "pending"}


def _rules(_account: Account, _parent: str, document: Document, _before: Document | None) -> Iterator[Problem]:
    seen = set()
    for index, number in enumerate(document["phone_numbers"]):
        if number in seen:
            yield Problem("10015", "phone_numbers must not repeat", f"/phone_numbers/{index}")
        seen.add(number)


def _complete(_account: Account, document: Document) -> Document:
    entries = [
        {
            "record_type": "messaging_hosted_number",
            "id": plain_uuid(),
            "phone_number": entry,
            "status": document["status"] if document["status"] in {"successful", "deleted"} else "pending",
        }
        if isinstance(entry, str)
        else entry
        for entry in document["phone_numbers"]
    ]
    return {**document, "phone_numbers": entries}


def release(account: Account, order_id: str) -> None:
    """Take away the hosted numbers that an order brought."""
    for row in list(account.rows(HOSTED)):
        if row.parent == order_id:
            account.delete(HOSTED, row)


def cancel(account: Account, row: Row, resource: Resource) -> Document:
    """DELETE: the order and all its numbers become `deleted`; a second time it is 404 (guide 10)."""
    if row.document["status"] == "deleted":
        raise not_found()
    numbers = [{**number, "status": "deleted"} for number in row.document["phone_numbers"]]
    document = {**row.document, "status": "deleted", "phone_numbers": numbers}
    release(account, row.id)
    if "deleted-orders-vanish" in account.quirks:
        account.delete(resource.collection, row)
    else:
        account.update(resource.collection, row, document)
    return document


ORDERS = Resource(
    collection=COLLECTION,
    fields=(
        Field(
            "messaging_profile_id",
            uuid_text,
            nullable=True,
            empty_clears=True,
            update=False,
            default=None,
            reference="messaging_profiles",
        ),
        # The specification requires nothing; an order for no number would make no sense.
        Field("phone_numbers", array(e164, minimum=1), required=True, update=False),
    ),
    identify=plain_uuid,
    fixed=_fixed,
    rules=_rules,
    complete=_complete,
    destroy=cancel,
    stamp=None,
    alias="status",
)


def enveloped(handler: Handler) -> Handler:
    """The handler, without the `data` envelope when the quirk says so."""

    def bare(call: Call) -> Answer:
        answer = handler(call)
        if "bare-orders" in call.account.quirks:
            return Answer(answer.text.removeprefix('{"data":').removesuffix("}"), answer.status)
        return answer

    return bare


def _verdict(account: Account, number: Any, numbers: list[Any]) -> str:
    if not isinstance(number, str) or not is_e164(number):
        return "NUMBER_IS_NOT_IN_E164_FORMAT"
    if numbers.count(number) > 1:
        return "NUMBER_CAN_NOT_BE_REPEATED"
    if known := known_of(account, number):
        return str(known["eligible_status"])
    if country_of(number) != "US":
        return "NUMBER_IS_NOT_A_US_NUMBER"
    if any(account.rows(owned).where("phone_number", number) for owned in ("phone_numbers", HOSTED)):
        return "NUMBER_CAN_NOT_BE_ACTIVE_IN_YOUR_ACCOUNT"
    return ELIGIBLE if _NANP.fullmatch(number) else "NUMBER_IS_NOT_A_VALID_ROUTING_NUMBER"


def _eligibility(call: Call) -> Answer:
    numbers = call.body.get("phone_numbers")
    if not isinstance(numbers, list):
        raise refuse(400, "10004", "phone_numbers is required: an array", pointer="/phone_numbers")
    lower = "lowercase-eligibility" in call.account.quirks
    entries: list[Mapping[str, Any]] = []
    for number in numbers:
        status = _verdict(call.account, number, numbers)
        entries.append(
            {
                "phone_number": str(number),
                "eligible": status == ELIGIBLE,
                "eligible_status": status.lower() if lower else status,
                "detail": status.lower(),
            }
        )
    return Answer(encode({"phone_numbers": entries}))


def waiting_order(call: Call) -> Row:
    """The order of this path, while codes and documents are still accepted."""
    row = ORDERS.find(call.account, call.params["id"])
    status = row.document["status"]
    if status not in WAITING:
        raise Refusal(422, [Problem("10027", f"the order is {status}: nothing can be added to it")])
    return row


_PATH: Final = "/messaging_hosted_number_orders"
ROUTES = (
    Route("GET", _PATH, rest.list_all(ORDERS)),
    Route("POST", _PATH, enveloped(rest.create(ORDERS)), body="optional"),
    Route(
        "POST",
        _PATH + "/eligibility_numbers_check",
        _eligibility,
        body="required",
        bare_errors=frozenset({400, 401}),
    ),
    Route("GET", _PATH + "/{id}", enveloped(rest.read(ORDERS))),
    Route("DELETE", _PATH + "/{id}", enveloped(rest.delete(ORDERS))),
)
