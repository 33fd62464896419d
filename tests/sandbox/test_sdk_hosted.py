"""Hosted numbers and their orders, as the official SDK reads them strictly."""

from __future__ import annotations

import pytest
import telnyx
from telnyx import Telnyx

from .site import Site


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
