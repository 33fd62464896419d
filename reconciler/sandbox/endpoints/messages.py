"""Sending messages (guide 16): accepted, stored, read back, cancelled; there is no list.

What is checked is `message_checks`, what is stored `message_rows`. Nothing leaves: `advance` delivers.
"""

from typing import Any, Final

from reconciler.sandbox import rest
from reconciler.sandbox.account import Account
from reconciler.sandbox.calls import Answer, Call, Handler, Route
from reconciler.sandbox.endpoints.message_checks import Sender, check_money_and_size, sender_of, settled
from reconciler.sandbox.endpoints.message_rows import COLLECTION, MESSAGES, status_of, store_outbound, with_status
from reconciler.sandbox.fields import Field, array, boolean, choice, e164, problems_of, text, url, uuid_text
from reconciler.sandbox.idents import moment
from reconciler.sandbox.refusals import Refusal, not_found, refuse
from reconciler.sandbox.rest import Document
from reconciler.sandbox.segments import ASCII, GSM, WHOLE_GSM, Alphabet, Segments, plainer, segments_of
from reconciler.sandbox.store import Row, encode

_MOST_MEDIA: Final = 10
_MOST_IN_GROUP: Final = 8
_KEPT_SECONDS: Final = 10 * 86_400.0
_CANCEL_SECONDS: Final = 60.0
_NUMBERS: Final = frozenset({"longcode", "tollfree"})
_ANY: Final = _NUMBERS | {"shortcode", "alphanumeric"}
_TO = Field("to", e164, required=True)
_FROM = Field("from", text(minimum=1), required=True)
_PROFILE = Field("messaging_profile_id", uuid_text, required=True)
_SEND_AT = Field("send_at", text(minimum=1), required=True)
_TEXT = Field("text", text(minimum=1), required=True)
_WEBHOOKS = (
    Field("use_profile_webhooks", boolean),
    Field("webhook_url", url, nullable=True),
    Field("webhook_failover_url", url, nullable=True),
)
_CONTENT = (
    Field("text", text(minimum=1)),
    Field("media_urls", array(url, maximum=_MOST_MEDIA)),
    Field("subject", text()),
    *_WEBHOOKS,
)
_STYLE = (
    Field("type", choice("SMS", "MMS")),
    Field("encoding", choice("auto", "gsm7", "ucs2")),
    Field("auto_detect", boolean),
)
_SOURCE = (Field("from", text(minimum=1)), Field("messaging_profile_id", uuid_text))
_GROUP = (_FROM, Field("to", array(e164, minimum=1, maximum=_MOST_IN_GROUP), required=True), *_CONTENT)


def _valid(call: Call, fields: tuple[Field, ...]) -> Document:
    if problems := list(problems_of(fields, call.body, "create")):
        raise Refusal(422, problems)
    return {field.name: call.body[field.name] for field in fields if call.body.get(field.name) is not None}


def _segments(account: Account, sender: Sender, body: Document) -> Segments:
    """The parts of a text; an MMS is one, in UTF-8."""
    if body.get("media_urls") or body.get("type") == "MMS":
        return Segments("UTF-8", 1, smart=False)
    alphabet = _alphabet(account, sender.kind)
    content, encoding = body["text"], body.get("encoding", "auto")
    if encoding == "gsm7" and not alphabet.holds(plainer(content, alphabet)):
        raise refuse(400, "10028", "the text cannot be written in GSM-7", pointer="/text")
    smart = encoding == "gsm7" or bool(sender.profile.document["smart_encoding"])
    return segments_of(content, alphabet, smart=smart, unicode=encoding == "ucs2")


def _alphabet(account: Account, kind: str) -> Alphabet:
    if kind == "shortcode":
        return ASCII
    return WHOLE_GSM if "whole-gsm-alphabet" in account.quirks else GSM


def _content(body: Document) -> None:
    if not body.get("text") and not body.get("media_urls"):
        raise refuse(422, "40316", "text or media_urls is required", pointer="/text")
    if body.get("type") == "SMS" and body.get("media_urls"):
        raise refuse(422, "40304", "an SMS has no media", pointer="/media_urls")
    if body.get("type") == "MMS" and not body.get("media_urls") and isinstance(body["to"], str):
        raise refuse(422, "40317", "an MMS needs media_urls", pointer="/media_urls")


def _due(account: Account, body: Document) -> None:
    try:
        due = moment(body["send_at"]).timestamp()
    except ValueError:
        raise refuse(422, "10015", "send_at must be an ISO 8601 time", pointer="/send_at") from None
    if due <= account.now:
        raise refuse(422, "10033", "send_at must lie in the future", pointer="/send_at")


def _accepted(account: Account, body: Document, kinds: frozenset[str], to: list[str]) -> Row:
    _content(body)
    if "send_at" in body:
        _due(account, body)
    sender = sender_of(account, body, kinds)
    for number in to:
        sender = settled(account, sender, number)
    segments = _segments(account, sender, body)
    check_money_and_size(account, sender.profile, segments)
    return store_outbound(account, sender.profile, sender.address, to, body, segments)


def _send(kinds: frozenset[str], *fields: Field) -> Handler:
    """POST of one message from a sender of one of these kinds, with these fields; any others are ignored."""

    def handler(call: Call) -> Answer:
        body = _valid(call, fields)
        return _told(call, _accepted(call.account, body, kinds, [body["to"]]))

    return handler


def _send_to_group(call: Call) -> Answer:
    body = _valid(call, _GROUP)
    return _told(call, _accepted(call.account, {**body, "type": "MMS"}, _NUMBERS, body["to"]))


def _shown(call: Call) -> Any:
    # The schema of messages knows no `scheduled`; only the answer to a cancellation does.
    def show(document: Document) -> Document:
        told = {name: value for name, value in document.items() if name != "send_at"}
        waiting = document["to"][0]["status"] == "scheduled" and "scheduled-status" not in call.account.quirks
        return with_status(told, "queued") if waiting else told

    return show


def _told(call: Call, row: Row) -> Answer:
    return rest.single(call, row, show=_shown(call))


def _find(call: Call, row_id: str) -> Row:
    row = MESSAGES.find(call.account, row_id)
    if call.account.now - moment(row.document["received_at"]).timestamp() > _KEPT_SECONDS:
        raise not_found()
    return row


def _group(call: Call) -> Answer:
    row = _find(call, call.params["message_id"])
    if len(row.document["to"]) == 1:
        raise not_found()
    return Answer(f'{{"data":[{call.present(row, _shown(call))}]}}')


def _cancel(call: Call) -> Answer:
    row = _find(call, call.params["id"])
    due = row.document["send_at"] if status_of(row) == "scheduled" else None
    if due is None or moment(due).timestamp() - call.account.now <= _CANCEL_SECONDS:
        raise refuse(403, "10010", "only a message that is scheduled for later than in a minute can be cancelled")
    cancelled = with_status({**row.document, "cost": {"amount": "0.0", "currency": "USD"}}, "cancelled")
    cancelled["cost_breakdown"] = None
    call.account.update(COLLECTION, row, cancelled)
    hidden = {"send_at", "wait_seconds"}
    return Answer(encode({name: value for name, value in cancelled.items() if name not in hidden}))


_PATH: Final = "/messages"
_DETAILS = (*_CONTENT, *_STYLE)
_by_any = _send(_ANY, _TO, *_SOURCE, *_DETAILS, Field("send_at", text(minimum=1), nullable=True))
_by_long_code = _send(_NUMBERS, _FROM, _TO, *_DETAILS)
_by_short_code = _send(frozenset({"shortcode"}), _FROM, _TO, *_DETAILS)
_by_pool = _send(frozenset(), _TO, _PROFILE, *_DETAILS)
_by_name = _send(frozenset({"alphanumeric"}), _FROM, _TO, _TEXT, _PROFILE, *_WEBHOOKS)
_later = _send(_ANY, _TO, _SEND_AT, *_SOURCE, *_DETAILS)
ROUTES = (
    Route("POST", _PATH, _by_any, body="optional"),
    Route("POST", _PATH + "/long_code", _by_long_code, body="optional"),
    Route("POST", _PATH + "/short_code", _by_short_code, body="optional"),
    Route("POST", _PATH + "/number_pool", _by_pool, body="optional"),
    Route("POST", _PATH + "/alphanumeric_sender_id", _by_name, body="required"),
    Route("POST", _PATH + "/schedule", _later, body="optional"),
    Route("POST", _PATH + "/group_mms", _send_to_group, body="optional"),
    Route("GET", _PATH + "/group/{message_id}", _group),
    Route("GET", _PATH + "/{id}", lambda call: _told(call, _find(call, call.params["id"]))),
    Route("DELETE", _PATH + "/{id}", _cancel, bare_errors=frozenset({403, 404})),
)
