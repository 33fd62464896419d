"""Scheduling alone: order, bounds, blocking and stopping, with changes that do nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest

from reconciler.errors import ReconcilerError
from reconciler.executor.graph import Left, walk
from reconciler.model.address import Address
from reconciler.model.events import Applied, Began, Blocked, Event, Failed, Outcome, Stopped
from reconciler.model.plan import Change, Forget, Noop
from reconciler.model.steps import Step


def change(name: str, *after: str) -> Change:
    """A change that depends on others, by name."""
    return Forget(address=Address("K", name), reason="x", depends_on=tuple(Address("K", other) for other in after))


class Play:
    """Runs changes by name and remembers when each began and ended."""

    def __init__(self, *failing: str, halted: Callable[[Play], bool] = lambda _: False) -> None:
        self.failing = failing
        self.log: list[str] = []
        self.running = 0
        self.most = 0
        self.events: list[Event] = []
        self._halted = halted
        self.leaving: dict[str, Left] = {}

    async def __call__(self, change: Change) -> Applied | Failed:
        """Take three turns of the loop."""
        name = change.address.name
        self.log.append(f"+{name}")
        self.running += 1
        self.most = max(self.most, self.running)
        for _ in range(3):
            await asyncio.sleep(0)
        self.running -= 1
        self.log.append(f"-{name}")
        return Failed(change, ReconcilerError("no")) if name in self.failing else Applied(change)

    async def step(self, step: Step) -> Sequence[Applied | Failed | Left]:
        """One after the other; ``leaving`` says what several leave behind."""
        if len(step) == 1:
            return [await self(step[0])]
        self.log.append("+" + "&".join(change.address.name for change in step))
        return [self.leaving.get(change.address.name) or await self(change) for change in step]

    def walk(self, *changes: Change, concurrency: int = 4, steps: Sequence[Step] = ()) -> dict[str, Outcome]:
        """The outcomes by name."""
        outcomes = asyncio.run(
            walk(
                steps or [(change,) for change in changes],
                self.step,
                changes=changes,
                halted=lambda: self._halted(self),
                concurrency=concurrency,
                emit=self.events.append,
            )
        )
        assert [outcome.change for outcome in outcomes] == list(changes)
        ended = [event for event in self.events if not isinstance(event, Began)]
        assert len(ended) == len(changes), "one outcome each"
        return {outcome.change.address.name: outcome for outcome in outcomes}


def test_a_change_begins_when_everything_it_waits_for_is_done() -> None:
    """A diamond, given backwards."""
    play = Play()
    play.walk(change("d", "b", "c"), change("c", "a"), change("b", "a"), change("a"))
    assert play.log[:2] == ["+a", "-a"]
    assert set(play.log[2:4]) == {"+b", "+c"}
    assert play.log[-2:] == ["+d", "-d"]


def test_no_more_run_at_once_than_allowed_and_no_fewer() -> None:
    """Bounded, and the bound is used."""
    play = Play()
    play.walk(*(change(str(n)) for n in range(10)), concurrency=3)
    assert play.most == 3


def test_a_lane_that_waits_holds_no_other_back() -> None:
    """Updates hang on their pace; the creates of another kind behind them in the plan begin all the same."""

    async def scene() -> list[str]:
        begun: list[str] = []
        paced = asyncio.Event()

        async def carry_out(step: Step) -> Sequence[Applied | Failed]:
            [change] = step
            begun.append(str(change.address))
            if change.address.kind == "Paced":
                await paced.wait()
            elif change.address.name == "9":
                paced.set()
            return [Applied(change)]

        changes = [Forget(address=Address(kind, str(n)), reason="x") for kind in ("Paced", "Free") for n in range(10)]
        async with asyncio.timeout(5):
            steps = [(change,) for change in changes]
            await walk(steps, carry_out, changes=changes, halted=lambda: False, concurrency=2, emit=lambda _: None)
        return begun

    begun = asyncio.run(scene())
    assert begun[:4] == ["Paced/0", "Paced/1", "Free/0", "Free/1"]
    assert begun.index("Free/9") < begun.index("Paced/2")


def test_actions_of_one_kind_have_lanes_of_their_own() -> None:
    """Each is bounded by itself."""
    play = Play()
    forgets = [change(str(n)) for n in range(5)]
    others = [Noop(address=Address("K", f"n{n}"), reason="x") for n in range(5)]
    play.walk(*forgets, *others, concurrency=2)
    assert play.most == 4


def test_those_earlier_in_the_plan_begin_first() -> None:
    """The plan's order is the order among those that may begin."""
    play = Play()
    play.walk(change("c"), change("a"), change("b"), concurrency=1)
    assert play.log == ["+c", "-c", "+a", "-a", "+b", "-b"]
    assert [event.position for event in play.events if isinstance(event, Began)] == [1, 2, 3]


@pytest.mark.parametrize("concurrency", [1, 8])
def test_what_hangs_on_a_failure_is_blocked_all_the_way_down(concurrency: int) -> None:
    """By the one that failed, not by the one in between; siblings go on."""
    play = Play("a")
    outcomes = play.walk(
        change("a"), change("b", "a"), change("c", "b"), change("d", "c", "x"), change("x"), concurrency=concurrency
    )
    assert isinstance(outcomes["a"], Failed)
    for name in "bcd":
        assert outcomes[name] == Blocked(outcomes[name].change, Address("K", "a"))
    assert isinstance(outcomes["x"], Applied)
    assert "+b" not in play.log


def test_all_that_hang_on_a_failure_are_blocked_whatever_hangs_on_them() -> None:
    """Siblings, and what hangs on the first of them."""
    outcomes = Play("a").walk(change("a"), change("b", "a"), change("c", "a"), change("d", "b"), change("e", "c"))
    for name in "bcde":
        assert outcomes[name] == Blocked(outcomes[name].change, Address("K", "a"))


def test_a_change_that_hangs_on_two_failures_is_blocked_once() -> None:
    """One outcome."""
    outcomes = Play("a", "b").walk(change("a"), change("b"), change("c", "a", "b"))
    assert isinstance(outcomes["c"], Blocked)


def test_once_halted_what_runs_ends_and_nothing_begins() -> None:
    """The rest is stopped, dependants of what was done included."""
    play = Play(halted=lambda play: "-a" in play.log)
    outcomes = play.walk(change("a"), change("b"), change("c"), change("d", "a"), concurrency=2)
    assert {name: type(outcome) for name, outcome in outcomes.items()} == {
        "a": Applied,
        "b": Applied,
        "c": Stopped,
        "d": Stopped,
    }


def test_an_address_that_is_not_walked_holds_nothing_back() -> None:
    """It is a noop, or not part of this plan; a change does not wait for itself either."""
    assert isinstance(Play().walk(change("a", "elsewhere", "a"))["a"], Applied)


def test_a_ring_never_begins_and_never_hangs() -> None:
    """The planner refuses cycles; should one slip through, it is told."""
    outcomes = Play().walk(change("a", "b"), change("b", "a"), change("c"))
    assert isinstance(outcomes["a"], Stopped)
    assert isinstance(outcomes["c"], Applied)


def test_cancelling_ends_what_runs() -> None:
    """No task is left behind, although they take their time to end."""
    ended: list[str] = []

    async def forever(step: Step) -> Sequence[Applied | Failed]:
        try:
            await asyncio.Event().wait()
        finally:
            [name] = (each.address.name for each in step)
            for _ in range(1 if name == "a" else 9):
                await asyncio.sleep(0)
            ended.append(name)
        raise AssertionError

    async def scene() -> None:
        changes = [change("a"), change("b")]
        walking = asyncio.ensure_future(
            walk(
                [(each,) for each in changes],
                forever,
                changes=changes,
                halted=lambda: False,
                concurrency=2,
                emit=lambda _: None,
            )
        )
        await asyncio.sleep(0.01)
        walking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await walking
        assert ended == ["a", "b"]

    asyncio.run(scene())


def test_changes_of_a_step_begin_together_once_all_that_they_wait_for_is_done() -> None:
    """And free, each by itself, what waits for them."""
    play = Play()
    a, b, c, d, e = change("a"), change("b", "a"), change("c", "a", "d"), change("d"), change("e", "b")
    play.walk(a, b, c, d, e, steps=[(a,), (b, c), (d,), (e,)])
    begun = [entry for entry in play.log if entry[0] == "+"]
    assert begun == ["+a", "+d", "+b&c", "+b", "+c", "+e"]
    assert [event.position for event in play.events if isinstance(event, Began)] == [1, 2, 3, 4, 5]


def test_a_failure_in_a_step_blocks_what_hangs_on_it_and_nothing_else() -> None:
    """The others of its step are done."""
    play = Play("b")
    a, b, c, d, e = change("a"), change("b"), change("c", "b"), change("d", "a"), change("e", "c")
    outcomes = play.walk(a, b, c, d, e, steps=[(a, b), (c,), (d,), (e,)])
    assert {name: type(outcome) for name, outcome in outcomes.items()} == {
        "a": Applied,
        "b": Failed,
        "c": Blocked,
        "d": Applied,
        "e": Blocked,
    }


def test_a_failure_before_a_step_blocks_all_of_it() -> None:
    """By the one that failed, and what hangs on its changes, too."""
    play = Play("a")
    a, b, c, d = change("a"), change("b", "a"), change("c", "a"), change("d", "c")
    outcomes = play.walk(a, b, c, d, steps=[(a,), (b, c), (d,)])
    assert [type(outcomes[name]) for name in "bcd"] == [Blocked] * 3


def test_what_a_step_leaves_is_carried_out_by_itself() -> None:
    """Announced once, and what waits for it waits on."""
    play = Play()
    a, b, c = change("a"), change("b"), change("c", "a")
    play.leaving = {each.address.name: Left(each, Stopped(each)) for each in (a, b)}
    outcomes = play.walk(a, b, c, steps=[(a, b), (c,)])
    assert play.log == ["+a&b", "+a", "+b", "-a", "-b", "+c", "-c"]
    assert all(isinstance(outcome, Applied) for outcome in outcomes.values())
    assert sum(isinstance(event, Began) for event in play.events) == 3


def test_what_a_step_leaves_ends_as_it_says_once_halted() -> None:
    """It may be live already: then "stopped" would be a lie."""
    play = Play(halted=lambda play: "+a&b" in play.log)
    a, b, c = change("a"), change("b"), change("c", "a")
    doubt = Failed(a, ReconcilerError("nobody knows"), written=True)
    play.leaving = {"a": Left(a, doubt), "b": Left(b, Stopped(b))}
    outcomes = play.walk(a, b, c, steps=[(a, b), (c,)])
    assert outcomes == {"a": doubt, "b": Stopped(b), "c": Stopped(c)}


def test_steps_of_several_hold_no_single_change_back() -> None:
    """They mostly wait, in a lane of their own."""
    play = Play()
    changes = [change(name) for name in "abcdef"]
    a, b, c, d, e, f = changes
    play.walk(*changes, steps=[(a, b), (c, d), (e,), (f,)], concurrency=1)
    assert play.log.index("+e") < play.log.index("+c&d")
