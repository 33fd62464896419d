"""The loop: attempts, waits, deadlines and doubts, over real sockets and a clock that does not wait."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import formatdate

import pytest

from reconciler.errors import LockLost
from reconciler.model.ledger import Lease, Unending
from reconciler.model.sent import Sent
from reconciler.transport.base_url import check_base_url
from reconciler.transport.key import ApiKey
from reconciler.transport.outcome import Answer, Lost, Request
from reconciler.transport.pacing import Pacing
from reconciler.transport.permission import NotPermittedError, Permission
from reconciler.transport.retry import Repeat, RetryPolicy
from reconciler.transport.sender import Delivery, Sender
from reconciler.transport.tally import Tally
from reconciler.transport.wire import Timeouts, open_wire

from .scripted import DROP, EPOCH, Scene, VirtualClock, answer, playing

FINE = answer(200, {"data": 1})


@dataclass
class Played:
    """What one delivery looked like from all sides."""

    delivery: Delivery
    requests: int
    naps: list[float]
    pacing: Pacing
    sent: list[Sent] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


def _play(
    scenes: Sequence[Scene],
    repeat: Repeat = Repeat.HARMLESS,
    policy: RetryPolicy | None = None,
    request: Request | None = None,
    lease: Lease | None = None,
) -> Played:
    time = VirtualClock()
    sent: list[Sent] = []
    tally = Tally()
    permission = Permission(methods=frozenset({"GET", "POST"}))
    pacing = Pacing(rate=1e6, concurrency=2, clock=time.clock)

    async def go() -> Played:
        async with (
            playing(scenes) as server,
            open_wire(
                check_base_url(server.url, variable="V"),
                key=ApiKey("KEY1", variable="K"),
                permission=permission,
                timeouts=Timeouts(),
                concurrency=2,
            ) as wire,
        ):
            sender = Sender(
                wire=wire,
                permission=permission,
                pacing=pacing,
                endpoint_of=lambda method, path: f"{method} {path}",
                hopeless=lambda answer: answer.body == "hopeless",
                policy=policy or RetryPolicy(),
                clock=time.clock,
                random=lambda: 1.0,
                tally=tally,
                observer=sent.append,
                lease=lease or Unending(),
            )
            delivery = await sender.send(
                request or Request("GET", "/x"), repeat=repeat, writes=lease is not None or repeat is Repeat.HARMFUL
            )
            naps = [nap for nap in time.naps if nap > 1e-3]  # without the pace's
            return Played(delivery, len(server.heads), naps, pacing, sent, tally)

    return asyncio.run(go())


@pytest.mark.parametrize(
    ("scenes", "repeat", "requests", "in_doubt", "reason"),
    [
        ([FINE], Repeat.HARMLESS, 1, False, "done at once"),
        ([answer(503), FINE], Repeat.HARMLESS, 2, True, "5xx, again"),
        ([DROP, FINE], Repeat.HARMLESS, 2, True, "lost, again"),
        ([answer(200, text="{"), FINE], Repeat.HARMLESS, 2, True, "unreadable, again"),
        ([answer(429), FINE], Repeat.HARMLESS, 2, False, "turned away, again"),
        ([answer(429), DROP, answer(429), FINE], Repeat.HARMLESS, 4, True, "doubt stays"),
        ([answer(503)] * 9, Repeat.HARMLESS, 5, True, "five attempts"),
        ([answer(429, "hopeless")], Repeat.HARMLESS, 1, False, "waiting does not help"),
        ([answer(404)], Repeat.HARMLESS, 1, False, "refused"),
        ([answer(429), FINE], Repeat.HARMFUL, 2, False, "turned away, again"),
        ([answer(429)] * 9, Repeat.HARMFUL, 5, False, "five attempts"),
        ([answer(429, "hopeless")], Repeat.HARMFUL, 1, False, "waiting does not help"),
        ([answer(503), FINE], Repeat.HARMFUL, 1, False, "not twice"),
        ([answer(408), FINE], Repeat.HARMFUL, 1, False, "not twice"),
        ([DROP, FINE], Repeat.HARMFUL, 1, False, "not twice"),
        ([answer(200, text="{"), FINE], Repeat.HARMFUL, 1, False, "not twice"),
    ],
)
def test_attempts_and_doubts(
    *, scenes: list[Scene], repeat: Repeat, requests: int, in_doubt: bool, reason: str
) -> None:
    """Counted where they arrive."""
    played = _play(scenes, repeat)
    assert (played.requests, played.delivery.attempts) == (requests, requests), reason
    assert played.delivery.in_doubt is in_doubt, reason


def test_waits_double_and_obey_the_answer() -> None:
    """Full jitter at its upper end; ``Retry-After`` instead where it is given."""
    scenes = [answer(503), answer(503), answer(503, retry_after="17"), answer(503), FINE]
    assert _play(scenes).naps == pytest.approx([0.5, 1.0, 17.0, 4.0])


def test_no_attempt_begins_after_the_deadline() -> None:
    """Counted from the first departure."""
    scenes = [answer(503, retry_after="60")] * 9
    assert _play(scenes, policy=RetryPolicy(deadline=100)).requests == 2
    assert _play(scenes, policy=RetryPolicy(deadline=130)).requests == 3


def test_a_date_to_wait_for_is_counted_from_now() -> None:
    """``Retry-After`` may be one; the clock's own epoch says how far away it is."""
    assert _play([answer(503, retry_after=formatdate(EPOCH + 9, usegmt=True)), FINE]).naps == pytest.approx(
        [9.0], abs=1
    )


def test_a_429_slows_its_own_endpoint_down_and_no_other() -> None:
    """The rate is limited per method and path."""
    rates = _play([answer(429), FINE]).pacing
    assert rates.rate("GET /x") < rates.rate("POST /x") == rates.rate("GET /y")


def test_every_attempt_is_observed_and_counted() -> None:
    """Repeated attempts count: they are what the rate limit sees."""
    played = _play([DROP, answer(503), FINE])
    assert [(s.method, s.path, s.status, s.attempt) for s in played.sent] == [
        ("GET", "/x", None, 1),
        ("GET", "/x", 503, 2),
        ("GET", "/x", 200, 3),
    ]
    assert [s.again_in for s in played.sent] == [0.5, 1.0, None], "the last is the last"
    assert played.tally == Tally(reads=3, writes=0, endpoints=Counter({"GET /x": 3}))
    posted = _play([answer(429), FINE], Repeat.HARMFUL).tally
    assert posted == Tally(reads=0, writes=2, endpoints=Counter({"GET /x": 2}))
    assert all(0 <= attempt.seconds < 1 for attempt in played.sent), "each one's own length, waits left out"
    assert played.delivery.request == Request("GET", "/x")


def test_observers_hear_the_names_of_a_query_and_no_value() -> None:
    """A filter holds names and numbers of customers."""
    played = _play([FINE], request=Request("GET", "/x", query={"filter[name]": "Jane Doe", "page[size]": 250}))
    assert played.sent[0].parameters == ("filter[name]", "page[size]")
    assert "Jane" not in repr(played.sent)


def test_the_last_outcome_is_the_one_told() -> None:
    """Whatever came before."""
    assert isinstance(_play([answer(503)] * 4 + [DROP]).delivery.outcome, Lost)
    outcome = _play([DROP, answer(404)]).delivery.outcome
    assert isinstance(outcome, Answer)
    assert outcome.status == 404


@pytest.mark.parametrize("request_", [Request("DELETE", "/x"), Request("GET", "/x/../y"), Request("GET", "//evil")])
def test_nothing_unpermitted_is_paced_counted_or_sent(request_: Request) -> None:
    """Refused before anything else."""
    with pytest.raises((NotPermittedError, ValueError)):
        _play([FINE], request=request_)


class Ending:
    """A lease that is long for so many questions."""

    def __init__(self, questions: int) -> None:
        self.questions = questions

    def remaining(self) -> float:
        """Longer than a request, then as long as one."""
        self.questions -= 1
        return 61.0 if self.questions >= 0 else 60.0


@pytest.mark.parametrize(
    ("scenes", "questions", "reason"),
    [([FINE], 0, "not sent at all"), ([answer(429), FINE], 1, "turned away: certainly not carried out")],
)
def test_nothing_is_sent_beyond_the_lease(scenes: list[Scene], questions: int, reason: str) -> None:
    """An attempt may take 60 s; one that could outlive the lease is not made."""
    with pytest.raises(LockLost, match="was not sent"):
        _play(scenes, lease=Ending(questions))


def test_an_attempt_in_doubt_is_the_answer_when_the_lease_ends() -> None:
    """That it may have been carried out is what the caller must know."""
    played = _play([DROP, answer(429), FINE], lease=Ending(2))
    assert (played.requests, played.delivery.attempts) == (2, 2)
    assert played.delivery.in_doubt
    played = _play([DROP, FINE], lease=Ending(1))
    assert isinstance(played.delivery.outcome, Lost)
