"""Messages: what is accepted, what is refused in which order, and what is read back."""

from __future__ import annotations

from typing import Any

import pytest
import telnyx
from telnyx import Telnyx

from .site import NOWHERE, Site, SiteFactory
from .verification import NUMBER as TOLL_FREE, REQUEST

LONG, OTHER = "+15550100001", "+15550100002"
HANDSET, BRITISH = "+12125550188", "+447766123456"


def _assign(site: Site, number: str, profile: str) -> None:
    site.data("PATCH", f"/phone_numbers/{number}/messaging", {"messaging_profile_id": profile})


def _send(site: Site, **more: Any) -> Any:
    return site.data("POST", "/messages", {"from": LONG, "to": HANDSET, "text": "Hello", **more})


def _refused(site: Site, **more: Any) -> tuple[int, str]:
    status, errors = site.refused("POST", "/messages", {"from": LONG, "to": HANDSET, "text": "Hello", **more})
    return status, errors[0][0]


@pytest.fixture
def profile(site: Site) -> str:
    """A profile that may send to the US and Britain, with a number."""
    made: str = site.profile(whitelisted_destinations=["US", "GB"], webhook_url="https://a.example")["id"]
    _assign(site, LONG, made)
    return made


def test_life(site: Site, sdk: Telnyx, profile: str) -> None:
    """Accepted and queued, read back as it was answered, and delivered when the administrator says so."""
    made = sdk.messages.send(from_=LONG, to=HANDSET, text="x" * 161).data
    assert made
    assert made.id
    assert made.id.startswith("403")
    assert (made.type, made.encoding, made.parts, made.num_chars) == ("SMS", "GSM-7", 2, 161)
    assert (made.messaging_profile_id, made.webhook_url) == (profile, "https://a.example")
    assert made.cost
    assert (made.cost.amount, made.cost.currency) == ("0.01020", "USD")
    assert [(to.phone_number, to.status) for to in made.to or []] == [(HANDSET, "queued")]
    assert sdk.messages.retrieve(made.id).data == made
    read: Any = None
    for status in ("sending", "sent", "delivered"):
        site.admin("POST", "advance")
        read = sdk.messages.retrieve(made.id).data
        assert read.to[0].status == status
    assert site.admin("POST", "advance") == []
    assert read.sent_at
    assert read.completed_at
    with pytest.raises(telnyx.NotFoundError):
        sdk.messages.retrieve(NOWHERE)


def test_kinds_of_senders(site: Site, sdk: Telnyx, profile: str) -> None:
    """Each endpoint takes its own kind of sender and refuses the others'."""
    code = site.data("GET", "/short_codes")[0]
    sdk.short_codes.update(code["id"], messaging_profile_id=profile)
    sdk.alphanumeric_sender_ids.create(alphanumeric_sender_id="Acme", messaging_profile_id=profile)
    assert sdk.messages.send_long_code(from_=LONG, to=HANDSET, text="Hi").data
    short = sdk.messages.send_short_code(from_=code["short_code"], to=HANDSET, text="Hi").data
    assert short
    assert short.encoding == "ASCII-7"
    named = sdk.messages.send_with_alphanumeric_sender(
        from_="Acme", to=BRITISH, text="Hi", messaging_profile_id=profile
    ).data
    assert named
    assert named.from_
    assert named.from_.phone_number == "Acme"
    picture = sdk.messages.send_group_mms(
        from_=LONG, to=[HANDSET, "+12125550189"], media_urls=["https://a.example/cat.png"]
    ).data
    assert picture
    assert picture.id
    assert (picture.type, len(picture.to or [])) == ("MMS", 2)
    group = sdk.messages.retrieve_group_messages(picture.id).data
    assert group == [picture]
    content = {"to": HANDSET, "text": "Hi"}
    for path, sender in (("long_code", code["short_code"]), ("short_code", LONG), ("long_code", "Acme")):
        body = content | {"from": sender}
        assert site.refused("POST", f"/messages/{path}", body) == (422, [("40305", "/from")])


def test_checks_come_in_order(site: Site, profile: str) -> None:
    """Everything is wrong at first; putting one thing right uncovers the next, down to a message that is accepted."""
    at = f"/messaging_profiles/{profile}"
    body = {"from": TOLL_FREE, "text": "x" * 1531}
    assert _refused(site, **body) == (422, "40305")
    limit = {"daily_spend_limit": "0", "daily_spend_limit_enabled": True}
    site.data("PATCH", at, {"enabled": False, "whitelisted_destinations": [], **limit})
    _assign(site, TOLL_FREE, profile)
    block = {"from": LONG, "to": HANDSET, "messaging_profile_id": profile}
    site.admin("POST", "create", collection="messaging_optouts", set=block)
    assert _refused(site, **body) == (422, "40312")
    site.data("PATCH", at, {"enabled": True})
    assert _refused(site, **body) == (422, "40331")
    site.data("PATCH", at, {"whitelisted_destinations": ["GB"]})
    assert _refused(site, **body) == (422, "40309")
    site.data("PATCH", at, {"whitelisted_destinations": ["US"]})
    assert _refused(site, **body) == (422, "40300")
    site.admin("POST", "receive", **{"from": HANDSET, "to": LONG, "text": "START"})
    assert _refused(site, **body) == (422, "40329")
    site.ask("POST", "/messaging_tollfree/verification/requests", REQUEST)
    site.admin("POST", "advance", status="Verified")
    assert _refused(site, **body) == (429, "40333")
    site.data("PATCH", at, {"daily_spend_limit_enabled": False})
    assert _refused(site, **body) == (422, "40302")
    assert _send(site, **{"from": TOLL_FREE})["parts"] == 1


def test_a_new_request_unverifies_a_number(site: Site, profile: str) -> None:
    """The danger of the guide: the newest request decides, so submitting another stops a live number."""
    _assign(site, TOLL_FREE, profile)
    at = "/messaging_tollfree/verification/requests"
    site.ask("POST", at, REQUEST)
    site.admin("POST", "advance", status="Verified")
    _send(site, **{"from": TOLL_FREE})
    assert site.ask("POST", at, REQUEST).status_code == 200
    assert _refused(site, **{"from": TOLL_FREE}) == (422, "40329")


@pytest.mark.parametrize(
    ("change", "status", "code", "pointer"),
    [
        ({"to": "188"}, 422, "10016", "/to"),
        ({"to": None}, 422, "10026", "/to"),
        ({"text": ""}, 422, "10025", "/text"),
        ({"text": None, "type": "SMS"}, 422, "10026", "/text"),
        ({"type": "MMS"}, 422, "40317", "/media_urls"),
        ({"type": "SMS", "media_urls": ["https://a.example/a.png"]}, 422, "40304", "/media_urls"),
        ({"media_urls": [f"https://a.example/{index}" for index in range(11)]}, 422, "10033", "/media_urls"),
        ({"encoding": "gsm7", "text": "Hi 😀"}, 400, "10028", "/text"),
        ({"encoding": "utf8"}, 422, "10032", "/encoding"),
        ({"webhook_url": "nowhere"}, 422, "10003", "/webhook_url"),
        ({"send_at": "tomorrow"}, 422, "10015", "/send_at"),
        ({"send_at": "2001-01-01T00:00:00Z"}, 422, "10033", "/send_at"),
        ({"from": "+15550199999"}, 422, "40305", "/from"),
        ({"from": "Acme"}, 422, "10004", "/messaging_profile_id"),
        ({"from": OTHER}, 422, "40305", "/from"),
        ({"messaging_profile_id": NOWHERE}, 422, "40305", "/from"),
    ],
)
def test_bad_messages(site: Site, profile: str, change: dict[str, Any], status: int, code: str, pointer: str) -> None:
    """Nothing is stored of what is refused."""
    assert profile
    body = {"from": LONG, "to": HANDSET, "text": "Hello"} | change
    assert site.refused("POST", "/messages", body) == (status, [(code, pointer)])
    assert site.admin("GET", "state")["messages"] == []


def test_messages_without_content_or_sender(site: Site, profile: str) -> None:
    """Neither text nor media, and neither a sender nor a pool."""
    assert site.refused("POST", "/messages", {"from": LONG, "to": HANDSET}) == (422, [("40316", "/text")])
    assert site.refused("POST", "/messages", {"to": HANDSET, "text": "x"}) == (422, [("10004", "/from")])
    pooled = {"to": HANDSET, "text": "x", "messaging_profile_id": profile}
    assert site.refused("POST", "/messages", pooled) == (422, [("10004", "/from")])
    many = {"from": LONG, "to": [HANDSET] * 9, "text": "x"}
    assert site.refused("POST", "/messages/group_mms", many) == (422, [("10033", "/to")])


def test_names(site: Site, profile: str) -> None:
    """A profile without a name, a name of another, and the number that stands in for it in the US."""
    other = site.profile("Other", whitelisted_destinations=["*"])["id"]
    named = {"from": "Acme", "to": BRITISH, "messaging_profile_id": profile}
    assert _refused(site, **named) == (422, "40306")
    site.data("POST", "/alphanumeric_sender_ids", {"alphanumeric_sender_id": "Brick", "messaging_profile_id": profile})
    assert _refused(site, **named) == (422, "40307")
    sender = {"alphanumeric_sender_id": "Acme", "messaging_profile_id": other, "us_long_code_fallback": LONG}
    site.data("POST", "/alphanumeric_sender_ids", sender)
    ask = {"from": "Acme", "messaging_profile_id": other}
    assert _send(site, to=BRITISH, **ask)["from"]["phone_number"] == "Acme"
    assert _send(site, to=HANDSET, **ask)["from"]["phone_number"] == LONG


def test_smart_encoding_and_webhooks(site: Site, profile: str) -> None:
    """The profile's setting, unless the message asks for UCS-2; the profile's URLs, unless it does without."""
    quoted = "“Hi” " * 20
    assert (_send(site, text=quoted)["encoding"], _send(site, text=quoted)["parts"]) == ("UTF-16", 2)
    site.data("PATCH", f"/messaging_profiles/{profile}", {"smart_encoding": True})
    smart = _send(site, text=quoted)
    assert (smart["encoding"], smart["parts"], smart["smart_encoding_applied"], smart["text"]) == (
        "GSM-7",
        1,
        True,
        quoted,
    )
    assert _send(site, text=quoted, encoding="ucs2")["encoding"] == "UTF-16"
    assert _send(site, use_profile_webhooks=False)["webhook_url"] is None
    assert _send(site, webhook_url="https://b.example")["webhook_url"] == "https://b.example"


def test_scheduling(start: SiteFactory) -> None:
    """Cancelled while it is more than a minute away, with an answer of its own shape; once."""
    now = [1_800_000_000.0]
    site = start(clock=lambda: now[0])
    _assign(site, LONG, site.profile()["id"])
    api = site.sdk().messages
    made = api.schedule(from_=LONG, to=HANDSET, text="Hi", send_at="2027-01-15T08:10:00Z").data
    assert made
    assert made.id
    gone = api.cancel_scheduled(made.id)
    assert [to.status for to in gone.to or []] == ["cancelled"]
    for _ in range(2):
        answer = site.ask("DELETE", f"/messages/{made.id}")
        assert (answer.status_code, answer.json()["code"]) == (403, "10010")
    assert site.ask("DELETE", f"/messages/{NOWHERE}").json()["code"] == "10005"
    later = _send(site, send_at="2027-01-15T08:10:00Z")["id"]
    now[0] += 541
    assert site.ask("DELETE", f"/messages/{later}").status_code == 403
    assert site.refused("POST", "/messages/schedule", {"from": LONG, "to": HANDSET, "text": "x"})[1] == [
        ("10004", "/send_at")
    ]


def test_messages_are_kept_for_ten_days(start: SiteFactory) -> None:
    """Then they are unknown."""
    now = [1_800_000_000.0]
    site = start(clock=lambda: now[0])
    _assign(site, LONG, site.profile()["id"])
    made = _send(site)["id"]
    now[0] += 10 * 86_400
    assert site.data("GET", f"/messages/{made}")["id"] == made
    now[0] += 1
    assert site.refused("GET", f"/messages/{made}") == (404, [("10005", None)])


def test_the_day_of_the_spend_limit(start: SiteFactory) -> None:
    """Counted over the messages of a day in UTC; raising and toggling the limit do not begin a new count."""
    now = [1_800_000_000.0]
    site = start(clock=lambda: now[0])
    at = f"/messaging_profiles/{site.profile(daily_spend_limit='0.01', daily_spend_limit_enabled=True)['id']}"
    _assign(site, LONG, at.rpartition("/")[2])
    for _ in range(2):  # 0.0051 each: the second one overshoots
        _send(site)
    assert _refused(site) == (429, "40333")
    for enabled in (False, True):
        site.data("PATCH", at, {"daily_spend_limit_enabled": enabled})
    assert _refused(site) == (429, "40333")
    site.data("PATCH", at, {"daily_spend_limit": "0.015"})
    _send(site)
    assert _refused(site) == (429, "40333")
    yesterday = now[0] - 86_400
    now[0] += 86_400
    _send(site)
    now[0] = yesterday  # what is spent on a later day is not spent on this one
    _send(site)


def test_what_is_cancelled_costs_nothing(start: SiteFactory) -> None:
    """It leaves the day's spending again."""
    site = start()
    profile = site.profile(daily_spend_limit="0.005", daily_spend_limit_enabled=True)["id"]
    _assign(site, LONG, profile)
    later = _send(site, send_at="2099-01-01T00:00:00Z")["id"]
    assert _refused(site) == (429, "40333")
    assert site.ask("DELETE", f"/messages/{later}").status_code == 200
    _send(site)
