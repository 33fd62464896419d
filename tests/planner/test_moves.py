"""Renames and collisions: a remote id has at most one claimant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.scope import Scope
from reconciler.planner.draft import draft
from reconciler.planner.situation import Situation
from tests.planner.worlds import (
    answer,
    drafted,
    live_answer,
    live_profile,
    live_sender,
    profile,
    recorded,
    sender,
    situation,
)

A = profile("a", name="Alerts")
P1 = live_profile(name="Alerts")
OLD = recorded(profile("old", name="Alerts"), P1)
ELSEWHERE = Scope(whole=False, prune=False, loaded_files=frozenset({"m.yaml"}))
FAR = replace(OLD, file="far.yaml")
RENAMED = replace(profile("a", name="Renamed"), renamed_from="old")

ROWS: dict[str, tuple[Situation, list[str]]] = {
    "the local name changed": (
        situation([A], [OLD], [P1]),
        ["move MessagingProfile/a renamed from MessagingProfile/old"],
    ),
    "the local name and a field changed": (
        situation([profile("a", name="Alerts", enabled=False)], [OLD], [live_profile(name="Alerts", enabled=True)]),
        ["update MessagingProfile/a renamed from MessagingProfile/old"],
    ),
    "paths were given and the old file was loaded": (
        situation([A], [OLD], [P1], scope=ELSEWHERE),
        ["move MessagingProfile/a renamed from MessagingProfile/old"],
    ),
    "paths were given and the old file was not loaded: it keeps its claim": (
        situation([A], [FAR], [P1], scope=ELSEWHERE),
        ["claimed-twice MessagingProfile/a"],
    ),
    "renamed_from says so, whatever was loaded": (
        situation([replace(A, renamed_from="old")], [FAR], [P1], scope=ELSEWHERE),
        ["move MessagingProfile/a renamed from MessagingProfile/old"],
    ),
    "renamed_from where the natural key changed as well": (
        situation([RENAMED], [OLD], [P1]),
        ["update MessagingProfile/a renamed from MessagingProfile/old"],
    ),
    "renamed_from of what is still declared": (
        situation([RENAMED, profile("old", name="Alerts")], [OLD], [P1]),
        ["noop MessagingProfile/old unchanged", "claimed-twice MessagingProfile/a"],
    ),
    "renamed_from of what is still declared, before anything is recorded": (
        situation([RENAMED, profile("old", name="Alerts")]),
        ["create MessagingProfile/old new", "claimed-twice MessagingProfile/a"],
    ),
    "renamed_from of what no longer exists": (
        situation([RENAMED], [OLD], gone=[("MessagingProfile", "p1")]),
        ["create MessagingProfile/a new", "forget MessagingProfile/old gone"],
    ),
    "renamed_from of what nobody remembers": (situation([RENAMED]), ["create MessagingProfile/a new"]),
    "another project recorded it": (
        situation([A], [replace(OLD, project="x")], [P1]),
        ["claimed-twice MessagingProfile/a"],
    ),
    "two manifests mean one object": (
        situation([A, profile("b", name="Alerts")], objects=[P1]),
        ["claimed-twice MessagingProfile/a", "claimed-twice MessagingProfile/b"],
    ),
    "a name is handed on: the old holder takes another in the same plan": (
        situation([profile("old", name="Other"), A], [OLD], [P1]),
        ["create MessagingProfile/a new", "update MessagingProfile/old spec-differs"],
    ),
    "another manifest's object still has the name, which that manifest leaves out": (
        situation([profile("old"), A], [OLD], [P1]),
        ["record MessagingProfile/old ledger-outdated", "claimed-twice MessagingProfile/a"],
    ),
    "a replace under a new local name": (
        situation(
            [profile("a"), sender("renamed", alphanumeric_sender_id="ACME", us_long_code_fallback="+15125550142")],
            [recorded(profile("a"), live_profile()), recorded(sender(), live_sender())],
            [live_profile(), live_sender()],
        ),
        [
            "noop MessagingProfile/a unchanged",
            "replace AlphanumericSenderId/renamed cannot-update from AlphanumericSenderId/acme",
        ],
    ),
    "rows of one key are told apart by their words": (
        situation(
            [profile("a"), answer("one", keywords=["STOP"]), answer("two", keywords=["ARRET", "FIN"])],
            [recorded(profile("a"), live_profile())],
            [live_profile(), live_answer("r1", keywords=["arret"]), live_answer("r2", keywords=["stop", "end"])],
        ),
        [
            "noop MessagingProfile/a unchanged",
            "adopt AutoResponse/one natural-key",
            "adopt AutoResponse/two natural-key",
        ],
    ),
    "rows of one key, no word in common": (
        situation(
            [profile("a"), answer(keywords=["QUIT"])],
            [recorded(profile("a"), live_profile())],
            [live_profile(), live_answer("r1", keywords=["ARRET"]), live_answer("r2", keywords=["STOP"])],
        ),
        ["noop MessagingProfile/a unchanged", "create AutoResponse/stop new"],
    ),
    "rows of one key, equally near": (
        situation(
            [profile("a"), answer(keywords=["STOP"])],
            [recorded(profile("a"), live_profile())],
            [live_profile(), live_answer("r1"), live_answer("r2")],
        ),
        ["noop MessagingProfile/a unchanged", "ambiguous AutoResponse/stop"],
    ),
    "one row of a key, no word in common: it is the one": (
        situation(
            [profile("a"), answer(keywords=["QUIT"])],
            [recorded(profile("a"), live_profile())],
            [live_profile(), live_answer()],
        ),
        ["noop MessagingProfile/a unchanged", "adopt AutoResponse/stop natural-key"],
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_every_claim_is_settled_one_way(row: str) -> None:
    """Moves are ledger only, collisions are refused, and nothing is deleted for a rename."""
    here, expected = ROWS[row]
    assert drafted(here) == expected, row


def test_the_refusal_names_both_places() -> None:
    """Who else claims the object is what the user must know."""
    [finding] = draft(situation([A], [FAR], [P1], scope=ELSEWHERE)).diagnostics
    assert "MessagingProfile/old" in finding.summary
    assert "far.yaml" in finding.summary
    assert finding.source is not None


def test_candidates_are_told_apart() -> None:
    """An ambiguity lists the ids, what is known of them, and what to write for each."""
    here = situation([A], objects=[P1, live_profile("p2", "Alerts", webhook_url="https://two.example")])
    [finding] = draft(here).diagnostics
    assert finding.summary.endswith(": p1, p2")
    one, two = finding.detail.splitlines()
    assert one.endswith("remote_id: p1, or reconciler adopt MessagingProfile/a=p1")
    assert "https://two.example" in two
    assert two.endswith("remote_id: p2, or reconciler adopt MessagingProfile/a=p2")


def test_an_address_with_a_token_in_it_tells_nothing_apart() -> None:
    """Whoever knows it can send what looks like an event of Telnyx to it (promise 7)."""
    token = "https://hooks.example.com/in?key=canary"
    here = situation([A], objects=[P1, live_profile("p2", "Alerts", webhook_url=token)])
    [finding] = draft(here).diagnostics
    assert "canary" not in finding.detail
    assert "webhook_url=(sensitive)" in finding.detail
