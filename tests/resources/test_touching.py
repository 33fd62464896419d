"""What kinds ask of a risky change, and which counts of messages are believed."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.model.impact import Traffic
from reconciler.model.plan import SENSITIVE, Change
from reconciler.model.probe import Ask, Things, is_risky
from reconciler.resources.touching import traffic_in

from .stating import adopt, delete, diff, kind, replace, update

ID, OTHER = "40017a3c-0000-4000-8000-000000000001", "40017a3c-0000-4000-8000-000000000002"
GOOD: dict[str, Any] = {
    "record_type": "messaging_profile_metrics",
    "messaging_profile_id": ID,
    "phone_numbers": 250,
    "outbound": {"sent": 1000, "delivered": 990, "errors": 0.01},
    "inbound": {"received": 850},
}


def test_the_documented_counts_are_believed() -> None:
    """With or without the id that they are asked for by."""
    assert traffic_in(GOOD, ID) == Traffic(1000, 850)
    assert traffic_in({**GOOD, "beta": 1, "outbound": {"sent": 0}}, ID) == Traffic(0, 850)
    assert traffic_in({name: value for name, value in GOOD.items() if "id" not in name}, ID) == Traffic(1000, 850)


@pytest.mark.parametrize(
    "odd",
    [
        None,
        [],
        "1000",
        {},
        {**GOOD, "messaging_profile_id": OTHER},
        {**GOOD, "outbound": None},
        {**GOOD, "outbound": {"sent": "1000"}},
        {**GOOD, "outbound": {"sent": 0.99}},
        {**GOOD, "outbound": {"sent": True}},
        {**GOOD, "outbound": {"sent": -1}},
        {**GOOD, "outbound": {"delivered": 1000}},
        {**GOOD, "inbound": {"received": None}},
        {**GOOD, "inbound": [850]},
    ],
)
def test_no_other_shape_is_guessed_at(odd: Any) -> None:
    """Traffic is then unknown."""
    assert traffic_in(odd, ID) is None


def asked(change: Change) -> list[tuple[str, str | None]]:
    """What a change's kind asks, and about which object; what it knows itself, as a pair of sort and label."""
    found: list[tuple[str, str | None]] = []
    for one in kind(change.address.kind).impact(change):
        match one:
            case Ask():
                found.append((one.probe.name, one.id))
            case Things():
                found += [(one.what, each.label) for each in one.some]
    return found


SENDER, AGENT, ORDER = "AlphanumericSenderId", "RcsAgent", "HostedNumberOrder"
NUMBER = "PhoneNumberMessaging"
SENDS = {"alphanumeric_sender_id": "ACME", "messaging_profile": ID}  # resolved, as in a plan
NUMBERS = {"phone_numbers": [{"phone_number": "+15125550100", "status": "successful"}]}
CHANGES: list[tuple[str, Change, list[tuple[str, str | None]]]] = [
    (
        "a sender that goes elsewhere",
        replace(SENDER, SENDS, diff("messaging_profile", OTHER, ID)),
        [("sender ID", "ACME"), ("opt-outs", OTHER), ("traffic", OTHER)],
    ),
    (
        "a sender under another name",
        replace(SENDER, SENDS, diff("alphanumeric_sender_id", "OLD", "ACME")),
        [("sender ID", "OLD"), ("traffic", ID)],
    ),
    (
        "a sender that comes from a secret place",
        replace(SENDER, SENDS, diff("messaging_profile", SENSITIVE, SENSITIVE)),
        [("sender ID", "ACME"), ("opt-outs", None), ("traffic", None)],
    ),
    (
        "a sender that goes",
        delete(SENDER, alphanumeric_sender_id="ACME", messaging_profile_id=ID),
        [("sender ID", "ACME"), ("traffic", ID)],
    ),
    (
        "an agent that goes elsewhere",
        update(AGENT, {"agent_id": "a1", "profile": {"id": ID}}, diff("profile", OTHER, ID)),
        [("RCS agent", "id-1"), ("opt-outs", OTHER), ("traffic", OTHER)],
    ),
    (
        "an agent that had no profile",
        update(AGENT, {"agent_id": "a1", "profile": {"id": ID}}, diff("profile", None, ID)),
        [("RCS agent", "id-1")],
    ),
    (
        "an agent with another webhook, its profile not ours to say",
        update(AGENT, {"agent_id": "a1"}, diff("webhook_url", None, "https://a.example")),
        [("RCS agent", "id-1")],
    ),
    (
        "an order of a live number",
        delete(ORDER, status="successful", messaging_profile_id=ID, **NUMBERS),
        [("hosted number", "+15125550100"), ("traffic", ID)],
    ),
    (
        "a number that goes elsewhere",
        update(NUMBER, {"phone_number": "+15125550100", "messaging_profile": ID}, diff("messaging_profile", OTHER, ID)),
        [("phone number", "+15125550100"), ("opt-outs", OTHER), ("traffic", OTHER)],
    ),
    (
        "a number that is adopted and taken off its profile",
        adopt(NUMBER, {"phone_number": "+15125550100"}, diff("messaging_profile", OTHER, None)),
        [("phone number", "+15125550100"), ("opt-outs", OTHER), ("traffic", OTHER)],
    ),
    (
        "a short code that had no profile",
        update("ShortCode", {"short_code": "12345", "messaging_profile": ID}, diff("messaging_profile", None, ID)),
        [("short code", "12345")],
    ),
    (
        "a number that had none, in the older spelling",
        update(NUMBER, {"phone_number": "+15125550100", "messaging_profile": ID}, diff("messaging_profile", "", ID)),
        [("phone number", "+15125550100")],
    ),
    (
        "a hosted number that goes",
        delete("HostedNumber", phone_number="+15125550100", messaging_profile_id=ID),
        [("hosted number", "+15125550100"), ("traffic", ID)],
    ),
    ("an order that came to nothing", delete(ORDER, status="failed", messaging_profile_id=ID, **NUMBERS), []),
]


@pytest.mark.parametrize(("reason", "change", "wanted"), CHANGES, ids=[row[0] for row in CHANGES])
def test_what_is_asked(reason: str, change: Change, wanted: list[tuple[str, str | None]]) -> None:
    """Of the profile as it was before the change; opt-outs only where something moves."""
    assert is_risky(kind(change.address.kind), change), reason
    assert asked(change) == wanted, reason


def test_a_harmless_update_is_not_risky() -> None:
    """So nothing is asked."""
    assert not is_risky(
        kind("MessagingProfile"),
        update("MessagingProfile", {"whitelisted_destinations": ["US"]}, diff("name", "a", "b")),
    )
    tagged = update(NUMBER, {"phone_number": "+15125550100", "tags": ["a"]}, diff("tags", [], ["a"]))
    assert not is_risky(kind(NUMBER), tagged)
