"""One attempt after the other, without a socket: what each collaborator is told, and what the last one answers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest

from reconciler.errors import LockLost
from reconciler.model.sent import Sent
from reconciler.transport.outcome import Answer, Garbled, Lost, NotSent, Outcome, Request
from reconciler.transport.pacing import Pacing
from reconciler.transport.permission import NotPermittedError, Permission
from reconciler.transport.retry import Repeat, RetryPolicy, delay_before_next, is_doubtful, may_repeat
from reconciler.transport.sender import Delivery, Sender
from reconciler.transport.tally import Tally
from reconciler.transport.wire import Wire

from .scripted import VirtualClock

GET, POST = Request("GET", "/things/7"), Request("POST", "/things", body={"a": 1})
OK = Answer(200, {"x": "y"}, {"data": 1})
BUSY, BROKEN = Answer(429, {"retry-after": "3"}, None), Answer(503, {}, None)


class Noted(Pacing):
    """Pacing that remembers what it is told."""

    def __init__(self, time: VirtualClock) -> None:
        super().__init__(rate=1e6, concurrency=2, clock=time.clock)
        self.turns: list[str] = []
        self.told: list[tuple[str, float, int, Mapping[str, str]]] = []

    def turn(self, endpoint: str) -> Any:
        """Note, and wait."""
        self.turns.append(endpoint)
        return super().turn(endpoint)

    def learn(self, endpoint: str, *, departure: float, status: int, headers: Mapping[str, str]) -> None:
        """Note, and learn."""
        self.told.append((endpoint, departure, status, headers))
        super().learn(endpoint, departure=departure, status=status, headers=headers)


class Scripted(Wire):
    """A wire whose every exchange takes two seconds, and answers what it is told to."""

    longest = 60.0

    def __init__(self, time: VirtualClock, outcomes: list[Outcome]) -> None:
        self.time, self.outcomes = time, outcomes
        self.asked: list[Request] = []

    async def exchange(self, request: Request) -> Outcome:
        """The next outcome."""
        self.asked.append(request)
        self.time.elapsed += 2.0
        return self.outcomes.pop(0)


@dataclass
class Lasting:
    """A lease with so much left, in turn."""

    left: list[float]

    def remaining(self) -> float:
        """Seconds."""
        return self.left.pop(0)


@dataclass
class Desk:
    """A sender and all that it speaks to."""

    outcomes: list[Outcome]
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    left: list[float] = field(default_factory=lambda: [1000.0] * 9)
    time: VirtualClock = field(default_factory=VirtualClock)
    sent: list[Sent] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    hopeless: bool = False

    def __post_init__(self) -> None:
        self.pacing = Noted(self.time)
        self.wire = Scripted(self.time, self.outcomes)

    def send(self, request: Request, repeat: Repeat = Repeat.HARMLESS, *, writes: bool = False) -> Delivery:
        """Deliver it."""
        sender = Sender(
            wire=self.wire,
            permission=Permission(methods=frozenset({"GET"}), pairs=frozenset({("POST", "/things")})),
            pacing=self.pacing,
            endpoint_of=lambda method, path: f"{method} {path.split('/')[1]}",
            hopeless=lambda _: self.hopeless,
            policy=self.policy,
            clock=self.time.clock,
            random=lambda: 1.0,
            tally=self.tally,
            observer=self.sent.append,
            lease=Lasting(self.left),
        )
        return asyncio.run(sender.send(request, repeat=repeat, writes=writes))


def test_what_everybody_is_told_of_each_attempt() -> None:
    """Endpoint, departure, status, headers; method, endpoint, status, seconds, number; reads and writes apart."""
    desk = Desk([BUSY, Lost("cut"), Garbled(200, {"h": "v"}, "not JSON"), OK])
    assert desk.send(GET) == Delivery(GET, OK, 4, in_doubt=True)
    assert desk.wire.asked == [GET] * 4
    departures = [0.0, 5.0, 8.0, 12.0]
    assert desk.pacing.told == [
        ("GET things", departures[0], 429, BUSY.headers),
        ("GET things", departures[2], 200, {"h": "v"}),
        ("GET things", departures[3], 200, OK.headers),
    ]
    assert desk.pacing.turns == ["GET things"] * 4
    statuses = [429, None, 200, 200]
    again = [departure - 2.0 - before for before, departure in pairwise(departures)]
    assert desk.sent == [
        Sent("GET", "things", status, 2.0, number, again_in=delay)
        for number, (status, delay) in enumerate(zip(statuses, [*again, None], strict=True), 1)
    ]
    assert (desk.tally.reads, desk.tally.writes) == (4, 0)
    desk = Desk([BUSY, OK])
    assert desk.send(POST, Repeat.HARMFUL, writes=True) == Delivery(POST, OK, 2, in_doubt=False)
    assert (desk.tally.reads, desk.tally.writes) == (0, 2)
    assert desk.pacing.told[0][0] == "POST things"
    assert desk.left == [1000.0] * 7


@pytest.mark.parametrize(
    ("outcomes", "repeat", "attempts", "in_doubt"),
    [
        ([BROKEN] * 5, Repeat.HARMLESS, 5, True),
        ([BROKEN], Repeat.HARMFUL, 1, False),
        ([Lost("x")], Repeat.HARMFUL, 1, False),
        ([NotSent("x"), NotSent("x"), OK], Repeat.HARMFUL, 3, False),
        ([NotSent("x", permanent=True)], Repeat.HARMLESS, 1, False),
        ([BUSY, BROKEN], Repeat.HARMFUL, 2, False),
    ],
)
def test_how_often_it_is_tried(outcomes: list[Outcome], repeat: Repeat, attempts: int, in_doubt: bool) -> None:
    """In doubt is an earlier attempt, never the last."""
    last = outcomes[-1]
    assert Desk([*outcomes]).send(POST, repeat) == Delivery(POST, last, attempts, in_doubt)


def test_what_is_not_permitted_is_not_sent() -> None:
    """By method and path, before anything else."""
    desk = Desk([OK])
    with pytest.raises(NotPermittedError):
        desk.send(Request("DELETE", "/things/7"))
    assert desk.wire.asked == []


def test_a_429_that_waiting_does_not_cure() -> None:
    """Is the answer at once."""
    desk = Desk([BUSY], hopeless=True)
    assert desk.send(GET) == Delivery(GET, BUSY, 1, in_doubt=False)
    assert desk.time.naps == []


@pytest.mark.parametrize(("deadline", "attempts"), [(4.9, 1), (5.0, 2), (9.9, 2), (10.0, 3)])
def test_no_attempt_begins_after_the_deadline(deadline: float, attempts: int) -> None:
    """Counted from the first departure: two seconds for the exchange, three that the answer asks for."""
    desk = Desk([BUSY, BUSY, OK], RetryPolicy(deadline=deadline))
    desk.time.elapsed = 100.0
    assert desk.send(GET).attempts == attempts


DENIED = "see who holds it with reconciler status, then type the same command again: it carries on"
SHORT = "POST /things was not sent: the lock on this account is sure for {} s only, and could not be renewed"


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (60.0, SHORT.format(60)),
        (1.4, SHORT.format(1)),
        (0.6, SHORT.format(1)),
        (0.0, "POST /things was not sent: the lock on this account was lost"),
        (-1.0, "POST /things was not sent: the lock on this account was lost"),
    ],
)
def test_what_is_said_when_the_lease_is_too_short(left: float, told: str) -> None:
    """How long it is still sure, or that it is lost; and how to go on. Nothing is sent, and nothing counted."""
    desk = Desk([], left=[left])
    with pytest.raises(LockLost) as caught:
        desk.send(POST, writes=True)
    assert (caught.value.summary, caught.value.hint) == (told, DENIED)
    assert (desk.wire.asked, desk.tally.writes, desk.sent) == ([], 0, [])


def test_a_lease_that_ends_between_two_attempts() -> None:
    """A doubt is told; where there is none, that the lock is lost."""
    for first in (Lost("x"), BROKEN, Garbled(200, {}, "x")):
        assert Desk([first], left=[60.1, 60.0]).send(POST, writes=True) == Delivery(POST, first, 1, in_doubt=False)
    assert Desk([Lost("x"), BUSY], left=[61, 61, 0]).send(POST, writes=True) == Delivery(POST, BUSY, 2, in_doubt=True)
    with pytest.raises(LockLost):
        Desk([BUSY], left=[61, 60]).send(POST, writes=True)
    assert Desk([BUSY, OK], left=[]).send(GET).attempts == 2


def test_the_table_of_retries() -> None:
    """Row by row: whether to repeat what is harmless, what is harmful, and whether it may have been carried out."""
    rows: list[tuple[Outcome, bool, bool, bool]] = [
        (OK, False, False, False),
        (BUSY, True, True, False),
        (Answer(408, {}, None), True, False, True),
        (Answer(499, {}, None), False, False, False),
        (Answer(500, {}, None), True, False, True),
        (BROKEN, True, False, True),
        (Answer(302, {}, None), False, False, False),
        (Answer(422, {}, None), False, False, False),
        (Garbled(200, {}, "x"), True, False, True),
        (Lost("x"), True, False, True),
        (NotSent("x"), True, True, False),
        (NotSent("x", permanent=True), False, False, False),
    ]
    for outcome, harmless, harmful, doubtful in rows:
        assert may_repeat(outcome, Repeat.HARMLESS, hopeless=lambda _: False) is harmless
        assert may_repeat(outcome, Repeat.HARMFUL, hopeless=lambda _: False) is harmful
        assert is_doubtful(outcome) is doubtful
    assert may_repeat(BUSY, Repeat.HARMLESS, hopeless=lambda answer: answer is BUSY) is False


@pytest.mark.parametrize(
    ("outcome", "attempt", "seconds"),
    [(BUSY, 1, 3.0), (Lost("x"), 1, 0.25), (Lost("x"), 2, 0.5), (BROKEN, 4, 2.0), (BROKEN, 5, 4.0), (BROKEN, 9, 4.0)],
)
def test_how_long_it_waits(outcome: Outcome, attempt: int, seconds: float) -> None:
    """As long as the answer asks; else up to a ceiling that doubles from half a second to eight."""
    policy = RetryPolicy()
    assert (policy.attempts, policy.deadline, policy.first_delay, policy.longest_delay) == (5, 120.0, 0.5, 8.0)
    assert delay_before_next(outcome, attempt, policy, epoch=0.0, random=lambda: 0.5) == seconds
