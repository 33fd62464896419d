"""Between the review and the write: staleness and the fingerprint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from reconciler.model.kind import Facts
from reconciler.model.ledger import Header
from reconciler.model.plan import Plan
from reconciler.model.policy import Policy
from reconciler.model.resource import Lifecycle, OnRemove
from reconciler.planner.draft import draft
from reconciler.planner.planning import finish
from reconciler.planner.situation import Situation
from reconciler.planner.staleness import moved_since
from tests.planner.worlds import live_answer, live_profile, profile, protected, recorded, situation

A, P1 = profile("a", enabled=True), live_profile(enabled=False)
HERE = recorded(profile("a"), live_profile())


def plan(here: Situation, policy: Policy | None = None) -> Plan:
    """The finished plan."""
    facts: dict[object, Facts] = {}
    return finish(draft(here), facts, here, policy or Policy(), reads=3, rate=2.0)  # type: ignore[arg-type]  # empty


def moved(then: Situation, now: Situation) -> list[str]:
    """Codes of what moved between two looks."""
    changes = {change.address: change for change in draft(now).changes}
    return [str(finding.address) for finding in moved_since(plan(then), changes, now)]


REVIEWED = situation([A], [HERE], [P1])


@pytest.mark.parametrize(
    ("then", "now", "stale", "reason"),
    [
        (REVIEWED, REVIEWED, False, "nothing moved"),
        (
            REVIEWED,
            situation([A], [HERE], [live_profile(enabled=False, mobile_only=True)]),
            True,
            "another field moved",
        ),
        (REVIEWED, situation([A], [HERE], [live_profile(enabled=True)]), True, "somebody did it already"),
        (REVIEWED, situation([A], [HERE], gone=[("MessagingProfile", "p1")]), True, "deleted meanwhile"),
        (REVIEWED, situation([A], [HERE], [P1, live_profile("p2", "b")]), False, "a stranger appeared"),
        (situation([A]), situation([A], (), [P1]), True, "an object appeared where a create was planned"),
        (situation([A]), situation([A]), False, "still absent"),
        (
            situation((), [HERE], [P1]),
            situation((), [HERE], [live_profile(enabled=False, webhook_url="https://x.example")]),
            True,
            "changed before its delete",
        ),
        (
            situation([profile("a")], [HERE], [live_profile()]),
            situation([profile("a")], [HERE], [live_profile(mobile_only=True)]),
            False,
            "what the plan does not touch does not matter",
        ),
    ],
)
def test_what_was_reviewed_must_still_be_so(then: Situation, now: Situation, stale: bool, reason: str) -> None:
    """Anything that the plan touches and that moved makes it stale."""
    assert (moved(then, now) != []) is stale, reason


@pytest.mark.parametrize(
    ("then", "now", "reason"),
    [
        (REVIEWED, situation([A], [replace(HERE, on_remove=OnRemove.RETAIN)], [P1]), "another run wrote the entry"),
        (REVIEWED, situation([A], (), [P1]), "another run forgot the object"),
        (
            situation((), [HERE], gone=[("MessagingProfile", "p1")]),
            situation((), [HERE], [live_profile()]),
            "to be forgotten as gone, and there again",
        ),
        (situation((), [HERE], [P1]), situation((), (), [P1]), "to be deleted, and no longer recorded as ours"),
        (situation([A], (), [P1]), situation([A], [HERE], [P1]), "to be adopted, and recorded meanwhile"),
    ],
)
def test_a_ledger_that_was_written_to_makes_a_plan_stale(then: Situation, now: Situation, reason: str) -> None:
    """The objects are as they were; what we believe of them is not."""
    assert moved(then, now), reason


def test_statuses_and_timestamps_do_not_make_a_plan_stale() -> None:
    """The digest is made of writable fields alone."""
    later = live_profile(enabled=False, updated_at="2026-01-01T00:00:00Z")
    assert moved(REVIEWED, situation([A], [HERE], [later])) == []


OTHERS: dict[str, Callable[[], Plan]] = {
    "another value": lambda: plan(situation([profile("a", enabled=True, mobile_only=True)], [HERE], [P1])),
    "another precondition": lambda: plan(situation([A], [HERE], [live_profile(enabled=False, mobile_only=True)])),
    "another object": lambda: plan(situation([A], [], [live_profile("p2", enabled=False)])),
    "another account": lambda: plan(replace(REVIEWED, account="other")),
    "another project": lambda: plan(replace(REVIEWED, project="other")),
    "another change beside it": lambda: plan(situation([A, profile("b")], [HERE], [P1])),
    "the other type of the same text": lambda: plan(
        situation([replace(A, values={**A.values, ("enabled",): "True"})], [HERE], [P1])
    ),
    "a value that is equal already": lambda: plan(
        situation([profile("a", enabled=True, webhook_url=None)], [HERE], [P1])
    ),
    "another protection": lambda: plan(situation([replace(A, lifecycle=protected())], [HERE], [P1])),
    "an ignored leaf": lambda: plan(
        situation([replace(A, lifecycle=Lifecycle(ignore_changes=frozenset({("name",)})))], [HERE], [P1])
    ),
}


@pytest.mark.parametrize("how", OTHERS)
def test_another_review_has_another_fingerprint(how: str) -> None:
    """What is approved is the fingerprint: nothing that a reviewer would care about leaves it unchanged."""
    assert OTHERS[how]().fingerprint != plan(REVIEWED).fingerprint


def test_a_lift_changes_the_fingerprint() -> None:
    """Allowing something is part of what was reviewed."""
    here = situation([profile("a", whitelisted_destinations=["*"])], [HERE], [live_profile()])
    allowed = plan(here, Policy(allowed=frozenset({"destinations-widened"})))
    assert allowed.fingerprint != plan(here).fingerprint
    assert allowed.applicable
    assert not plan(here).applicable


def test_the_same_review_has_the_same_fingerprint() -> None:
    """Unchanged objects and the order of the manifests are not part of it."""
    more = situation(
        [profile("b"), A], [HERE, recorded(profile("b"), live_profile("p2", "b"))], [live_profile("p2", "b"), P1]
    )
    assert plan(more).fingerprint == plan(REVIEWED).fingerprint


def test_a_secret_changes_the_fingerprint_and_cannot_be_read_from_it() -> None:
    """Two secrets, two fingerprints; the plan shows neither."""
    path = ("webhook_url",)
    one, two = (
        replace(profile("a", webhook_url=f"https://x.example/{word}"), secrets=frozenset({path}))
        for word in ("s3cret", "0ther")
    )
    plans = [plan(situation([res], [HERE], [live_profile()])) for res in (one, two)]
    assert plans[0].fingerprint != plans[1].fingerprint
    assert "s3cret" not in repr(plans[0])


def test_a_secret_is_sealed_with_the_ledgers_salt() -> None:
    """Without the salt nobody can try passwords against a fingerprint; what is no secret needs none."""
    hidden = replace(profile("a", webhook_url="https://x.example/1234"), secrets=frozenset({("webhook_url",)}))
    for manifest, salted in ((hidden, True), (profile("a", webhook_url="https://x.example/1234"), False)):
        here = situation([manifest])
        other = replace(here, ledger=replace(here.ledger, header=Header(salt="another")))
        assert (plan(here).fingerprint != plan(other).fingerprint) is salted


def test_an_object_that_was_there_before_is_part_of_the_review() -> None:
    """A create beside a twin is another decision than a create alone."""
    twin = profile("b", name="a")
    one = situation([profile("a"), twin], [HERE], [live_profile()])
    two = situation([profile("a"), twin], [HERE], [live_profile(name="other")])
    fingerprints = {plan(here).fingerprint for here in (one, two)}
    assert len(fingerprints) == 2


def test_the_price_is_told() -> None:
    """Reads so far, writes to come, and the time of the slowest endpoint at the account's rate."""
    made = plan(situation([profile(f"p{i}") for i in range(5)]))
    assert (made.requests.reads, made.requests.writes, made.requests.estimated_seconds) == (3, 5, 2.0)


def test_rows_of_children_count_by_their_kind() -> None:
    """A row of an unmanaged answer changes nothing."""
    assert moved(REVIEWED, situation([A], [HERE], [P1, live_answer()])) == []
