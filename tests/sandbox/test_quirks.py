"""Each switch changes what its description says, and nothing of what is stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reconciler.sandbox.quirks import MEANING, parse_quirks

from .site import Site, SiteFactory
from .verification import REQUEST

POOL = {"long_code_weight": 1, "toll_free_weight": 0, "skip_unhealthy": True}
NUMBER = "+12125550123"
LONG = "+15550100001"


def _reply(site: Site, profile: str, op: str = "stop", **more: Any) -> Any:
    body = {"op": op, "country_code": "US", "keywords": ["end", "stop"], **more}
    return site.data("POST", f"/messaging_profiles/{profile}/autoresp_configs", body)


@pytest.mark.parametrize(("quirk", "value"), [("webhook-url-null", None), ("webhook-url-empty", "")])
def test_unset_urls(start: SiteFactory, quirk: str, value: str | None) -> None:
    """Unset URLs look one way, however they were unset; a set one is left alone."""
    site = start(quirks=[quirk])
    one = site.profile(webhook_url=None, webhook_failover_url="")
    assert (one["webhook_url"], one["webhook_failover_url"]) == (value, value)
    assert site.profile(webhook_url="https://a.example")["webhook_url"] == "https://a.example"


def test_reordered_arrays(start: SiteFactory) -> None:
    """Sets come back in another order than they were sent."""
    site = start(quirks=["reordered-arrays"])
    profile = site.profile(whitelisted_destinations=["US", "CA"])
    assert profile["whitelisted_destinations"] == ["CA", "US"]
    assert _reply(site, profile["id"])["keywords"] == ["stop", "end"]


def test_reordered_rows(start: SiteFactory) -> None:
    """A page holds the same rows in another order each time."""
    site = start(quirks=["reordered-rows"])
    for name in "abc":
        site.profile(name)
    first, second = site.names(), site.names()
    assert first != second
    assert sorted(first) == sorted(second) == ["a", "b", "c"]


def test_shifting_pages(start: SiteFactory) -> None:
    """Two pages of one listing overlap and miss rows, although nothing changed."""
    site = start(quirks=["shifting-pages"])
    for name in "abcd":
        site.profile(name)
    pages = [site.data("GET", f"/messaging_profiles?page[size]=2&page[number]={page}") for page in (1, 2)]
    seen = [row["name"] for page in pages for row in page]
    assert len(seen) == 4
    assert len(set(seen)) == 3


def test_extra_fields(start: SiteFactory) -> None:
    """Undocumented fields appear in single objects and in lists."""
    site = start(quirks=["extra-fields"])
    assert "undocumented_flag" in site.profile()
    assert "undocumented_flag" in site.data("GET", "/messaging_profiles")[0]


def test_lag(start: SiteFactory) -> None:
    """Lists are late for creates, updates and deletes, GET by id is not; nothing is late in the end."""
    now = [1_800_000_000.0]
    site = start(quirks=["lag=5"], clock=lambda: now[0])
    profile = site.profile("a")["id"]
    assert site.names() == []
    assert site.data("GET", f"/messaging_profiles/{profile}")["name"] == "a"
    now[0] += 6
    assert site.names() == ["a"]
    site.data("PATCH", f"/messaging_profiles/{profile}", {"name": "b"})
    assert site.names() == ["a"]
    now[0] += 6
    assert site.names() == ["b"]
    reply = _reply(site, profile)["id"]
    at = f"/messaging_profiles/{profile}/autoresp_configs"
    assert site.data("GET", at) == []
    now[0] += 6
    assert [row["id"] for row in site.data("GET", at)] == [reply]
    site.data("DELETE", f"/messaging_profiles/{profile}")
    assert site.names() == ["b"]
    assert site.ask("GET", f"/messaging_profiles/{profile}").status_code == 404
    now[0] += 6
    assert site.names() == []


def test_bare_orders(start: SiteFactory) -> None:
    """Hosted orders come without their envelope, lists keep it."""
    site = start(quirks=["bare-orders"])
    order = site.ask("POST", "/messaging_hosted_number_orders", {"phone_numbers": [NUMBER]}).json()
    assert order["status"] == "pending"
    at = f"/messaging_hosted_number_orders/{order['id']}"
    assert site.ask("GET", at).json() == order
    assert site.data("GET", "/messaging_hosted_number_orders") == [order]
    assert site.ask("DELETE", at).json()["status"] == "deleted"


def test_lowercase_eligibility(start: SiteFactory) -> None:
    """The value is the documented one in lower case."""
    site = start(quirks=["lowercase-eligibility"])
    answer = site.ask(
        "POST", "/messaging_hosted_number_orders/eligibility_numbers_check", {"phone_numbers": [NUMBER]}
    ).json()
    assert answer["phone_numbers"][0]["eligible_status"] == "eligible"


def test_uppercase_keywords(start: SiteFactory) -> None:
    """Answers shout, the store does not."""
    site = start(quirks=["uppercase-keywords"])
    reply = _reply(site, site.profile()["id"])
    assert reply["keywords"] == ["END", "STOP"]
    (stored,) = site.admin("GET", "state")["autoresp_configs"]
    assert stored["keywords"] == ["end", "stop"]


def test_normalised_decimals(start: SiteFactory) -> None:
    """The spend limit gets two decimals."""
    assert start(quirks=["normalised-decimals"]).profile(daily_spend_limit="10")["daily_spend_limit"] == "10.00"


def test_number_spellings(start: SiteFactory) -> None:
    """The other spelling of types, and of "not assigned"."""
    site = start(quirks=["hyphenated-types", "empty-profile-id"])
    rows = site.data("GET", "/phone_numbers/messaging")
    assert {row["type"] for row in rows} == {"long-code", "toll-free"}
    assert {row["messaging_profile_id"] for row in rows} == {""}


def test_underscored_types(start: SiteFactory) -> None:
    """A third spelling; the filter keeps its own."""
    numbers = [{"phone_number": "+18005550101", "type": kind} for kind in ("tollfree", "toll-free", "longcode")]
    site = start(quirks=["underscored-types"], seed={"phone_numbers": numbers})
    rows = site.data("GET", "/phone_numbers/messaging?filter[type]=tollfree")
    assert [row["type"] for row in rows] == ["toll_free", "toll_free"]


def test_changing_health(start: SiteFactory) -> None:
    """Two reads of one number differ in its health, and in nothing else."""
    site = start(quirks=["changing-health"])
    one, other = (site.data("GET", "/phone_numbers/messaging")[0] for _ in range(2))
    assert one.pop("health") != other.pop("health")
    assert one == other


def test_bulk_polls(start: SiteFactory) -> None:
    """As many polls as it says, or none at all."""
    for polls in (0, 1, 3):
        site = start(quirks=[f"bulk-polls={polls}"])
        numbers = [row["phone_number"] for row in site.data("GET", "/phone_numbers/messaging")]
        at = "/messaging_numbers_bulk_updates"
        job = site.data("POST", at, {"messaging_profile_id": "", "numbers": numbers})
        polled = 0
        while job["pending"]:
            job = site.data("GET", f"{at}/{job['order_id']}")
            polled += 1
        assert polled == polls
        assert len(job["success"]) == 4


def test_bulk_resets(start: SiteFactory) -> None:
    """More than the assignment, unless it is told to touch nothing else."""
    site = start(quirks=["bulk-resets", "bulk-polls=0"])
    at = f"/phone_numbers/{LONG}/messaging"
    for assign_only, tags, product in ((True, ["a"], "P2P"), (False, [], "A2P")):
        site.data("PATCH", at, {"tags": ["a"], "messaging_product": "P2P"})
        body = {"messaging_profile_id": "", "numbers": [LONG], "assign_only": assign_only}
        site.data("POST", "/messaging_numbers_bulk_updates", body)
        row = site.data("GET", at)
        assert (row["tags"], row["messaging_product"]) == (tags, product)


def test_null_verification_fields(start: SiteFactory) -> None:
    """Unset is null instead of absent, in both shapes."""
    site = start(quirks=["null-verification-fields"], seed={"tollfree_verifications": [REQUEST]})
    at = "/messaging_tollfree/verification/requests"
    (row,) = site.ask("GET", f"{at}?page=1&page_size=1").json()["records"]
    assert (row["businessAddr2"], row["reason"]) == (None, None)
    written = site.ask("PATCH", f"{at}/{row['id']}", REQUEST).json()
    assert written["businessAddr2"] is None
    assert "reason" not in written


def test_not_a_manager(start: SiteFactory) -> None:
    """Neither the list nor a single account."""
    site = start(quirks=["not-a-manager"])
    for path in ("/managed_accounts", "/managed_accounts/x"):
        assert site.refused("GET", path) == (403, [("20015", None)])


def test_whole_gsm_alphabet(start: SiteFactory) -> None:
    """The capitals that one table lacks."""
    for quirks, encoding in ([], "UTF-16"), (["whole-gsm-alphabet"], "GSM-7"):
        site = start(quirks=quirks)
        profile = site.profile()["id"]
        site.data("PATCH", f"/phone_numbers/{LONG}/messaging", {"messaging_profile_id": profile})
        assert site.data("POST", "/messages", {"from": LONG, "to": NUMBER, "text": "Δ"})["encoding"] == encoding


def test_scheduled_status(start: SiteFactory) -> None:
    """As the documentation has it, or as the schema does."""
    for quirks, status in ([], "queued"), (["scheduled-status"], "scheduled"):
        site = start(quirks=quirks)
        profile = site.profile()["id"]
        site.data("PATCH", f"/phone_numbers/{LONG}/messaging", {"messaging_profile_id": profile})
        body = {"from": LONG, "to": NUMBER, "text": "x", "send_at": "2099-01-01T00:00:00Z"}
        made = site.data("POST", "/messages", body)
        assert [made["to"][0]["status"], site.data("GET", f"/messages/{made['id']}")["to"][0]["status"]] == [status] * 2


def test_cascade(start: SiteFactory) -> None:
    """Deleting a profile in use unassigns its number instead of failing."""
    site = start(quirks=["cascade"])
    profile = site.profile()["id"]
    number = site.data("GET", "/phone_numbers/messaging")[0]["id"]
    site.data("PATCH", f"/phone_numbers/{number}/messaging", {"messaging_profile_id": profile})
    site.data("DELETE", f"/messaging_profiles/{profile}")
    assert site.data("GET", f"/phone_numbers/{number}/messaging")["messaging_profile_id"] is None


def test_empty_pool_disables(start: SiteFactory) -> None:
    """The empty object turns the pool off only with the switch."""
    for quirks, status in ([], 422), (["empty-pool-disables"], 200):
        site = start(quirks=quirks)
        at = f"/messaging_profiles/{site.profile(number_pool_settings=POOL)['id']}"
        assert site.ask("PATCH", at, {"number_pool_settings": {}}).status_code == status
        assert (site.data("GET", at)["number_pool_settings"] is None) == (status == 200)


def test_duplicate_senders(start: SiteFactory) -> None:
    """The same sender twice is 10012, unless the switch allows it."""
    for quirks, expected in ([], 422), (["duplicate-senders"], 201):
        site = start(quirks=quirks)
        body = {"alphanumeric_sender_id": "Acme", "messaging_profile_id": site.profile()["id"]}
        assert site.ask("POST", "/alphanumeric_sender_ids", body).status_code == 201
        assert site.ask("POST", "/alphanumeric_sender_ids", body).status_code == expected


def test_unique_keywords(start: SiteFactory) -> None:
    """Twins are possible by default; with the switch a keyword belongs to one row per country."""
    for quirks, expected in ([], 200), (["unique-keywords"], 422):
        site = start(quirks=quirks)
        profile = site.profile()["id"]
        row = _reply(site, profile)
        at = f"/messaging_profiles/{profile}/autoresp_configs"
        body = {"op": "stop", "country_code": "US", "keywords": ["END"]}
        assert site.ask("POST", at, body).status_code == expected
        assert site.ask("POST", at, body | {"country_code": "CA"}).status_code == 200
        own = site.ask("PUT", f"{at}/{row['id']}", body | {"keywords": ["stop"]})
        assert own.status_code == 200


def test_minimum_resp_text(start: SiteFactory) -> None:
    """The documents' 20 characters, which the specification's own example breaks."""
    for quirks, expected in ([], 200), (["minimum-resp-text"], 422):
        site = start(quirks=quirks)
        body = {"op": "start", "country_code": "US", "keywords": ["GO"], "resp_text": "Hello there!"}
        at = f"/messaging_profiles/{site.profile()['id']}/autoresp_configs"
        assert site.ask("POST", at, body).status_code == expected


def test_short_autoresp_lists(start: SiteFactory) -> None:
    """Fewer rows than `total_results`, and `page[number]` finds the rest."""
    site = start(quirks=["short-autoresp-lists=2"])
    profile = site.profile()["id"]
    for country in ("US", "CA", "GB"):
        _reply(site, profile, country_code=country)
    at = f"/messaging_profiles/{profile}/autoresp_configs"
    first, second = (site.ask("GET", f"{at}?page[number]={page}").json() for page in (1, 2))
    assert [len(page["data"]) for page in (first, second)] == [2, 1]
    assert first["meta"]["total_results"] == 3


def test_ownership_successful(start: SiteFactory) -> None:
    """A verified number shows the status that the REST enum lacks."""
    site = start(quirks=["ownership-successful"])
    at = "/messaging_hosted_number_orders"
    order = site.data("POST", at, {"phone_numbers": [NUMBER]})["id"]
    body = {"phone_numbers": [NUMBER], "verification_method": "sms"}
    site.data("POST", f"{at}/{order}/verification_codes", body)
    code = site.admin("GET", "state")["verification_codes"][0]["code"]
    entry = {"phone_number": NUMBER, "code": code}
    site.data("POST", f"{at}/{order}/validation_codes", {"verification_codes": [entry]})
    (number,) = site.data("GET", f"{at}/{order}")["phone_numbers"]
    assert number["status"] == "ownership_successful"


def test_strict_hosting(start: SiteFactory) -> None:
    """Orders come along by themselves, or wait for papers with the switch."""
    for quirks, status in ([], "loa_file_successful"), (["strict-hosting"], "incomplete_documentation"):
        site = start(quirks=quirks)
        site.data("POST", "/messaging_hosted_number_orders", {"phone_numbers": [NUMBER]})
        assert [row["status"] for row in site.admin("POST", "advance")] == [status]


def test_deleted_orders_vanish(start: SiteFactory) -> None:
    """A deleted order stays listed as `deleted`, or is gone with the switch."""
    for quirks, left in ([], ["deleted"]), (["deleted-orders-vanish"], []):
        site = start(quirks=quirks)
        at = "/messaging_hosted_number_orders"
        order = site.data("POST", at, {"phone_numbers": [NUMBER]})["id"]
        assert site.data("DELETE", f"{at}/{order}")["status"] == "deleted"
        assert [row["status"] for row in site.data("GET", at)] == left
        assert site.ask("GET", f"{at}/{order}").status_code == (200 if left else 404)


def test_the_audit_log_lags(start: SiteFactory) -> None:
    """Events come later than what they tell of; what happened long enough ago is there."""
    now = [1_770_000_000.0]
    site = start(quirks=["audit-lag=60"], clock=lambda: now[0])
    made = site.profile()["id"]
    assert site.data("GET", "/audit_events") == []
    assert site.names() == ["Marketing"]
    now[0] += 61
    assert [event["resource_id"] for event in site.data("GET", "/audit_events")] == [made]


def test_the_audit_log_is_swapped(start: SiteFactory) -> None:
    """As in the example of the documentation; the rest of an event stays as it is."""
    for quirks, spelled in ([], ("A", "B")), (["audit-swapped"], ("B", "A")):
        site = start(quirks=quirks)
        site.profile("A")
        site.admin("POST", "edit", collection="messaging_profiles", id="A", set={"name": "B"})
        [event, _] = site.data("GET", "/audit_events")
        assert event["change_type"] == "update"
        assert [(each["from"], each["to"]) for each in event["changes"]] == [spelled]


def test_quirks_come_and_go_over_http(start: SiteFactory) -> None:
    """POST replaces the switches that are on, and refuses unknown ones."""
    site = start()
    assert site.admin("POST", "quirks", quirks=["webhook-url-null"]) == ["webhook-url-null"]
    assert site.profile()["webhook_url"] is None
    assert site.admin("POST", "quirks", quirks=[]) == []
    assert site.profile()["webhook_url"] == ""
    answer = site.http.post(site.base + "/_sandbox/quirks", json={"quirks": ["no-such"]})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "10015")


@pytest.mark.parametrize("spelling", ["nonsense", "lag", "lag=soon", "cascade=1"])
def test_misspelt_quirks(spelling: str) -> None:
    """The message repeats the spelling."""
    with pytest.raises(ValueError, match=spelling.partition("=")[0]):
        parse_quirks([spelling])


def test_every_quirk_is_tested_above() -> None:
    """A switch without a test in this file is a promise that nobody checks."""
    source = Path(__file__).read_text("utf-8")
    assert [name for name in MEANING if f'"{name}' not in source] == []
