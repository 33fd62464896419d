"""Managed accounts (guide 15): listed and read. A list omits the secrets and the balance that a read shows.

The `status` by which lists are filtered is never answered; the administrator sets it.
"""

from dataclasses import replace
from typing import Final

from reconciler.sandbox import rest
from reconciler.sandbox.account import Account
from reconciler.sandbox.calls import Answer, Call, Route
from reconciler.sandbox.fields import Field, choice
from reconciler.sandbox.filters import Filter
from reconciler.sandbox.idents import derived_uuid, plain_uuid
from reconciler.sandbox.refusals import refuse
from reconciler.sandbox.rest import Document, Resource
from reconciler.sandbox.store import Row

_STATUSES: Final = ("enabled", "disabled", "cancelled", "blocked")
_ALL: Final = "all"
_STATUS_FILTER: Final = "filter[status][eq]"
_SORTS: Final = ("created_at", "email", "-created_at", "-email")
_ONLY_ON_READ: Final = frozenset({"api_key", "api_token", "balance"})
_SHORTEST_PART: Final = 3


def _fixed(account: Account, row_id: str) -> Document:
    token = derived_uuid("managed account", account.id, row_id).replace("-", "")
    return {
        "record_type": "managed_account",
        "id": row_id,
        "email": f"{row_id[:8]}@example.com",
        "organization_name": None,
        "api_user": "manager@example.com",
        # A V2 key, which begins an account of its own here as everywhere.
        "api_key": f"KEY{token}_{token[:22]}",
        "api_token": token[:22],
        "manager_account_id": account.user_id,
        "rollup_billing": False,
        "managed_account_allow_custom_pricing": False,
        "balance": {
            "record_type": "balance",
            "balance": "300.00",
            "credit_limit": "100.00",
            "available_credit": "400.00",
            "currency": "USD",
        },
    }


def _complete(_account: Account, document: Document) -> Document:
    # The schema of answers knows no null.
    return {name: value for name, value in document.items() if value is not None}


MANAGED_ACCOUNTS = Resource(
    collection="managed_accounts",
    fields=(Field("status", choice(*_STATUSES), default="enabled"),),
    identify=plain_uuid,
    fixed=_fixed,
    complete=_complete,
    filters=(
        Filter("filter[email][eq]", "email", "eq"),
        Filter("filter[email][contains]", "email", "contains", minimum=_SHORTEST_PART),
        Filter("filter[organization_name][eq]", "organization_name", "eq"),
        Filter("filter[organization_name][contains]", "organization_name", "contains", minimum=_SHORTEST_PART),
        Filter(_STATUS_FILTER, "status", "eq", allowed=_STATUSES),
    ),
    sort="",
    creatable=False,
    alias="email",
)


def _approved(call: Call) -> None:
    if "not-a-manager" in call.account.quirks:
        raise refuse(403, "20015", "this account is not approved to manage others")


def _shown(document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "status"}


def _listed(document: Document) -> Document:
    return {name: value for name, value in _shown(document).items() if name not in _ONLY_ON_READ}


def _list(call: Call) -> Answer:
    _approved(call)
    sort = call.query.get("sort", "-created_at")
    if sort not in _SORTS:
        raise refuse(422, "10018", f"sort must be one of {', '.join(_SORTS)}", parameter="sort")
    query = dict(call.query)
    cancelled_too = query.get("include_cancelled_accounts") == "true" or _STATUS_FILTER in query
    match query.get(_STATUS_FILTER):
        case "all":
            del query[_STATUS_FILTER]
        case "active":
            query[_STATUS_FILTER] = "enabled"

    def arrange(rows: list[Row]) -> list[Row]:
        kept = [row for row in rows if cancelled_too or row.document["status"] != "cancelled"]
        if sort.endswith("email"):
            kept.sort(key=lambda row: str(row.document["email"]))
        return kept[::-1] if sort.startswith("-") else kept

    return rest.listing(replace(call, query=query), MANAGED_ACCOUNTS, arrange=arrange, show=_listed)


def _read(call: Call) -> Answer:
    _approved(call)
    return rest.single(call, MANAGED_ACCOUNTS.find(call.account, call.params["id"]), show=_shown)


ROUTES = (
    Route("GET", "/managed_accounts", _list),
    Route("GET", "/managed_accounts/{id}", _read),
)
