"""Verification codes of a hosted order (guide 10): sent to the numbers, then checked.

The codes lie in plain sight in the collection `verification_codes`, which the administrator's `state`
shows: a test reads there what a person would read from the handset. They are good for ten minutes.
"""

import secrets
from typing import Any, Final

from reconciler.sandbox.calls import Answer, Call, Route
from reconciler.sandbox.endpoints.hosted_orders import COLLECTION, waiting_order
from reconciler.sandbox.endpoints.numbers_elsewhere import known_of
from reconciler.sandbox.fields import Field, array, choice, e164, problems_of, record, text
from reconciler.sandbox.idents import moment, plain_uuid, stamp_millis
from reconciler.sandbox.refusals import Refusal
from reconciler.sandbox.store import PARENT, Row, encode

CODES: Final = "verification_codes"
_LIFETIME: Final = 600.0
"""Seconds for which a code is good; Telnyx tells no figure."""
_REQUEST = (
    Field("phone_numbers", array(e164, minimum=1), required=True),
    Field("verification_method", choice("sms", "call"), required=True),
)
_ENTRY = (Field("phone_number", e164, required=True), Field("code", text(minimum=1), required=True))
_CHECK = (Field("verification_codes", array(record(_ENTRY), minimum=1), required=True),)


def _validated(call: Call, fields: tuple[Field, ...]) -> None:
    problems = list(problems_of(fields, call.body, "create"))
    if problems:
        raise Refusal(422, problems)


def _send(call: Call) -> Answer:
    order = waiting_order(call)
    _validated(call, _REQUEST)
    ordered = {entry["phone_number"] for entry in order.document["phone_numbers"]}
    results: list[dict[str, Any]] = []
    for number in call.body["phone_numbers"]:
        if number not in ordered:
            # Errors are per number, inside a 200 (guide 10).
            results.append({"phone_number": number, "error": "the number is not part of the order"})
            continue
        for old in list(call.account.rows(CODES).where(PARENT, order.id)):
            if old.document["phone_number"] == number and not old.document["verified"]:
                call.account.delete(CODES, old)
        known = known_of(call.account, number)
        if known and known["landline"] and call.body["verification_method"] == "sms":
            results.append({"phone_number": number, "error": "the number cannot receive text messages"})
            continue
        code_id = plain_uuid()
        kind = call.body["verification_method"]
        document = {
            "id": code_id,
            "phone_number": number,
            "type": kind,
            "code": f"{secrets.randbelow(10**6):06d}",
            "verified": False,
            "expires_at": stamp_millis(call.account.now + _LIFETIME),
        }
        call.account.insert(CODES, document, row_id=code_id, parent=order.id)
        results.append({"phone_number": number, "type": kind, "verification_code_id": code_id})
    return Answer(encode({"data": results}))


def _check(call: Call) -> Answer:
    order = waiting_order(call)
    _validated(call, _CHECK)
    results = [
        {
            "phone_number": entry["phone_number"],
            "status": _outcome(call, order, entry["phone_number"], entry["code"]),
        }
        for entry in call.body["verification_codes"]
    ]
    return Answer(encode({"data": {"order_id": order.id, "phone_numbers": results}}))


def _outcome(call: Call, order: Row, number: str, code: str) -> str:
    sent = [row for row in call.account.rows(CODES).where(PARENT, order.id) if row.document["phone_number"] == number]
    if any(row.document["verified"] for row in sent):
        return "already_verified"
    for row in sent:
        expired = moment(row.document["expires_at"]) <= moment(stamp_millis(call.account.now))
        if row.document["code"] == code and not expired:
            call.account.update(CODES, row, {**row.document, "verified": True})
            _own(call, order.id, number)
            return "verified"
    return "rejected"


def _own(call: Call, order_id: str, number: str) -> None:
    if "ownership-successful" not in call.account.quirks:
        return
    order = call.account.rows(COLLECTION).get(order_id)
    if order is not None:
        entries = [
            {**entry, "status": "ownership_successful"} if entry["phone_number"] == number else entry
            for entry in order.document["phone_numbers"]
        ]
        call.account.update(COLLECTION, order, {**order.document, "phone_numbers": entries})


_PATH: Final = "/messaging_hosted_number_orders/{id}"
ROUTES = (
    Route("POST", _PATH + "/verification_codes", _send, body="required"),
    Route("POST", _PATH + "/validation_codes", _check, body="required"),
)
