"""The official SDK reads every answer strictly: it was written by Telnyx, not by us."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
import telnyx
from telnyx import Telnyx

from .site import NOWHERE, Site, SiteFactory


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


def test_hosted_order_life(site: Site, sdk: Telnyx) -> None:
    """Eligibility, order, codes, documents, progress: in the end the numbers are live and on the profile."""
    profile = sdk.messaging_profiles.create(name="Hosted", whitelisted_destinations=["US"]).data
    assert profile
    assert profile.id
    api = sdk.messaging_hosted_number_orders
    number = "+12125550123"
    checked = api.check_eligibility(phone_numbers=[number, "+15550100001", "+447700900123", "12"]).phone_numbers
    assert checked
    assert [row.eligible_status for row in checked] == [
        "ELIGIBLE",
        "NUMBER_CAN_NOT_BE_ACTIVE_IN_YOUR_ACCOUNT",
        "NUMBER_IS_NOT_A_US_NUMBER",
        "NUMBER_IS_NOT_IN_E164_FORMAT",
    ]
    order = api.create(messaging_profile_id=profile.id, phone_numbers=[number]).data
    assert order
    assert order.id
    assert order.status == "pending"
    sent = api.create_verification_codes(
        order.id, phone_numbers=[number, "+12125550199"], verification_method="call"
    ).data
    assert [(row.phone_number, bool(row.error)) for row in sent] == [(number, False), ("+12125550199", True)]
    code = site.admin("GET", "state", collection="verification_codes")["verification_codes"][0]["code"]
    for attempt, outcome in (("wrong", "rejected"), (code, "verified"), (code, "already_verified")):
        result = api.validate_codes(order.id, verification_codes=[{"phone_number": number, "code": attempt}]).data
        assert result
        assert [row.status for row in result.phone_numbers] == [outcome]
    assert api.actions.upload_file(order.id, loa=b"%PDF-1.4 loa", bill=b"%PDF-1.4 bill").data
    for status in ("loa_file_successful", "provisioning", "successful"):
        site.admin("POST", "advance", order=order.id)
        moved = api.retrieve(order.id).data
        assert moved
        assert moved.status == status
    (hosted,) = sdk.messaging_hosted_numbers.list(filter_messaging_profile_id=profile.id)
    assert hosted.phone_number == number
    assert hosted.id
    assert sdk.messaging_hosted_numbers.retrieve(hosted.id).data
    with pytest.raises(telnyx.UnprocessableEntityError):
        api.actions.upload_file(order.id, loa=b"%PDF-1.4 late")
    assert [row.id for row in api.list()] == [order.id]
    gone = api.delete(order.id).data
    assert gone
    assert (gone.status, [row.status for row in gone.phone_numbers or []]) == ("deleted", ["deleted"])
    assert list(sdk.messaging_hosted_numbers.list()) == []
    with pytest.raises(telnyx.NotFoundError):
        api.delete(order.id)


def test_hosted_number_changes(site: Site, sdk: Telnyx) -> None:
    """A hosted number is updated like a phone number, and deleting it answers with its order."""
    order = sdk.messaging_hosted_number_orders.create(phone_numbers=["+12125550123", "+12125550124"]).data
    assert order
    site.admin("POST", "advance", status="successful", numbers={"+12125550124": "failed_timeout"})
    (hosted,) = sdk.messaging_hosted_numbers.list()
    assert hosted.id
    updated = sdk.messaging_hosted_numbers.update(hosted.id, tags=["t"]).data
    assert updated
    assert updated.tags == ["t"]
    gone = sdk.messaging_hosted_numbers.delete(hosted.id).data
    assert gone
    assert gone.id == order.id
    assert [row.status for row in gone.phone_numbers or []] == ["deleted", "failed_timeout"]


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


def test_metrics(start: SiteFactory) -> None:
    """Messages are counted within the time frame, in the shape of the reference's examples."""
    busy, idle = "40017a3c-0000-4000-8000-000000000001", "40017a3c-0000-4000-8000-000000000002"
    now = datetime.now(UTC)
    counts = {"messaging_profile_id": busy, "sent": 1000, "delivered": 990, "received": 850}
    old = {"messaging_profile_id": busy, "sent": 7, "delivered": 7, "timestamp": (now - timedelta(days=8)).isoformat()}
    seed = {
        "messaging_profiles": [{"id": busy, "name": "Busy"}, {"id": idle, "name": "Idle"}],
        "phone_numbers": [{"phone_number": "+15550100001", "messaging_profile_id": busy}],
        "messaging_profile_metrics": [counts, old],
    }
    site = start(seed=seed)
    sdk = site.sdk()
    overview = {
        "record_type": "messaging_profile_metrics",
        "messaging_profile_id": busy,
        "phone_numbers": 1,
        "outbound": {"sent": 1000, "delivered": 990, "errors": 0.01},
        "inbound": {"received": 850},
    }
    listed = sdk.messaging_profile_metrics.list(time_frame="7d")
    assert listed.data
    assert listed.data[0] == overview
    assert listed.data[1]["inbound"] == {"received": 0}
    assert listed.meta
    assert listed.meta.total_results == 2
    detailed = sdk.messaging_profiles.retrieve_metrics(busy, time_frame="7d").data
    assert detailed
    assert detailed["overview"] == overview
    ((bucket,),) = [each["metrics"] for each in detailed["detailed"]]  # type: ignore[attr-defined]  # an open map
    assert bucket == {"label": "longcode", "sent": 1000, "delivered": 990, "errors": 0.01, "received": 850}
    longer = sdk.messaging_profiles.retrieve_metrics(busy, time_frame="30d").data
    assert longer
    assert longer["overview"]["outbound"]["sent"] == 1007  # type: ignore[index]  # an open map
    row = site.admin("GET", "state", collection="messaging_profile_metrics")["messaging_profile_metrics"][0]["id"]
    site.admin("POST", "edit", collection="messaging_profile_metrics", id=row, set={"sent": 2000})
    again = sdk.messaging_profile_metrics.list(time_frame="7d").data
    assert again
    assert again[0]["outbound"]["sent"] == 2000  # type: ignore[index]  # an open map
    with pytest.raises(telnyx.BadRequestError):
        sdk.messaging_profiles.retrieve_metrics(busy, time_frame="1y")  # type: ignore[arg-type]  # what the API refuses


def test_audit_events(site: Site) -> None:
    """Every change leaves an event, newest first, which tells the portal user from the owner of the key."""
    # Not strict: the SDK knows arrays of objects only as values, the specification arrays of anything.
    sdk = site.sdk(strict=False)
    made = sdk.messaging_profiles.create(name="Before", whitelisted_destinations=["US"]).data
    assert made
    site.admin("POST", "edit", collection="messaging_profiles", id="Before", set={"name": "After"})
    edited, created = sdk.audit_events.list()
    assert (created.change_type, created.resource_id, created.change_made_by) == (
        "create",
        made.id,
        "account_owner",
    )
    assert (edited.change_type, edited.change_made_by) == ("update", "organization_member")
    assert edited.user_id != created.user_id
    assert [(change.field, change.from_, change.to) for change in edited.changes or []] == [("name", "Before", "After")]
    assert [row.id for row in sdk.audit_events.list(sort="asc")] == [created.id, edited.id]


def test_audit_events_of_nested_fields_by_page(site: Site) -> None:
    """A field of an object that stays one has a dotted name; every page is one of the same list."""
    sdk = site.sdk(strict=False)
    pool: Any = {"toll_free_weight": 1, "long_code_weight": 1, "skip_unhealthy": True}
    made = sdk.messaging_profiles.create(name="A", whitelisted_destinations=["US"], number_pool_settings=pool).data
    assert made
    assert made.id
    sdk.messaging_profiles.update(made.id, number_pool_settings=cast("Any", {**pool, "long_code_weight": 9}))
    sdk.messaging_profiles.update(made.id, number_pool_settings=None)
    page = sdk.audit_events.list(page_size=2)
    assert page.meta
    assert (page.meta.page_number, page.meta.total_pages, len(page.data or [])) == (1, 2, 2)
    off, edited, _ = page
    assert [(each.field, each.from_, each.to) for each in edited.changes or []] == [
        ("number_pool_settings.long_code_weight", 1, 9)
    ]
    assert [(each.field, each.to) for each in off.changes or []] == [("number_pool_settings", None)]
    after = edited.created_at
    assert after
    assert len(list(sdk.audit_events.list(filter={"created_after": after}))) >= 2
    assert list(sdk.audit_events.list(filter={"created_before": datetime(2020, 1, 1, tzinfo=UTC)})) == []


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
