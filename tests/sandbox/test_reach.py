"""What RCS agents reach, mobile numbers, managed accounts, and the balance."""

from __future__ import annotations

from dataclasses import replace

import pytest
import telnyx
from telnyx import Telnyx

from reconciler.sandbox.seed import DEFAULT

from .site import NOWHERE, Site, SiteFactory

AGENT = DEFAULT["rcs_agents"][0]["agent_id"]
NUMBER = "+13125551234"
ACCOUNTS = [
    {"email": "acme@example.com", "organization_name": "Acme Ltd"},
    {"email": "brick@example.com", "organization_name": "Brick Inc", "status": "disabled"},
    {"email": "coral@example.com", "organization_name": "Coral SA", "status": "cancelled"},
]


def test_capabilities(site: Site, sdk: Telnyx) -> None:
    """One number and many; what the administrator says of a number is what it can do."""
    site.admin("POST", "create", collection="rcs_capabilities", set={"phone_number": NUMBER, "features": []})
    api = sdk.messaging.rcs
    many = api.list_bulk_capabilities(agent_id=AGENT, phone_numbers=[NUMBER, "+13125550000"]).data
    assert many
    assert [(row.phone_number, bool(row.features)) for row in many] == [(NUMBER, False), ("+13125550000", True)]
    one = api.retrieve_capabilities(NUMBER, agent_id=AGENT).data
    assert one == many[0]
    assert (one.agent_name, one.record_type) == ("Sandbox Support", "rcs.capabilities")
    with pytest.raises(telnyx.NotFoundError):
        api.retrieve_capabilities(NUMBER, agent_id="nobody")
    with pytest.raises(telnyx.UnprocessableEntityError):
        api.retrieve_capabilities("312", agent_id=AGENT)


def test_bad_capabilities(site: Site) -> None:
    """An agent that exists, and 1 to 100 numbers in E.164."""
    at = "/messaging/rcs/bulk_capabilities"
    assert site.refused("POST", at, {}) == (422, [("10004", "/agent_id"), ("10004", "/phone_numbers")])
    many = {"agent_id": AGENT, "phone_numbers": [NUMBER] * 101}
    assert site.refused("POST", at, many) == (422, [("10033", "/phone_numbers")])
    unknown = {"agent_id": "nobody", "phone_numbers": [NUMBER]}
    assert site.refused("POST", at, unknown) == (422, [("10017", "/agent_id")])
    wrong = {"agent_id": AGENT, "phone_numbers": ["312"]}
    assert site.refused("POST", at, wrong) == (422, [("10016", "/phone_numbers/0")])


def test_invites(site: Site, sdk: Telnyx) -> None:
    """PENDING, again and again, and one row that only the administrator sees."""
    for _ in range(2):
        invite = sdk.messaging.rcs.invite_test_number(NUMBER, id=AGENT).data
        assert (invite.status, invite.phone_number, invite.agent_id) == ("PENDING", NUMBER, AGENT)
    assert [row["phone_number"] for row in site.admin("GET", "state")["rcs_test_numbers"]] == [NUMBER]
    events = site.data("GET", "/audit_events")
    assert [event["change_type"] for event in events] == ["create"]
    with pytest.raises(telnyx.NotFoundError):
        sdk.messaging.rcs.invite_test_number(NUMBER, id="nobody")
    with pytest.raises(telnyx.UnprocessableEntityError):
        sdk.messaging.rcs.invite_test_number("312", id=AGENT)


def test_deep_links(sdk: Telnyx) -> None:
    """As the specification's example spells them."""
    api = sdk.messages.rcs
    whole = api.generate_deeplink(AGENT, phone_number="+18445550001", body="hello world").data.url
    assert whole == f"sms:+18445550001?service_id={AGENT}%40rbm.goog&body=hello%20world"
    assert api.generate_deeplink(AGENT).data.url == f"sms:?service_id={AGENT}%40rbm.goog"
    with pytest.raises(telnyx.NotFoundError):
        api.generate_deeplink("nobody")
    with pytest.raises(telnyx.UnprocessableEntityError):
        api.generate_deeplink(AGENT, phone_number="844")


def test_mobile_numbers(site: Site, sdk: Telnyx) -> None:
    """Listed and read, without what only other numbers have; never changed."""
    (row,) = sdk.mobile_phone_numbers.messaging.list()
    assert row.id
    assert row.type == "longcode"
    assert sdk.mobile_phone_numbers.messaging.retrieve(row.id).data == row
    shown = site.data("GET", f"/mobile_phone_numbers/{row.id}/messaging")
    assert shown.keys().isdisjoint({"health", "eligible_messaging_products", "tags"})
    assert shown["features"].keys() == {"sms"}
    assert site.ask("PATCH", f"/mobile_phone_numbers/{row.id}/messaging", {}).status_code == 405
    with pytest.raises(telnyx.NotFoundError):
        sdk.mobile_phone_numbers.messaging.retrieve(NOWHERE)


def test_managed_accounts(start: SiteFactory) -> None:
    """A list leaves out secrets and balance; a read shows them every time, and its key opens an account."""
    site = start(seed={"managed_accounts": ACCOUNTS[:1]})
    sdk = site.sdk()
    (row,) = sdk.managed_accounts.list()
    assert row.organization_name == "Acme Ltd"
    listed = site.data("GET", "/managed_accounts")[0]
    assert listed.keys().isdisjoint({"api_key", "api_token", "balance", "status"})
    read = sdk.managed_accounts.retrieve(row.id).data
    assert read
    assert read.balance
    assert read.balance.currency == "USD"
    again = sdk.managed_accounts.retrieve(row.id).data
    assert again == read
    assert replace(site, key=read.api_key).names() == []
    assert read.api_key not in str(site.admin("GET", "state"))
    with pytest.raises(telnyx.NotFoundError):
        sdk.managed_accounts.retrieve(NOWHERE)


def test_which_managed_accounts(start: SiteFactory) -> None:
    """Newest first; cancelled ones only when asked for; filters by status, address and name."""
    site = start(seed={"managed_accounts": ACCOUNTS})

    def found(query: str = "") -> list[str]:
        return [row["email"][0] for row in site.data("GET", f"/managed_accounts?{query}")]

    assert found() == ["b", "a"]
    assert found("sort=created_at") == found("sort=email") == ["a", "b"]
    assert found("include_cancelled_accounts=true&sort=-email") == ["c", "b", "a"]
    for status, expected in (("enabled", "a"), ("active", "a"), ("disabled", "b"), ("cancelled", "c"), ("all", "cba")):
        assert found(f"filter[status][eq]={status}") == list(expected)
    assert found("filter[email][eq]=acme@example.com") == ["a"]
    assert found("filter[organization_name][contains]=RICK") == ["b"]
    assert site.refused("GET", "/managed_accounts?filter[email][contains]=ac")[1][0][0] == "10025"
    assert site.refused("GET", "/managed_accounts?filter[status][eq]=gone")[1][0][0] == "10032"
    assert site.refused("GET", "/managed_accounts?sort=name") == (422, [("10018", "sort")])
    site.admin("POST", "edit", collection="managed_accounts", id="acme@example.com", set={"status": "blocked"})
    assert found("filter[status][eq]=blocked") == ["a"]


def test_balance(site: Site, sdk: Telnyx) -> None:
    """What may be spent is the balance with the credit."""
    site.admin("POST", "edit", collection="balance", id="USD", set={"balance": "12.50"})
    balance = sdk.balance.retrieve().data
    assert balance
    assert (balance.balance, balance.credit_limit, balance.available_credit) == ("12.50", "100.00", "112.50")
