"""Copies of accounts: a seed from what another server answered to GETs, or from what an account here holds by now.

Answers are whole rows, read as clients read them, so that a copy knows no more of an account than a client may.
Secrets are left out: a copy makes its own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from reconciler.sandbox.account import SECRETS
from reconciler.sandbox.routes import RESOURCES
from reconciler.sandbox.seed import Seed
from reconciler.sandbox.store import PARENT
from reconciler.sandbox.world import World

Answers = Iterable[tuple[str, Any]]
"""Path below the base URL, without a query, and the decoded body of a GET; later ones outweigh earlier ones."""

SHOWN: Final = {
    "/messaging_profiles": "messaging_profiles",
    "/messaging_profiles/{id}": "messaging_profiles",
    "/messaging_profiles/{id}/phone_numbers": "phone_numbers",
    "/messaging_profiles/{id}/short_codes": "short_codes",
    "/messaging_profiles/{id}/alphanumeric_sender_ids": "alphanumeric_sender_ids",
    "/messaging_profiles/{parent}/autoresp_configs": "autoresp_configs",
    "/messaging_profiles/{parent}/autoresp_configs/{id}": "autoresp_configs",
    "/alphanumeric_sender_ids": "alphanumeric_sender_ids",
    "/alphanumeric_sender_ids/{id}": "alphanumeric_sender_ids",
    "/phone_numbers/messaging": "phone_numbers",
    "/phone_numbers/{id}/messaging": "phone_numbers",
    "/short_codes": "short_codes",
    "/short_codes/{id}": "short_codes",
    "/messaging_optouts": "messaging_optouts",
    "/messaging_url_domains": "messaging_url_domains",
    "/messaging_hosted_number_orders": "messaging_hosted_number_orders",
    "/messaging_hosted_number_orders/{id}": "messaging_hosted_number_orders",
    "/messaging_hosted_numbers": "messaging_hosted_numbers",
    "/messaging_hosted_numbers/{id}": "messaging_hosted_numbers",
    "/messaging_numbers_bulk_updates/{id}": "messaging_numbers_bulk_updates",
    "/mobile_phone_numbers/messaging": "mobile_phone_numbers",
    "/mobile_phone_numbers/{id}/messaging": "mobile_phone_numbers",
    "/messaging_tollfree/verification/requests": "tollfree_verifications",
    "/messaging_tollfree/verification/requests/{id}": "tollfree_verifications",
    "/messages/{id}": "messages",
    "/messages/group/{id}": "messages",
    "/managed_accounts": "managed_accounts",
    "/managed_accounts/{id}": "managed_accounts",
    "/balance": "balance",
    "/messaging/rcs/agents": "rcs_agents",
    "/messaging/rcs/agents/{id}": "rcs_agents",
}
"""Which collection each GET shows rows of. A test holds it against the routes."""

DECIDING: Final = ("/messaging_url_domains",)
"""Lists that decide what this server accepts, although a client that only compares has no need of them."""

_ORDERS, _HOSTED = "messaging_hosted_number_orders", "messaging_hosted_numbers"


def seed_from(answers: Answers) -> Seed:
    """A seed of everything that the answers show, and of nothing else: no collection keeps its default rows."""
    rows: dict[str, dict[str, dict[str, Any]]] = {collection: {} for collection in RESOURCES}
    for path, body in answers:
        collection, parent = _shown_at(path)
        for row in _objects(body) if collection is not None else ():
            kept = {name: value for name, value in row.items() if name not in SECRETS}
            if parent is not None:
                kept[PARENT] = parent
            # A row that changed meanwhile counts as it was read last, and keeps its place in the order.
            rows[str(collection)][str(row.get(RESOURCES[str(collection)].key))] = kept
    _give_back(rows[_HOSTED].values(), rows[_ORDERS])
    return {collection: list(found.values()) for collection, found in rows.items()}


def seed_of(world: World, key: str) -> Seed:
    """A seed of what the account of this key holds now."""
    collections = world.store.collections(world.account(key).id)
    return {
        collection: [{**row.document, PARENT: row.parent} for row in collections.get(collection, ())]
        for collection in RESOURCES
    }


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))


# Literal paths first: `/phone_numbers/messaging` is a list and not a number.
_PATTERNS: Final = [
    (_pattern(template), SHOWN[template]) for template in sorted(SHOWN, key=lambda template: template.count("{"))
]


def _shown_at(path: str) -> tuple[str | None, str | None]:
    """The collection whose rows a path shows, and the parent that they have there."""
    for pattern, collection in _PATTERNS:
        if found := pattern.fullmatch(path):
            parent = found.groupdict().get(PARENT)
            return collection, None if parent is None else unquote(parent)
    return None, None


def _objects(body: Any) -> Iterator[Mapping[str, Any]]:
    """The rows of a list, or the one object, in whichever envelope or none (guide 18.2, 20)."""
    data = body.get("data", body.get("records", body)) if isinstance(body, Mapping) else None
    for row in data if isinstance(data, list) else [data]:
        if isinstance(row, Mapping):
            yield row


def _give_back(hosted: Iterable[dict[str, Any]], orders: Mapping[str, Mapping[str, Any]]) -> None:
    """Hosted numbers go when their order does (guide 10), and their answers do not name it."""
    of = {
        entry["phone_number"]: order_id
        for order_id, order in orders.items()
        if order.get("status") != "deleted"
        for entry in order.get("phone_numbers") or ()
    }
    for row in hosted:
        if row.get("phone_number") in of:
            row[PARENT] = of[row["phone_number"]]
