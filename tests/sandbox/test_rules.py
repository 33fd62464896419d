"""What requests are refused, and what PATCH, PUT and DELETE do to the rest of the world."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.sandbox.seed import DEFAULT

from .site import NOWHERE, Site, SiteFactory

POOL = {"long_code_weight": 1, "toll_free_weight": 0, "skip_unhealthy": True}

BAD_PROFILES: list[tuple[dict[str, Any], str, str]] = [
    ({"name": ""}, "10025", "/name"),
    ({"name": 5}, "10026", "/name"),
    ({"name": None}, "10026", "/name"),
    ({"whitelisted_destinations": ["us"]}, "10015", "/whitelisted_destinations/0"),
    ({"whitelisted_destinations": ["US", "*"]}, "10015", "/whitelisted_destinations/1"),
    ({"whitelisted_destinations": "US"}, "10026", "/whitelisted_destinations"),
    ({"enabled": 1}, "10026", "/enabled"),
    ({"webhook_url": "ftp://x"}, "10003", "/webhook_url"),
    ({"webhook_url": "https://x.example/" + "a" * 2000}, "10003", "/webhook_url"),
    ({"webhook_api_version": "3"}, "10032", "/webhook_api_version"),
    ({"webhook_api_version": 2}, "10026", "/webhook_api_version"),
    ({"daily_spend_limit": "1,5"}, "10015", "/daily_spend_limit"),
    ({"daily_spend_limit": 10}, "10026", "/daily_spend_limit"),
    ({"daily_spend_limit": None}, "10026", "/daily_spend_limit"),
    ({"alpha_sender": "TwelveLetter"}, "10015", "/alpha_sender"),
    ({"ai_assistant_id": "a" * 65}, "10025", "/ai_assistant_id"),
    ({"number_pool_settings": POOL | {"long_code_weight": -1}}, "10033", "/number_pool_settings/long_code_weight"),
    ({"number_pool_settings": POOL | {"geomatch": "no"}}, "10026", "/number_pool_settings/geomatch"),
    ({"url_shortener_settings": {"prefix": "x"}}, "10004", "/url_shortener_settings/domain"),
]


@pytest.mark.parametrize(("change", "code", "pointer"), BAD_PROFILES, ids=[case[2] for case in BAD_PROFILES])
def test_bad_profiles(site: Site, change: dict[str, Any], code: str, pointer: str) -> None:
    """The same refusal on create and on PATCH; nothing is stored."""
    good = {"name": "Good", "whitelisted_destinations": ["US"]}
    assert site.refused("POST", "/messaging_profiles", good | change) == (422, [(code, pointer)])
    profile = site.profile()
    at = f"/messaging_profiles/{profile['id']}"
    assert site.refused("PATCH", at, change) == (422, [(code, pointer)])
    assert site.data("GET", at) == profile


def test_all_problems_at_once(site: Site) -> None:
    """A body with several faults gets several errors."""
    assert site.refused("POST", "/messaging_profiles", {"enabled": "yes", "number_pool_settings": {}}) == (
        422,
        [
            ("10004", "/name"),
            ("10026", "/enabled"),
            ("10004", "/whitelisted_destinations"),
        ],
    )


def test_unknown_and_read_only_keys_are_ignored(site: Site) -> None:
    """As the community provider relies on: an empty id, a zero time, a secret, anything."""
    noise = {"id": "", "created_at": "0001-01-01", "v1_secret": "", "colour": "red", "record_type": "x"}
    profile = site.profile(**noise)
    assert profile["id"].startswith("4001")
    assert len(profile["v1_secret"]) == 24
    assert "colour" not in profile
    patched = site.data("PATCH", f"/messaging_profiles/{profile['id']}", noise)
    assert patched | {"updated_at": ""} == profile | {"updated_at": ""}


def test_create_only_fields(site: Site) -> None:
    """Two fields are accepted on create and ignored on PATCH."""
    created = {"health_webhook_url": "https://h.example", "resource_group_id": "g1"}
    profile = site.profile(**created)
    assert profile.items() >= created.items()
    patched = site.data(
        "PATCH", f"/messaging_profiles/{profile['id']}", {"health_webhook_url": None, "resource_group_id": "g2"}
    )
    assert patched.items() >= created.items()


def test_patch_is_partial_and_null_clears(site: Site) -> None:
    """Omitted fields keep their value; null and "" both unset a URL."""
    profile = site.profile(webhook_url="https://a.example", webhook_failover_url="https://b.example", alpha_sender="A")
    at = f"/messaging_profiles/{profile['id']}"
    changed = site.data("PATCH", at, {"webhook_url": None, "webhook_failover_url": "", "alpha_sender": None})
    assert (changed["webhook_url"], changed["webhook_failover_url"], changed["alpha_sender"]) == (None, "", None)
    assert changed["whitelisted_destinations"] == ["US"]


def test_shortener_is_replaced_whole(site: Site) -> None:
    """Unlike the pool, what is left out of the shortener settings goes back to its default."""
    profile = site.profile(url_shortener_settings={"domain": "acct.fyi", "prefix": "acme"})
    at = f"/messaging_profiles/{profile['id']}"
    changed = site.data("PATCH", at, {"url_shortener_settings": {"domain": "http://example.ex"}})
    assert changed["url_shortener_settings"]["prefix"] == ""


def test_pool_needs_its_weights(site: Site) -> None:
    """A partial pool merges into a stored one, and fails without one."""
    at = f"/messaging_profiles/{site.profile()['id']}"
    status, errors = site.refused("PATCH", at, {"number_pool_settings": {"sticky_sender": True}})
    assert status == 422
    assert {code for code, _ in errors} == {"10004"}
    assert len(errors) == 3


def test_legacy_profile_needs_destinations(start: SiteFactory) -> None:
    """A profile without an allow-list must be given one by the next PATCH."""
    site = start(seed={"messaging_profiles": [{"name": "Legacy", "whitelisted_destinations": None}]})
    (legacy,) = site.data("GET", "/messaging_profiles")
    at = f"/messaging_profiles/{legacy['id']}"
    assert site.refused("PATCH", at, {"name": "x"}) == (422, [("10004", "/whitelisted_destinations")])
    assert site.data("PATCH", at, {"name": "x", "whitelisted_destinations": ["US"]})["name"] == "x"


@pytest.mark.parametrize("kind", ["phone number", "short code", "hosted number"])
def test_profile_in_use(site: Site, kind: str) -> None:
    """A profile with a number, a short code or a hosted number is not deleted."""
    profile = site.profile()["id"]
    if kind == "phone number":
        at = f"/phone_numbers/{site.data('GET', '/phone_numbers/messaging')[0]['id']}/messaging"
        site.data("PATCH", at, {"messaging_profile_id": profile})
    elif kind == "short code":
        at = f"/short_codes/{site.data('GET', '/short_codes')[0]['id']}"
        site.data("PATCH", at, {"messaging_profile_id": profile})
    else:
        body = {"messaging_profile_id": profile, "phone_numbers": ["+12125550123"]}
        site.data("POST", "/messaging_hosted_number_orders", body)
        site.admin("POST", "advance", status="successful")
        at = f"/messaging_hosted_numbers/{site.data('GET', '/messaging_hosted_numbers')[0]['id']}"
    assert site.refused("DELETE", f"/messaging_profiles/{profile}") == (422, [("10021", None)])
    site.data("PATCH", at, {"messaging_profile_id": ""})
    assert site.ask("DELETE", f"/messaging_profiles/{profile}").status_code == 200


def test_what_dies_with_a_profile(site: Site) -> None:
    """Senders and auto-responses go; an agent loses its profile."""
    profile = site.profile()["id"]
    sender = {"alphanumeric_sender_id": "Acme", "messaging_profile_id": profile}
    site.data("POST", "/alphanumeric_sender_ids", sender)
    reply = {"op": "stop", "country_code": "US", "keywords": ["END"]}
    site.data("POST", f"/messaging_profiles/{profile}/autoresp_configs", reply)
    agent = DEFAULT["rcs_agents"][0]["agent_id"]
    site.data("PATCH", f"/messaging/rcs/agents/{agent}", {"profile_id": profile})
    site.data("DELETE", f"/messaging_profiles/{profile}")
    state = site.admin("GET", "state")
    assert (state["alphanumeric_sender_ids"], state["autoresp_configs"]) == ([], [])
    assert site.data("GET", f"/messaging/rcs/agents/{agent}")["profile_id"] is None


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"op": "help"}, "10032", "/op"),
        ({"country_code": "USA"}, "10015", "/country_code"),
        ({"keywords": []}, "10033", "/keywords"),
        ({"keywords": [f"w{index}" for index in range(21)]}, "10033", "/keywords"),
        ({"keywords": ["fine", "Stop"]}, "10015", "/keywords/1"),
        ({"resp_text": 1}, "10026", "/resp_text"),
    ],
)
def test_bad_auto_responses(site: Site, change: dict[str, Any], code: str, pointer: str) -> None:
    """Refused on POST and on PUT alike; reserved words stay with their own op."""
    body = {"op": "start", "country_code": "US", "keywords": ["GO"]}
    at = f"/messaging_profiles/{site.profile()['id']}/autoresp_configs"
    assert site.refused("POST", at, body | change) == (422, [(code, pointer)])
    row = site.data("POST", at, body)
    assert site.refused("PUT", f"{at}/{row['id']}", body | change) == (422, [(code, pointer)])


def test_auto_response_of_another_profile(site: Site) -> None:
    """A row is found under its own profile only."""
    one, other = site.profile("one")["id"], site.profile("other")["id"]
    body = {"op": "start", "country_code": "US", "keywords": ["GO"]}
    row = site.data("POST", f"/messaging_profiles/{one}/autoresp_configs", body)["id"]
    assert site.ask("GET", f"/messaging_profiles/{other}/autoresp_configs/{row}").status_code == 404
    assert site.data("GET", f"/messaging_profiles/{other}/autoresp_configs") == []


@pytest.mark.parametrize("sender", ["", "TwelveLetter", "123", "Not-Me"])
def test_bad_senders(site: Site, sender: str) -> None:
    """One to eleven letters, digits and spaces, with at least one letter."""
    body = {"alphanumeric_sender_id": sender, "messaging_profile_id": site.profile()["id"]}
    assert site.refused("POST", "/alphanumeric_sender_ids", body) == (422, [("40325", "/alphanumeric_sender_id")])


def test_bodies_that_are_not_json(site: Site) -> None:
    """Broken JSON, another type and a JSON array each have their own refusal."""
    url, headers = f"{site.base}/messaging_profiles", {"authorization": f"Bearer {site.key}"}
    for content, media_type, status, code in (
        (b"{", "application/json", 400, "10023"),
        (b"", "application/json", 400, "10015"),
        (b"name=x", "application/x-www-form-urlencoded", 415, "10029"),
        (b"[]", "application/json; charset=utf-8", 422, "10026"),
    ):
        answer = site.http.post(url, content=content, headers=headers | {"content-type": media_type})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)


def test_paths_and_methods(site: Site) -> None:
    """Unknown paths are 404, also without the prefix; wrong methods are 405."""
    assert site.refused("GET", "/nowhere") == (404, [("10005", None)])
    assert site.refused("PUT", "/messaging_profiles") == (405, [("10030", None)])
    bare = site.http.get(site.base.removesuffix("/v2") + "/messaging_profiles")
    assert bare.status_code == 401
    known = site.http.get(
        site.base.removesuffix("/v2") + "/messaging_profiles", headers={"authorization": f"Bearer {site.key}"}
    )
    assert known.status_code == 404


def test_bare_errors(site: Site) -> None:
    """Eligibility and opt-outs answer 400 and 401 as a single object."""
    at = "/messaging_hosted_number_orders/eligibility_numbers_check"
    assert site.ask("POST", at, {}).json()["code"] == "10004"
    for method, path in (("POST", at), ("GET", "/messaging_optouts")):
        assert site.http.request(method, site.base + path).json()["code"] == "10009"
    assert site.ask("GET", "/messaging_optouts?page[size]=0").json()["code"] == "10033"
    # Any other status keeps the usual shape.
    assert site.refused("POST", at, []) == (422, [("10026", "")])


def test_products(site: Site) -> None:
    """A number takes only the products that it is eligible for."""
    at = f"/phone_numbers/{site.data('GET', '/phone_numbers/messaging')[0]['id']}/messaging"
    assert site.refused("PATCH", at, {"messaging_product": "X2P"}) == (422, [("40324", "/messaging_product")])
    assert site.data("PATCH", at, {"messaging_product": "P2P"})["messaging_product"] == "P2P"
    assert site.refused("PATCH", at, {"messaging_profile_id": NOWHERE}) == (422, [("10017", "/messaging_profile_id")])
    assert site.refused("PATCH", at, {"messaging_profile_id": "x"}) == (422, [("10022", "/messaging_profile_id")])
