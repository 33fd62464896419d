"""Whatever the server normalises, reorders or leaves out: apply, then plan, is empty (promise 6)."""

from __future__ import annotations

import pytest

from reconciler.sandbox.quirks import MEANING
from tests.journeys.workspace import Emulator, Workspace, manifest, profile

NUMBER = "+15125550100"
TEXT = "Acme: you will receive no more messages."
VALUES = {
    "lag": "lag=5",
    "audit-lag": "audit-lag=5",
    "short-autoresp-lists": "short-autoresp-lists=1",
    "bulk-polls": "bulk-polls=3",
}
APART = {"webhook-url-null", "short-autoresp-lists"}
"""The first contradicts another; pages of one row whose order changes between them cannot be read whole, and are
refused as ``short-list``."""

WORLD = (
    profile(
        "alerts",
        whitelisted_destinations=["US", "CA", "GB"],
        webhook_url="https://a.example.com",
        daily_spend_limit="10",
        number_pool_settings={"long_code_weight": 1, "toll_free_weight": 2, "skip_unhealthy": True},
    ),
    profile("bare", webhook_url=None, webhook_failover_url=""),
    manifest(
        "AutoResponse",
        "stop",
        messaging_profile="alerts",
        op="stop",
        country_code="US",
        keywords=["stop", "Unsubscribe", "OPT OUT"],
        resp_text=TEXT,
    ),
    manifest("AutoResponse", "help", messaging_profile="alerts", op="info", country_code="*", keywords=["HELP"]),
    manifest("AlphanumericSenderId", "acme", alphanumeric_sender_id="ACME", messaging_profile="alerts"),
    manifest("HostedNumberOrder", "desk", phone_numbers=[NUMBER], messaging_profile="alerts"),
    manifest("RcsAgent", "agent", agent_id="a1f09c3e5d7b4862", profile="alerts", webhook_url=None),
    manifest(
        "PhoneNumberMessaging", "local", phone_number="+15550100001", messaging_profile="alerts", tags=["b", "a", "c"]
    ),
    manifest("PhoneNumberMessaging", "off", phone_number="+18005550101", messaging_profile=None),
    manifest("ShortCode", "codes", short_code="12345", messaging_profile="alerts", tags=["b", "a", "c"]),
    manifest("ShortCode", "spare", short_code="54321", messaging_profile=None),
)


@pytest.mark.parametrize("quirk", [*MEANING, "all at once"])
def test_apply_then_plan_is_empty(quirk: str, telnyx: Emulator, workspace: Workspace) -> None:
    """After the create and after an update; drift is silent too."""
    chosen = MEANING if quirk == "all at once" else (quirk,)
    left_out = APART if quirk == "all at once" else set()
    telnyx.quirks(*(VALUES.get(name, name) for name in chosen if name not in left_out))
    workspace.declare(*WORLD)
    workspace.apply("--allow-adopt")
    assert workspace.actions() == {}
    assert workspace.call("drift").code == 0
    changed = {**WORLD[0], "spec": {**WORLD[0]["spec"], "webhook_url": "https://b.example.com", "enabled": False}}
    keywords = {**WORLD[2], "spec": {**WORLD[2]["spec"], "keywords": ["stop", "Quit"]}}
    workspace.declare(changed, WORLD[1], keywords, *WORLD[3:])
    workspace.apply()
    assert workspace.actions() == {}
    assert workspace.call("drift").code == 0
