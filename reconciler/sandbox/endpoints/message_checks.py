"""Whether a message may be sent (guide 16): the checks in Telnyx's order, each with its code.

Profile enabled, allow-list, destination, sender, pool, opt-out, toll-free verification, spend limit, size. Which
HTTP status goes with a code is documented for the spend limit alone; the others are 422 here.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from reconciler.sandbox.account import Account
from reconciler.sandbox.countries import country_of
from reconciler.sandbox.endpoints.message_rows import spent_today
from reconciler.sandbox.endpoints.number_pool import choose, kind_of, pool_of
from reconciler.sandbox.endpoints.tollfree import is_verified
from reconciler.sandbox.refusals import refuse
from reconciler.sandbox.rest import Document
from reconciler.sandbox.segments import MOST_PARTS, Segments
from reconciler.sandbox.store import Row

_ALPHANUMERIC = re.compile("(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, for which profile."""

    address: str
    kind: str
    """`longcode`, `tollfree`, `shortcode`, `alphanumeric`, or `pool` before a number has been chosen."""
    profile: Row


def _profile(account: Account, body: Document) -> Row:
    row = account.rows("messaging_profiles").get(body["messaging_profile_id"])
    if row is None:
        raise refuse(422, "10017", "messaging_profile_id does not exist", pointer="/messaging_profile_id")
    return row


def _owner(account: Account, body: Document, row: Row) -> Row:
    """The profile of a number or short code, which must be the one that is asked for, if one is."""
    profile = account.rows("messaging_profiles").get(row.document["messaging_profile_id"] or "")
    if profile is None or body.get("messaging_profile_id") not in {None, profile.id}:
        raise refuse(422, "40305", "the number is not on this messaging profile", pointer="/from")
    return profile


def sender_of(account: Account, body: Document, kinds: frozenset[str]) -> Sender:
    """The sender that a request names, of one of these kinds. A pool's number is chosen after the other checks."""
    address = body.get("from")
    if address is None:
        if body.get("messaging_profile_id") is None:
            raise refuse(422, "10004", "from or messaging_profile_id is required", pointer="/from")
        return Sender("", "pool", _profile(account, body))
    for collection in ("phone_numbers", "messaging_hosted_numbers"):
        for row in account.rows(collection).where("phone_number", address):
            if (kind := kind_of(row)) in kinds:
                return Sender(address, kind, _owner(account, body, row))
    for row in account.rows("short_codes"):
        if row.document["short_code"] == address and "shortcode" in kinds:
            return Sender(address, "shortcode", _owner(account, body, row))
    if "alphanumeric" in kinds and _ALPHANUMERIC.fullmatch(address):
        if body.get("messaging_profile_id") is None:
            detail = "messaging_profile_id is required with an alphanumeric sender"
            raise refuse(422, "10004", detail, pointer="/messaging_profile_id")
        return Sender(address, "alphanumeric", _profile(account, body))
    raise refuse(422, "40305", "not a sender of this account", pointer="/from")


def settled(account: Account, sender: Sender, to: str) -> Sender:
    """The sender after the checks of its profile and of itself: an address that may send to this recipient."""
    profile = sender.profile.document
    if not profile["enabled"]:
        raise refuse(422, "40312", "the messaging profile is disabled")
    if not profile["whitelisted_destinations"]:
        raise refuse(422, "40331", "the messaging profile has no allowed destinations")
    country = country_of(to)
    if profile["whitelisted_destinations"] != ["*"] and country not in profile["whitelisted_destinations"]:
        raise refuse(422, "40309", f"{country or 'the destination'} is not allowed by the profile", pointer="/to")
    match sender.kind:
        case "pool":
            sender = _pooled(account, sender, to)
        case "alphanumeric":
            sender = _registered(account, sender, country)
    blocked = account.rows("messaging_optouts").where("messaging_profile_id", sender.profile.id)
    if any(row.document["to"] == to for row in blocked):
        raise refuse(422, "40300", "the recipient has opted out", pointer="/to")
    if sender.kind == "tollfree" and not is_verified(account, sender.address):
        raise refuse(422, "40329", "the toll-free number is not verified", pointer="/from")
    return sender


def _pooled(account: Account, sender: Sender, to: str) -> Sender:
    if sender.profile.document["number_pool_settings"] is None:
        raise refuse(422, "10004", "from is required: the profile has no number pool", pointer="/from")
    members = pool_of(account, sender.profile)
    if not members:
        raise refuse(422, "40321", "the pool has no usable number")
    row = choose(account, sender.profile, to, members)
    return Sender(row.document["phone_number"], kind_of(row), sender.profile)


def _registered(account: Account, sender: Sender, country: str | None) -> Sender:
    rows = account.rows("alphanumeric_sender_ids").where("messaging_profile_id", sender.profile.id)
    of_profile = {row.document["alphanumeric_sender_id"]: row.document for row in rows}
    if old := sender.profile.document["alpha_sender"]:
        of_profile.setdefault(old, {})
    if not of_profile:
        raise refuse(422, "40306", "the profile has no alphanumeric sender", pointer="/from")
    if sender.address not in of_profile:
        raise refuse(422, "40307", "not an alphanumeric sender of the profile", pointer="/from")
    fallback = of_profile[sender.address].get("us_long_code_fallback")
    if country == "US" and fallback:
        return Sender(fallback, "longcode", sender.profile)
    return sender


def check_money_and_size(account: Account, profile: Row, segments: Segments) -> None:
    """The last two checks: the day's spending, which may overshoot by one message, and the number of parts."""
    limit = profile.document.get("daily_spend_limit")
    if (
        profile.document["daily_spend_limit_enabled"]
        and limit is not None
        and spent_today(account, profile.id) >= Decimal(limit)
    ):
        raise refuse(429, "40333", "the daily spend limit of the messaging profile is reached")
    if segments.parts > MOST_PARTS:
        raise refuse(422, "40302", f"more than {MOST_PARTS} parts", pointer="/text")
