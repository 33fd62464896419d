"""Messages that handsets send to our numbers: the administrator's doing, as nothing else can make one.

Keywords are matched on the whole text, whatever its case (guide 3, 22.11): first the configurations for the
handset's country, then those for any country, then the words that always work. STOP enters the recipient into the
opt-outs of the profile, START takes it out; what a configuration says is answered with a message of ours.
"""

from dataclasses import dataclass
from typing import Final

from reconciler.sandbox.account import Account
from reconciler.sandbox.countries import country_of
from reconciler.sandbox.endpoints.message_rows import store_inbound, store_outbound
from reconciler.sandbox.endpoints.opt_outs import OPT_OUTS
from reconciler.sandbox.idents import plain_uuid, stamp_spaced
from reconciler.sandbox.refusals import refuse
from reconciler.sandbox.segments import GSM, segments_of
from reconciler.sandbox.store import PARENT, Row

_ALWAYS: Final = {
    **dict.fromkeys(("stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit"), "stop"),
    **dict.fromkeys(("start", "unstop"), "start"),
    "help": "info",
}
_TYPE: Final = {"stop": "STOP", "start": "START", "info": "HELP"}
_OWNED: Final = (
    ("phone_numbers", "phone_number"),
    ("messaging_hosted_numbers", "phone_number"),
    ("short_codes", "short_code"),
)


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an inbound message."""

    message: Row
    autoresponse_type: str | None
    """As webhooks call it: STOP, START or HELP."""
    reply: Row | None


def receive(account: Account, sender: str, to: str, text: str) -> Received:
    """A handset sends `text` to a number of ours; 422 when the number is not ours or has no profile."""
    profile = _profile_of(account, to)
    message = store_inbound(account, profile, sender, to, text, segments_of(text, GSM, smart=False))
    operation, answer = _meant(account, profile, text, country_of(sender))
    if operation == "stop":
        _block(account, profile, to, sender, text)
    elif operation == "start":
        for row in _blocks(account, profile, sender):
            account.delete(OPT_OUTS.collection, row)
    reply = None
    if answer:
        smart = bool(profile.document["smart_encoding"])
        reply = store_outbound(account, profile, to, [sender], {"text": answer}, segments_of(answer, GSM, smart=smart))
    return Received(message, _TYPE.get(operation or ""), reply)


def _profile_of(account: Account, number: str) -> Row:
    for collection, field in _OWNED:
        for row in account.rows(collection):
            profile = account.rows("messaging_profiles").get(row.document["messaging_profile_id"] or "")
            if row.document[field] == number and profile is not None:
                return profile
    raise refuse(422, "10013", "to is no number of this account with a messaging profile", pointer="/to")


def _meant(account: Account, profile: Row, text: str, country: str | None) -> tuple[str | None, str | None]:
    """The operation that a text asks for, and the answer that is configured for it."""
    word = text.strip().casefold()
    configured = [row.document for row in account.rows("autoresp_configs").where(PARENT, profile.id)]
    near = [entry for entry in configured if entry["country_code"] == country]
    applying = [*near, *(entry for entry in configured if entry["country_code"] == "*")]
    for entry in applying:
        if word in {keyword.casefold() for keyword in entry["keywords"]}:
            return entry["op"], entry.get("resp_text")
    operation = _ALWAYS.get(word)
    answers = (entry.get("resp_text") for entry in applying if entry["op"] == operation)
    return operation, next(answers, None)


def _blocks(account: Account, profile: Row, recipient: str) -> list[Row]:
    rows = account.rows(OPT_OUTS.collection).where("messaging_profile_id", profile.id)
    return [row for row in rows if row.document["to"] == recipient]


def _block(account: Account, profile: Row, number: str, recipient: str, text: str) -> None:
    if _blocks(account, profile, recipient):
        return
    document = {
        "from": number,
        "to": recipient,
        "keyword": text.strip().upper(),
        "messaging_profile_id": profile.id,
        "created_at": stamp_spaced(account.now),
    }
    account.insert(OPT_OUTS.collection, document, row_id=plain_uuid())
