"""Messages as they are stored and read back (guide 16): parts, prices, the steps of delivery, the day's spending.

Prices are those of the specification's example, the same for every destination: they are nobody's price list.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from reconciler.sandbox.account import Account
from reconciler.sandbox.idents import message_id, moment, stamp_millis
from reconciler.sandbox.progress import Ask, Course
from reconciler.sandbox.rest import Document, Resource
from reconciler.sandbox.segments import Segments
from reconciler.sandbox.store import Row

COLLECTION: Final = "messages"
_RATE: Final = Decimal("0.00205")
_CARRIER_FEE: Final = Decimal("0.00305")
_VALID_SECONDS: Final = 3600.0
_NEXT: Final = {"scheduled": "queued", "queued": "sending", "sending": "sent", "sent": "delivered"}
_OVER: Final = frozenset({"delivered", "sending_failed", "delivery_failed", "delivery_unconfirmed", "expired"})


def _fixed(account: Account, row_id: str) -> Document:
    return {
        "record_type": "message",
        "direction": "outbound",
        "id": row_id,
        "organization_id": account.organization_id,
        "type": "SMS",
        "cc": [],
        "media": [],
        "errors": [],
        "subject": None,
        "sent_at": None,
        "completed_at": None,
        "received_at": stamp_millis(account.now),
        "tcr_campaign_id": None,
        "tcr_campaign_registered": None,
    }


MESSAGES = Resource(
    collection=COLLECTION, fields=(), identify=message_id, fixed=_fixed, stamp=None, creatable=False, alias="id"
)


def _price(amount: Decimal) -> Document:
    return {"amount": f"{amount}", "currency": "USD"}


def _party(number: str, *, ours: bool) -> Document:
    return {
        "phone_number": number,
        "carrier": "TELNYX LLC" if ours else "",
        "line_type": "VoIP" if ours else "Wireless",
    }


def store_outbound(
    account: Account, profile: Row, sender: str, to: Iterable[str], body: Document, segments: Segments
) -> Row:
    """Keep an accepted message; `body` is the request's, of which only valid fields are read."""
    own = body.get("use_profile_webhooks", True)
    urls = {
        name: body.get(name) or (profile.document[name] if own else None) or None
        for name in ("webhook_url", "webhook_failover_url")
    }
    text, media = body.get("text"), body.get("media_urls") or []
    recipients = [{**_party(number, ours=False), "status": "queued"} for number in to]
    charged = segments.parts * len(recipients)
    scheduled = body.get("send_at")
    row_id = message_id()
    document = {
        **_fixed(account, row_id),
        "messaging_profile_id": profile.id,
        "type": "MMS" if media or body.get("type") == "MMS" else "SMS",
        "from": _party(sender, ours=True),
        "to": [{**entry, "status": "scheduled"} for entry in recipients] if scheduled else recipients,
        "subject": body.get("subject"),
        "media": [{"url": url, "content_type": None, "sha256": None, "size": None} for url in media],
        **urls,
        "encoding": segments.encoding,
        "parts": segments.parts,
        "num_chars": len(text or ""),
        "smart_encoding_applied": segments.smart,
        "cost": _price((_RATE + _CARRIER_FEE) * charged),
        "cost_breakdown": {"rate": _price(_RATE * charged), "carrier_fee": _price(_CARRIER_FEE * charged)},
        "tcr_campaign_billable": False,
        "valid_until": stamp_millis(account.now + _VALID_SECONDS),
        "wait_seconds": 0.0,
    }
    if text is not None:
        document["text"] = text
    if scheduled:
        document["send_at"] = scheduled
    return account.insert(COLLECTION, document, row_id=row_id)


def store_inbound(account: Account, profile: Row, sender: str, to: str, text: str, segments: Segments) -> Row:
    """Keep a message that a handset sent to one of our numbers."""
    row_id = message_id()
    document = {
        **_fixed(account, row_id),
        "direction": "inbound",
        "messaging_profile_id": profile.id,
        "from": {**_party(sender, ours=False), "status": "received"},
        "to": [{**_party(to, ours=True), "status": "delivered"}],
        "text": text,
        "encoding": segments.encoding,
        "parts": segments.parts,
        "num_chars": len(text),
        "cost": _price(_RATE * segments.parts),
        "valid_until": None,
    }
    return account.insert(COLLECTION, document, row_id=row_id)


def sent_by(account: Account, profile_id: str) -> list[Document]:
    """The messages that a profile has sent."""
    rows = account.rows(COLLECTION).where("messaging_profile_id", profile_id)
    return [row.document for row in rows if row.document["direction"] == "outbound"]


def spent_today(account: Account, profile_id: str) -> Decimal:
    """What a profile has spent since midnight UTC; a limit that is changed meanwhile does not reset it (guide 2)."""
    today = datetime.fromtimestamp(account.now, UTC).date()
    return sum(
        (
            Decimal(message["cost"]["amount"])
            for message in sent_by(account, profile_id)
            if moment(message["received_at"]).date() == today and message["to"][0]["status"] != "cancelled"
        ),
        Decimal(0),
    )


def with_status(document: Document, status: str) -> Document:
    """The message with every recipient in this status."""
    return {**document, "to": [{**entry, "status": status} for entry in document["to"]]}


def status_of(row: Row) -> str:
    """The status of a message: recipients go together here."""
    return str(row.document["to"][0]["status"])


def _move(account: Account, row: Row, ask: Ask) -> Row:
    status: Any = ask.get("status") or _NEXT.get(status_of(row), status_of(row))
    document = with_status(row.document, status)
    stamp = stamp_millis(account.now)
    if status in {"sent", "delivered"}:
        document["sent_at"] = document["sent_at"] or stamp
        document["valid_until"] = None
    if status in _OVER:
        document["completed_at"] = document["completed_at"] or stamp
    return account.update(COLLECTION, row, document)


COURSE = Course(
    MESSAGES,
    statuses=frozenset(_NEXT) - {"scheduled"} | _OVER,
    movable=lambda row: row.document["direction"] == "outbound" and status_of(row) in _NEXT,
    move=_move,
)
