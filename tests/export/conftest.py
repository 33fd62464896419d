"""An emulator and a folder for each test, and an account with something in it for those that ask."""

from __future__ import annotations

from typing import Any

import pytest

from tests.export.folder import TOKEN
from tests.journeys.conftest import telnyx, workspace
from tests.journeys.workspace import Emulator

__all__ = ["telnyx", "workspace"]


@pytest.fixture
def alerts(telnyx: Emulator) -> dict[str, Any]:
    """A profile with an auto-response and a sender below it."""
    made: dict[str, Any] = telnyx.create(
        "messaging_profiles", name="Alerts", whitelisted_destinations=["US", "NO"], webhook_url=TOKEN
    )
    telnyx.create("autoresp_configs", messaging_profile_id=made["id"], op="stop", country_code="US", keywords=["stop"])
    telnyx.create(
        "alphanumeric_sender_ids",
        messaging_profile_id=made["id"],
        alphanumeric_sender_id="ACME",
        us_long_code_fallback="+15125550142",
    )
    telnyx.forget_requests()
    return made
