"""The guards that count, over several accounts: thresholds of sums at their boundaries, limits of the run, lifts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.fingerprint import fingerprint
from reconciler.model.plan import Plan
from reconciler.model.policy import Limit, Policy
from reconciler.planner.draft import draft
from reconciler.planner.planning import finish
from reconciler.planner.situation import Situation
from reconciler.planner.together import Judged, judged_together
from tests.planner.worlds import SALT, profile, profiles


def judged(name: str, here: Situation, policy: Policy | None = None, *allowed: str) -> Judged:
    """One account's plan, judged by itself first."""
    here = replace(here, account=name)
    own = policy or Policy()
    own = replace(own, allowed=own.allowed | set(allowed))
    plan = finish(draft(here), {}, here, own, reads=0, rate=1.0)
    return Judged(plan=plan, seen=here, allowed=frozenset(allowed))


def run(*accounts: Judged, policy: Policy | None = None) -> dict[str, Plan]:
    """The plans of one run, by account."""
    return {plan.account: plan for plan in judged_together(accounts, policy or Policy())}


def refused(plans: dict[str, Plan]) -> dict[str, list[str]]:
    """The accounts whose plans cannot be applied, with what blocks them."""
    return {
        name: sorted({change.blocked_by for change in plan.changes if change.blocked_by})
        for name, plan in plans.items()
        if not plan.applicable
    }


@pytest.mark.parametrize(
    ("accounts", "expected", "reason"),
    [
        ([(4, 1), (4, 0)], [], "one of nine"),
        ([(4, 1), (4, 1)], ["a", "b"], "one each is two of ten: more than one run may"),
        ([(9, 1), (9, 1)], [], "two of twenty is exactly 10 %"),
        ([(9, 1), (8, 1)], ["a", "b"], "two of nineteen is over"),
        ([(0, 1), (0, 1), (40, 0)], [], "two of 42 of one kind"),
        ([(4, 1), (4, 1), (0, 0)], ["a", "b"], "an account without deletes has no part in it"),
        ([(97, 0), (0, 2)], ["b"], "two of 99 are few, and yet b would be emptied: its own thresholds hold"),
    ],
)
def test_deletes_of_a_run_are_limited(accounts: list[tuple[int, int]], expected: list[str], reason: str) -> None:
    """More than max(1, 10 %) of what all of them record, or than half of a kind; and never more than one alone may."""
    found = run(
        *(judged(name, profiles(kept, removed)) for name, (kept, removed) in zip("abc", accounts, strict=False))
    )
    assert refused(found) == {name: ["max-deletes"] for name in expected}, reason


def test_the_finding_counts_and_says_what_to_type() -> None:
    """By account; and the plan that it blocks is another one, by its fingerprint."""
    before = judged("a", profiles(4, 1))
    plan = run(before, judged("b", profiles(4, 1)))["a"]
    [finding] = [one for one in plan.diagnostics if one.code == "max-deletes"]
    assert finding.summary == "the plans of this run together delete 2 of 10 recorded objects"
    assert finding.detail == "a: 1, b: 1"
    assert "--max-deletes 2, which counts over all accounts" in finding.hint
    assert plan.fingerprint == fingerprint(plan, SALT) != before.plan.fingerprint


def test_only_what_is_too_much_is_blocked() -> None:
    """The deletes, and nothing beside them; what another guard has blocked is blocked by both, by none twice."""
    before = judged("b", profiles(3, 1))
    other = [
        replace(change, blocked_by="other" if change.address.name == "x0" else None) for change in before.plan.changes
    ]
    found = run(judged("a", profiles(4, 1)), replace(before, plan=replace(before.plan, changes=tuple(other))))
    assert {
        name: {change.address.name: change.blocked_by for change in plan.changes if change.blocked_by}
        for name, plan in found.items()
    } == {"a": {"x0": "max-deletes"}, "b": {"x0": "other, max-deletes"}}
    again = judged_together([replace(before, plan=one) for one in found.values()], Policy())
    assert [[c.blocked_by for c in one.changes if c.blocked_by] for one in again] == [
        ["max-deletes"],
        ["other, max-deletes"],
    ]


def test_a_secret_in_a_refused_plan_is_sealed_with_the_salt_of_its_ledger() -> None:
    """Or the fingerprint would be another than the one that is compared when it is applied."""
    here = profiles(4, 1)
    secret = profile("k0", webhook_url="https://hooks.example.com/t0ken", secrets=frozenset({("webhook_url",)}))
    plan = run(judged("a", replace(here, resources=(secret, *here.resources[1:]))), judged("b", here))["a"]
    assert plan.fingerprint == fingerprint(plan, SALT) != fingerprint(plan, "another")


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (Limit(count=4), []),
        (Limit(count=3), ["a", "b"]),
        (Limit(count=0), ["a", "b"]),
        (Limit(percent=60.0), []),
        (Limit(percent=59.0), ["a"]),
        (Limit(percent=39.0), ["a", "b"]),
    ],
)
def test_max_deletes_is_a_limit_of_the_run(limit: Limit, expected: list[str]) -> None:
    """Three of five and one of five: four of ten. It is in place of every threshold; a percentage binds each account.

    Else a percentage of the run would let a large account make room for emptying a small one.
    """
    policy = Policy(max_deletes=limit)
    accounts = [judged("a", profiles(2, 3), policy), judged("b", profiles(4, 1), policy)]
    found = run(*accounts, policy=policy)
    assert refused(found) == {name: ["max-deletes"] for name in expected}
    assert found["b"].lifted == ()


def test_what_the_limit_lifts_is_told() -> None:
    """Three of five are too many without it, in the account as in the run."""
    policy = Policy(max_deletes=Limit(count=4))
    found = run(judged("a", profiles(2, 3), policy), judged("b", profiles(4, 1), policy), policy=policy)
    assert found["a"].lifted == ("max-deletes",)
    assert [one.hint for one in found["a"].diagnostics if one.code == "max-deletes"] == ["lifted by --max-deletes"]


def test_lifts() -> None:
    """By name for the run; by guards.allow for the account that it stands at, which is then not counted."""
    policy = Policy(allowed=frozenset({"max-deletes"}))
    two = profiles(4, 1)
    assert refused(run(judged("a", two, policy), judged("b", two, policy), policy=policy)) == {}
    assert refused(run(judged("a", profiles(1, 5), None, "max-deletes"), judged("b", two))) == {}
    three = [judged("a", two, None, "max-deletes"), judged("b", two), judged("c", two)]
    assert refused(run(*three)) == {"b": ["max-deletes"], "c": ["max-deletes"]}


@pytest.mark.parametrize(("allowed", "expected"), [(0, ["a", "b"]), (1, ["a", "b"]), (2, [])])
def test_vanished_objects_of_a_run_are_limited(allowed: int, expected: list[str]) -> None:
    """One each is no mass for an account; two of ten are for the run, and --allow-vanished counts over all."""
    policy = Policy(allow_vanished=allowed)
    here = profiles(4, 0, gone=1)
    found = run(judged("a", here, policy), judged("b", here, policy), judged("c", profiles(0, 0)), policy=policy)
    assert refused(found) == {name: ["mass-vanish"] for name in expected}
    if expected:
        [finding] = found["a"].diagnostics
        assert "2 of 10 objects that the accounts of this run record" in finding.summary
        assert "--allow-vanished 2" in finding.hint


def test_vanished_objects_may_be_allowed_by_name() -> None:
    """For the run, or for one account."""
    here = profiles(4, 0, gone=1)
    policy = Policy(allowed=frozenset({"mass-vanish"}))
    assert refused(run(judged("a", here, policy), judged("b", here, policy), policy=policy)) == {}
    assert refused(run(judged("a", here, None, "mass-vanish"), judged("b", here))) == {}


def test_one_account_is_judged_as_ever() -> None:
    """What one alone may do, it may do in a run of one; what it may not is said once."""
    fine, wrong = judged("a", profiles(9, 1)), judged("a", profiles(8, 2))
    assert run(fine)["a"] == fine.plan
    assert refused(run(wrong)) == {"a": ["max-deletes"]}
