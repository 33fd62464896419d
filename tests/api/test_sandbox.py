"""The sessions against the emulator: journeys, faults and the rate limit."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from typing import Any

import pytest

from reconciler.api import ApiKey, Clock, Sent, Sessions, Target, Timeouts, connect, connect_for_writing
from reconciler.errors import Invalid, NotFound, OutcomeUnknown, Unauthorised, UsageError
from reconciler.sandbox.app import create_app
from reconciler.sandbox.server import running

from .connecting import SECRET, VARIABLE, converse

PROFILE = {"name": "Marketing", "whitelisted_destinations": ["US"]}


async def _journey(sessions: Sessions) -> list[str]:
    reading, writing = sessions.reading, sessions.writing
    made = (await writing.post("/messaging_profiles", PROFILE))["data"]
    path = f"/messaging_profiles/{made['id']}"
    await writing.patch(path, {"name": "Support"})
    body = {"op": "stop", "keywords": ["STOP"], "country_code": "US", "resp_text": "You will hear no more of us."}
    row = (await writing.post(f"{path}/autoresp_configs", body))["data"]
    await writing.put(f"{path}/autoresp_configs/{row['id']}", {**body, "keywords": ["STOP", "QUIT"]})
    assert await writing.delete(f"{path}/autoresp_configs/{row['id']}") == "OK"
    names = [profile["name"] for profile in (await reading.get("/messaging_profiles"))["data"]]
    await writing.delete(path)
    with pytest.raises(NotFound):
        await reading.get(path)
    with pytest.raises(NotFound):
        await writing.delete(path)
    with pytest.raises(Invalid) as caught:
        await writing.post("/messaging_profiles", {"whitelisted_destinations": ["US"]})
    assert caught.value.problems[0].pointer == "/name"
    assert (reading.requests.reads, reading.requests.writes) == (2, 8)
    assert reading.requests is writing.requests
    return names


def test_a_journey_over_a_socket_and_in_the_process() -> None:
    """Both ways give the same answers."""
    with running(create_app()) as url:
        assert converse(url, _journey) == ["Support"]
    assert converse(create_app(), _journey) == ["Support"]


FAULTS = ["drop-before", "drop-after", "truncate", "broken-json", "status-before=503", "status-after=500", "html=502"]


@pytest.mark.parametrize("fault", [*FAULTS, "rate-limit=1"])
@pytest.mark.parametrize("way", ["socket", "process"])
def test_reads_and_repeatable_writes_survive_one_fault(fault: str, way: str) -> None:
    """PATCH and DELETE too, and a DELETE that was carried out without an answer."""

    async def talk(sessions: Sessions) -> None:
        made = (await sessions.writing.post("/messaging_profiles", PROFILE))["data"]
        path = f"/messaging_profiles/{made['id']}"
        assert (await sessions.reading.get(path))["data"]["name"] == "Marketing"
        assert (await sessions.writing.patch(path, {"name": "Support"}))["data"]["name"] == "Support"
        await sessions.writing.delete(path)
        assert (await sessions.reading.get("/messaging_profiles"))["data"] == []

    faults = [f"{method} /messaging_profiles/* 1 {fault}" for method in ("GET", "PATCH", "DELETE")]
    sandbox = create_app(faults=[*faults, f"GET /messaging_profiles 1 {fault}"])
    if way == "process":
        converse(sandbox, talk)
        return
    with running(sandbox) as url:
        converse(url, talk)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_create_is_never_sent_twice(fault: str) -> None:
    """Its outcome is unknown, and the log shows one POST."""
    sandbox = create_app(faults=[f"POST /messaging_profiles 1 {fault}"])
    with running(sandbox) as url, pytest.raises(OutcomeUnknown):
        converse(url, lambda sessions: sessions.writing.post("/messaging_profiles", PROFILE))
    assert [entry.method for entry in sandbox.world.log] == ["POST"]


def test_a_create_that_was_turned_away_is_sent_again() -> None:
    """429 without 40333: nothing was done."""
    with running(create_app(faults=["POST /messaging_profiles 1-2 rate-limit=3"])) as url:
        made = converse(url, lambda sessions: sessions.writing.post("/messaging_profiles", PROFILE))
    assert made["data"]["name"] == "Marketing"


def test_an_answer_that_never_comes_is_lost() -> None:
    """The timeout is the caller's to choose."""

    async def go(url: str) -> None:
        account = Target(destination=url, key=ApiKey(SECRET, variable=VARIABLE), timeouts=Timeouts(read=0.1), rate=1000)
        async with connect_for_writing(account) as sessions:
            with pytest.raises(OutcomeUnknown, match="too long"):
                await sessions.writing.post("/messaging_profiles", PROFILE)
            assert len((await sessions.reading.get("/messaging_profiles"))["data"]) == 1

    with running(create_app(faults=["POST * 1 hold-after"])) as url:
        asyncio.run(go(url))


def test_a_wrong_key_names_its_variable() -> None:
    """The user's next step."""
    with running(create_app()) as url, pytest.raises(Unauthorised) as caught:
        converse(url, lambda sessions: sessions.reading.get("/messaging_profiles"), key="nope")
    assert VARIABLE in caught.value.hint


def test_a_bad_base_url_names_its_variable() -> None:
    """Before anything is sent."""

    async def go() -> None:
        account = Target(
            destination="http://api.telnyx.com/v2",
            key=ApiKey(SECRET, variable=VARIABLE),
            base_url_variable="ACME_URL",
        )
        with pytest.raises(UsageError, match="ACME_URL"):
            async with connect(account):
                pass

    asyncio.run(go())


class Timeline:
    """A clock for several sleepers: time moves to the earliest alarm once nobody has anything else to do."""

    def __init__(self) -> None:
        self.moment = 1_800_000_000.0
        self._alarms: list[tuple[float, int, asyncio.Event]] = []
        self._order = itertools.count()

    def now(self) -> float:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        alarm = asyncio.Event()
        heapq.heappush(self._alarms, (self.moment + seconds, next(self._order), alarm))
        await alarm.wait()

    async def run(self) -> None:
        """Let everything else settle, then ring."""
        while True:
            for _ in range(200):
                await asyncio.sleep(0)
            if self._alarms:
                self.moment, _, alarm = heapq.heappop(self._alarms)
                alarm.set()

    @property
    def clock(self) -> Clock:
        return Clock(now=self.now, epoch=self.now, sleep=self.sleep)


def _burst(count: int, *, rps: float, rate: float | None) -> tuple[list[Sent], float]:
    """Read one endpoint ``count`` times at once; the sandbox runs on the same clock. Answers the duration."""
    time = Timeline()
    began = time.now()
    sent: list[Sent] = []
    sandbox: Any = create_app(rps=rps, clock=time.now)

    async def go() -> None:
        account = Target(
            destination=sandbox,
            key=ApiKey(SECRET, variable=VARIABLE),
            rate=rate,
            clock=time.clock,
            random=lambda: 0.5,
            observer=sent.append,
        )
        running_clock = asyncio.create_task(time.run())
        async with connect(account) as session:
            await asyncio.gather(*(session.get("/messaging_profiles") for _ in range(count)))
        running_clock.cancel()

    asyncio.run(go())
    return sent, time.now() - began


def test_a_hundred_requests_at_the_default_rate_draw_no_429() -> None:
    """Against a strict sliding window of 10/s; 99 intervals of 1/9.5 s."""
    sent, seconds = _burst(100, rps=10, rate=None)
    assert [attempt.status for attempt in sent] == [200] * 100
    assert seconds == pytest.approx(99 / 9.5, rel=0.01)


@pytest.mark.parametrize("rps", [1, 2, 5])
def test_a_lower_limit_is_learnt_from_headers(rps: int) -> None:
    """At most a few 429s, and never a failure."""
    sent, seconds = _burst(40, rps=rps, rate=None)
    assert sum(attempt.status == 200 for attempt in sent) == 40
    assert sum(attempt.status == 429 for attempt in sent) <= 2
    assert seconds < 1.5 * 40 / rps


def test_a_rate_too_high_for_the_account_is_corrected() -> None:
    """A user's ``rate:`` is a ceiling, not an order to be refused."""
    sent, seconds = _burst(100, rps=10, rate=50)
    assert sum(attempt.status == 200 for attempt in sent) == 100
    assert sum(attempt.status == 429 for attempt in sent) <= 10
    assert seconds < 15


def test_a_higher_limit_is_used() -> None:
    """Headers raise the pace step by step."""
    sent, seconds = _burst(200, rps=50, rate=None)
    assert [attempt.status for attempt in sent] == [200] * 200
    assert seconds < 200 / 9.5 / 2
