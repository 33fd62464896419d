"""Refusals, as the errors that the official SDK makes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import telnyx
from telnyx import Telnyx

from .site import NOWHERE, Site

REFUSALS: list[tuple[str, Callable[[Telnyx], Any], type[telnyx.APIStatusError], str]] = [
    (
        "no such profile",
        lambda sdk: sdk.messaging_profiles.retrieve(NOWHERE),
        telnyx.NotFoundError,
        "10005",
    ),
    (
        "no such parent in the path",
        lambda sdk: sdk.messaging_profiles.autoresp_configs.create(
            NOWHERE, op="stop", country_code="US", keywords=["STOP"]
        ),
        telnyx.NotFoundError,
        "10005",
    ),
    (
        "no such parent in the body",
        lambda sdk: sdk.alphanumeric_sender_ids.create(alphanumeric_sender_id="A", messaging_profile_id=NOWHERE),
        telnyx.UnprocessableEntityError,
        "10017",
    ),
    (
        "unknown shortener domain",
        lambda sdk: sdk.messaging_profiles.create(
            name="x", whitelisted_destinations=["US"], url_shortener_settings={"domain": "nope.example"}
        ),
        telnyx.UnprocessableEntityError,
        "40327",
    ),
    (
        "no such agent",
        lambda sdk: sdk.messaging.rcs.agents.update("nobody", webhook_url=None),
        telnyx.NotFoundError,
        "10005",
    ),
    (
        "not E.164",
        lambda sdk: sdk.messaging_hosted_number_orders.create(phone_numbers=["555"]),
        telnyx.UnprocessableEntityError,
        "10016",
    ),
]


@pytest.mark.parametrize(("call", "error", "code"), [case[1:] for case in REFUSALS], ids=[case[0] for case in REFUSALS])
def test_refusals(sdk: Telnyx, call: Callable[[Telnyx], Any], error: type[telnyx.APIStatusError], code: str) -> None:
    """The SDK recognises each refusal by its status, and finds the documented code in it."""
    with pytest.raises(error) as refused:
        call(sdk)
    body: Any = refused.value.body
    assert body["errors"][0]["code"] == code


def test_wrong_key(site: Site) -> None:
    """A key that does not begin with KEY is not let in."""
    stranger = replace(site, key="nonsense").sdk()
    with pytest.raises(telnyx.AuthenticationError) as refused:
        stranger.messaging_profiles.list()
    body: Any = refused.value.body
    assert body["errors"][0]["code"] == "10009"
