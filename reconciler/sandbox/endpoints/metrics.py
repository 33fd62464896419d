"""Messaging profile metrics (guides 2 and 9): read-only counts of the messages of some time frame.

The OpenAPI description leaves their objects open. Their fields are those of the examples in Telnyx's reference
(developers.telnyx.com, "List messaging profile metrics" and "Retrieve messaging profile metrics"). No message is sent
here, so a row of the collection is one count of messages at one moment, planted by a seed or an administrator.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from reconciler.sandbox.account import Account
from reconciler.sandbox.calls import Answer, Call, Route
from reconciler.sandbox.endpoints.profiles import PROFILES
from reconciler.sandbox.fields import Field, text, uuid_text, weight
from reconciler.sandbox.idents import moment, plain_uuid, stamp_millis
from reconciler.sandbox.pages import envelope, page_of
from reconciler.sandbox.refusals import Refusal, refuse
from reconciler.sandbox.rest import Document, Resource
from reconciler.sandbox.store import Row, encode

FRAMES: Final = {
    "1h": timedelta(hours=1),
    "3h": timedelta(hours=3),
    "24h": timedelta(hours=24),
    "3d": timedelta(days=3),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
"""Values of `time_frame`, and how far back each reaches."""


def _fixed(_account: Account, row_id: str) -> Document:
    return {"id": row_id}


def _complete(account: Account, document: Document) -> Document:
    return {"timestamp": stamp_millis(account.now), **document}


TRAFFIC = Resource(
    collection="messaging_profile_metrics",
    fields=(
        Field("messaging_profile_id", uuid_text, required=True, update=False, reference="messaging_profiles"),
        Field("label", text(), default="longcode"),
        Field("sent", weight, default=0),
        Field("delivered", weight, default=0),
        Field("received", weight, default=0),
    ),
    identify=plain_uuid,
    fixed=_fixed,
    complete=_complete,
    stamp=None,
    creatable=False,
    alias="messaging_profile_id",
)


def _within(call: Call, profile: Row) -> list[Document]:
    frame = call.query.get("time_frame", "24h")
    if frame not in FRAMES:
        raise refuse(400, "10032", f"time_frame must be one of {', '.join(FRAMES)}", parameter="time_frame")
    since = call.account.now - FRAMES[frame].total_seconds()
    rows = call.account.rows(TRAFFIC.collection).where("messaging_profile_id", profile.id)
    return [row.document for row in rows if moment(row.document["timestamp"]).timestamp() >= since]


def _outbound(counts: Iterable[Document]) -> dict[str, Any]:
    counts = list(counts)
    sent, delivered = (sum(each[name] for each in counts) for name in ("sent", "delivered"))
    return {"sent": sent, "delivered": delivered, "errors": (sent - delivered) / sent if sent else 0}


def _overview(call: Call, profile: Row) -> dict[str, Any]:
    counts = _within(call, profile)
    return {
        "record_type": "messaging_profile_metrics",
        "messaging_profile_id": profile.id,
        "phone_numbers": len(call.account.rows("phone_numbers").where("messaging_profile_id", profile.id)),
        "outbound": _outbound(counts),
        "inbound": {"received": sum(each["received"] for each in counts)},
    }


def _list(call: Call) -> Answer:
    try:
        page = page_of(call.query)
    except Refusal as refusal:
        raise Refusal(400, refusal.problems) from None  # the only refusals that this list documents are 400 and 401
    profiles = list(call.account.rows(PROFILES.collection))
    shown = (encode(_overview(call, profile)) for profile in profiles[page.slice()])
    return Answer(envelope(shown, page.meta(len(profiles))))


def _read(call: Call) -> Answer:
    profile = PROFILES.find(call.account, call.params["id"])
    detailed = [
        {
            "timestamp": each["timestamp"],
            "metrics": [{"label": each["label"], **_outbound([each]), "received": each["received"]}],
        }
        for each in _within(call, profile)
    ]
    return Answer(encode({"data": {"detailed": detailed, "overview": _overview(call, profile)}}))


ROUTES = (
    Route("GET", "/messaging_profile_metrics", _list),
    Route("GET", "/messaging_profiles/{id}/metrics", _read),
)
