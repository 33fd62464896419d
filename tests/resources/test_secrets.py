"""What came from the environment is in no text that a kind writes (design §1, promise 7)."""

from __future__ import annotations

from dataclasses import replace as but
from typing import Any

from reconciler.model.resource import Resource

from .stating import delete, entry, kind, observed, replace, resource

CANARY = "+15125550166"
ROW: dict[str, Any] = {"status": "failed", "phone_numbers": [{"phone_number": CANARY, "status": "failed_timeout"}]}


def _secret(name: str, spec: dict[str, Any], field: str) -> Resource:
    return but(resource(name, spec), secrets=frozenset({(field,)}))


def test_numbers_of_an_order_stay_out_of_sight() -> None:
    """In what holds it back, in what it waits for, and in why it may not be deleted."""
    order = kind("HostedNumberOrder")
    stated = _secret("HostedNumberOrder", {"phone_numbers": [CANARY]}, "phone_numbers")
    held = order.hold(stated, None, [observed("HostedNumberOrder", ROW)])
    assert held is not None
    notices = order.notices(stated, observed("HostedNumberOrder", {**ROW, "status": "provisioning"}))
    removal = but(
        delete("HostedNumberOrder", **{**ROW, "status": "pending"}),
        entry=entry("HostedNumberOrder", "phone_numbers"),
    )
    refused = order.guards[0].refuses(removal, {})
    said = f"{held}{notices}{refused}"
    assert "(sensitive)  failed_timeout" in said
    assert "the order for (sensitive) is pending" in said
    assert CANARY not in said


def test_a_secret_sender_is_not_named_when_it_is_replaced() -> None:
    """The warning does without."""
    spec = {"alphanumeric_sender_id": "CANARY", "messaging_profile": "p"}
    change = replace("AlphanumericSenderId", spec)
    secret = _secret("AlphanumericSenderId", spec, "alphanumeric_sender_id")
    change = but(change, desired=but(change.desired, resource=secret))
    (guard,) = kind("AlphanumericSenderId").guards
    assert guard.refuses(change, {}) == (
        "sends from this sender fail while it is deleted and created again; apply when traffic is low"
    )
