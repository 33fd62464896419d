"""Messaging settings of mobile (SIM) numbers (guide 5): listed and read; the API has no PATCH for them."""

from typing import Final

from reconciler.sandbox import rest
from reconciler.sandbox.account import Account
from reconciler.sandbox.calls import Route
from reconciler.sandbox.endpoints import numbers
from reconciler.sandbox.fields import Field, text
from reconciler.sandbox.idents import number_id
from reconciler.sandbox.rest import Document, Resource

_LACKING: Final = frozenset({"health", "eligible_messaging_products"})


def _fixed(account: Account, row_id: str) -> Document:
    whole = numbers.fixed(account, row_id)
    shown = {name: value for name, value in whole.items() if name not in _LACKING}
    return {**shown, "traffic_type": "P2P", "features": {"sms": whole["features"]["sms"]}}


MOBILE_NUMBERS = Resource(
    collection="mobile_phone_numbers",
    fields=(numbers.PROFILE, Field("messaging_product", text(minimum=1), null_keeps=True, default="P2P")),
    identify=number_id,
    fixed=_fixed,
    creatable=False,
    alias="phone_number",
)

ROUTES = (
    Route("GET", "/mobile_phone_numbers/messaging", rest.list_all(MOBILE_NUMBERS)),
    Route("GET", "/mobile_phone_numbers/{id}/messaging", rest.read(MOBILE_NUMBERS)),
)
