"""Metrics and the audit log, as the official SDK reads them strictly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
import telnyx

from .site import Site, SiteFactory


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
