"""Bulk profile assignment (guide 6): accepted at once, carried out while it is polled, failures without a reason.

Each GET that finds numbers pending works on a share of them, so that a job ends after `POLLS` polls, or as many
as the quirk `bulk-polls` says. A number fails when a PATCH of it alone would have been refused.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from reconciler.sandbox import rest
from reconciler.sandbox.account import Account, Actor
from reconciler.sandbox.calls import Answer, Call, Route
from reconciler.sandbox.endpoints.numbers import PHONE_NUMBERS
from reconciler.sandbox.fields import Field, array, boolean, e164, uuid_text
from reconciler.sandbox.idents import plain_uuid
from reconciler.sandbox.progress import Ask, Course
from reconciler.sandbox.refusals import Problem, Refusal
from reconciler.sandbox.rest import Document, Resource
from reconciler.sandbox.store import Row

COLLECTION: Final = "messaging_numbers_bulk_updates"
MOST_NUMBERS: Final = 250
"""Nobody documents a maximum (guide 6): this is the size that clients are advised to keep to."""
POLLS: Final = 2
_SHOWN: Final = ("record_type", "order_id", "success", "pending", "failed")


def _fixed(_account: Account, row_id: str) -> Document:
    return {"record_type": "messaging_numbers_bulk_update", "order_id": row_id, "success": [], "failed": [], "polls": 0}


def _rules(_account: Account, _parent: str, document: Document, _before: Document | None) -> Iterator[Problem]:
    seen = set()
    for index, number in enumerate(document["numbers"]):
        if number in seen:
            yield Problem("10015", "numbers must not repeat", f"/numbers/{index}")
        seen.add(number)


def _complete(_account: Account, document: Document) -> Document:
    return {"pending": list(document.get("numbers", [])), **document}


BULK_UPDATES = Resource(
    collection=COLLECTION,
    fields=(
        Field("messaging_profile_id", uuid_text, required=True, empty_clears=True, reference="messaging_profiles"),
        Field("numbers", array(e164, minimum=1, maximum=MOST_NUMBERS), required=True),
        Field("assign_only", boolean, default=False),
    ),
    identify=plain_uuid,
    fixed=_fixed,
    rules=_rules,
    complete=_complete,
    stamp=None,
    key="order_id",
    alias="order_id",
)


def _shown(document: Document) -> Document:
    return {name: document[name] for name in _SHOWN}


def _work(account: Account, row: Row, numbers: list[str]) -> Row:
    job = row.document
    # Telnyx does the work, but the change of a number is that of whoever ordered it.
    as_owner = replace(account, actor=Actor.API)
    done: dict[bool, list[str]] = {True: [], False: []}
    for number in numbers:
        done[_assigned(as_owner, job, number)].append(number)
    return account.update(
        COLLECTION,
        row,
        {
            **job,
            "polls": job["polls"] + 1,
            "success": [*job["success"], *done[True]],
            "failed": [*job["failed"], *done[False]],
            "pending": [number for number in job["pending"] if number not in numbers],
        },
    )


def _assigned(account: Account, job: Document, number: str) -> bool:
    found = account.rows(PHONE_NUMBERS.collection).where("phone_number", number)
    if not found or "messaging_profile_id" not in job:  # a copied job does not say for which profile it was
        return False
    change: dict[str, Any] = {"messaging_profile_id": job["messaging_profile_id"] or ""}
    if "bulk-resets" in account.quirks and not job["assign_only"]:
        change |= {"messaging_product": "A2P", "tags": []}
    try:
        PHONE_NUMBERS.update(account, found[0], change)
    except Refusal:
        return False
    return True


def _create(call: Call) -> Answer:
    row = BULK_UPDATES.create(call.account, call.body)
    if call.account.quirks.bulk_polls == 0:
        row = _work(replace(call.account, actor=Actor.TELNYX), row, row.document["pending"])
    return rest.single(call, row, show=_shown)


def _read(call: Call) -> Answer:
    row = BULK_UPDATES.find(call.account, call.params["order_id"])
    if pending := row.document["pending"]:
        left = max(1, (call.account.quirks.bulk_polls or POLLS) - row.document["polls"])
        row = _work(replace(call.account, actor=Actor.TELNYX), row, pending[: -(-len(pending) // left)])
    return rest.single(call, row, show=_shown)


def _finish(account: Account, row: Row, _ask: Ask) -> Row:
    return _work(account, row, row.document["pending"])


COURSE = Course(BULK_UPDATES, statuses=frozenset(), movable=lambda row: bool(row.document["pending"]), move=_finish)

ROUTES = (
    Route("POST", "/messaging_numbers_bulk_updates", _create, body="required"),
    Route("GET", "/messaging_numbers_bulk_updates/{order_id}", _read),
)
