"""Webhooks, link domains, numbers and replies: table rows over profiles that the sandbox holds."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.checks.addresses import is_private
from reconciler.checks.check import Scope
from reconciler.model.address import Address
from reconciler.model.checkup import Condition
from reconciler.model.diagnostic import Severity

from .stage import Over, Stage, codes, number, only, profile, profile_id, refusal, words

SECRET_URL = "https://hooks.example.com/canary-token"


@pytest.mark.parametrize(
    ("fields", "found_codes"),
    [
        ({}, []),
        ({"webhook_url": ""}, ["webhook-url-missing"]),
        ({"webhook_url": None}, ["webhook-url-missing"]),
        (
            {"webhook_url": "", "webhook_failover_url": SECRET_URL},
            ["webhook-failover-without-primary", "webhook-url-missing"],
        ),
        ({"webhook_url": SECRET_URL, "webhook_failover_url": SECRET_URL}, ["webhook-failover-same"]),
        ({"webhook_url": SECRET_URL, "webhook_failover_url": "https://b.example/"}, []),
        ({"webhook_url": "http://hooks.example.com/canary-token"}, ["webhook-url-not-https"]),
        ({"webhook_url": "http://192.168.1.5/canary-token"}, ["webhook-url-not-public"]),
        ({"webhook_failover_url": "https://hooks.corp.local/canary-token"}, ["webhook-url-not-public"]),
    ],
)
def test_webhooks_of_a_profile_with_a_number(fields: dict[str, Any], found_codes: list[str]) -> None:
    """Warnings all; and no address is ever quoted, since it may hold a token."""
    found = Stage({"messaging_profiles": [profile(**fields)], "phone_numbers": [number(1)]}).one("webhooks")
    assert codes(found) == found_codes
    assert found.outcome is (Condition.WARNING if found_codes else Condition.OK)
    assert "canary" not in words(found)
    assert "example.com" not in words(found)


def test_a_profile_that_nothing_sends_with_needs_no_webhook() -> None:
    """Numbers, short codes and hosted numbers count."""
    bare = profile(webhook_url="")
    assert Stage({"messaging_profiles": [bare], "phone_numbers": [number(1, None)]}).one("webhooks").findings == ()
    short = {"short_codes": [{"short_code": "12345", "messaging_profile_id": profile_id()}]}
    found = Stage({"messaging_profiles": [bare], **short}).one("webhooks")
    assert codes(found) == ["webhook-url-missing"]
    assert "has 1 of" in only(found).summary


def test_numbers_that_cannot_be_read_leave_the_rest_of_the_check() -> None:
    """What hangs on a profile is then not known, and is said to be so."""
    over: Over = {"/short_codes": (500, {}), "/messaging_hosted_numbers": (403, refusal("10010"))}
    bare = profile(webhook_url="", webhook_failover_url="https://b.example/")
    found = Stage({"messaging_profiles": [bare], "phone_numbers": [number(1)]}, over=over).one("webhooks")
    assert sorted(codes(found)) == [
        "doctor-not-read",
        "doctor-not-read",
        "webhook-failover-without-primary",
        "webhook-url-missing",
    ]


def test_an_account_in_an_emulator_may_have_private_addresses() -> None:
    """It is on this machine, and so are they. Any other address is judged as everywhere."""
    seed = {"messaging_profiles": [profile(webhook_url="http://127.0.0.1:9/x")], "phone_numbers": [number(1)]}
    assert Stage(seed).one("webhooks", local=True).findings == ()
    seed["messaging_profiles"] = [profile(webhook_url="http://hooks.example.com/x")]
    assert codes(Stage(seed).one("webhooks", local=True)) == ["webhook-url-not-https"]


def test_findings_name_what_they_are_about() -> None:
    """The address of what is recorded, with the command for it; else name and id. A long name is cut."""
    seed = {"messaging_profiles": [profile(1, webhook_url=""), profile(2, webhook_url="", name="x" * 90)]}
    stage = Stage({**seed, "phone_numbers": [number(1, 1), number(2, 2)]})
    recorded = {profile_id(1): Address("MessagingProfile", "main")}
    ours, theirs = stage.one("webhooks", scope=Scope(recorded, everything=True)).findings
    assert (ours.address, ours.summary[:5]) == (recorded[profile_id(1)], "has 1")
    assert ours.hint.endswith("reconciler plan --only MessagingProfile/main")
    there = stage.one("webhooks", scope=Scope(recorded), account="eu west").findings[0]
    assert there.hint.endswith("reconciler plan --only MessagingProfile/main --account 'eu west'")
    assert theirs.address is None
    assert theirs.summary.startswith(f'profile "{"x" * 39}…" ({profile_id(2)}): has 1')
    assert len(stage.one("webhooks", scope=Scope(recorded)).findings) == 1


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("https://hooks.example.com/", False),
        ("https://8.8.8.8/", False),
        ("https://localhost/", True),
        ("https://LOCALHOST./", True),
        ("https://a.localhost:1/", True),
        ("https://notlocalhost/", False),
        ("https://printer.local/", True),
        ("https://127.0.0.1/", True),
        ("https://10.1.2.3/", True),
        ("https://172.16.0.1/", True),
        ("https://169.254.169.254/latest/meta-data", True),
        ("https://[::1]/", True),
        ("https://[fd00::1]/", True),
        ("https://[2606:4700::1111]/", False),
        ("https://[broken/", False),
    ],
)
def test_what_is_private_by_its_name(url: str, private: bool) -> None:
    """Without asking anybody."""
    assert is_private(url) is private


@pytest.mark.parametrize(
    ("fields", "found_codes"),
    [
        ({}, []),
        ({"profile_id": profile_id()}, ["rcs-agent-no-webhook"]),
        ({"profile_id": profile_id(), "enabled": False}, []),
        ({"profile_id": profile_id(), "webhook_url": SECRET_URL}, []),
        ({"webhook_url": "http://a.example/"}, ["webhook-url-not-https"]),
        ({"webhook_failover_url": "https://10.0.0.1/"}, ["webhook-url-not-public"]),
    ],
)
def test_webhooks_of_an_agent(fields: dict[str, Any], found_codes: list[str]) -> None:
    """Only its own address takes what people write to it."""
    found = Stage({"rcs_agents": [{"agent_id": "a1", "agent_name": "Support", **fields}]}).one("rcs_webhooks")
    assert codes(found) == found_codes
    assert all(finding.summary.startswith('RCS agent "Support" (a1): ') for finding in found.findings)


def test_an_account_without_agents() -> None:
    """Is told so."""
    assert Stage({"rcs_agents": []}).one("rcs_webhooks").summary == "there are no RCS agents"


@pytest.mark.parametrize(
    ("domain", "known"),
    [
        ("acct.fyi", True),
        ("ACCT.FYI", True),
        ("http://acct.fyi", True),
        ("example.ex", True),
        ("example.com", False),
        ("fyi", False),
    ],
)
def test_domains_of_shortened_links(domain: str, known: bool) -> None:
    """The account's are acct.fyi and http://example.ex: schemes and capitals do not count."""
    shortening = profile(url_shortener_settings={"domain": domain, "prefix": ""})
    found = Stage({"messaging_profiles": [shortening]}).one("shortener_domains")
    assert codes(found) == ([] if known else ["shortener-domain-unknown"])
    assert found.outcome is (Condition.OK if known else Condition.ERROR)
    if not known:
        assert "acct.fyi, example.ex" in only(found).hint


def test_no_domains_are_asked_for_where_none_is_used() -> None:
    """A request less."""
    stage = Stage({"messaging_profiles": [profile(url_shortener_settings=None)]})
    assert stage.one("shortener_domains").findings == ()
    assert "/messaging_url_domains" not in stage.app.asked


def _health(messages: Any, delivered: Any, spam: Any) -> dict[str, Any]:
    ratios = {"success_ratio": delivered, "spam_ratio": spam, "inbound_outbound_ratio": 1}
    return {"health": {"message_count": messages, **ratios}}


@pytest.mark.parametrize(
    ("fields", "bad"),
    [
        (_health(100, 0.9, 0.0), False),
        (_health(100, 0.25, 0.75), False),
        (_health(100, 0.24, 0.0), True),
        (_health(100, 0.9, 0.76), True),
        (_health(1, 0, 0), True),
        (_health(0, 0, 0), False),
        (_health(10, 2, 10), False),
        (_health("10", 0, 0), False),
        ({"health": None}, False),
        ({"health": "bad"}, False),
        ({}, False),
    ],
)
def test_health_of_a_number(fields: dict[str, Any], bad: bool) -> None:
    """At the lines of ``skip_unhealthy``. Without traffic, or with numbers that are no shares, nothing is said."""
    found = Stage({"messaging_profiles": [profile()], "phone_numbers": [number(189, **fields)]}).one("numbers")
    assert codes(found) == (["doctor-number-unhealthy"] if bad else [])
    assert "+15125550189" not in words(found)
    if bad:
        assert "…0189 (id 1293384261075700189)" in only(found).detail


def test_many_bad_numbers_are_one_finding() -> None:
    """Ten are named."""
    rows = [number(n, **_health(9, 0, 0)) for n in range(25)]
    found = Stage({"messaging_profiles": [profile()], "phone_numbers": [*rows, number(99)]}).one("numbers")
    assert "25 of 26 numbers deliver badly" in only(found).summary
    assert only(found).detail.splitlines()[10:] == ["and 15 more"]


@pytest.mark.parametrize(
    ("fields", "found_codes"),
    [
        ({"features": {"sms": None, "mms": None}}, ["number-sms-incapable"]),
        ({"features": {}}, []),
        ({"features": None}, []),
        ({"messaging_product": "X2Y"}, ["number-product-ineligible"]),
        ({"messaging_product": None}, []),
        ({"messaging_product": "X2Y", "eligible_messaging_products": []}, []),
    ],
)
def test_what_a_number_can_do(fields: dict[str, Any], found_codes: list[str]) -> None:
    """As far as its row tells."""
    found = Stage({"messaging_profiles": [profile()], "phone_numbers": [number(1, **fields)]}).one("numbers")
    assert codes(found) == found_codes


def test_numbers_without_a_profile_are_nobodys_business() -> None:
    """They send nothing."""
    rows = [number(1, None, **_health(9, 0, 0))]
    found = Stage({"messaging_profiles": [profile()], "phone_numbers": rows}).one("numbers")
    assert (found.findings, found.summary[:6]) == ((), "0 of 1")


LONG, FREE, BOTH = (1, 0), (0, 1), (1, 1)


@pytest.mark.parametrize(
    ("weights", "skip", "rows", "usable"),
    [
        (LONG, False, [number(1)], True),
        (LONG, False, [number(1, type="long-code")], True),
        (LONG, False, [number(1, type="long_code")], True),
        (LONG, False, [number(1, type="tollfree")], False),
        (FREE, False, [number(1, type="toll-free")], True),
        (BOTH, False, [], False),
        (BOTH, False, [number(1, type="short-code")], False),
        (LONG, False, [number(1, **_health(9, 0, 0))], True),
        (LONG, True, [number(1, **_health(9, 0, 0))], False),
        (LONG, True, [number(1, **_health(9, 0, 0)), number(2)], True),
    ],
)
@pytest.mark.parametrize("pooled", [True, False])
def test_a_pool_needs_a_number(weights: Any, skip: bool, rows: list[Any], usable: bool, pooled: bool) -> None:
    """Of a type with a weight, healthy where that is asked for; without a pool there is nothing to need."""
    pool = {"long_code_weight": weights[0], "toll_free_weight": weights[1], "skip_unhealthy": skip}
    seed = {"messaging_profiles": [profile(number_pool_settings=pool if pooled else None)], "phone_numbers": rows}
    found = codes(Stage(seed).one("numbers"))
    assert ("number-pool-no-numbers" in found) is (pooled and not usable)


def _reply(op: str, country: str = "*", **fields: Any) -> dict[str, Any]:
    row = {"messaging_profile_id": profile_id(), "op": op, "country_code": country, "keywords": [op]}
    return {**row, "resp_text": "Acme: hello", **fields}


ALL = [_reply("stop"), _reply("info"), _reply("start")]
STOP, HELP, START = "autoresp-missing-stop", "autoresp-missing-help", "autoresp-missing-start"


@pytest.mark.parametrize(
    ("destinations", "rows", "found_codes"),
    [
        (["US"], ALL, []),
        (["DE"], [], []),
        (["US"], [], [HELP, START, STOP]),
        (["CA"], ALL[1:], [STOP]),
        (["*"], ALL[:2], [START]),
        (["US", "CA"], [_reply("stop", "US"), *ALL[1:]], [STOP]),
        (["US", "CA"], [_reply("stop", "US"), _reply("stop", "CA"), *ALL[1:]], []),
        (["US"], [_reply("stop", "CA"), *ALL[1:]], [STOP]),
        (["US"], [_reply("stop", resp_text=None), *ALL[1:]], [STOP]),
        (None, [], []),
    ],
)
def test_replies(destinations: Any, rows: list[Any], found_codes: list[str]) -> None:
    """For each country, by a row of it or of any; without a text there is no reply of its own."""
    facing = profile(whitelisted_destinations=destinations)
    found = Stage({"messaging_profiles": [facing], "autoresp_configs": rows}).one("replies")
    assert codes(found) == found_codes
    assert all("default words work" in finding.detail for finding in found.findings)


def test_a_country_that_lacks_a_reply_is_named() -> None:
    """And only that one."""
    rows = [_reply("stop", "US"), *ALL[1:]]
    facing = profile(whitelisted_destinations=["US", "CA"])
    found = Stage({"messaging_profiles": [facing], "autoresp_configs": rows}).one("replies")
    assert only(found).summary.endswith("to STOP from CA")


def test_profiles_that_need_no_replies_cost_no_request() -> None:
    """Elsewhere, or switched off."""
    rows = [profile(1), profile(2, whitelisted_destinations=["US"], enabled=False)]
    stage = Stage({"messaging_profiles": rows})
    assert stage.one("replies").summary == "no profile sends to the US or Canada"
    assert stage.app.asked == ["/messaging_profiles"]


def test_one_profile_that_cannot_be_read_leaves_the_others() -> None:
    """Each has a list of its own."""
    rows = [profile(1, whitelisted_destinations=["US"]), profile(2, whitelisted_destinations=["US"])]
    over: Over = {f"/messaging_profiles/{profile_id(1)}/autoresp_configs": (500, {})}
    found = Stage({"messaging_profiles": rows}, over=over).one("replies")
    assert sorted(codes(found)) == [HELP, START, STOP, "doctor-not-read"]
    assert found.outcome is Condition.WARNING
    assert {one.severity for one in found.findings} == {Severity.WARNING}
