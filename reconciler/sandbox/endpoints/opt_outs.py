"""Opt-outs (guide 8): a read-only list, whose 400 and 401 are a single bare error object."""

from typing import Final

from reconciler.sandbox import rest
from reconciler.sandbox.account import Account
from reconciler.sandbox.calls import Answer, Call, Route
from reconciler.sandbox.filters import Filter
from reconciler.sandbox.idents import plain_uuid, stamp_spaced
from reconciler.sandbox.pages import envelope, page_of
from reconciler.sandbox.refusals import Refusal
from reconciler.sandbox.rest import Document, Resource
from reconciler.sandbox.store import encode

_SHOWN: Final = 7
"""Leading characters of a recipient that redaction leaves."""


def _fixed(_account: Account, _row_id: str) -> Document:
    return {"keyword": "STOP", "messaging_profile_id": None}


def _complete(_account: Account, document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "updated_at"}


OPT_OUTS = Resource(
    collection="messaging_optouts",
    fields=(),
    identify=plain_uuid,
    fixed=_fixed,
    complete=_complete,
    filters=(
        Filter("filter[messaging_profile_id]", "messaging_profile_id", "eq"),
        Filter("filter[from]", "from", "eq"),
        Filter("created_at[gte]", "created_at", "after"),
        Filter("created_at[lte]", "created_at", "before"),
    ),
    stamp=stamp_spaced,
    creatable=False,
    alias="to",
)


def _list(call: Call) -> Answer:
    try:
        page = page_of(call.query)
        rows = rest.matching(call, OPT_OUTS)
    except Refusal as refusal:
        # The only refusals that this list documents are 400 and 401, as a bare object.
        raise Refusal(400, refusal.problems) from None
    redacted = call.query.get("redaction_enabled") == "true"
    shown = [row.document for row in rows[page.slice()]]
    if redacted:
        shown = [row | {"to": row["to"][:_SHOWN] + "****"} for row in shown]
    return Answer(envelope(map(encode, shown), page.meta(len(rows))))


ROUTES = (Route("GET", "/messaging_optouts", _list, bare_errors=frozenset({400, 401})),)
