"""Administration: looking inside, changing things behind the back of the API, moving orders."""

from __future__ import annotations

import json
from dataclasses import replace

from .site import Site, SiteFactory


def test_state_hides_secrets_unless_asked(site: Site) -> None:
    """Rows are plain, but a secret must be asked for."""
    secret = site.profile()["v1_secret"]
    assert secret not in json.dumps(site.admin("GET", "state"))
    (row,) = site.admin("GET", "state", secrets="1", collection="messaging_profiles")["messaging_profiles"]
    assert row["v1_secret"] == secret


def test_edits_behind_our_back(site: Site) -> None:
    """A portal user's edit is validated like ours and found by id or by name."""
    profile = site.profile("Portal")
    edited = site.admin(
        "POST", "edit", collection="messaging_profiles", id="Portal", set={"webhook_url": "https://p.example"}
    )
    assert edited["id"] == profile["id"]
    assert site.data("GET", f"/messaging_profiles/{profile['id']}")["webhook_url"] == "https://p.example"
    answer = site.http.post(
        site.base + "/_sandbox/edit",
        json={"key": site.key, "collection": "messaging_profiles", "id": "Portal", "set": {"enabled": "no"}},
    )
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "10026")
    at = f"/messaging_profiles/{profile['id']}/autoresp_configs"
    row = site.data("POST", at, {"op": "stop", "country_code": "US", "keywords": ["END"], "resp_text": "Bye"})
    site.admin("POST", "edit", collection="autoresp_configs", id=row["id"], set={"keywords": ["QUIT"]})
    changed = site.data("GET", f"{at}/{row['id']}")
    assert (changed["keywords"], changed["resp_text"]) == (["QUIT"], "Bye")
    number = site.data("GET", "/phone_numbers/messaging")[0]
    site.admin("POST", "edit", collection="phone_numbers", id=number["phone_number"], set={"tags": ["portal"]})
    assert site.data("GET", f"/phone_numbers/{number['id']}/messaging")["tags"] == ["portal"]


def test_creates_and_deletes_behind_our_back(site: Site) -> None:
    """Rows appear and go with audit events of another user, also where the API has no POST."""
    made = site.admin(
        "POST", "create", collection="messaging_profiles", set={"name": "P", "whitelisted_destinations": ["US"]}
    )
    reply = {"messaging_profile_id": made["id"], "op": "stop", "country_code": "US", "keywords": ["END"]}
    site.admin("POST", "create", collection="autoresp_configs", set=reply)
    assert len(site.data("GET", f"/messaging_profiles/{made['id']}/autoresp_configs")) == 1
    site.admin("POST", "create", collection="phone_numbers", set={"phone_number": "+15550100099"})
    assert len(site.data("GET", "/phone_numbers/messaging?filter[phone_number]=%2B15550100099")) == 1
    site.admin("POST", "delete", collection="messaging_profiles", id="P")
    assert site.names() == []
    events = site.data("GET", "/audit_events?page[size]=250")
    assert {event["change_made_by"] for event in events} == {"organization_member"}
    assert len(events) == 5


def test_somebody_in_particular_edits(site: Site) -> None:
    """The audit log names the user who was said to act; what is no user's id is refused."""
    anna = "6f1b3a52-0000-4000-8000-00000000a11a"
    site.profile("Portal")
    site.admin("POST", "edit", collection="messaging_profiles", id="Portal", set={"enabled": False}, **{"as": anna})
    site.admin("POST", "edit", collection="messaging_profiles", id="Portal", set={"enabled": True})
    site.admin("POST", "delete", collection="messaging_profiles", id="Portal", **{"as": anna})
    events = site.data("GET", "/audit_events")
    assert [event["user_id"] == anna for event in events] == [True, False, True, False]
    assert [event["change_made_by"] for event in events[:3]] == ["organization_member"] * 3
    ask = {"key": site.key, "collection": "messaging_profiles", "id": "x", "set": {}, "as": "anna"}
    answer = site.http.post(site.base + "/_sandbox/edit", json=ask)
    [problem] = answer.json()["errors"]
    assert (answer.status_code, problem["code"], problem["source"]["pointer"]) == (422, "10022", "/as")


def test_reset(start: SiteFactory) -> None:
    """One account, or all of them, go back to their seed."""
    one = start()
    two = replace(one, key="KEY_other")
    for site in (one, two):
        site.profile()
    one.admin("POST", "reset")
    assert (one.names(), two.names()) == ([], ["Marketing"])
    one.profile()
    one.admin("POST", "reset", all=True)
    assert (one.names(), two.names()) == ([], [])
    assert len(one.data("GET", "/short_codes")) == 2


def test_advance(site: Site) -> None:
    """All waiting orders move a step; a failed number stays failed and brings no hosted number."""
    at = "/messaging_hosted_number_orders"
    first = site.data("POST", at, {"phone_numbers": ["+12125550123", "+12125550124"]})["id"]
    second = site.data("POST", at, {"phone_numbers": ["+12125550125"]})["id"]
    site.admin("POST", "advance", order=second, status="carrier_rejected")
    for _ in range(2):
        site.admin("POST", "advance", numbers={"+12125550124": "failed_timeout"})
    site.admin("POST", "advance")
    assert site.admin("POST", "advance") == []
    done = site.data("GET", f"{at}/{first}")
    assert (done["status"], [row["status"] for row in done["phone_numbers"]]) == (
        "successful",
        ["successful", "failed_timeout"],
    )
    rejected = site.data("GET", f"{at}/{second}")
    assert rejected["phone_numbers"][0]["status"] == "failed_carrier_rejected"
    assert [row["phone_number"] for row in site.data("GET", "/messaging_hosted_numbers")] == ["+12125550123"]
    site.admin("POST", "advance", order=first, status="failed")
    assert site.data("GET", "/messaging_hosted_numbers") == []
    for ask in ({"status": "done"}, {"numbers": {"+12125550123": "done"}}):
        answer = site.http.post(site.base + "/_sandbox/advance", json={"key": site.key, **ask})
        assert answer.status_code == 422


def test_order_outlives_its_profile(site: Site) -> None:
    """A profile deleted while its order is under way leaves the hosted number without one."""
    profile = site.profile()["id"]
    body = {"phone_numbers": ["+12125550123"], "messaging_profile_id": profile}
    site.data("POST", "/messaging_hosted_number_orders", body)
    site.data("DELETE", f"/messaging_profiles/{profile}")
    site.admin("POST", "advance", status="successful")
    assert [row["messaging_profile_id"] for row in site.data("GET", "/messaging_hosted_numbers")] == [None]


def test_request_log(site: Site) -> None:
    """Requests are logged with everything a test wants to count, per key, and can be cleared."""
    profile = site.profile()
    site.ask("GET", "/messaging_profiles?page[size]=1")
    post, get = site.admin("GET", "requests")
    assert (post["method"], post["path"], post["status"]) == ("POST", "/messaging_profiles", 200)
    assert post["body"] == {"name": profile["name"], "whitelisted_destinations": ["US"]}
    assert (get["query"], get["body"], get["key"]) == ("page[size]=1", None, site.key)
    assert get["time"] >= post["time"]
    site.admin("DELETE", "requests")
    assert site.admin("GET", "requests") == []


def test_admin_refusals(site: Site) -> None:
    """Unknown commands, wrong methods and unknown rows are told apart."""
    for method, name, ask, status in (
        ("GET", "nothing", {}, 404),
        ("GET", "reset", {}, 405),
        ("POST", "edit", {}, 422),
        ("POST", "edit", {"collection": "cats", "id": "x", "set": {}}, 422),
        ("POST", "delete", {"collection": "short_codes", "id": "x"}, 404),
        ("POST", "edit", {"collection": "short_codes", "id": "12345", "set": {"country_code": "CA"}}, 422),
    ):
        answer = site.http.request(method, f"{site.base}/_sandbox/{name}", json=ask)
        assert answer.status_code == status, name


def test_ambiguous_names(site: Site) -> None:
    """Two rows with one name must be told apart by id."""
    for _ in range(2):
        site.profile("Twin")
    ask = {"key": site.key, "collection": "messaging_profiles", "id": "Twin", "set": {"name": "x"}}
    answer = site.http.post(site.base + "/_sandbox/edit", json=ask)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "10027")


def test_reading_changes_no_state(site: Site) -> None:
    """A collection that was only looked at is there before and after."""
    before = site.admin("GET", "state")
    site.ask("GET", "/messaging_hosted_numbers")
    site.ask("GET", "/messaging_profile_metrics")
    assert site.admin("GET", "state") == before
