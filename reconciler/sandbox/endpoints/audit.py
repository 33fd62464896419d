"""The audit log: who changed what, newest first. Written by `account`, only read here.

The specification offers no filter by resource, so a reader pages through a window of time.
"""

from reconciler.sandbox import rest
from reconciler.sandbox.account import AUDIT
from reconciler.sandbox.calls import Answer, Call, Route
from reconciler.sandbox.filters import Filter
from reconciler.sandbox.idents import plain_uuid
from reconciler.sandbox.refusals import refuse
from reconciler.sandbox.rest import Resource

AUDIT_EVENTS = Resource(
    collection=AUDIT,
    fields=(),
    identify=plain_uuid,
    filters=(
        Filter("filter[created_after]", "created_at", "after"),
        Filter("filter[created_before]", "created_at", "before"),
    ),
    sort="",
    creatable=False,
)


def _list(call: Call) -> Answer:
    order = call.query.get("sort", "desc")
    if order not in {"asc", "desc"}:
        raise refuse(422, "10018", "sort must be asc or desc", parameter="sort")
    return rest.listing(call, AUDIT_EVENTS, arrange=rest.newest_first if order == "desc" else None)


ROUTES = (Route("GET", "/audit_events", _list),)
