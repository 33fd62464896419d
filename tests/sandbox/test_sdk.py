"""The official SDK reads every answer strictly: it was written by Telnyx, not by us."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import telnyx
from telnyx import Telnyx

from .site import SiteFactory


def test_profile_life(sdk: Telnyx) -> None:
    """A profile is created with defaults, read, changed, listed and deleted, which answers with it."""
    made = sdk.messaging_profiles.create(name="Marketing", whitelisted_destinations=["US", "CA"]).data
    assert made
    assert made.id
    assert made.id.startswith("4001")
    assert (made.enabled, made.webhook_api_version, made.webhook_url) == (True, "2", "")
    assert sdk.messaging_profiles.retrieve(made.id).data == made
    changed = sdk.messaging_profiles.update(made.id, webhook_url="https://hooks.example.com", name="Sales").data
    assert changed
    assert (changed.name, changed.webhook_url, changed.whitelisted_destinations) == (
        "Sales",
        "https://hooks.example.com",
        ["US", "CA"],
    )
    assert [row.id for row in sdk.messaging_profiles.list(filter_name_eq="Sales")] == [made.id]
    gone = sdk.messaging_profiles.delete(made.id).data
    assert gone
    assert gone.id == made.id
    with pytest.raises(telnyx.NotFoundError):
        sdk.messaging_profiles.retrieve(made.id)


def test_pool_and_shortener(sdk: Telnyx) -> None:
    """Sub-objects are completed with their defaults; a partial pool merges; null turns both off."""
    made = sdk.messaging_profiles.create(
        name="Pool",
        whitelisted_destinations=["*"],
        number_pool_settings={"long_code_weight": 1, "toll_free_weight": 10, "skip_unhealthy": True},
        url_shortener_settings={"domain": "example.ex"},
    ).data
    assert made
    assert made.id
    assert made.number_pool_settings
    assert made.number_pool_settings.sticky_sender is False
    assert made.url_shortener_settings
    assert made.url_shortener_settings.prefix == ""
    partial: Any = {"sticky_sender": True}
    merged = sdk.messaging_profiles.update(made.id, number_pool_settings=partial).data
    assert merged
    assert merged.number_pool_settings
    assert (merged.number_pool_settings.sticky_sender, merged.number_pool_settings.toll_free_weight) == (True, 10)
    off = sdk.messaging_profiles.update(made.id, number_pool_settings=None, url_shortener_settings=None).data
    assert off
    assert off.number_pool_settings is None
    assert off.url_shortener_settings is None


def test_secret_rotation(sdk: Telnyx) -> None:
    """Regenerating gives a new secret and changes nothing else."""
    made = sdk.messaging_profiles.create(name="Secret", whitelisted_destinations=["US"]).data
    assert made
    assert made.id
    rotated = sdk.messaging_profiles.actions.regenerate_secret(made.id).data
    assert rotated
    assert rotated.v1_secret != made.v1_secret
    assert (rotated.id, rotated.name) == (made.id, made.name)


def test_auto_response_life(sdk: Telnyx) -> None:
    """PUT replaces everything, DELETE answers a bare "OK", and answers do not name the profile."""
    profile = sdk.messaging_profiles.create(name="Replies", whitelisted_destinations=["US"]).data
    assert profile
    assert profile.id
    api = sdk.messaging_profiles.autoresp_configs
    made = api.create(
        profile.id, op="stop", country_code="US", keywords=["STOP", "END"], resp_text="Acme: no more messages."
    ).data
    assert api.retrieve(made.id, profile_id=profile.id).data == made
    assert not hasattr(made, "messaging_profile_id")
    changed = api.update(made.id, profile_id=profile.id, op="stop", country_code="*", keywords=["STOP"]).data
    assert (changed.country_code, changed.keywords, changed.resp_text) == ("*", ["STOP"], None)
    api.create(profile.id, op="start", country_code="US", keywords=["BEGIN"])
    listed = api.list(profile.id, country_code="*")
    assert [row.id for row in listed.data] == [made.id]
    assert listed.meta.total_results == 1
    # The SDK hands a string answer on as it came: the body is JSON.
    assert json.loads(api.delete(made.id, profile_id=profile.id)) == "OK"
    with pytest.raises(telnyx.NotFoundError):
        api.retrieve(made.id, profile_id=profile.id)


def test_sender_life(sdk: Telnyx) -> None:
    """Senders are created with 201, found under their profile, and deleted."""
    profile = sdk.messaging_profiles.create(name="Alpha", whitelisted_destinations=["GB"]).data
    assert profile
    assert profile.id
    api = sdk.alphanumeric_sender_ids
    raw = api.with_raw_response.create(
        alphanumeric_sender_id="Acme Co", messaging_profile_id=profile.id, us_long_code_fallback="+15550100001"
    )
    assert raw.status_code == 201
    made = raw.parse().data
    assert made
    assert made.id
    assert api.retrieve(made.id).data
    assert [row.id for row in api.list(filter_messaging_profile_id=profile.id)] == [made.id]
    assert [row.id for row in sdk.messaging_profiles.list_alphanumeric_sender_ids(profile.id)] == [made.id]
    gone = api.delete(made.id).data
    assert gone
    assert gone.us_long_code_fallback == "+15550100001"
    with pytest.raises(telnyx.NotFoundError):
        api.delete(made.id)


def test_phone_numbers(sdk: Telnyx) -> None:
    """Null keeps a number's profile, the empty string takes it away, and filters narrow the list."""
    profile = sdk.messaging_profiles.create(name="Numbers", whitelisted_destinations=["US"]).data
    assert profile
    assert profile.id
    api = sdk.phone_numbers.messaging
    numbers = list(api.list(sort_phone_number="asc"))
    assert [row.phone_number for row in numbers] == sorted(row.phone_number or "" for row in numbers)
    number = numbers[0]
    assert number.id
    assert int(number.id) > 2**53
    api.update(number.id, messaging_profile_id=profile.id, tags=["a"])
    kept: Any = None
    assert_kept = api.update(number.id, messaging_profile_id=kept).data
    assert assert_kept
    assert (assert_kept.messaging_profile_id, assert_kept.tags) == (profile.id, ["a"])
    assert [row.id for row in sdk.messaging_profiles.list_phone_numbers(profile.id)] == [number.id]
    assert [row.id for row in api.list(filter_messaging_profile_id=profile.id)] == [number.id]
    pair = f"{number.phone_number},{numbers[1].phone_number}"
    assert len(list(api.list(filter_phone_number=pair))) == 2
    assert {row.type for row in api.list(filter_type="tollfree")} == {"tollfree"}
    assert [row.phone_number for row in api.list(filter_phone_number_contains="4420")] == ["+442071838750"]
    unassigned = api.update(number.id, messaging_profile_id="").data
    assert unassigned
    assert unassigned.messaging_profile_id is None
    assert number.phone_number
    assert api.retrieve(number.phone_number).data == api.retrieve(number.id).data


def test_short_codes(sdk: Telnyx) -> None:
    """A short code's profile is required in every PATCH; "null" finds those without one."""
    profile = sdk.messaging_profiles.create(name="Codes", whitelisted_destinations=["US"]).data
    assert profile
    assert profile.id
    first, second = sdk.short_codes.list()
    assert first.id
    sdk.short_codes.update(first.id, messaging_profile_id=profile.id, tags=["x"])
    assert [row.id for row in sdk.messaging_profiles.list_short_codes(profile.id)] == [first.id]
    assert [row.id for row in sdk.short_codes.list(filter={"messaging_profile_id": "null"})] == [second.id]
    with pytest.raises(telnyx.UnprocessableEntityError) as refused:
        sdk.short_codes.update(first.id, tags=["y"], messaging_profile_id=telnyx.omit)  # type: ignore[arg-type]  # what the API refuses
    assert refused.value.body == {"errors": [_error("10004", "/messaging_profile_id", refused.value)]}
    unbound = sdk.short_codes.update(first.id, messaging_profile_id="").data
    assert unbound
    assert unbound.messaging_profile_id is None
    assert sdk.short_codes.retrieve(first.id).data == unbound


def _error(code: str, pointer: str, error: Any) -> Any:
    """The error entry itself, after its code and pointer were checked."""
    entry = error.body["errors"][0]
    assert (entry["code"], entry["source"]["pointer"]) == (code, pointer)
    return entry


def test_rcs_agents(sdk: Telnyx) -> None:
    """Here null does clear."""
    profile = sdk.messaging_profiles.create(name="RCS", whitelisted_destinations=["US"]).data
    assert profile
    first, _ = sdk.messaging.rcs.agents.list()
    assert first.agent_id
    changed = sdk.messaging.rcs.agents.update(
        first.agent_id, profile_id=profile.id, webhook_url="https://rcs.example.com"
    ).data
    assert changed
    assert (changed.profile_id, changed.webhook_url) == (profile.id, "https://rcs.example.com")
    cleared = sdk.messaging.rcs.agents.update(first.agent_id, profile_id=None, webhook_url=None).data
    assert cleared
    assert (cleared.profile_id, cleared.webhook_url) == (None, None)
    assert sdk.messaging.rcs.agents.retrieve(first.agent_id).data == cleared


def test_read_only_lists(start: SiteFactory) -> None:
    """Opt-outs and shortener domains are listed, with their filters."""
    seed = {
        "messaging_optouts": [
            {"from": "+15550100001", "to": "+447766123456"},
            {"from": "+15550100002", "to": "+447766123457", "created_at": "2020-01-01 00:00:00+00:00"},
        ]
    }
    sdk = start(seed=seed).sdk()
    assert [row.to for row in sdk.messaging_optouts.list(filter={"from": "+15550100001"})] == ["+447766123456"]
    assert {row.to for row in sdk.messaging_optouts.list(redaction_enabled="true")} == {"+447766****"}
    old = sdk.messaging_optouts.list(created_at={"lte": datetime(2021, 1, 1, tzinfo=UTC)})
    assert [row.to for row in old] == ["+447766123457"]
    assert [row.url_domain for row in sdk.messaging_url_domains.list()] == ["http://example.ex", "acct.fyi"]
