"""Toll-free verification requests (guide 13): camelCase, no envelope, a PATCH that wants the whole body.

What a request says is `tollfree_fields`; how the review moves it is `tollfree_progress`. Stored is one object;
the answers of POST and PATCH show another part of it than those of GET.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from reconciler.sandbox import rest
from reconciler.sandbox.account import Account
from reconciler.sandbox.calls import Answer, Call, Route
from reconciler.sandbox.endpoints.tollfree_fields import FIELDS, STATUSES
from reconciler.sandbox.filters import Filter
from reconciler.sandbox.idents import derived_uuid, plain_uuid, stamp_millis
from reconciler.sandbox.pages import records, required_page
from reconciler.sandbox.refusals import Problem, refuse
from reconciler.sandbox.rest import Document, Resource
from reconciler.sandbox.store import Row, encode

COLLECTION: Final = "tollfree_verifications"
OPEN: Final = frozenset(STATUSES) - {"Verified", "Rejected"}
"""Statuses in which a request holds its numbers: one number sits in one open request."""
_REVIEWED_AGAIN: Final = frozenset({"Waiting For Customer", "Verified", "Rejected"})
"""Statuses that a PATCH takes back to the beginning; a Verified number is unverified by it."""
_TOLL_FREE = re.compile(r"\+18(?:00|33|44|55|66|77|88)\d{7}")
_HISTORY: Final = "statusHistory"
_NEVER_TOLD: Final = frozenset({_HISTORY})
_TOLD_ON_WRITE: Final = _NEVER_TOLD | {"createdAt", "updatedAt", "reason"}
_TOLD_ON_READ: Final = _NEVER_TOLD | {"verificationRequestId"}


def _fixed(_account: Account, row_id: str) -> Document:
    return {
        "id": row_id,
        "verificationRequestId": derived_uuid("verification request", row_id),
        "verificationStatus": STATUSES[0],
        "reason": None,
    }


def numbers_of(document: Document) -> list[str]:
    """The numbers that a request is for."""
    return [entry["phoneNumber"] for entry in document.get("phoneNumbers") or ()]


def is_verified(account: Account, number: str) -> bool:
    """Whether carriers know this number: the newest request for it decides, whatever an older one said."""
    listing = [row for row in account.rows(COLLECTION) if number in numbers_of(row.document)]
    return bool(listing) and listing[-1].document["verificationStatus"] == "Verified"


def _rules(account: Account, _parent: str, document: Document, before: Document | None) -> Iterator[Problem]:
    held = {
        number
        for row in account.rows(COLLECTION)
        if row.id != document["id"] and row.document["verificationStatus"] in OPEN
        for number in numbers_of(row.document)
    }
    already = numbers_of(before) if before else []
    numbers = numbers_of(document)
    for index, number in enumerate(numbers):
        at = f"/phoneNumbers/{index}/phoneNumber"
        if number in numbers[:index]:
            yield Problem("10015", "phoneNumbers must not repeat", at)
        elif not _TOLL_FREE.fullmatch(number):
            yield Problem("10015", "not a US or Canadian toll-free number", at)
        elif number in held:
            yield Problem("10012", "the number is in another open verification request", at)
        elif number not in already:
            yield from _usable(account, number, at)


def _usable(account: Account, number: str, at: str) -> Iterator[Problem]:
    owned = [
        row
        for collection in ("phone_numbers", "messaging_hosted_numbers")
        for row in account.rows(collection).where("phone_number", number)
    ]
    if not owned:
        yield Problem("10017", "the number is not in the account", at)
    elif not any(row.document["messaging_profile_id"] for row in owned):
        yield Problem("10013", "the number has no messaging profile", at)


def _complete(_account: Account, document: Document) -> Document:
    completed = dict(document)
    if country := document.get("businessRegistrationCountry"):
        completed["businessRegistrationCountry"] = country.upper()
    if _HISTORY not in completed:
        completed[_HISTORY] = []
    last = completed[_HISTORY][-1:]
    entry = {"verificationStatus": document["verificationStatus"], "reason": document["reason"]}
    if not last or {name: last[0].get(name) for name in entry} != entry:
        completed[_HISTORY] = [*completed[_HISTORY], {**entry, "updatedAt": document["updatedAt"]}]
    return completed


def _destroy(account: Account, row: Row, resource: Resource) -> Document:
    if row.document["verificationStatus"] != "Rejected":
        detail = f"only a Rejected request can be deleted, and this one is {row.document['verificationStatus']}"
        raise refuse(400, "10015", detail)
    account.delete(resource.collection, row)
    return row.document


VERIFICATIONS = Resource(
    collection=COLLECTION,
    fields=FIELDS,
    identify=plain_uuid,
    fixed=_fixed,
    rules=_rules,
    complete=_complete,
    destroy=_destroy,
    filters=(
        Filter("date_start", "createdAt", "after"),
        Filter("date_end", "createdAt", "before"),
        Filter("status", "verificationStatus", "eq", allowed=STATUSES),
        Filter("phone_number", "phoneNumbers", "listed-number"),
        # Whether a part of the name suffices is not stated (guide 13): the looser reading is safer.
        Filter("business_name", "businessName", "contains"),
    ),
    sort="",
    stamp=stamp_millis,
    stamped=("createdAt", "updatedAt"),
    replaces=True,
    alias="businessName",
)


def moved(account: Account, row: Row, status: str, reason: str | None) -> Row:
    """The request in another status, which its history remembers."""
    changes = {"verificationStatus": status, "reason": reason, "updatedAt": stamp_millis(account.now)}
    return account.update(COLLECTION, row, VERIFICATIONS.complete(account, row.document | changes))


def _told(call: Call, row: Row, hidden: frozenset[str]) -> Answer:
    return Answer(call.present(row, lambda document: _answer(call.account, document, hidden)))


def _answer(account: Account, document: Document, hidden: frozenset[str]) -> dict[str, Any]:
    # The schemas of answers know no null, except for the token.
    nulls = "null-verification-fields" in account.quirks
    return {name: value for name, value in document.items() if name not in hidden and (nulls or value is not None)}


def _list(call: Call) -> Answer:
    page = required_page(call.query, "page", "page_size")
    return rest.listing(
        call,
        VERIFICATIONS,
        page=page,
        show=lambda document: _answer(call.account, document, _TOLD_ON_READ),
        wrap=records,
    )


def _create(call: Call) -> Answer:
    return _told(call, VERIFICATIONS.create(call.account, call.body), _TOLD_ON_WRITE)


def _find(call: Call) -> Row:
    return VERIFICATIONS.find(call.account, call.params["id"])


def _update(call: Call) -> Answer:
    row = VERIFICATIONS.update(call.account, _find(call), call.body)
    if row.document["verificationStatus"] in _REVIEWED_AGAIN:
        row = moved(call.account, row, STATUSES[0], None)
    return _told(call, row, _TOLD_ON_WRITE)


def _delete(call: Call) -> Answer:
    VERIFICATIONS.destroy(call.account, _find(call), VERIFICATIONS)
    return Answer("")


def _status_history(call: Call) -> Answer:
    history = _find(call).document[_HISTORY]
    page = required_page(call.query, "page[number]", "page[size]")
    return Answer(records(map(encode, history[page.slice()]), page.meta(len(history))))


_PATH: Final = "/messaging_tollfree/verification/requests"
ROUTES = (
    Route("GET", _PATH, _list),
    Route("POST", _PATH, _create, body="required"),
    Route("GET", _PATH + "/{id}", lambda call: _told(call, _find(call), _TOLD_ON_READ)),
    Route("PATCH", _PATH + "/{id}", _update, body="required"),
    Route("DELETE", _PATH + "/{id}", _delete),
    Route("GET", _PATH + "/{id}/status_history", _status_history),
)
