"""What hangs on a profile is found where the API shows it, and nothing of another profile is."""

from __future__ import annotations

from typing import Any

from reconciler.model.kind import Attached
from reconciler.model.observed import Remote
from reconciler.model.session import WriteSession

from .stating import kind
from .talking import with_sandbox

OURS, OTHER = "40017a3c-0000-4000-8000-000000000001", "40017a3c-0000-4000-8000-000000000002"


def _of_both(**row: Any) -> list[dict[str, Any]]:
    return [{**row, "id": f"{index}", "messaging_profile_id": p} for index, p in enumerate((OURS, OTHER), start=1)]


def _order(index: int, status: str) -> dict[str, Any]:
    number = {"id": f"n{index}", "phone_number": f"+1512555010{index}", "status": status}
    return {"id": f"o{index}", "messaging_profile_id": OURS, "status": status, "phone_numbers": [number]}


SEED = {
    "messaging_profiles": [{"id": OURS, "name": "Ours"}, {"id": OTHER, "name": "Other"}],
    "phone_numbers": _of_both(phone_number="+15125550142"),
    "short_codes": _of_both(short_code="12345"),
    "messaging_hosted_numbers": _of_both(phone_number="+15125550143"),
    "mobile_phone_numbers": _of_both(phone_number="+15125550144"),
    "alphanumeric_sender_ids": _of_both(alphanumeric_sender_id="ACME"),
    "autoresp_configs": _of_both(op="stop", country_code="US", keywords=["STOP"]),
    "messaging_hosted_number_orders": [_order(1, "pending"), _order(2, "failed"), _order(3, "deleted")],
    "rcs_agents": [
        {"agent_id": "a1", "agent_name": "Acme", "profile_id": OURS},
        {"agent_id": "a2", "profile_id": OTHER},
        {"agent_id": "a3", "profile_id": OURS, "agent_name": None},
    ],
}


def test_everything_attached_is_found() -> None:
    """Children that are kinds go by the kind's name, so that a plan can tell that it removes them itself."""
    found: dict[str, tuple[Attached, ...]] = {}

    async def talk(session: WriteSession) -> None:
        for fact in kind("MessagingProfile").facts:
            found[fact.name] = await fact.fetch(session, Remote(OURS))

    with_sandbox(talk, seed=SEED)
    assert found == {
        "phone_numbers": (Attached("PhoneNumberMessaging", "1", "+15125550142"),),
        "short_codes": (Attached("ShortCode", "1", "12345"),),
        "hosted_numbers": (Attached("HostedNumber", "1", "+15125550143"),),
        "mobile_numbers": (Attached("mobile number", "1", "+15125550144"),),
        "alphanumeric_sender_ids": (Attached("AlphanumericSenderId", "1", "ACME"),),
        "auto_responses": (Attached("AutoResponse", "1", "stop for US"),),
        "orders": (Attached("HostedNumberOrder", "o1", "+15125550101 (pending)"),),
        "agents": (Attached("RcsAgent", "a1", "Acme"), Attached("RcsAgent", "a3", "a3")),
    }


def test_a_new_profile_has_nothing_attached() -> None:
    """So that it can be deleted again."""

    async def talk(session: WriteSession) -> None:
        body = {"name": "New", "whitelisted_destinations": ["US"]}
        made = (await session.post("/messaging_profiles", body))["data"]
        for fact in kind("MessagingProfile").facts:
            assert await fact.fetch(session, Remote(made["id"])) == ()

    with_sandbox(talk)
