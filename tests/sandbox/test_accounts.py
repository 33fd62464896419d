"""Keys, seeds, and what one account may see of another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.sandbox.app import create_app

from .site import Site, SiteFactory


def test_keys_are_separate(start: SiteFactory) -> None:
    """Each key has its own rows, organisation and audit log, and the same seed."""
    one = start()
    two = replace(one, key="KEY_other")
    profile = one.profile()
    assert two.names() == []
    assert two.ask("GET", f"/messaging_profiles/{profile['id']}").status_code == 404
    assert two.data("GET", "/audit_events") == []
    assert two.profile()["organization_id"] != profile["organization_id"]
    numbers = [[row["phone_number"] for row in site.data("GET", "/phone_numbers/messaging")] for site in (one, two)]
    assert numbers[0] == numbers[1]
    assert len(numbers[0]) == 4


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer nonsense", "Basic KEY_sandbox", "KEY_sandbox"])
def test_keys_that_are_none(site: Site, header: str | None) -> None:
    """Only a bearer token that begins with KEY is let in."""
    answer = site.http.get(
        f"{site.base}/messaging_profiles", headers={"authorization": header} if header is not None else {}
    )
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "10009")


def test_seed_replaces_by_collection(start: SiteFactory) -> None:
    """A collection in the seed replaces the default rows; the others stay."""
    site = start(seed={"short_codes": [], "messaging_profiles": [{"name": "A", "id": "4001-x"}]})
    assert site.data("GET", "/short_codes") == []
    assert site.data("GET", "/messaging_profiles")[0]["id"] == "4001-x"
    assert len(site.data("GET", "/phone_numbers/messaging")) == 4


def test_nested_and_ordered_seeds(start: SiteFactory) -> None:
    """An auto-response names its profile; an order may list plain numbers."""
    site = start(
        seed={
            "messaging_profiles": [{"name": "A", "id": "p", "whitelisted_destinations": ["US"]}],
            "autoresp_configs": [
                {"messaging_profile_id": "p", "op": "stop", "country_code": "US", "keywords": ["END"]}
            ],
            "messaging_hosted_number_orders": [{"phone_numbers": ["+12125550123"], "status": "provisioning"}],
        }
    )
    (reply,) = site.data("GET", "/messaging_profiles/p/autoresp_configs")
    assert "messaging_profile_id" not in reply
    (order,) = site.data("GET", "/messaging_hosted_number_orders")
    assert order["phone_numbers"][0]["phone_number"] == "+12125550123"


@pytest.mark.parametrize("seed", [{"profiles": []}, {"short_codes": {}}, {"short_codes": ["12345"]}])
def test_bad_seeds(seed: dict[str, object]) -> None:
    """A seed of the wrong shape is refused when the application is built."""
    with pytest.raises(ValueError, match="seed"):
        create_app(seed=seed)


def test_crashes_are_loud(start: SiteFactory, caplog: pytest.LogCaptureFixture) -> None:
    """What the emulator did not expect, such as a seed order without numbers, is a 500 with a traceback."""
    site = start(seed={"messaging_hosted_number_orders": [{}]})
    assert site.ask("GET", "/messaging_profiles").status_code == 500
    assert "Exception in ASGI application" in caplog.text
    assert "phone_numbers" in caplog.text
