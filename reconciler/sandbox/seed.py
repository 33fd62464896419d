"""What a new account begins with: a few numbers, short codes, RCS agents and domains, a balance, or a file's rows.

A seed is JSON, one list of rows per collection. A collection that it names replaces the default rows of
that collection; the others keep theirs. Rows are completed with defaults but not validated, so that a
seed can also hold what the API would refuse today, such as a legacy profile whose
`whitelisted_destinations` is null. An auto-response names its profile by `messaging_profile_id`, which
becomes its parent; any row may name its parent by `parent`, as the administrator's `state` shows it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from reconciler.sandbox.account import Account
from reconciler.sandbox.fields import UNSET
from reconciler.sandbox.rest import Resource
from reconciler.sandbox.store import PARENT, Row, encode

Seed = Mapping[str, Sequence[Mapping[str, Any]]]

DEFAULT: Final[Seed] = {
    "phone_numbers": [
        {"id": "1293384261075731499", "phone_number": "+15550100001", "type": "longcode"},
        {"id": "1293384261075731500", "phone_number": "+15550100002", "type": "longcode"},
        {"id": "1293384261075731501", "phone_number": "+18005550101", "type": "tollfree"},
        {
            "id": "1293384261075731502",
            "phone_number": "+442071838750",
            "type": "longcode",
            "country_code": "GB",
        },
    ],
    "mobile_phone_numbers": [{"id": "2126210528794641864", "phone_number": "+13125550140"}],
    "balance": [{}],
    "short_codes": [{"short_code": "12345"}, {"short_code": "54321"}],
    "rcs_agents": [
        {"agent_id": "a1f09c3e5d7b4862", "agent_name": "Sandbox Support"},
        {"agent_id": "b2e18d4f6c8a5973", "agent_name": "Sandbox Marketing"},
    ],
    "messaging_url_domains": [
        {"url_domain": "http://example.ex", "use_case": "production"},
        {"url_domain": "acct.fyi", "use_case": "production"},
    ],
}


def check_seed(seed: Any, resources: Mapping[str, Resource]) -> Seed:
    """The seed if it has the right shape; ValueError says what is wrong."""
    if not isinstance(seed, Mapping):
        raise ValueError("a seed is a JSON object: {collection: [row, ...], ...}")  # noqa: TRY004 - a bad file
    for collection, rows in seed.items():
        if collection not in resources:
            raise ValueError(f"seed: no collection {collection!r} (one of {', '.join(sorted(resources))})")
        if not isinstance(rows, Sequence) or not all(isinstance(row, Mapping) for row in rows):
            raise ValueError(f"seed: {collection} is not a list of objects")
    return seed


def sow(account: Account, seed: Seed, resources: Mapping[str, Resource]) -> None:
    """Fill a new account. Leaves no audit events: nobody changed anything."""
    account.store.enrol(account.id)
    merged = {**DEFAULT, **seed}
    for collection, resource in resources.items():
        for given in merged.get(collection, ()):
            account.store.put(account.id, collection, plant(account, resource, given))


def plant(account: Account, resource: Resource, given: Mapping[str, Any]) -> Row:
    """One row from what a seed says about it."""
    defaults = {field.name: field.default for field in resource.fields if field.default is not UNSET}
    stated = dict(given)
    parent = str(stated.pop(PARENT, ""))
    if resource.nested and "messaging_profile_id" in stated:
        parent = str(stated.pop("messaging_profile_id"))
    row_id = str(stated.get(resource.key) or resource.identify())
    document = {**resource.fixed(account, row_id), **defaults}
    if resource.stamp:
        document |= dict.fromkeys(resource.stamped, resource.stamp(account.now))
    document |= stated
    return Row(row_id, parent, encode(resource.complete(account, document)))
