"""Short codes (guide 7): leased through the portal; only their messaging profile and tags can be set."""

from reconciler.sandbox import rest
from reconciler.sandbox.account import Account
from reconciler.sandbox.calls import Route
from reconciler.sandbox.fields import Field, array, text, uuid_text
from reconciler.sandbox.filters import Filter
from reconciler.sandbox.idents import plain_uuid
from reconciler.sandbox.rest import Document, Resource


def _fixed(_account: Account, row_id: str) -> Document:
    return {"record_type": "short_code", "id": row_id, "country_code": "US"}


SHORT_CODES = Resource(
    collection="short_codes",
    fields=(
        # Required in every PATCH, even when only the tags change (guide 7).
        Field(
            "messaging_profile_id",
            uuid_text,
            required_on_update=True,
            nullable=True,
            empty_clears=True,
            default=None,
            reference="messaging_profiles",
        ),
        Field("tags", array(text()), default=[]),
    ),
    identify=plain_uuid,
    fixed=_fixed,
    filters=(Filter("filter[messaging_profile_id]", "messaging_profile_id", "uuid-or-null"),),
    creatable=False,
    alias="short_code",
)

ROUTES = (
    Route("GET", "/short_codes", rest.list_all(SHORT_CODES)),
    Route("GET", "/short_codes/{id}", rest.read(SHORT_CODES)),
    Route("PATCH", "/short_codes/{id}", rest.update(SHORT_CODES), body="required"),
)
