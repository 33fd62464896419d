"""One journey through every operation that is served, each with success at least once."""

from __future__ import annotations

from .site import Site
from .verification import REQUEST
from .witness import Witness

POOL = {"long_code_weight": 1, "toll_free_weight": 0, "skip_unhealthy": True}
PROFILE = {"name": "Full", "whitelisted_destinations": ["*"], "number_pool_settings": POOL, "daily_spend_limit": "5"}
REPLY = {"op": "info", "country_code": "*", "keywords": ["HELP"], "resp_text": "Acme: call 555 for help."}
ORDERS = "/messaging_hosted_number_orders"
REQUESTS = "/messaging_tollfree/verification/requests"
NUMBER = "+12125550123"


def travel(witness: Witness, site: Site) -> None:
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
    _numbers(witness, site, profile)
    _reach(witness, agent)
    _verification(witness, site, profile)
    _messages(witness, site, profile)
    _money(witness, site)
    site.admin("POST", "create", collection="messaging_optouts", set={"from": "12345", "to": "+447766123456"})
    ask("GET", "/messaging_optouts")
    ask("GET", "/messaging_url_domains")
    site.admin("POST", "create", collection="messaging_profile_metrics", set={"messaging_profile_id": profile})
    ask("GET", "/messaging_profile_metrics?time_frame=7d")
    ask("GET", f"{at}/metrics?time_frame=7d")
    for row in ask("GET", f"{at}/phone_numbers"):
        ask("PATCH", f"/phone_numbers/{row['id']}/messaging", {"messaging_profile_id": ""})
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


def _numbers(witness: Witness, site: Site, profile: str) -> None:
    ask = witness.ask
    number = ask("GET", "/phone_numbers/messaging")[1]["phone_number"]
    order = ask("POST", "/messaging_numbers_bulk_updates", {"messaging_profile_id": profile, "numbers": [number]})
    for _ in range(2):
        ask("GET", f"/messaging_numbers_bulk_updates/{order['order_id']}")
    mobile = ask("GET", "/mobile_phone_numbers/messaging")[0]["id"]
    ask("GET", f"/mobile_phone_numbers/{mobile}/messaging")


def _reach(witness: Witness, agent: str) -> None:
    ask = witness.ask
    ask("POST", "/messaging/rcs/bulk_capabilities", {"agent_id": agent, "phone_numbers": [NUMBER]})
    ask("GET", f"/messaging/rcs/capabilities/{agent}/{NUMBER}")
    ask("PUT", f"/messaging/rcs/test_number_invite/{agent}/{NUMBER}")
    ask("GET", f"/messages/rcs/deeplinks/{agent}?phone_number=%2B12125550123&body=hello%20world")


def _verification(witness: Witness, site: Site, profile: str) -> None:
    ask = witness.ask
    toll_free = ask("GET", "/phone_numbers/messaging?filter[type]=tollfree")[0]["id"]
    ask("PATCH", f"/phone_numbers/{toll_free}/messaging", {"messaging_profile_id": profile})
    request = ask("POST", REQUESTS, REQUEST)["id"]
    at = f"{REQUESTS}/{request}"
    ask("GET", f"{REQUESTS}?page=1&page_size=20")
    ask("GET", at)
    ask("PATCH", at, REQUEST | {"businessAddr2": "14th Floor"})
    site.admin("POST", "advance", order=request, status="Rejected", reason="no opt-in")
    ask("GET", at)
    ask("GET", f"{at}/status_history?page[number]=1&page[size]=20")
    ask("DELETE", at)


def _money(witness: Witness, site: Site) -> None:
    account = site.admin("POST", "create", collection="managed_accounts", set={"email": "acme@example.com"})
    witness.ask("GET", "/managed_accounts")
    witness.ask("GET", f"/managed_accounts/{account['id']}")
    witness.ask("GET", "/balance")


def _messages(witness: Witness, site: Site, profile: str) -> None:
    ask = witness.ask
    (sender, *_) = ask("GET", f"/messaging_profiles/{profile}/phone_numbers?page[size]=1")
    number, code = sender["phone_number"], ask("GET", "/short_codes")[0]["short_code"]
    ask("POST", "/alphanumeric_sender_ids", {"alphanumeric_sender_id": "Acme", "messaging_profile_id": profile})
    content = {"to": NUMBER, "text": "Hello, World!"}
    message = ask("POST", "/messages", content | {"from": number})["id"]
    ask("GET", f"/messages/{message}")
    site.admin("POST", "advance", order=message, status="delivered")
    ask("GET", f"/messages/{message}")
    ask("POST", "/messages/long_code", content | {"from": number, "media_urls": ["https://a.example/cat.png"]})
    ask("POST", "/messages/short_code", content | {"from": code})
    ask("POST", "/messages/number_pool", content | {"messaging_profile_id": profile})
    alpha = {"from": "Acme", "to": "+447766123456", "text": "Hello", "messaging_profile_id": profile}
    ask("POST", "/messages/alphanumeric_sender_id", alpha)
    later = ask("POST", "/messages/schedule", content | {"from": number, "send_at": "2099-01-01T00:00:00Z"})["id"]
    ask("GET", f"/messages/{later}")
    ask("DELETE", f"/messages/{later}")
    group = {"from": number, "to": [NUMBER, "+12125550124"], "media_urls": ["https://a.example/cat.png"]}
    group_id = ask("POST", "/messages/group_mms", group)["id"]
    ask("GET", f"/messages/group/{group_id}")
    received = site.admin("POST", "receive", **{"from": NUMBER, "to": number, "text": "Hi"})
    ask("GET", f"/messages/{received['message']['id']}")
