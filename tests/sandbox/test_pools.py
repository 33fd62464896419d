"""Which number of a pool sends."""

from __future__ import annotations

from .site import Site, SiteFactory
from .verification import NUMBER as TOLL_FREE, REQUEST

LONG, OTHER = "+15550100001", "+15550100002"
HANDSET = "+12125550188"
POOL = {"long_code_weight": 1, "toll_free_weight": 0, "skip_unhealthy": True}


def _assign(site: Site, number: str, profile: str) -> None:
    site.data("PATCH", f"/phone_numbers/{number}/messaging", {"messaging_profile_id": profile})


def test_pools(site: Site) -> None:
    """By weight, then by recipient while sticky, and nobody when the pool is empty or ill."""
    profile = site.profile()["id"]
    at = f"/messaging_profiles/{profile}"
    for number in (LONG, OTHER):
        _assign(site, number, profile)

    def senders(*recipients: str) -> list[str]:
        sent = []
        for to in recipients:
            body = {"to": to, "text": "x", "messaging_profile_id": profile}
            sent.append(site.data("POST", "/messages/number_pool", body)["from"]["phone_number"])
        return sent

    handsets = [f"+1212555{index:04}" for index in range(4)]
    site.data("PATCH", at, {"number_pool_settings": POOL})
    assert sorted(senders(*handsets)) == sorted([LONG, OTHER] * 2)
    assert set(senders(HANDSET, HANDSET)) == {LONG, OTHER}
    site.data("PATCH", at, {"number_pool_settings": POOL | {"sticky_sender": True}})
    first = senders(*handsets)
    assert senders(*reversed(handsets)) == first[::-1]
    site.data("PATCH", at, {"number_pool_settings": POOL | {"sticky_sender": False}})
    assert site.admin("GET", "state")["sticky_senders"] == []
    site.data("PATCH", at, {"number_pool_settings": POOL | {"long_code_weight": 0}})
    body = {"to": HANDSET, "text": "x", "messaging_profile_id": profile}
    assert site.refused("POST", "/messages/number_pool", body) == (422, [("40321", None)])


def test_weights_are_ratios(start: SiteFactory) -> None:
    """Three to one: long codes send three times as much as toll-free numbers, however many there are of each."""
    site = start(seed={"tollfree_verifications": [REQUEST | {"verificationStatus": "Verified"}]})
    profile = site.profile(number_pool_settings=POOL | {"long_code_weight": 3, "toll_free_weight": 1})["id"]
    for number in (LONG, OTHER, TOLL_FREE):
        _assign(site, number, profile)
    body = {"text": "x", "messaging_profile_id": profile}
    sent = [
        site.data("POST", "/messages", body | {"to": f"+1212555{index:04}"})["from"]["phone_number"]
        for index in range(8)
    ]
    assert (sent.count(TOLL_FREE), sent.count(LONG), sent.count(OTHER)) == (2, 3, 3)


def test_pools_by_area_and_health(start: SiteFactory) -> None:
    """The recipient's area code goes before the weights, and ill numbers are left out."""
    ill = {"message_count": 9, "inbound_outbound_ratio": 0.1, "success_ratio": 0.2, "spam_ratio": 0.0}
    numbers = ["+12125550101", "+15125550101", "+15125550102"]
    rows = [{"phone_number": number} for number in numbers]
    rows[2]["health"] = ill  # type: ignore[assignment]  # a seed row holds any JSON
    site = start(seed={"phone_numbers": rows})
    profile = site.profile(number_pool_settings=POOL | {"geomatch": True})["id"]
    for number in numbers:
        _assign(site, number, profile)
    body = {"text": "x", "messaging_profile_id": profile}
    for to, sender in (("+15125550188", numbers[1]), ("+12125550188", numbers[0]), ("+15125550189", numbers[1])):
        assert site.data("POST", "/messages", body | {"to": to})["from"]["phone_number"] == sender


def test_sticky_senders_are_forgotten_after_eight_days(start: SiteFactory) -> None:
    """Until then the recipient hears from the same number, however busy it is."""
    now = [1_800_000_000.0]
    site = start(clock=lambda: now[0])
    profile = site.profile(number_pool_settings=POOL | {"sticky_sender": True})["id"]
    _assign(site, LONG, profile)
    body = {"to": HANDSET, "text": "x", "messaging_profile_id": profile}
    sent = [site.data("POST", "/messages", body)["from"]["phone_number"]]
    _assign(site, OTHER, profile)
    for days in (7, 7, 9):
        now[0] += days * 86_400
        sent.append(site.data("POST", "/messages", body)["from"]["phone_number"])
    assert sent == [LONG, LONG, LONG, OTHER]
