"""Messaging profiles (guide 2) and the lists of their children."""

from collections.abc import Iterator
from typing import Any

from reconciler.sandbox import rest
from reconciler.sandbox.account import Account
from reconciler.sandbox.calls import Answer, Call, Handler, Route
from reconciler.sandbox.endpoints.number_pool import forget
from reconciler.sandbox.endpoints.numbers import PHONE_NUMBERS
from reconciler.sandbox.endpoints.senders import SENDERS
from reconciler.sandbox.endpoints.short_codes import SHORT_CODES
from reconciler.sandbox.fields import Field, array, boolean, choice, problems_of, record, text, url, weight
from reconciler.sandbox.filters import Filter
from reconciler.sandbox.idents import profile_id, v1_secret
from reconciler.sandbox.refusals import Problem, refuse
from reconciler.sandbox.rest import Document, Resource
from reconciler.sandbox.store import PARENT, Row

COLLECTION = "messaging_profiles"
_MAX_LABEL = 64
_POOL = (
    Field("long_code_weight", weight, required=True),
    Field("toll_free_weight", weight, required=True),
    Field("skip_unhealthy", boolean, required=True),
    Field("sticky_sender", boolean),
    Field("geomatch", boolean),
)
_POOL_DEFAULTS = {"sticky_sender": False, "geomatch": False}
_SHORTENER = (
    Field("domain", text(minimum=1), required=True),
    Field("prefix", text()),
    Field("replace_blacklist_only", boolean),
    Field("send_webhooks", boolean),
)
_SHORTENER_DEFAULTS = {"prefix": "", "replace_blacklist_only": False, "send_webhooks": False}


def _destinations(value: Any, pointer: str) -> Iterator[Problem]:
    # The documented item pattern would refuse the documented `["*"]` (guide 20).
    if value != ["*"]:
        yield from array(text(pattern="[A-Z]{2}"))(value, pointer)


def _any_object(value: Any, pointer: str) -> Iterator[Problem]:
    # PATCH merges into the stored object first; `_rules` then checks the whole of it.
    if not isinstance(value, dict):
        yield Problem("10026", "must be an object", pointer)


_FIELDS = (
    Field("name", text(minimum=1), required=True),
    Field("enabled", boolean, default=True),
    Field("whitelisted_destinations", _destinations, required=True),
    Field("webhook_url", url, nullable=True, default=""),
    Field("webhook_failover_url", url, nullable=True, default=""),
    Field("webhook_api_version", choice("1", "2", "2010-04-01"), default="2"),
    Field("number_pool_settings", _any_object, nullable=True, default=None),
    Field("url_shortener_settings", record(_SHORTENER), nullable=True, default=None),
    Field("alpha_sender", text(pattern="[A-Za-z0-9 ]{1,11}"), nullable=True, default=None),
    Field("daily_spend_limit", text(pattern=r"[0-9]+(?:\.[0-9]+)?")),
    Field("daily_spend_limit_enabled", boolean, default=False),
    Field("mms_fall_back_to_sms", boolean, default=False),
    Field("mms_transcoding", boolean, default=False),
    Field("mobile_only", boolean, default=False),
    Field("smart_encoding", boolean, default=False),
    Field("ai_assistant_id", text(maximum=_MAX_LABEL), nullable=True, default=None),
    Field("health_webhook_url", url, nullable=True, update=False, default=None),
    Field("resource_group_id", text(maximum=_MAX_LABEL), nullable=True, update=False, default=None),
    # Listed in the PATCH schema and not read-only; "" is tolerated and ignored (guide 2).
    Field("v1_secret", text(), create=False, null_keeps=True),
)


def _fixed(account: Account, row_id: str) -> Document:
    return {
        "record_type": "messaging_profile",
        "id": row_id,
        "organization_id": account.organization_id,
        "v1_secret": v1_secret(),
        "redaction_enabled": False,
        "redaction_level": 2,
    }


def _merge(before: Document, changes: Document) -> Document:
    pool = changes.get("number_pool_settings")
    if pool:  # {} merges nothing: `_rules` then refuses it, or the quirk reads it as null
        changes["number_pool_settings"] = {**(before["number_pool_settings"] or {}), **pool}
    if changes.get("v1_secret") == "":
        del changes["v1_secret"]
    return {**before, **changes}


def _rules(account: Account, _parent: str, document: Document, before: Document | None) -> Iterator[Problem]:
    if before is not None and document["whitelisted_destinations"] is None:
        detail = "whitelisted_destinations is required while the profile has none"
        yield Problem("10004", detail, "/whitelisted_destinations")
    pool = document["number_pool_settings"]
    if pool is not None and not _turns_pool_off(account, pool):
        yield from problems_of(_POOL, pool, "create", "/number_pool_settings")
    if shortener := document["url_shortener_settings"]:
        offered = {_bare_domain(row.document["url_domain"]) for row in account.rows("messaging_url_domains")}
        if _bare_domain(shortener["domain"]) not in offered:
            detail = "domain is not one of the URL shortener's domains"
            yield Problem("40327", detail, "/url_shortener_settings/domain")


def _turns_pool_off(account: Account, pool: Document) -> bool:
    # One page of the docs sends {} for this (guide 2); the specification wants null.
    return pool == {} and "empty-pool-disables" in account.quirks


def _complete(account: Account, document: Document) -> Document:
    completed = dict(document)
    if not (document["number_pool_settings"] or {}).get("sticky_sender"):
        forget(account, document["id"])
    if (pool := document["number_pool_settings"]) is not None:
        off = _turns_pool_off(account, pool)
        completed["number_pool_settings"] = None if off else {**_POOL_DEFAULTS, **pool}
    if (shortener := document["url_shortener_settings"]) is not None:
        completed["url_shortener_settings"] = {**_SHORTENER_DEFAULTS, **shortener}
    return completed


def _bare_domain(domain: str) -> str:
    # The list of domains may answer with a scheme (guide 9).
    return domain.rpartition("://")[2].rstrip("/")


def _destroy(account: Account, row: Row, resource: Resource) -> Document:
    attached = [
        (collection, child)
        for collection in ("phone_numbers", "short_codes", "messaging_hosted_numbers")
        for child in account.rows(collection).where("messaging_profile_id", row.id)
    ]
    if attached and "cascade" not in account.quirks:
        detail = f"the messaging profile is in use by {len(attached)} numbers or short codes"
        raise refuse(422, "10021", detail)
    for collection, child in attached:
        account.update(collection, child, {**child.document, "messaging_profile_id": None})
    # Sender IDs and auto-responses always go with their profile (guide 22.8).
    for child in account.rows("alphanumeric_sender_ids").where("messaging_profile_id", row.id):
        account.delete("alphanumeric_sender_ids", child)
    for child in account.rows("autoresp_configs").where(PARENT, row.id):
        account.delete("autoresp_configs", child)
    for child in list(account.rows("rcs_agents")):
        if child.document["profile_id"] == row.id:
            account.update("rcs_agents", child, {**child.document, "profile_id": None})
    account.delete(resource.collection, row)
    return row.document


PROFILES = Resource(
    collection=COLLECTION,
    fields=_FIELDS,
    identify=profile_id,
    fixed=_fixed,
    rules=_rules,
    merge=_merge,
    complete=_complete,
    destroy=_destroy,
    filters=(
        # Whether plain filter[name] is exact is not stated (guide 2): the looser reading is safer.
        Filter("filter[name]", "name", "contains"),
        Filter("filter[name][eq]", "name", "eq"),
        Filter("filter[name][contains]", "name", "contains"),
    ),
)


def _regenerate_secret(call: Call) -> Answer:
    row = PROFILES.find(call.account, call.params["id"])
    return rest.single(call, PROFILES.update(call.account, row, {"v1_secret": v1_secret()}))


def _children(resource: Resource) -> Handler:
    def handler(call: Call) -> Answer:
        profile = PROFILES.find(call.account, call.params["id"])
        return rest.listing(call, resource, within=("messaging_profile_id", profile.id))

    return handler


ROUTES = (
    Route("GET", "/messaging_profiles", rest.list_all(PROFILES)),
    Route("POST", "/messaging_profiles", rest.create(PROFILES), body="required"),
    Route("GET", "/messaging_profiles/{id}", rest.read(PROFILES)),
    Route("PATCH", "/messaging_profiles/{id}", rest.update(PROFILES), body="required"),
    Route("DELETE", "/messaging_profiles/{id}", rest.delete(PROFILES)),
    Route("POST", "/messaging_profiles/{id}/actions/regenerate_secret", _regenerate_secret),
    Route("GET", "/messaging_profiles/{id}/phone_numbers", _children(PHONE_NUMBERS)),
    Route("GET", "/messaging_profiles/{id}/short_codes", _children(SHORT_CODES)),
    Route("GET", "/messaging_profiles/{id}/alphanumeric_sender_ids", _children(SENDERS)),
)
