"""Reasons to refuse: thresholds at their boundaries, facts, lifts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from reconciler.model.diagnostic import Severity
from reconciler.model.kind import Attached, Facts
from reconciler.model.ledger import IntentKind
from reconciler.model.policy import Limit, Policy
from reconciler.model.resource import OnRemove
from reconciler.planner.draft import draft
from reconciler.planner.guards import Verdict, guard_names, run_guards
from reconciler.planner.situation import Situation
from tests.planner.worlds import (
    KINDS,
    answer,
    intends,
    live_answer,
    live_profile,
    live_sender,
    profile,
    profiles,
    recorded,
    sender,
    situation,
)


def judged(here: Situation, policy: Policy | None = None, facts: Mapping[str, Facts] | None = None) -> Verdict:
    """The verdict over a situation's draft; facts by local name."""
    changes = draft(here).changes
    known = {change.address: (facts or {}).get(change.address.name, {}) for change in changes}
    return run_guards(changes, known, here, policy or Policy())


def blocked(verdict: Verdict) -> dict[str, str]:
    """Who is blocked by what."""
    return {change.address.name: change.blocked_by for change in verdict.changes if change.blocked_by}


@pytest.mark.parametrize(
    ("kept", "removed", "refused", "reason"),
    [
        (0, 1, False, "one is always allowed, even of one"),
        (9, 1, False, "one of ten"),
        (8, 2, True, "two of ten is over 10 %"),
        (18, 2, False, "two of twenty is exactly 10 %"),
        (17, 3, True, "three of twenty is over"),
        (0, 2, True, "all of a kind, and more than one"),
        (97, 10, False, "ten of 107 is within"),
    ],
)
def test_deletes_are_limited(kept: int, removed: int, refused: bool, reason: str) -> None:
    """More than max(1, 10 %) of the recorded, or than half of a kind."""
    assert (blocked(judged(profiles(kept, removed))) != {}) is refused, reason


def test_half_of_a_kind_counts_by_itself() -> None:
    """Two of three senders, in an account of fifty profiles."""
    base = profiles(50, 0)
    senders = [sender(f"s{i}", alphanumeric_sender_id=f"ACME{i}", messaging_profile={"id": "p"}) for i in range(3)]
    rows = [live_sender(f"id-{i}", "p", alphanumeric_sender_id=f"ACME{i}") for i in range(3)]
    entries = {e.address: e for e in (recorded(s, r) for s, r in zip(senders, rows, strict=True))}
    here = replace(
        base,
        resources=(*base.resources, senders[0]),
        ledger=replace(base.ledger, entries={**base.ledger.entries, **entries}),
        world=replace(
            base.world, objects={**base.world.objects, "AlphanumericSenderId": {r.remote.id: r for r in rows}}
        ),
    )
    assert blocked(judged(here)) == {"s1": "max-deletes", "s2": "max-deletes"}


def test_exactly_half_of_a_kind_is_within() -> None:
    """Two of four senders, in an account of fifty profiles."""
    base = profiles(50, 0)
    senders = [sender(f"s{i}", alphanumeric_sender_id=f"ACME{i}", messaging_profile={"id": "p"}) for i in range(4)]
    rows = [live_sender(f"id-{i}", "p", alphanumeric_sender_id=f"ACME{i}") for i in range(4)]
    entries = [recorded(s, r) for s, r in zip(senders, rows, strict=True)]
    objects = [row for kind in base.world.objects for row in base.world.of_kind(kind)]
    here = situation([*base.resources, *senders[:2]], [*base.ledger.entries.values(), *entries], [*objects, *rows])
    assert blocked(judged(here)) == {}


def test_what_others_recorded_does_not_widen_the_limit() -> None:
    """Ten per cent of our own project's."""
    base = profiles(8, 2)
    others = [recorded(profile(f"o{i}"), live_profile(f"o{i}"), project="x") for i in range(30)]
    entries = {entry.address: entry for entry in others}
    ledger = replace(base.ledger, entries={**base.ledger.entries, **entries})
    assert set(blocked(judged(replace(base, ledger=ledger)))) == {"x0", "x1"}


@pytest.mark.parametrize(
    ("limit", "refused"),
    [
        (Limit(count=3), False),
        (Limit(count=2), True),
        (Limit(percent=30), False),
        (Limit(percent=29), True),
        (Limit(percent=0), True),
    ],
)
def test_max_deletes_lifts_up_to_its_limit(limit: Limit, refused: bool) -> None:
    """Three of ten."""
    assert (blocked(judged(profiles(7, 3), Policy(max_deletes=limit))) != {}) is refused


def test_what_a_killed_run_made_counts_as_recorded() -> None:
    """All of it is all of it: of no recorded objects no percentage would ever be enough."""
    here = situation((), (), [live_profile()], intents=[intends(profile("a"))])
    assert [change.action.value for change in draft(here).changes] == ["delete"]
    assert blocked(judged(here, Policy(max_deletes=Limit(percent=100)))) == {}
    refused = judged(here, Policy(max_deletes=Limit(count=0)))
    assert [finding.summary for finding in refused.diagnostics] == ["this plan deletes 1 of 1 recorded objects"]


def test_destroying_is_asked_for_in_its_own_way() -> None:
    """``destroy`` asks for the account's name instead."""
    assert blocked(judged(profiles(0, 5), Policy(destroying=True))) == {}


@pytest.mark.parametrize(
    ("kept", "gone", "allowed", "refused"),
    [(0, 1, 0, False), (9, 1, 0, False), (8, 2, 0, True), (18, 2, 0, False), (8, 2, 2, False), (7, 3, 2, True)],
)
def test_vanishing_is_limited(kept: int, gone: int, allowed: int, refused: bool) -> None:
    """More than max(1, 10 %) gone looks like the wrong account."""
    verdict = judged(profiles(kept, 0, gone=gone), Policy(allow_vanished=allowed))
    assert (blocked(verdict) != {}) is refused


def test_what_an_interrupted_run_deleted_has_not_vanished() -> None:
    """Ids under a delete or replace intent do not count."""
    here = profiles(8, 0, gone=2)
    lost = [r for r in here.resources if r.address.name.startswith("g")]
    intents = {r.address: intends(r, IntentKind.DELETE) for r in lost}
    assert blocked(judged(replace(here, ledger=replace(here.ledger, intents=intents)))) == {}


@pytest.mark.parametrize("on_remove", [OnRemove.DELETE, OnRemove.RETAIN])
def test_one_profile_that_goes_and_one_that_comes_look_like_a_rename(on_remove: OnRemove) -> None:
    """It would lose the id, the secret and the numbers, deleted or left behind; both halves are blocked."""
    was = recorded(profile("old"), live_profile(name="old"), on_remove=on_remove)
    here = situation([profile("new")], [was], [live_profile(name="old")])
    assert blocked(judged(here)) == {"new": "looks-like-rename", "old": "looks-like-rename"}
    assert blocked(judged(here, Policy(allowed=frozenset({"looks-like-rename"})))) == {}


def test_what_else_is_forgotten_looks_like_no_rename() -> None:
    """What is gone has nothing to lose, nor has a sender that is retained."""
    gone = situation([profile("new")], [recorded(profile("old"), live_profile())], gone=[("MessagingProfile", "p1")])
    assert [change.action.value for change in draft(gone).changes] == ["create", "forget"]
    kept = recorded(sender("old"), live_sender(), on_remove=OnRemove.RETAIN)
    other = situation(
        [profile("a"), sender("new", alphanumeric_sender_id="NEWS")],
        [recorded(profile("a"), live_profile()), kept],
        [live_profile(), live_sender()],
    )
    assert [change.action.value for change in draft(other).changes] == ["forget", "noop", "create"]
    assert blocked(judged(gone)) == blocked(judged(other)) == {}


LONE = situation((), [recorded(profile("a"), live_profile())], [live_profile()])
NUMBER = {"a": {"phone_numbers": (Attached("phone number", "n1", "+15125550100"),)}}


def test_a_profile_with_a_number_is_not_deleted() -> None:
    """The fact is fetched, the guard refuses, the reason names the number."""
    verdict = judged(LONE, facts=NUMBER)
    assert blocked(verdict) == {"a": "children-attached"}
    [finding] = verdict.diagnostics
    assert finding.severity is Severity.ERROR
    assert "+15125550100" in finding.summary
    assert "--allow children-attached:MessagingProfile/a" in finding.hint


def test_children_that_this_plan_removes_do_not_count() -> None:
    """What is deleted before the profile is no obstacle to it."""
    entries = [recorded(profile("a"), live_profile()), recorded(answer(), live_answer())]
    here = situation((), entries, [live_profile(), live_answer()])
    attached: dict[str, Facts] = {"a": {"auto_responses": (Attached("AutoResponse", "r1", "stop US"),)}}
    assert blocked(judged(here, Policy(destroying=True), attached)) == {}
    stranger: dict[str, Facts] = {"a": {"auto_responses": (Attached("AutoResponse", "r9", "stop US"),)}}
    assert blocked(judged(here, Policy(destroying=True), stranger)) == {"a": "children-attached"}


@pytest.mark.parametrize(
    ("allowed", "refused"),
    [
        ("children-attached", False),
        ("children-attached:MessagingProfile/a", False),
        ("children-attached:MessagingProfile/b", True),
        ("max-deletes", True),
    ],
)
def test_a_lift_names_the_guard_and_perhaps_the_address(allowed: str, refused: bool) -> None:
    """A lift for another address or another guard lifts nothing."""
    verdict = judged(LONE, Policy(allowed=frozenset({allowed})), NUMBER)
    assert (blocked(verdict) != {}) is refused
    assert verdict.lifted == (() if refused else (allowed,))
    assert [finding.severity for finding in verdict.diagnostics] == [Severity.ERROR if refused else Severity.WARNING]


def test_a_lift_that_nothing_needed_is_not_mentioned() -> None:
    """Only lifts that were needed are printed and fingerprinted."""
    assert judged(LONE, Policy(allowed=frozenset({"children-attached"}))).lifted == ()


def test_a_warning_blocks_nothing() -> None:
    """A replace announces its gap and goes on."""
    parts = [recorded(profile("a"), live_profile()), recorded(sender(), live_sender())]
    here = situation(
        [profile("a"), sender(us_long_code_fallback="+15125550142")], parts, [live_profile(), live_sender()]
    )
    verdict = judged(here)
    assert blocked(verdict) == {}
    assert [(d.code, d.severity) for d in verdict.diagnostics] == [("sender-gap", Severity.WARNING)]


LIMITED = {"daily_spend_limit": "10", "daily_spend_limit_enabled": True}


@pytest.mark.parametrize(
    ("before", "stated", "guard"),
    [
        (
            LIMITED,
            {"daily_spend_limit": "11"},
            "spend-limit-raised",
        ),
        (LIMITED, {"daily_spend_limit": "9"}, None),
        (
            LIMITED,
            {"daily_spend_limit_enabled": False},
            "spend-limit-raised",
        ),
        ({}, {"whitelisted_destinations": ["*"]}, "destinations-widened"),
        ({}, {"whitelisted_destinations": ["US", "CA"]}, None),
    ],
)
def test_risky_updates_are_guarded(before: dict[str, Any], stated: dict[str, Any], guard: str | None) -> None:
    """Raising or removing the spend limit, widening destinations to everywhere."""
    was = live_profile(**before)
    here = situation([profile("a", **stated)], [recorded(profile("a"), was)], [was])
    assert blocked(judged(here)) == ({"a": guard} if guard else {})


def test_creates_are_not_guarded_as_updates() -> None:
    """A new profile may begin with anything."""
    assert blocked(judged(situation([profile("a", whitelisted_destinations=["*"])]))) == {}


def test_the_guards_that_can_be_allowed_are_known_by_name() -> None:
    """``--allow`` refuses any other word; warnings are not on the list."""
    assert guard_names(KINDS) == {
        "children-attached",
        "destinations-widened",
        "hosted-delete-live",
        "hosted-ineligible",
        "looks-like-rename",
        "mass-vanish",
        "max-deletes",
        "spend-limit-raised",
        "tfv-delete-not-rejected",
        "tfv-number-listed",
        "tfv-resubmit-verified",
    }


def test_a_change_is_blocked_by_every_guard_that_refuses_it() -> None:
    """In one order whatever that of the fields; a lift of one leaves the other."""
    goal = profile("a", daily_spend_limit="50.00", whitelisted_destinations=["*"])
    old = live_profile(daily_spend_limit="10.00", daily_spend_limit_enabled=True)
    here = situation([goal], [recorded(profile("a", daily_spend_limit="10.00"), old)], [old])
    assert blocked(judged(here)) == {"a": "spend-limit-raised, destinations-widened"}
    allowed = Policy(allowed=frozenset({"spend-limit-raised"}))
    assert blocked(judged(here, allowed)) == {"a": "destinations-widened"}
