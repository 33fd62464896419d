"""What the user's own words do to guards, and what a plan takes off the objects it deletes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.kind import Attached, Facts
from reconciler.model.policy import Limit, Policy
from reconciler.planner.draft import draft
from reconciler.planner.guards import run_guards
from reconciler.planner.situation import Situation
from tests.planner.test_guards import LONE, NUMBER, blocked, judged
from tests.planner.worlds import AGENT, agent, live, live_profile, profile, profiles, recorded, situation

BOT = live(AGENT, "agent-1", profile_id="p1")
P1, P2 = live_profile(), live_profile("p2", "b")
POINTER: dict[str, Facts] = {"a": {"agents": (Attached("RcsAgent", "agent-1", "bot"),)}}


@pytest.mark.parametrize(
    ("kept", "removed", "limit", "refused", "reason"),
    [
        (97, 3, Limit(count=2), True, "three of a hundred are few, and more than the user's own limit"),
        (99, 1, Limit(count=0), True, "none means none"),
        (10, 0, Limit(count=0), False, "nothing is deleted"),
        (98, 2, Limit(percent=1), True, "a percentage may be stricter than 10"),
    ],
)
def test_a_limit_takes_the_place_of_the_thresholds(
    kept: int, removed: int, limit: Limit, refused: bool, reason: str
) -> None:
    """``--max-deletes`` is what the user said, in both directions."""
    verdict = judged(profiles(kept, removed), Policy(max_deletes=limit))
    assert (blocked(verdict) != {}) is refused, reason


@pytest.mark.parametrize(
    ("here", "policy", "lifted"),
    [
        (profiles(7, 3), Policy(max_deletes=Limit(count=3)), ("max-deletes",)),
        (profiles(99, 1), Policy(max_deletes=Limit(count=3)), ()),
        (profiles(8, 0, gone=2), Policy(allow_vanished=2), ("mass-vanish",)),
        (profiles(9, 0, gone=1), Policy(allow_vanished=2), ()),
        (profiles(0, 5), Policy(destroying=True), ()),
    ],
)
def test_every_lift_is_printed_and_carried(here: Situation, policy: Policy, lifted: tuple[str, ...]) -> None:
    """A limit that let something pass is a lift as well; one that nothing needed is none."""
    verdict = judged(here, policy)
    assert verdict.lifted == lifted
    assert [finding.code for finding in verdict.diagnostics] == list(lifted)
    assert not blocked(verdict)


def test_a_guard_of_the_whole_plan_is_not_lifted_for_one_address() -> None:
    """It speaks of many; the one it happens to stand at says nothing about the others."""
    here = situation([profile("new")], [recorded(profile("old"), live_profile(name="old"))], [live_profile(name="old")])
    for name in ("new", "old"):
        policy = Policy(allowed=frozenset({f"looks-like-rename:MessagingProfile/{name}"}))
        assert set(blocked(judged(here, policy))) == {"new", "old"}


def test_a_lost_rename_is_told_where_the_new_manifest_stands() -> None:
    """The old one has no place any more (promise 8)."""
    here = situation([profile("new")], [recorded(profile("old"), live_profile(name="old"))], [live_profile(name="old")])
    [finding] = judged(here).diagnostics
    assert finding.source == profile("new").source


@pytest.mark.parametrize(
    ("stated", "warned", "reason"),
    [
        ({"profile": "b"}, False, "this plan gives the agent another profile"),
        ({"profile": None}, False, "this plan takes the profile off the agent"),
        ({"webhook_url": "https://x.example"}, True, "another field changes; the agent still points there"),
    ],
)
def test_what_this_plan_points_elsewhere_is_no_obstacle(stated: dict[str, object], warned: bool, reason: str) -> None:
    """Moved away, as good as removed."""
    entries = [recorded(profile("a"), P1), recorded(profile("b"), P2), recorded(agent(), BOT)]
    here = situation([profile("b"), agent(**stated)], entries, [P1, P2, BOT])
    codes = [finding.code for finding in judged(here, facts=POINTER).diagnostics]
    assert ("still-referenced" in codes) is warned, reason


def test_an_agent_that_moves_from_a_third_profile_is_still_counted() -> None:
    """Only what leaves this very object is taken out."""
    stray = live(AGENT, "agent-1", profile_id="p9")
    entries = [recorded(profile("a"), P1), recorded(profile("b"), P2), recorded(agent(), stray)]
    here = situation([profile("b"), agent(profile="b")], entries, [P1, P2, stray])
    assert "still-referenced" in [finding.code for finding in judged(here, facts=POINTER).diagnostics]


def test_facts_that_nobody_fetched_refuse_nothing() -> None:
    """The executor fetches them for every change that needs them; guards are pure."""
    assert run_guards(draft(LONE).changes, {}, LONE, Policy()).diagnostics == ()


def test_facts_of_something_new_refuse_nothing() -> None:
    """Nothing hangs on it yet, whatever was fetched."""
    here = situation([profile("a")])
    assert run_guards(draft(here).changes, {profile("a").address: NUMBER["a"]}, here, Policy()).diagnostics == ()


@pytest.mark.parametrize(
    ("known", "seen", "entries", "refused", "reason"),
    [
        ("org-1", None, 1, True, "an empty list names no owner: it may be another account"),
        ("org-1", "org-1", 1, False, "something else there names the owner"),
        (None, None, 1, False, "the ledger does not know whose it is either"),
        ("org-1", None, 9, False, "others of ours are there"),
    ],
)
def test_the_last_object_gone_from_a_nameless_account_is_a_mass_vanish(
    known: str | None, seen: str | None, entries: int, refused: bool, reason: str
) -> None:
    """A wrong key against a small ledger; lifted by number, as any other."""
    here = profiles(entries - 1, 0, gone=1)
    ledger = replace(here.ledger, header=replace(here.ledger.header, organization_id=known))
    here = replace(here, ledger=ledger, world=replace(here.world, organization_id=seen))
    assert ("mass-vanish" in blocked(judged(here)).values()) is refused, reason
    assert not blocked(judged(here, Policy(allow_vanished=1)))
