"""Alphanumeric sender IDs (guide 4): created and deleted, never updated; the only 201 here."""

from collections.abc import Iterator

from reconciler.sandbox import rest
from reconciler.sandbox.account import Account
from reconciler.sandbox.calls import Route
from reconciler.sandbox.fields import Field, e164, text, uuid_text
from reconciler.sandbox.filters import Filter
from reconciler.sandbox.idents import plain_uuid
from reconciler.sandbox.refusals import Problem
from reconciler.sandbox.rest import Document, Resource

COLLECTION = "alphanumeric_sender_ids"
_SENDER = r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}"


def _fixed(account: Account, row_id: str) -> Document:
    return {
        "record_type": "alphanumeric_sender_id",
        "id": row_id,
        "organization_id": account.organization_id,
    }


def _rules(account: Account, _parent: str, document: Document, _before: Document | None) -> Iterator[Problem]:
    # Uniqueness is not stated (guide 4). Refusing makes a client that creates before it deletes notice.
    if "duplicate-senders" in account.quirks:
        return
    siblings = account.rows(COLLECTION).where("messaging_profile_id", document["messaging_profile_id"])
    sender = document["alphanumeric_sender_id"]
    if any(row.document["alphanumeric_sender_id"] == sender for row in siblings):
        yield Problem("10012", "the profile already has this sender ID", "/alphanumeric_sender_id")


def _complete(_account: Account, document: Document) -> Document:
    # Absent and null both mean none; the schema of answers knows no null.
    return {name: value for name, value in document.items() if name != "us_long_code_fallback" or value is not None}


SENDERS = Resource(
    collection=COLLECTION,
    fields=(
        Field("alphanumeric_sender_id", text(pattern=_SENDER, code="40325"), required=True, update=False),
        Field("messaging_profile_id", uuid_text, required=True, update=False, reference="messaging_profiles"),
        Field("us_long_code_fallback", e164, nullable=True, update=False),
    ),
    identify=plain_uuid,
    fixed=_fixed,
    rules=_rules,
    complete=_complete,
    filters=(Filter("filter[messaging_profile_id]", "messaging_profile_id", "uuid"),),
    stamp=None,
    alias="alphanumeric_sender_id",
)

ROUTES = (
    Route("GET", "/alphanumeric_sender_ids", rest.list_all(SENDERS)),
    Route("POST", "/alphanumeric_sender_ids", rest.create(SENDERS, status=201), body="required"),
    Route("GET", "/alphanumeric_sender_ids/{id}", rest.read(SENDERS)),
    Route("DELETE", "/alphanumeric_sender_ids/{id}", rest.delete(SENDERS)),
)
