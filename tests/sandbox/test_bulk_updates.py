"""Bulk profile assignment: accepted, polled, failing number by number, and always ending."""

from __future__ import annotations

from typing import Any

import pytest
import telnyx
from hypothesis import given, settings, strategies as st
from telnyx import Telnyx

from .site import NOWHERE, Site

AT = "/messaging_numbers_bulk_updates"
LONG, OTHER, TOLL_FREE = "+15550100001", "+15550100002", "+18005550101"
MUTE = "+15550100077"
STRANGE = "+15550199999"


def _profile_of(site: Site, number: str) -> Any:
    return site.data("GET", f"/phone_numbers/{number}/messaging")["messaging_profile_id"]


def test_life_of_a_job(site: Site, sdk: Telnyx) -> None:
    """Everything pends at first, each poll finds less pending, and the numbers are on the profile in the end."""
    profile = site.profile()["id"]
    api = sdk.messaging_numbers_bulk_updates
    made = api.create(messaging_profile_id=profile, numbers=[LONG, OTHER, STRANGE]).data
    assert made
    assert made.order_id
    assert (made.record_type, made.success, made.failed) == ("messaging_numbers_bulk_update", [], [])
    assert made.pending == [LONG, OTHER, STRANGE]
    assert _profile_of(site, LONG) is None
    seen = []
    while True:
        polled = api.retrieve(made.order_id).data
        assert polled
        seen.append(len(polled.pending or []))
        if not polled.pending:
            break
    assert seen == [1, 0]
    assert (polled.success, polled.failed) == ([LONG, OTHER], [STRANGE])
    assert (_profile_of(site, LONG), _profile_of(site, OTHER)) == (profile, profile)
    with pytest.raises(telnyx.NotFoundError):
        api.retrieve(NOWHERE)


def test_unassigning(site: Site) -> None:
    """The empty string takes every number off its profile; tags and product stay."""
    profile = site.profile()["id"]
    at = f"/phone_numbers/{LONG}/messaging"
    site.data("PATCH", at, {"messaging_profile_id": profile, "tags": ["a"], "messaging_product": "P2P"})
    job = site.data("POST", AT, {"messaging_profile_id": "", "numbers": [LONG]})
    site.data("GET", f"{AT}/{job['order_id']}")
    row = site.data("GET", at)
    assert (row["messaging_profile_id"], row["tags"], row["messaging_product"]) == (None, ["a"], "P2P")


def test_a_failure_has_its_reason_in_a_patch(site: Site) -> None:
    """The job names the number only; the same change alone is refused with a code."""
    profile = site.profile()["id"]
    created = {"phone_number": MUTE, "features": {"sms": None, "mms": None}}
    site.admin("POST", "create", collection="phone_numbers", set=created)
    job = site.data("POST", AT, {"messaging_profile_id": profile, "numbers": [MUTE]})["order_id"]
    assert site.data("GET", f"{AT}/{job}")["failed"] == [MUTE]
    change = {"messaging_profile_id": profile}
    refused = (422, [("40100", "/messaging_profile_id")])
    assert site.refused("PATCH", f"/phone_numbers/{MUTE}/messaging", change) == refused
    assert site.data("PATCH", f"/phone_numbers/{MUTE}/messaging", {"tags": ["mute"]})["tags"] == ["mute"]


def test_a_profile_that_goes_meanwhile(site: Site) -> None:
    """What pends fails; nothing points at a profile that is gone."""
    profile = site.profile()["id"]
    job = site.data("POST", AT, {"messaging_profile_id": profile, "numbers": [LONG]})["order_id"]
    site.data("DELETE", f"/messaging_profiles/{profile}")
    assert site.data("GET", f"{AT}/{job}")["failed"] == [LONG]
    assert _profile_of(site, LONG) is None


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"messaging_profile_id": None}, "10026", "/messaging_profile_id"),
        ({"messaging_profile_id": NOWHERE}, "10017", "/messaging_profile_id"),
        ({"messaging_profile_id": "x"}, "10022", "/messaging_profile_id"),
        ({"numbers": []}, "10033", "/numbers"),
        ({"numbers": ["12345"]}, "10016", "/numbers/0"),
        ({"numbers": [LONG, LONG]}, "10015", "/numbers/1"),
        ({"numbers": [f"+1555010{index:04}" for index in range(251)]}, "10033", "/numbers"),
        ({"assign_only": "yes"}, "10026", "/assign_only"),
    ],
)
def test_bad_jobs(site: Site, change: dict[str, Any], code: str, pointer: str) -> None:
    """Refused as a whole; no job is made."""
    body = {"messaging_profile_id": "", "numbers": [LONG]}
    assert site.refused("POST", AT, body | change) == (422, [(code, pointer)])
    assert site.admin("GET", "state").get("messaging_numbers_bulk_updates", []) == []


def test_required_fields(site: Site) -> None:
    """Both of them, also the profile of an unassignment."""
    assert site.refused("POST", AT, {}) == (422, [("10004", "/messaging_profile_id"), ("10004", "/numbers")])


def test_advance_ends_a_job(site: Site) -> None:
    """Without a poll, by id and with everything else that takes its time; a status means nothing to it."""
    profile = site.profile()["id"]
    first = site.data("POST", AT, {"messaging_profile_id": profile, "numbers": [LONG, OTHER]})["order_id"]
    site.admin("POST", "advance", order=first)
    second = site.data("POST", AT, {"messaging_profile_id": profile, "numbers": [TOLL_FREE]})["order_id"]
    assert [row["order_id"] for row in site.admin("POST", "advance")] == [second]
    assert [_profile_of(site, number) for number in (LONG, OTHER, TOLL_FREE)] == [profile] * 3
    ask = {"key": site.key, "order": first, "status": "successful"}
    assert site.http.post(f"{site.base}/_sandbox/advance", json=ask).status_code == 422


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["bulk", "patch", "poll", "end"]),
        st.lists(st.sampled_from([LONG, OTHER, TOLL_FREE, STRANGE]), min_size=1, max_size=4, unique=True),
        st.integers(0, 2),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def pair(shared: str, http: Any) -> tuple[Site, list[str]]:
    """An account with two profiles."""
    site = Site(shared, http, "KEY_laws_of_bulk_updates")
    return site, [site.profile(name)["id"] for name in ("one", "two")]


@given(steps=STEPS)
@settings(max_examples=15, deadline=None)
def test_laws(pair: tuple[Site, list[str]], steps: Any) -> None:
    """A number is on one profile at most, jobs lose no number, and every one of them ends."""
    site, profiles = pair
    choices = ["", *profiles]
    jobs: list[str] = []
    asked: dict[str, list[str]] = {}
    for step, numbers, choice in steps:
        if step == "bulk":
            job = site.data("POST", AT, {"messaging_profile_id": choices[choice], "numbers": numbers})["order_id"]
            jobs.append(job)
            asked[job] = numbers
        elif step == "patch" and numbers[0] != STRANGE:
            site.data("PATCH", f"/phone_numbers/{numbers[0]}/messaging", {"messaging_profile_id": choices[choice]})
        elif step == "poll" and jobs:
            site.data("GET", f"{AT}/{jobs[choice % len(jobs)]}")
        elif step == "end":
            site.admin("POST", "advance")
    for job in jobs:
        states = [site.data("GET", f"{AT}/{job}") for _ in range(2)]
        for state in states:
            told = [*state["success"], *state["pending"], *state["failed"]]
            assert sorted(told) == sorted(asked[job])
        assert states[-1]["pending"] == []
        assert (STRANGE in states[-1]["failed"]) == (STRANGE in asked[job])
    members = [
        row["phone_number"]
        for profile in profiles
        for row in site.data("GET", f"/messaging_profiles/{profile}/phone_numbers")
    ]
    assert len(members) == len(set(members))
