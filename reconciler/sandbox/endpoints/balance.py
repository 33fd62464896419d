"""The balance of the account: one read-only object, in which what may be spent is computed."""

from decimal import Decimal
from typing import Final

from reconciler.sandbox.account import Account
from reconciler.sandbox.calls import Answer, Call, Route
from reconciler.sandbox.fields import Field, text
from reconciler.sandbox.refusals import not_found
from reconciler.sandbox.rest import Document, Resource, single

_amount: Final = text(pattern=r"-?[0-9]+(?:\.[0-9]+)?")
KEY: Final = "balance"


def _fixed(_account: Account, _row_id: str) -> Document:
    return {"record_type": KEY, "currency": "USD"}


def _complete(_account: Account, document: Document) -> Document:
    available = Decimal(document["balance"]) + Decimal(document["credit_limit"])
    return {**document, "available_credit": f"{available:.2f}"}


BALANCES = Resource(
    collection="balance",
    fields=(
        Field("balance", _amount, default="300.00"),
        Field("credit_limit", _amount, default="100.00"),
        Field("pending", _amount, default="10.00"),
    ),
    identify=lambda: KEY,
    fixed=_fixed,
    complete=_complete,
    stamp=None,
    creatable=False,
    key="record_type",
    alias="currency",
)


def _read(call: Call) -> Answer:
    row = call.account.rows(BALANCES.collection).get(KEY)
    if row is None:  # a copy of an account whose balance nobody read
        raise not_found()
    return single(call, row)


ROUTES = (Route("GET", "/balance", _read),)
