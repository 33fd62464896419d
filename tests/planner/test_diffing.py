"""What counts as a difference: stated leaves only, both sides normalised, the ledger's memory believed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.model.plan import SENSITIVE
from reconciler.planner.diffing import diffs_of
from tests.planner.worlds import (
    ANSWER,
    PROFILE,
    SALT,
    answer,
    live_answer,
    live_profile,
    profile,
    recorded,
    wanted,
)

POOL = {"long_code_weight": 1, "toll_free_weight": 2, "skip_unhealthy": True}


@pytest.mark.parametrize(
    ("stated", "seen", "different", "reason"),
    [
        ({"webhook_url": None}, {"webhook_url": ""}, [], "unset webhooks are null or empty"),
        ({"webhook_url": None}, {}, [], "an absent field is null"),
        ({"webhook_url": None}, {"webhook_url": "https://a.example"}, ["webhook_url"], "null clears"),
        ({"whitelisted_destinations": ["CA", "US"]}, {"whitelisted_destinations": ["US", "CA"]}, [], "a set"),
        ({"daily_spend_limit": "10"}, {"daily_spend_limit": "10.00"}, [], "decimals by value"),
        ({"daily_spend_limit": "10"}, {"daily_spend_limit": "10.01"}, ["daily_spend_limit"], "another value"),
        ({"enabled": True}, {"enabled": False}, ["enabled"], "a flag"),
        ({}, {"enabled": False, "mms_transcoding": True}, [], "what is not stated is not ours"),
        (
            {"number_pool_settings": POOL},
            {"number_pool_settings": {**POOL, "long_code_weight": 9, "sticky_sender": True}},
            ["number_pool_settings.long_code_weight"],
            "inside settings, only the stated leaf",
        ),
        (
            {"number_pool_settings": POOL},
            {"number_pool_settings": None},
            [f"number_pool_settings.{name}" for name in POOL],
            "a pool that is off has none of its leaves",
        ),
        ({"number_pool_settings": None}, {"number_pool_settings": POOL}, ["number_pool_settings"], "null turns it off"),
        ({"number_pool_settings": None}, {"number_pool_settings": None}, [], "off is off"),
    ],
)
def test_profile_fields(stated: dict[str, Any], seen: dict[str, Any], different: list[str], reason: str) -> None:
    """Each normaliser, clearing, and ownership at every depth."""
    diffs = diffs_of(PROFILE, wanted(profile("a", **stated)), live_profile(**seen), None, SALT)
    assert [".".join(diff.path) for diff in diffs] == different, reason


def test_words_are_a_set_in_any_case() -> None:
    """The server may fold, sort and repeat keywords as it likes."""
    row = live_answer(keywords=["unsubscribe", "Stop", "STOP"])
    assert diffs_of(ANSWER, wanted(answer(keywords=["STOP", "UNSUBSCRIBE"])), row, None, SALT) == ()


def test_the_elements_that_differ_are_named() -> None:
    """A reviewer of a long list sees what comes and what goes."""
    [diff] = diffs_of(
        PROFILE,
        wanted(profile("a", whitelisted_destinations=["US", "CA", "DE"])),
        live_profile(whitelisted_destinations=["US", "GB"]),
        None,
        SALT,
    )
    assert (diff.added, diff.removed) == (("CA", "DE"), ("GB",))


def test_what_the_server_made_of_the_same_wish_is_equal() -> None:
    """The server answered 20 to our 25: the next plan is empty, until either side moves."""
    res = profile("a", daily_spend_limit="25")
    row = live_profile(daily_spend_limit="20")
    entry = recorded(res, row)
    assert diffs_of(PROFILE, wanted(res), row, entry, SALT) == ()
    assert diffs_of(PROFILE, wanted(res), live_profile(daily_spend_limit="19"), entry, SALT) != ()
    assert diffs_of(PROFILE, wanted(profile("a", daily_spend_limit="26")), row, entry, SALT) != ()


def test_secrets_are_masked_for_good() -> None:
    """Marked by the manifest, or remembered as one by the ledger; the values are in no diff."""
    path = ("webhook_url",)
    res = replace(profile("a", webhook_url="https://x.example/s3cret"), secrets=frozenset({path}))
    row = live_profile(webhook_url="https://x.example/0ther")
    plain = profile("a", webhook_url="https://x.example/s3cret")
    for stated, entry in ((res, None), (plain, recorded(res, live_profile(webhook_url="https://x.example/s3cret")))):
        [diff] = diffs_of(PROFILE, wanted(stated), row, entry, SALT)
        assert (diff.before, diff.after, diff.sensitive) == (SENSITIVE, SENSITIVE, True)
        assert "s3cret" not in repr(diff)
        assert "0ther" not in repr(diff)


def test_what_stays_in_a_list_is_neither_added_nor_removed() -> None:
    """Wherever it stands."""
    res, row = answer(keywords=["BETA", "GAMMA", "DELTA"]), live_answer(keywords=["ALPHA", "BETA", "GAMMA"])
    [diff] = diffs_of(ANSWER, wanted(res), row, None, SALT)
    assert (diff.added, diff.removed) == (("DELTA",), ("ALPHA",))


def test_fields_of_a_saved_plan_stand_in_the_order_of_the_kind() -> None:
    """In its file they may stand in any."""
    res = profile("a", name="x", enabled=False)
    backwards = replace(res, values=dict(reversed(list(res.values.items()))))
    paths = [diff.path for diff in diffs_of(PROFILE, wanted(backwards), live_profile(), None, SALT)]
    assert paths == [("name",), ("enabled",)]


def test_fields_stand_in_the_order_of_the_kind() -> None:
    """Whatever the order of the manifest."""
    res = profile("a", smart_encoding=True, enabled=False, name="x")
    paths = [diff.path[0] for diff in diffs_of(PROFILE, wanted(res), live_profile(), None, SALT)]
    order = [path[0] for path in PROFILE.leaves]
    assert paths == sorted(paths, key=order.index)
