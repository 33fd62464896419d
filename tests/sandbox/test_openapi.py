"""Every answer of every served operation, good or bad, against the official OpenAPI description."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.sandbox.routes import ROUTES

from .openapi import Description, description_path
from .site import NOWHERE, Site

POOL = {"long_code_weight": 1, "toll_free_weight": 0, "skip_unhealthy": True}
PROFILE = {"name": "Full", "whitelisted_destinations": ["*"], "number_pool_settings": POOL, "daily_spend_limit": "5"}
REPLY = {"op": "info", "country_code": "*", "keywords": ["HELP"], "resp_text": "Acme: call 555 for help."}
ORDERS = "/messaging_hosted_number_orders"
NUMBER = "+12125550123"


@pytest.fixture(scope="module")
def description() -> Description:
    """The official description, where it can be found."""
    path = description_path()
    if not path.exists():
        pytest.skip(f"no OpenAPI description at {path}; set TELNYX_OPENAPI")
    return Description.load(path)


class Witness:
    """Sends requests and collects what the description has against the answers."""

    def __init__(self, site: Site, description: Description) -> None:
        self._site = site
        self._description = description
        self.complaints: list[str] = []
        self.served: set[tuple[str, str]] = set()
        self.statuses: set[tuple[str, str, int]] = set()

    def ask(self, method: str, path: str, body: Any = None, *, key: str | None = None, **options: Any) -> Any:
        """One request; returns the `data` of its answer, where there is one."""
        site = replace(self._site, key=key) if key else self._site
        answer = site.ask(method, path, body, **options)
        bare_path = path.partition("?")[0]
        document = answer.json()
        found = self._description.complaints(method, bare_path, answer.status_code, document)
        self.complaints += [f"{method} {path} {answer.status_code}: {entry}" for entry in found]
        template = self._description.template(bare_path)
        if answer.is_success:
            self.served.add((method, template))
        self.statuses.add((method, template, answer.status_code))
        return document.get("data") if isinstance(document, dict) else document


def _journey(witness: Witness, site: Site) -> None:
    """Every operation at least once with success."""
    ask = witness.ask
    profile = ask("POST", "/messaging_profiles", PROFILE)["id"]
    ask("POST", "/messaging_profiles", {"name": "Small", "whitelisted_destinations": []})
    ask("GET", "/messaging_profiles?page[size]=1&filter[name][eq]=Full")
    at = f"/messaging_profiles/{profile}"
    ask("PATCH", at, {"url_shortener_settings": {"domain": "acct.fyi"}, "alpha_sender": "Acme"})
    ask("POST", f"{at}/actions/regenerate_secret")
    reply = ask("POST", f"{at}/autoresp_configs", REPLY)["id"]
    ask("POST", f"{at}/autoresp_configs", {"op": "stop", "country_code": "US", "keywords": ["END"]})
    ask("GET", f"{at}/autoresp_configs")
    ask("GET", f"{at}/autoresp_configs/{reply}")
    ask("PUT", f"{at}/autoresp_configs/{reply}", REPLY | {"country_code": "US"})
    ask("DELETE", f"{at}/autoresp_configs/{reply}")
    sender = ask(
        "POST", "/alphanumeric_sender_ids", {"alphanumeric_sender_id": "Acme", "messaging_profile_id": profile}
    )["id"]
    ask("GET", "/alphanumeric_sender_ids")
    ask("GET", f"/alphanumeric_sender_ids/{sender}")
    number = ask("GET", "/phone_numbers/messaging")[0]["id"]
    ask("GET", f"/phone_numbers/{number}/messaging")
    ask("PATCH", f"/phone_numbers/{number}/messaging", {"messaging_profile_id": profile, "tags": ["a"]})
    code = ask("GET", "/short_codes")[0]["id"]
    ask("GET", f"/short_codes/{code}")
    ask("PATCH", f"/short_codes/{code}", {"messaging_profile_id": profile})
    for children in ("phone_numbers", "short_codes", "alphanumeric_sender_ids"):
        assert len(ask("GET", f"{at}/{children}")) == 1
    ask("DELETE", f"/alphanumeric_sender_ids/{sender}")
    agent = ask("GET", "/messaging/rcs/agents")[0]["agent_id"]
    ask("GET", f"/messaging/rcs/agents/{agent}")
    ask("PATCH", f"/messaging/rcs/agents/{agent}", {"profile_id": profile})
    _hosted(witness, site, profile)
    site.admin("POST", "create", collection="messaging_optouts", set={"from": "12345", "to": "+447766123456"})
    ask("GET", "/messaging_optouts")
    ask("GET", "/messaging_url_domains")
    site.admin("POST", "create", collection="messaging_profile_metrics", set={"messaging_profile_id": profile})
    ask("GET", "/messaging_profile_metrics?time_frame=7d")
    ask("GET", f"{at}/metrics?time_frame=7d")
    ask("PATCH", f"/phone_numbers/{number}/messaging", {"messaging_profile_id": ""})
    ask("PATCH", f"/short_codes/{code}", {"messaging_profile_id": ""})
    ask("GET", at)
    ask("DELETE", at)
    ask("GET", "/audit_events?page[size]=250")


def _hosted(witness: Witness, site: Site, profile: str) -> None:
    ask = witness.ask
    ask("POST", f"{ORDERS}/eligibility_numbers_check", {"phone_numbers": [NUMBER, "1"]})
    order = ask("POST", ORDERS, {"messaging_profile_id": profile, "phone_numbers": [NUMBER]})["id"]
    ask("GET", ORDERS)
    ask("GET", f"{ORDERS}/{order}")
    ask(
        "POST",
        f"{ORDERS}/{order}/verification_codes",
        {"phone_numbers": [NUMBER, "+12125550199"], "verification_method": "sms"},
    )
    ask(
        "POST",
        f"{ORDERS}/{order}/validation_codes",
        {"verification_codes": [{"phone_number": NUMBER, "code": "0"}]},
    )
    ask("POST", f"{ORDERS}/{order}/actions/file_upload", files={"loa": b"%PDF-1.4"})
    for _ in range(3):
        site.admin("POST", "advance", order=order)
        ask("GET", f"{ORDERS}/{order}")
    hosted = ask("GET", "/messaging_hosted_numbers")[0]["id"]
    ask("GET", f"/messaging_hosted_numbers/{hosted}")
    ask("PATCH", f"/messaging_hosted_numbers/{hosted}", {"messaging_profile_id": ""})
    ask("DELETE", f"/messaging_hosted_numbers/{hosted}")
    second = ask("POST", ORDERS, {"phone_numbers": ["+12125550124"]})["id"]
    ask("DELETE", f"{ORDERS}/{second}")


def test_answers(site: Site, description: Description) -> None:
    """Every served operation answers success in the documented status and shape."""
    witness = Witness(site, description)
    _journey(witness, site)
    assert witness.complaints == []
    templates = {(route.method, description.template(route.path)) for route in ROUTES}
    assert witness.served == templates


def test_errors(site: Site, description: Description) -> None:
    """401 everywhere, 404 for every unknown id, 422 for every bad body: all in the documented shape."""
    witness = Witness(site, description)
    for route in ROUTES:
        path = route.path
        for name in ("{id}", "{profile_id}", "{autoresp_cfg_id}"):
            path = path.replace(name, NOWHERE)
        witness.ask(route.method, path, key="stranger")
        if "{" in route.path:
            any_body = REPLY | {"phone_numbers": [NUMBER]}
            files = {"loa": b"%PDF-1.4"} if route.body == "raw" else None
            witness.ask(route.method, path, None if files else any_body, files=files)
    profile = site.profile()["id"]
    bad = [
        ("POST", "/messaging_profiles", {}),
        ("PATCH", f"/messaging_profiles/{profile}", {"enabled": "yes"}),
        ("POST", f"/messaging_profiles/{profile}/autoresp_configs", {"op": "help"}),
        ("POST", "/alphanumeric_sender_ids", {}),
        ("GET", "/alphanumeric_sender_ids?page[size]=0", None),
        ("POST", ORDERS, {"phone_numbers": ["1"]}),
        ("POST", f"{ORDERS}/eligibility_numbers_check", {}),
        ("GET", "/messaging_optouts?created_at[gte]=yesterday", None),
        ("GET", "/audit_events?sort=up", None),
        ("GET", "/messaging_profile_metrics?time_frame=1y", None),
        ("GET", "/messaging_profile_metrics?page[size]=0", None),
        ("GET", f"/messaging_profiles/{profile}/metrics?time_frame=1y", None),
    ]
    for method, path, body in bad:
        witness.ask(method, path, body)
    assert witness.complaints == []
    statuses = {status for _, _, status in witness.statuses}
    assert statuses == {400, 401, 404, 422}


def test_required_bodies(site: Site, description: Description) -> None:
    """Where the description requires a body, none is refused with 400, before anything is looked up."""
    checked = 0
    for route in ROUTES:
        template = description.template(route.path)
        if route.body == "raw" or not description.required_body(route.method, template):
            continue
        path = route.path
        for name in ("{id}", "{profile_id}", "{autoresp_cfg_id}"):
            path = path.replace(name, NOWHERE)
        assert site.ask(route.method, path).status_code == 400, f"{route.method} {route.path}"
        checked += 1
    assert checked == 9


def test_the_judge_is_strict(description: Description) -> None:
    """A wrong type, a missing field and an undocumented field are all noticed."""
    good = {"data": [], "meta": {"page_number": 1, "page_size": 20, "total_pages": 0, "total_results": 0}}
    assert description.complaints("GET", "/messaging_profiles", 200, good) == []
    for spoiled in (
        {**good, "data": [{"enabled": "yes"}]},
        {**good, "meta": {"page_number": 1}},
        {**good, "data": [{"surprise": 1}]},
        {**good, "data": [{"created_at": "yesterday", "id": "x"}]},
    ):
        assert description.complaints("GET", "/messaging_profiles", 200, spoiled)
