"""Nothing is written to the account once the lock on its ledger is not surely ours."""

from __future__ import annotations

import math

import pytest

from reconciler.errors import LockLost
from reconciler.model.events import Applied, Failed, Stopped
from reconciler.model.ledger import IntentKind

from .stage import PROFILE, Stage, perform
from .wishes import create, profile_spec

PROFILES = "messaging_profiles"


@pytest.mark.parametrize(("left", "sent"), [(math.inf, 2), (60.1, 2), (60.0, 0), (0.0, 0), (-5.0, 0)])
def test_a_request_goes_out_only_while_the_lease_exceeds_its_timeout(left: float, sent: int) -> None:
    """60 s is what one attempt may take at most; equal is not enough."""

    async def scene(stage: Stage) -> None:
        changes = [create(stage.want(PROFILE, name, profile_spec(name))) for name in ("a", "b")]
        world = await stage.look()
        stage.lease.left = lambda: left
        report = await stage.apply(*changes, world=world, concurrency=1)
        assert len(stage.requests("POST")) == sent
        if sent:
            assert [type(outcome) for outcome in report.outcomes] == [Applied, Applied]
            return
        first, second = report.outcomes
        assert isinstance(first, Failed)
        assert isinstance(first.error, LockLost)
        assert not first.written
        assert isinstance(second, Stopped)
        assert [i.action for i in stage.ledger.intents.values()] == [IntentKind.CREATE] * 2, "intents stay"
        assert stage.state(PROFILES) == []

    perform(scene)


def test_each_attempt_asks_again() -> None:
    """The first is turned away, and by the time of the second the lease is nearly over: it is not sent."""

    async def scene(stage: Stage) -> None:
        world = await stage.look()
        stage.faults("POST /messaging_profiles 1 status-before=429")
        asked: list[float] = []

        def left() -> float:
            asked.append(100.0 if not asked else 30.0)
            return asked[-1]

        stage.lease.left = left
        report = await stage.apply(create(stage.want(PROFILE, "a", profile_spec("A"))), world=world)
        assert asked == [100.0, 30.0]
        assert len(stage.requests("POST")) == 1
        [outcome] = report.outcomes
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, LockLost)

    perform(scene)


def test_a_write_in_doubt_is_still_looked_for() -> None:
    """Its answer is lost and the lease with it: reading tells what came of it, and nothing is sent twice."""

    async def scene(stage: Stage) -> None:
        world = await stage.look()
        stage.faults("POST /messaging_profiles 1 drop-after")
        lefts = iter([100.0])
        stage.lease.left = lambda: next(lefts, 0.0)
        report = await stage.apply(create(stage.want(PROFILE, "a", profile_spec("A"))), world=world)
        assert [type(outcome) for outcome in report.outcomes] == [Applied]
        assert len(stage.state(PROFILES)) == len(stage.requests("POST")) == 1

    perform(scene)
