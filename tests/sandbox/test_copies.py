"""Copies of accounts: what was read of one becomes the other, and nothing else does."""

from __future__ import annotations

import re
from typing import Any

import pytest

from reconciler.sandbox.app import create_app
from reconciler.sandbox.copies import SHOWN, seed_from, seed_of
from reconciler.sandbox.routes import RESOURCES, ROUTES

from .site import Site, SiteFactory

KEY = "KEY_sandbox"
ORGANIZATION = "5d5c1f3e-0000-4000-8000-000000000001"
APART = {
    "/audit_events",
    "/messaging_profile_metrics",
    "/messaging_profiles/{}/metrics",
    "/messaging_tollfree/verification/requests/{}/status_history",
    "/messaging/rcs/capabilities/{}/{}",
    "/messages/rcs/deeplinks/{}",
}
"""What is written by the server alone, or made of other rows, and never copied: its log, its sums, its links."""
UNSEEN = {"messaging_profile_metrics", "numbers_elsewhere", "rcs_capabilities"}
"""What only the administrator is shown row by row."""


def _filled(start: SiteFactory) -> tuple[Site, str]:
    site = start()
    profile = site.data("POST", "/messaging_profiles", {"name": "Alerts", "whitelisted_destinations": ["US"]})["id"]
    stop = {"op": "stop", "keywords": ["STOP"], "country_code": "US"}
    site.data("POST", f"/messaging_profiles/{profile}/autoresp_configs", stop)
    site.data("PATCH", "/phone_numbers/+15550100001/messaging", {"messaging_profile_id": profile})
    return site, profile


def _read(site: Site, *paths: str) -> list[tuple[str, Any]]:
    return [(path, site.ask("GET", path).json()) for path in paths]


def test_every_get_is_known() -> None:
    """A route whose rows nobody files would be missing from copies without a word."""
    gets = {re.sub(r"\{\w+\}", "{}", route.path) for route in ROUTES if route.method == "GET"}
    assert gets - APART == {re.sub(r"\{\w+\}", "{}", path) for path in SHOWN}
    assert set(SHOWN.values()) == set(RESOURCES) - UNSEEN


def test_a_copy_answers_as_the_original(start: SiteFactory) -> None:
    """Lists, nested lists, single objects: the same rows under the same ids, and the in-use refusal as well."""
    site, profile = _filled(start)
    paths = ("/messaging_profiles", f"/messaging_profiles/{profile}/autoresp_configs", "/phone_numbers/messaging")
    copy = start(seed=seed_from(_read(site, *paths)), organization=ORGANIZATION)

    def shown(each: Site, path: str) -> Any:
        rows = each.data("GET", path)
        return [{name: value for name, value in row.items() if name != "v1_secret"} for row in rows]

    for path in paths:
        assert shown(copy, path) == shown(site, path)
    assert copy.refused("DELETE", f"/messaging_profiles/{profile}")[0] == 422
    made = copy.data("POST", "/messaging_profiles", {"name": "New", "whitelisted_destinations": ["US"]})
    assert made["organization_id"] == ORGANIZATION


def test_a_copy_holds_nothing_that_was_not_read(start: SiteFactory) -> None:
    """Neither the default rows of a new account, nor a secret, nor what another list would have shown."""
    site, profile = _filled(start)
    seed = seed_from(_read(site, f"/messaging_profiles/{profile}"))
    assert {collection: len(rows) for collection, rows in seed.items() if rows} == {"messaging_profiles": 1}
    assert set(seed) == set(RESOURCES)
    assert "v1_secret" not in seed["messaging_profiles"][0]


def test_rows_read_again_count_as_they_were_last() -> None:
    """And keep their place; an answer without an envelope is an object too (guide 20)."""
    rows = [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}]
    seed = seed_from([("/messaging_profiles", {"data": rows}), ("/messaging_profiles/a", {"id": "a", "name": "AA"})])
    assert [row["name"] for row in seed["messaging_profiles"]] == ["AA", "B"]


def test_hosted_numbers_go_with_their_order(start: SiteFactory) -> None:
    """Their answers do not name the order, and deleting it must take them along in a copy too."""
    site = start()
    order = site.data("POST", "/messaging_hosted_number_orders", {"phone_numbers": ["+15125550199"]})["id"]
    site.http.post(
        f"{site.base.removesuffix('/v2')}/_sandbox/advance",
        json={"key": site.key, "order": order, "status": "successful"},
    )
    copy = start(seed=seed_from(_read(site, "/messaging_hosted_number_orders", "/messaging_hosted_numbers")))
    assert len(copy.data("GET", "/messaging_hosted_numbers")) == 1
    copy.data("DELETE", f"/messaging_hosted_number_orders/{order}")
    assert copy.data("GET", "/messaging_hosted_numbers") == []


@pytest.mark.parametrize("name", sorted(RESOURCES))
def test_what_an_account_holds_is_a_seed(name: str) -> None:
    """Nested rows with their parents: a copy of a copy is the same."""
    seed = {"messaging_profiles": [{"id": "p", "name": "P"}], "autoresp_configs": [{"id": "a", "parent": "p"}]}
    once = seed_of(create_app(seed=seed).world, KEY)
    again = seed_of(create_app(seed=once).world, KEY)
    assert again[name] == once[name]
    assert once["autoresp_configs"][0]["parent"] == "p"
