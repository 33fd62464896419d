"""Domains of the URL shortener (guide 9): a read-only list."""

from reconciler.sandbox import rest
from reconciler.sandbox.account import Account
from reconciler.sandbox.calls import Route
from reconciler.sandbox.idents import plain_uuid
from reconciler.sandbox.rest import Document, Resource


def _fixed(_account: Account, row_id: str) -> Document:
    return {"record_type": "messaging_url_domain", "id": row_id, "use_case": "production"}


URL_DOMAINS = Resource(
    collection="messaging_url_domains",
    fields=(),
    identify=plain_uuid,
    fixed=_fixed,
    stamp=None,
    creatable=False,
    alias="url_domain",
)

ROUTES = (Route("GET", "/messaging_url_domains", rest.list_all(URL_DOMAINS)),)
