"""What an interruption may leave of a saved plan, and what only looks like it: the table, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from reconciler.model.ledger import IntentKind, Recorded
from reconciler.model.observed import Remote
from reconciler.planner.draft import draft
from reconciler.planner.overtaking import explained
from reconciler.planner.remainder import Overtaken, remainder, to_confirm
from reconciler.planner.situation import Situation
from tests.planner.worlds import (
    SALT,
    answer,
    intends,
    live_answer,
    live_profile,
    live_sender,
    profile,
    recorded,
    sender,
    situation,
)
from tests.saved.test_files import saved, through_a_file

A, P1, GOAL = profile("a"), live_profile(), profile("a", enabled=False)
HERE = recorded(A, P1)
AFTER = live_profile(enabled=False)
ANSWER, LIVE_ANSWER = answer(), live_answer()
SENDER, NEW_SENDER = sender(), sender(us_long_code_fallback="+15125550142")
OLD, NEW = live_sender(), live_sender("s2", us_long_code_fallback="+15125550142")
ABOVE = (HERE, P1)


def outcome(then: Situation, now: Situation, *, begun: bool = True) -> tuple[list[str], list[str], list[str]]:
    """What is to do (as actions), done and overtaken, by address."""
    file = through_a_file(saved(then))
    ledger = replace(now.ledger, begun=(file.plan.fingerprint,) if begun else ("sha256:another",))
    now = replace(now, ledger=ledger, resources=file.resources, scope=file.scope)
    left = remainder(file, {change.address: change for change in draft(now).changes}, now, SALT)
    return (
        [f"{change.action.value} {change.address}" for change in left.todo],
        [str(address) for address in left.done],
        [str(one.change.address) for one in left.overtaken],
    )


UPDATE = situation([GOAL], [HERE], [P1])
CREATE = situation([A])
ADOPT = situation([GOAL], (), [P1], allow_adopt=True)
DELETE = situation([A], [HERE, recorded(ANSWER, LIVE_ANSWER)], [P1, LIVE_ANSWER])
REPLACE = situation([A, NEW_SENDER], [HERE, recorded(SENDER, OLD)], [P1, OLD])
MOVE = situation([profile("b", name="a")], [HERE], [P1])
FORGET = situation((), [replace(HERE, on_remove=HERE.on_remove.RETAIN)], [P1])
CHILD = situation([A, ANSWER])
HALF = intends(NEW_SENDER, IntentKind.REPLACE, remote=Remote("s1"), seen=("s1",), entry=recorded(SENDER, OLD))
DOOMED = intends(ANSWER, IntentKind.DELETE, remote=Remote("r1", "p1"), entry=recorded(ANSWER, LIVE_ANSWER))

POOL = {"long_code_weight": 1, "toll_free_weight": 10, "skip_unhealthy": True}
WEIGHED = {**POOL, "long_code_weight": 5}
LOOSE, STICKY = {"sticky_sender": False}, {"sticky_sender": True}
POOLED, LIVE_POOL = profile("a", number_pool_settings=POOL), live_profile(number_pool_settings={**POOL, **LOOSE})
NESTED = situation([profile("a", number_pool_settings=WEIGHED)], [recorded(POOLED, LIVE_POOL)], [LIVE_POOL])

QUIT, LIVE_QUIT = answer("quit", keywords=["QUIT"]), live_answer("r2", keywords=["QUIT"])
TWINS = situation([A, ANSWER, QUIT], [HERE], [P1])
CANADIAN, LIVE_CANADIAN = answer("quit", keywords=["QUIT"], country_code="CA"), live_answer("r2", country_code="CA")
INTO_ITS_PLACE = situation(
    [A, QUIT],
    [HERE, recorded(ANSWER, LIVE_ANSWER), recorded(CANADIAN, LIVE_CANADIAN)],
    [P1, LIVE_ANSWER, LIVE_CANADIAN],
)

NOTHING: list[str] = []
SENDER_KIND, ANSWER_KIND = "AlphanumericSenderId", "AutoResponse"
PROFILE, STOP, ACME = "MessagingProfile/a", "AutoResponse/stop", "AlphanumericSenderId/acme"


@pytest.mark.parametrize(
    ("then", "now", "todo", "done"),
    [
        (UPDATE, UPDATE, [f"update {PROFILE}"], NOTHING),
        (UPDATE, situation([GOAL], [HERE], [AFTER]), [f"record {PROFILE}"], NOTHING),
        (UPDATE, situation([GOAL], [recorded(GOAL, AFTER)], [AFTER]), NOTHING, [PROFILE]),
        (CREATE, CREATE, [f"create {PROFILE}"], NOTHING),
        (CREATE, situation([A], (), (), intents=[intends(A)]), [f"create {PROFILE}"], NOTHING),
        (CREATE, situation([A], (), [P1], intents=[intends(A)]), [f"adopt {PROFILE}"], NOTHING),
        (CREATE, situation([A], [HERE], [P1]), NOTHING, [PROFILE]),
        (ADOPT, ADOPT, [f"adopt {PROFILE}"], NOTHING),
        (ADOPT, situation([GOAL], (), [AFTER], allow_adopt=True), [f"adopt {PROFILE}"], NOTHING),
        (ADOPT, situation([GOAL], [recorded(GOAL, AFTER)], [AFTER]), NOTHING, [PROFILE]),
        (DELETE, DELETE, [f"delete {STOP}"], NOTHING),
        (
            DELETE,
            situation(
                [A], [HERE, recorded(ANSWER, LIVE_ANSWER)], [P1], intents=[DOOMED], gone=[("AutoResponse", "r1")]
            ),
            [f"forget {STOP}"],
            NOTHING,
        ),
        (DELETE, situation([A], [HERE], [P1], gone=[("AutoResponse", "r1")]), NOTHING, [STOP]),
        (REPLACE, REPLACE, [f"replace {ACME}"], NOTHING),
        (REPLACE, situation([A, NEW_SENDER], [HERE], [P1], intents=[HALF]), [f"create {ACME}"], NOTHING),
        (REPLACE, situation([A, NEW_SENDER], [HERE], [P1, NEW], intents=[HALF]), [f"adopt {ACME}"], NOTHING),
        (
            REPLACE,
            situation([A, NEW_SENDER], [HERE, recorded(NEW_SENDER, NEW)], [P1, NEW], gone=[(SENDER_KIND, "s1")]),
            NOTHING,
            [ACME],
        ),
        (MOVE, MOVE, ["move MessagingProfile/b"], NOTHING),
        (MOVE, situation((), [recorded(profile("b", name="a"), P1)], [P1]), NOTHING, ["MessagingProfile/b"]),
        (FORGET, situation(), NOTHING, [PROFILE]),
        (CHILD, situation([A, ANSWER], [HERE], [P1]), [f"create {STOP}"], [PROFILE]),
        (
            CHILD,
            situation([A, ANSWER], (), [P1], intents=[intends(A), intends(ANSWER)]),
            [f"adopt {PROFILE}", f"create {STOP}"],
            NOTHING,
        ),
        (
            NESTED,
            replace(NESTED, world=situation((), (), [live_profile(number_pool_settings={**WEIGHED, **LOOSE})]).world),
            [f"record {PROFILE}"],
            NOTHING,
        ),
        (
            CHILD,
            situation([A, ANSWER], [HERE, recorded(ANSWER, LIVE_ANSWER)], [P1, LIVE_ANSWER]),
            NOTHING,
            [PROFILE, STOP],
        ),
        (
            TWINS,
            situation([A, ANSWER, QUIT], [HERE, recorded(QUIT, LIVE_QUIT)], [P1, LIVE_QUIT]),
            [f"create {STOP}"],
            ["AutoResponse/quit"],
        ),
        (
            INTO_ITS_PLACE,
            situation(
                [A, QUIT], [HERE, recorded(CANADIAN, LIVE_CANADIAN)], [P1, LIVE_CANADIAN], gone=[(ANSWER_KIND, "r1")]
            ),
            ["replace AutoResponse/quit"],
            [STOP],
        ),
    ],
)
def test_carried_on(then: Situation, now: Situation, todo: Sequence[str], done: Sequence[str]) -> None:
    """Once begun, less to do than before is our own doing."""
    assert outcome(then, now) == (list(todo), list(done), [])


def test_what_hangs_on_a_profile_that_was_renamed_meanwhile_is_still_as_approved() -> None:
    """The move rewrote what the entries below it point at: no plan is overtaken by its own beginning."""
    protected = recorded(SENDER, OLD)
    goal = [profile("b", name="a"), sender(messaging_profile="b", us_long_code_fallback="+15125550142")]
    then = situation(goal, [HERE, protected, recorded(ANSWER, LIVE_ANSWER)], [P1, OLD, LIVE_ANSWER])
    moved = recorded(replace(profile("b", name="a")), P1)
    ledger = then.ledger.with_lines([Recorded(moved, instead_of=A.address)])
    assert ledger.entries[SENDER.address].references == (moved.address,)
    todo, done, overtaken = outcome(then, replace(then, ledger=ledger))
    assert sorted(todo) == [f"delete {STOP}", f"replace {ACME}"]
    assert done == ["MessagingProfile/b"]
    assert overtaken == []


@pytest.mark.parametrize(
    ("then", "now"),
    [
        (UPDATE, situation([GOAL], [recorded(GOAL, AFTER)], [AFTER])),
        (UPDATE, situation([GOAL], [HERE], [AFTER])),
        (CREATE, situation([A], [HERE], [P1])),
        (DELETE, situation([A], [HERE], [P1])),
        (REPLACE, situation([A, NEW_SENDER], [HERE, recorded(NEW_SENDER, NEW)], [P1, NEW])),
        (FORGET, situation()),
    ],
)
def test_not_begun(then: Situation, now: Situation) -> None:
    """Before the plan was begun nobody had any business doing its work."""
    todo, done, overtaken = outcome(then, now, begun=False)
    assert (todo, done) == ([], [])
    assert len(overtaken) == 1


@pytest.mark.parametrize(
    ("then", "now"),
    [
        (UPDATE, situation([GOAL], [HERE], [live_profile(enabled=False, mobile_only=True)])),
        (UPDATE, situation([GOAL], [HERE], [live_profile(mobile_only=True)])),
        (UPDATE, situation([GOAL], [HERE], gone=[("MessagingProfile", "p1")])),
        (UPDATE, situation([GOAL], [replace(HERE, remote=Remote("p2"))], [live_profile("p2", enabled=False)])),
        (CREATE, situation([A], (), [P1])),
        (CREATE, situation([A], [HERE], [live_profile(whitelisted_destinations=["GB"])])),
        (CREATE, situation([A], [HERE], gone=[("MessagingProfile", "p1")])),
        (
            NESTED,
            replace(
                NESTED,
                world=situation((), (), [live_profile(number_pool_settings={**WEIGHED, **STICKY})]).world,
            ),
        ),
        (ADOPT, situation([GOAL], (), [live_profile("p2")], allow_adopt=True)),
        (DELETE, situation([A], [HERE, recorded(ANSWER, LIVE_ANSWER)], [P1, live_answer(keywords=["QUIT"])])),
        (DELETE, situation([A], [HERE, recorded(ANSWER, LIVE_ANSWER)], [P1])),
        (REPLACE, situation([A, NEW_SENDER], [HERE], [P1, NEW])),
        (REPLACE, situation([A, NEW_SENDER], [HERE], [P1])),
        (REPLACE, situation([A, NEW_SENDER], [HERE, recorded(NEW_SENDER, replace(NEW, remote=OLD.remote))], [P1, NEW])),
        (FORGET, situation((), [replace(HERE, on_remove=HERE.on_remove.DELETE)], [P1])),
        (DELETE, situation([A], [HERE], [P1, LIVE_ANSWER])),
        (DELETE, situation([A], [HERE], [P1])),
        (REPLACE, situation([A, NEW_SENDER], [HERE, recorded(NEW_SENDER, NEW)], [P1, OLD, NEW])),
    ],
)
def test_overtaken(then: Situation, now: Situation) -> None:
    """Begun or not, what somebody else did is never taken for ours."""
    todo, done, overtaken = outcome(then, now)
    assert (todo, done) == ([], [])
    assert len(overtaken) == 1


def test_a_list_that_lags_behind_the_run_that_was_killed_is_not_believed() -> None:
    """Recorded as updated, listed as before: only a read by id tells which of them is true."""
    file = saved(UPDATE)
    killed = situation([GOAL], [recorded(GOAL, AFTER)], [P1])
    begun = replace(killed, ledger=replace(killed.ledger, begun=(file.plan.fingerprint,)))
    assert to_confirm(file, begun) == [("MessagingProfile", Remote("p1"))]
    assert to_confirm(file, killed) == []


def test_what_became_a_secret_since_the_review_is_not_told() -> None:
    """Another run has put a secret where the plan saw a plain value (promise 7)."""
    file = through_a_file(saved(UPDATE))
    secret = replace(recorded(A, P1), secrets=("webhook_url",))
    now = situation([GOAL], [secret], [live_profile(webhook_url="https://canary.example.com")])
    told = explained([Overtaken(file.plan.changes[0], None)], file, now, (), {})
    assert [finding.detail for finding in told] == [
        "webhook_url: reviewed nothing, now (sensitive), and in no diff of the plan"
    ]
