"""Which number of a pool sends (guide 2): the one this recipient knows, then the same area code, then the weights.

Choices are made by counting, not by chance: of two numbers the one that has sent less for its weight.
"""

from collections import Counter
from typing import Final

from reconciler.sandbox.account import Account
from reconciler.sandbox.endpoints.message_rows import sent_by
from reconciler.sandbox.idents import derived_uuid, moment, stamp_millis
from reconciler.sandbox.rest import Document
from reconciler.sandbox.store import PARENT, Row

STICKY: Final = "sticky_senders"
_STICKY_SECONDS: Final = 8 * 86_400.0
_LEAST_SUCCESS: Final = 0.25
_MOST_SPAM: Final = 0.75
_AREA: Final = slice(0, 5)
"""`+1` and the area code of a North American number."""


def kind_of(row: Row) -> str:
    """`longcode` or `tollfree`, in whichever spelling the number has it."""
    return str(row.document["type"]).replace("-", "").replace("_", "")


def pool_of(account: Account, profile: Row) -> list[Row]:
    """The numbers that may send for this profile."""
    settings = profile.document["number_pool_settings"]
    weights = _weights(settings)
    members = [
        row
        for collection in ("phone_numbers", "messaging_hosted_numbers")
        for row in account.rows(collection).where("messaging_profile_id", profile.id)
        if weights.get(kind_of(row))
    ]
    return [row for row in members if not settings["skip_unhealthy"] or _healthy(row.document["health"])]


def _weights(settings: Document) -> dict[str, float]:
    return {"longcode": settings["long_code_weight"], "tollfree": settings["toll_free_weight"]}


def _healthy(health: Document) -> bool:
    return bool(health["success_ratio"] >= _LEAST_SUCCESS and health["spam_ratio"] <= _MOST_SPAM)


def choose(account: Account, profile: Row, to: str, members: list[Row]) -> Row:
    """The member that sends to this recipient; remembered where the pool is sticky."""
    settings = profile.document["number_pool_settings"]
    mapping = derived_uuid(STICKY, profile.id, to)
    known = account.rows(STICKY).get(mapping)
    chosen = _known(account, known, members) if settings["sticky_sender"] and known else None
    if chosen is None:
        near = [row for row in members if row.document["phone_number"][_AREA] == to[_AREA] and to.startswith("+1")]
        chosen = _by_weight(account, profile, near if settings["geomatch"] and near else members)
    if settings["sticky_sender"]:
        document = {"to": to, "number": chosen.document["phone_number"], "used_at": stamp_millis(account.now)}
        if known is None:
            account.insert(STICKY, document, row_id=mapping, parent=profile.id)
        else:
            account.update(STICKY, known, document)
    return chosen


def _known(account: Account, known: Row, members: list[Row]) -> Row | None:
    if account.now - moment(known.document["used_at"]).timestamp() > _STICKY_SECONDS:
        return None
    return next((row for row in members if row.document["phone_number"] == known.document["number"]), None)


def _by_weight(account: Account, profile: Row, members: list[Row]) -> Row:
    weights = _weights(profile.document["number_pool_settings"])
    sent = Counter(message["from"]["phone_number"] for message in sent_by(account, profile.id))
    by_kind: Counter[str] = Counter()
    for row in members:
        by_kind[kind_of(row)] += sent[row.document["phone_number"]]

    def load(row: Row) -> tuple[float, int]:
        kind = kind_of(row)
        return (by_kind[kind] + 1) / weights[kind], sent[row.document["phone_number"]]

    return min(members, key=load)


def forget(account: Account, profile_id: str) -> None:
    """Erase every mapping of a profile, as turning the sticky sender off does."""
    for row in account.rows(STICKY).where(PARENT, profile_id):
        account.delete(STICKY, row)
