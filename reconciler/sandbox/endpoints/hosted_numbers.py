"""Hosted numbers (guide 11): they appear when an order succeeds; deleting one answers with its order."""

from reconciler.sandbox import rest
from reconciler.sandbox.account import Account
from reconciler.sandbox.calls import Route
from reconciler.sandbox.endpoints.hosted_orders import COLLECTION, HOSTED
from reconciler.sandbox.endpoints.numbers import FIELDS, FILTERS, fixed, rules
from reconciler.sandbox.idents import number_id
from reconciler.sandbox.rest import Document, Resource
from reconciler.sandbox.store import Row


def _destroy(account: Account, row: Row, resource: Resource) -> Document:
    account.delete(resource.collection, row)
    order = account.rows(COLLECTION).get(row.parent)
    if order is None:
        return row.document
    entries = [
        {**entry, "status": "deleted"} if entry["phone_number"] == row.document["phone_number"] else entry
        for entry in order.document["phone_numbers"]
    ]
    gone = all(entry["status"] == "deleted" for entry in entries)
    status = "deleted" if gone else order.document["status"]
    return account.update(COLLECTION, order, {**order.document, "status": status, "phone_numbers": entries}).document


HOSTED_NUMBERS = Resource(
    collection=HOSTED,
    fields=FIELDS,
    identify=number_id,
    fixed=fixed,
    rules=rules,
    destroy=_destroy,
    filters=FILTERS,
    sort="phone_number",
    creatable=False,
    alias="phone_number",
    alias_in_path=True,
)


ROUTES = (
    Route("GET", "/messaging_hosted_numbers", rest.list_all(HOSTED_NUMBERS)),
    Route("GET", "/messaging_hosted_numbers/{id}", rest.read(HOSTED_NUMBERS)),
    Route("PATCH", "/messaging_hosted_numbers/{id}", rest.update(HOSTED_NUMBERS), body="required"),
    Route("DELETE", "/messaging_hosted_numbers/{id}", rest.delete(HOSTED_NUMBERS)),
)
