"""Phone numbers' messaging settings (guide 5): listed, read and configured, never created or deleted here."""

from collections.abc import Iterator

from reconciler.sandbox import rest
from reconciler.sandbox.account import Account
from reconciler.sandbox.calls import Route
from reconciler.sandbox.fields import Field, array, text, uuid_text
from reconciler.sandbox.filters import TYPES, Filter
from reconciler.sandbox.idents import number_id
from reconciler.sandbox.refusals import Problem
from reconciler.sandbox.rest import Document, Resource

_TWO_WAY = {"domestic_two_way": True, "international_inbound": True, "international_outbound": True}

# null means "keep" and "" means "unassign": the opposite of what a client would guess (guide 5).
PROFILE = Field(
    "messaging_profile_id",
    uuid_text,
    null_keeps=True,
    empty_clears=True,
    default=None,
    reference="messaging_profiles",
)
FIELDS = (
    PROFILE,
    Field("messaging_product", text(minimum=1), null_keeps=True, default="A2P"),
    Field("tags", array(text()), default=[]),
)
FILTERS = (
    Filter("filter[messaging_profile_id]", "messaging_profile_id", "uuid"),
    Filter("filter[phone_number]", "phone_number", "any"),
    Filter("filter[phone_number][contains]", "phone_number", "contains"),
)


def fixed(account: Account, row_id: str) -> Document:
    """What the server knows about a number."""
    return {
        "record_type": "messaging_settings",
        "id": row_id,
        "organization_id": account.organization_id,
        "country_code": "US",
        "type": "longcode",
        "traffic_type": "A2P",
        "eligible_messaging_products": ["A2P", "P2P"],
        "features": {"sms": _TWO_WAY, "mms": None},
        "health": {
            "message_count": 122,
            "inbound_outbound_ratio": 0.43,
            "success_ratio": 0.94,
            "spam_ratio": 0.06,
        },
    }


def rules(_account: Account, _parent: str, document: Document, before: Document | None) -> Iterator[Problem]:
    """A product must be one that the number is eligible for; a number that cannot text gets no profile."""
    profile = document["messaging_profile_id"]
    if (
        profile
        and document["features"]["sms"] is None
        and (before is None or profile != before["messaging_profile_id"])
    ):
        yield Problem("40100", "the number is not enabled for messaging", "/messaging_profile_id")
    if document["messaging_product"] not in document["eligible_messaging_products"]:
        yield Problem("40324", "the number is not eligible for this product", "/messaging_product")


PHONE_NUMBERS = Resource(
    collection="phone_numbers",
    fields=FIELDS,
    identify=number_id,
    fixed=fixed,
    rules=rules,
    filters=(*FILTERS, Filter("filter[type]", "type", "type", allowed=TYPES)),
    sort="phone_number",
    creatable=False,
    alias="phone_number",
    alias_in_path=True,
)

ROUTES = (
    Route("GET", "/phone_numbers/messaging", rest.list_all(PHONE_NUMBERS)),
    Route("GET", "/phone_numbers/{id}/messaging", rest.read(PHONE_NUMBERS)),
    Route("PATCH", "/phone_numbers/{id}/messaging", rest.update(PHONE_NUMBERS), body="required"),
)
