"""People and other programs at work in the account, behind the back of ours.

What they do is drawn without looking at the account: whatever there is, the same numbers make the same deeds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.worlds.chronicle import KEY_FIELDS, Chronicle, One
from tests.worlds.ending import Row
from tests.worlds.manifests import KEYWORDS, LOCAL_NAMES, NUMBERS, PROFILE_NAMES, REQUEST, SENDERS, TOLL_FREE
from tests.worlds.universe import COLLECTIONS

_EDITS: dict[str, list[dict[str, Any]]] = {
    "MessagingProfile": [
        {"webhook_url": "https://portal.example.com"},
        {"mms_transcoding": True},
        {"whitelisted_destinations": ["DE"]},
        {"daily_spend_limit": "99"},
        *({"name": name} for name in PROFILE_NAMES),
    ],
    "AutoResponse": [{"resp_text": "Written by a person in the portal."}, {"keywords": ["LEAVE", "PORTAL"]}],
    "RcsAgent": [{"webhook_url": "https://portal.example.com"}, {"webhook_url": None}],
    "PhoneNumberMessaging": [{"tags": ["portal"]}, {"messaging_profile_id": ""}],
    "ShortCode": [{"tags": ["portal"]}, {"messaging_profile_id": ""}],
    "HostedNumber": [{"tags": ["portal"]}, {"messaging_profile_id": ""}],
    "TollfreeVerification": [{"businessName": "Portal Inc."}, {"helpMessageResponse": "Ask the portal."}],
}
_ROWS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "MessagingProfile": st.fixed_dictionaries(
        {
            "name": st.sampled_from([*PROFILE_NAMES, *LOCAL_NAMES["MessagingProfile"]]),
            "whitelisted_destinations": st.just(["US"]),
        }
    ),
    "AutoResponse": st.fixed_dictionaries(
        {
            "op": st.sampled_from(["stop", "info"]),
            "country_code": st.sampled_from(["US", "CA"]),
            "keywords": st.lists(st.sampled_from(KEYWORDS), min_size=1, max_size=2, unique=True),
        }
    ),
    "AlphanumericSenderId": st.fixed_dictionaries({"alphanumeric_sender_id": st.sampled_from(SENDERS)}),
    "HostedNumberOrder": st.fixed_dictionaries({"phone_numbers": st.tuples(st.sampled_from(NUMBERS)).map(list)}),
    "TollfreeVerification": st.sampled_from(TOLL_FREE).map(
        lambda number: {
            **REQUEST,
            "businessContactEmail": "pat@portal.example",
            "phoneNumbers": [{"phoneNumber": number}],
        }
    ),
}
_CHILDREN = frozenset({"AutoResponse", "AlphanumericSenderId"})
_STATUSES = {
    "HostedNumberOrder": ("provisioning", "failed", "loa_file_invalid"),
    "TollfreeVerification": ("Verified", "Rejected", "Waiting For Customer"),
}


@dataclass(frozen=True)
class Deed:
    """What somebody does. ``which`` picks the object, of those that there are by then."""

    verb: str
    kind: str
    which: int
    said: dict[str, Any]


def _deeds(verb: str, kinds: list[str], said: dict[str, st.SearchStrategy[dict[str, Any]]]) -> st.SearchStrategy[Deed]:
    return st.sampled_from(kinds).flatmap(
        lambda kind: st.builds(Deed, st.just(verb), st.just(kind), st.integers(0, 7), said.get(kind, st.just({})))
    )


_EDITING = _deeds("edit", sorted(_EDITS), {kind: st.sampled_from(edits) for kind, edits in _EDITS.items()})
_CREATING = _deeds("create", sorted(_ROWS), _ROWS)
_DELETING = _deeds("delete", sorted({*_ROWS, "HostedNumber"}), {})
_ADVANCING = _deeds(
    "advance",
    sorted(_STATUSES),
    {kind: st.fixed_dictionaries({"status": st.sampled_from(statuses)}) for kind, statuses in _STATUSES.items()},
)
deeds: st.SearchStrategy[Deed] = st.one_of(_EDITING, _EDITING, _CREATING, _CREATING, _DELETING, _ADVANCING)


def meddle(deed: Deed, chronicle: Chronicle) -> set[One]:
    """Do it, where there is something to do it to; answers the objects that are no longer as they were."""
    before = chronicle.universe.rows(deed.kind)
    _do(deed, chronicle)
    after = chronicle.universe.rows(deed.kind)
    return {
        (deed.kind, remote_id) for remote_id, row in before.items() if _values(after.get(remote_id)) != _values(row)
    }


def _values(row: Row | None) -> Row | None:
    """Without the hour at which somebody wrote what already stood there."""
    return row and {name: value for name, value in row.items() if name != "updated_at"}


def _do(deed: Deed, chronicle: Chronicle) -> None:
    universe, collection = chronicle.universe, COLLECTIONS[deed.kind]
    rows = list(universe.rows(deed.kind))
    if deed.verb == "create":
        _create(deed, chronicle)
    elif rows:
        chosen = rows[deed.which % len(rows)]
        match deed.verb:
            case "edit":
                universe.portal("edit", collection=collection, id=chosen, set=deed.said)
                if KEY_FIELDS & deed.said.keys() and not _is_recorded(deed.kind, chosen, chronicle):
                    chronicle.unrecognisable.add((deed.kind, chosen))
            case "delete":
                universe.portal("delete", collection=collection, id=chosen)
            case "advance" if chronicle.alive((deed.kind, chosen)):  # what came to nothing does not come back
                universe.portal("advance", order=chosen, **deed.said)


def _is_recorded(kind: str, remote_id: str, chronicle: Chronicle) -> bool:
    entries = chronicle.universe.ledger().entries.values()
    return any((entry.address.kind, entry.remote.id) == (kind, remote_id) for entry in entries)


def _create(deed: Deed, chronicle: Chronicle) -> None:
    """A stranger's object, often under the natural key of something desired."""
    universe, row = chronicle.universe, dict(deed.said)
    if deed.kind in _CHILDREN:
        profiles = list(universe.rows("MessagingProfile"))
        if not profiles:
            return
        row["messaging_profile_id"] = profiles[deed.which % len(profiles)]
    before = set(universe.rows(deed.kind))
    universe.portal("create", collection=COLLECTIONS[deed.kind], set=row)
    if universe.ledger().intents:
        new = set(universe.rows(deed.kind)) - before
        chronicle.indistinguishable |= {(deed.kind, remote_id) for remote_id in new}
