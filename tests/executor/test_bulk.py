"""Many numbers by one job: each change has an outcome of its own, whatever becomes of the job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from reconciler.errors import Invalid, LedgerError, LockLost, OutcomeUnknown
from reconciler.model.events import Applied, Failed, Report, Settling, Stopped
from reconciler.model.ledger import Recorded
from reconciler.model.observed import Listing, World
from reconciler.model.plan import FieldDiff, Update
from reconciler.model.session import Query, WriteSession
from reconciler.resources import kinds as real_kinds
from reconciler.resources.phone_number_messaging import BulkAssignment

from .doubles import MemoryJournal, VirtualTime
from .stage import Stage, perform

NUMBER, NUMBERS = "PhoneNumberMessaging", "phone_numbers"
NEW = "40017a3c-0000-4000-8000-00000000000b"
JOBS = "/messaging_numbers_bulk_updates"
FIVE = [f"+1555010000{n}" for n in range(1, 6)]
MUTE = FIVE[2]
SEED: dict[str, Any] = {
    "messaging_profiles": [{"id": NEW, "name": "New", "whitelisted_destinations": ["US"]}],
    NUMBERS: [
        {"id": str(at), "phone_number": number, "tags": ["portal"], "messaging_product": "P2P"}
        for at, number in enumerate(FIVE, 1)
    ],
}
ONE_MUTE = {
    **SEED,
    NUMBERS: [
        row | ({"features": {"sms": None, "mms": None}} if at == 2 else {}) for at, row in enumerate(SEED[NUMBERS])
    ],
}
OTHERS = {"tags": ["portal"], "messaging_product": "P2P"}


async def assign(stage: Stage, *, world: World | None = None, seen: World | None = None, **tags: list[str]) -> Report:
    """Move all five numbers to the new profile; ``tags`` of some of them, by name, that no diff tells.

    ``seen`` is the run's own look, where that is another one than the plan's.
    """
    world = world or await stage.look(Listing(NUMBER))
    diffs = (FieldDiff(path=("messaging_profile",), before=None, after=NEW),)
    changes: list[Update] = []
    for at, number in enumerate(FIVE, 1):
        more = {"tags": tags[f"n{at}"]} if f"n{at}" in tags else {}
        wanted = stage.want(NUMBER, f"n{at}", {"phone_number": number, "messaging_profile": {"id": NEW}, **more})
        changes.append(stage.update(wanted, world, str(at), diffs=diffs))
    return await stage.apply(*changes, world=seen or world)


def profiles(stage: Stage) -> list[str | None]:
    """The profile of each number, and that nothing else of it changed."""
    rows = stage.state(NUMBERS)
    assert [{name: row[name] for name in OTHERS} for row in rows] == [OTHERS] * len(rows)
    return [row["messaging_profile_id"] for row in rows]


def play(scene: Callable[[Stage], Awaitable[None]], **sandbox: Any) -> None:
    """The scene in an account with five numbers that are on no profile."""
    perform(scene, **{"seed": SEED, **sandbox})


def all_applied(report: Report) -> bool:
    """Whether every change is done."""
    return all(isinstance(outcome, Applied) for outcome in report.outcomes)


def test_one_request_for_all_and_a_line_for_each() -> None:
    """Nothing but the assignment is asked for, and what is recorded is what the numbers show afterwards."""

    async def scene(stage: Stage) -> None:
        report = await assign(stage)
        assert all_applied(report)
        assert stage.bodies("POST") == [{"messaging_profile_id": NEW, "numbers": FIVE, "assign_only": True}]
        assert stage.requests("PATCH") == []
        assert profiles(stage) == [NEW] * 5
        recorded = [line.entry for line in stage.journal.lines if isinstance(line, Recorded)]
        assert sorted(entry.address.name for entry in recorded) == ["n1", "n2", "n3", "n4", "n5"]
        assert {entry.answered["messaging_profile"] for entry in recorded} == {NEW}
        reads = [path.split("/")[1] for path in stage.requests("GET")]
        assert reads == [
            "phone_numbers",
            "messaging_numbers_bulk_updates",
            "messaging_numbers_bulk_updates",
            "phone_numbers",
        ]

    play(scene)


@pytest.mark.parametrize("polls", [0, 1, 2, 5])
def test_however_long_the_job_takes(polls: int) -> None:
    """It is waited for as long as it moves."""

    async def scene(stage: Stage) -> None:
        stage.settle_seconds = 0.5
        assert all_applied(await assign(stage))
        assert stage.requests("PATCH") == []
        assert len([path for path in stage.requests("GET") if path.startswith(JOBS)]) == polls

    play(scene, quirks=[f"bulk-polls={polls}"])


def test_a_number_that_the_job_cannot_assign_says_why_by_itself() -> None:
    """The job gives no reasons; the number's own PATCH does. The others are done."""

    async def scene(stage: Stage) -> None:
        outcomes = (await assign(stage)).outcomes
        assert [type(outcome) for outcome in outcomes] == [Applied, Applied, Failed, Applied, Applied]
        failed = outcomes[2]
        assert isinstance(failed, Failed)
        assert isinstance(failed.error, Invalid)
        assert [problem.code for problem in failed.error.problems] == ["40100"]
        assert not failed.written
        assert stage.requests("PATCH") == ["/phone_numbers/3/messaging"]

    play(scene, seed=ONE_MUTE)


@pytest.mark.parametrize("status", [403, 422])
def test_a_job_that_is_refused_leaves_everything_to_itself(status: int) -> None:
    """One number may be the reason, or the account has no such endpoint: each learns its own."""

    async def scene(stage: Stage) -> None:
        assert all_applied(await assign(stage))
        assert (len(stage.requests("POST")), len(stage.requests("PATCH"))) == (1, 5)
        assert profiles(stage) == [NEW] * 5
        assert stage.time.now == 0.0, "nothing to wait for"

    play(scene, faults=[f"POST {JOBS} 1 status-before={status}"])


@pytest.mark.parametrize(
    ("effect", "committed"),
    [
        ("drop-before", False),
        ("drop-after", False),
        ("drop-after", True),
        ("status-after=500", True),
        ("truncate", True),
        ("broken-json", True),
    ],
)
def test_a_job_whose_answer_is_lost_is_never_sent_again(effect: str, committed: bool) -> None:
    """The numbers tell what came of it; those that are not as wanted are sent alone.

    A job that nobody polls is never carried out here.
    """

    async def scene(stage: Stage) -> None:
        assert all_applied(await assign(stage))
        assert (len(stage.requests("POST")), len(stage.requests("PATCH"))) == (1, 0 if committed else 5)
        assert profiles(stage) == [NEW] * 5
        assert stage.time.now == pytest.approx(0.0 if committed else 10.0)
        settling = [event for event in stage.events if isinstance(event, Settling)]
        assert [len(event.addresses) for event in settling] == [5]

    play(scene, faults=[f"POST {JOBS} 1 {effect}"], quirks=["bulk-polls=0"] if committed else [])


def test_a_job_that_is_turned_away_is_sent_again() -> None:
    """429 is no doubt: nothing was begun."""

    async def scene(stage: Stage) -> None:
        assert all_applied(await assign(stage))
        assert (len(stage.requests("POST")), len(stage.requests("PATCH"))) == (2, 0)

    play(scene, faults=[f"POST {JOBS} 1 rate-limit=0.01"])


@pytest.mark.parametrize("effect", ["status-before=404", "drop-before"])
def test_a_job_that_cannot_be_looked_at(effect: str) -> None:
    """The numbers tell what it did before that; the others are sent alone."""

    async def scene(stage: Stage) -> None:
        assert all_applied(await assign(stage))
        assert (len(stage.requests("POST")), len(stage.requests("PATCH"))) == (1, 2)
        assert profiles(stage) == [NEW] * 5

    play(scene, faults=[f"GET {JOBS}/* 2- {effect}"])


def test_numbers_that_cannot_be_read_just_now_are_read_later() -> None:
    """One look that fails costs no more than a wait."""

    async def scene(stage: Stage) -> None:
        world = await stage.look(Listing(NUMBER))
        stage.faults("GET /phone_numbers/messaging 1 status-before=404")
        assert all_applied(await assign(stage, world=world))
        assert stage.requests("PATCH") == []

    play(scene)


def test_numbers_that_cannot_be_read_again_are_sent_alone() -> None:
    """Their own answers are what is recorded then."""

    async def scene(stage: Stage) -> None:
        world = await stage.look(Listing(NUMBER))
        stage.faults("GET /phone_numbers/messaging * status-before=500")
        assert all_applied(await assign(stage, world=world))
        assert len(stage.requests("PATCH")) == 5
        assert len(stage.ledger.entries) == 5

    play(scene)


@pytest.mark.parametrize(("lag", "patches"), [(3, 0), (60, 5)])
def test_a_list_that_lags_is_waited_for(lag: int, patches: int) -> None:
    """For the settling time; then the numbers are sent alone, which does no harm."""

    async def scene(stage: Stage) -> None:
        stage.time.now += 3600  # the seed is older than any lag
        world = await stage.look(Listing(NUMBER))
        before = stage.time.now
        assert all_applied(await assign(stage, world=world))
        assert len(stage.requests("PATCH")) == patches
        assert profiles(stage) == [NEW] * 5
        assert stage.time.now - before >= min(lag, 10)

    play(scene, quirks=[f"lag={lag}", "bulk-polls=0"])


@pytest.mark.parametrize("resets", [True, False])
def test_nothing_but_the_assignment_changes(resets: bool) -> None:
    """Whatever a job that was not told so would reset; a tag that somebody adds meanwhile stays, too (promise 5)."""

    async def scene(stage: Stage) -> None:
        world = await stage.look(Listing(NUMBER))
        stage.edit(NUMBERS, "1", tags=["portal", "new"])
        assert all_applied(await assign(stage, world=world))
        first, *others = stage.state(NUMBERS)
        assert first["tags"] == ["portal", "new"]
        assert [{name: row[name] for name in OTHERS} for row in others] == [OTHERS] * 4

    play(scene, quirks=["bulk-resets"] if resets else [])


def test_what_comes_to_more_than_a_profile_goes_alone() -> None:
    """Decided by the body that the number's own PATCH would have, not by what the plan shows."""

    async def scene(stage: Stage) -> None:
        assert all_applied(await assign(stage, n5=["ours"]))
        assert stage.bodies("POST")[0]["numbers"] == FIVE[:4]
        assert stage.bodies("PATCH") == [{"messaging_profile_id": NEW, "tags": ["ours"]}]

    play(scene)


def test_too_few_that_are_left_go_alone() -> None:
    """Three are not worth a job."""

    async def scene(stage: Stage) -> None:
        assert all_applied(await assign(stage, n4=["ours"], n5=["ours"]))
        assert (stage.requests("POST"), len(stage.requests("PATCH"))) == ([], 5)

    play(scene)


def test_a_number_that_cannot_be_read_first_goes_alone() -> None:
    """The run's look did not see it; the next try does."""

    async def scene(stage: Stage) -> None:
        world = await stage.look(Listing(NUMBER))
        four = {remote_id: row for remote_id, row in world.objects[NUMBER].items() if remote_id != "5"}
        report = await assign(stage, world=world, seen=replace(world, objects={NUMBER: four}))
        assert all_applied(report)
        assert stage.bodies("POST")[0]["numbers"] == FIVE[:4]
        assert stage.requests("PATCH") == ["/phone_numbers/5/messaging"]

    play(scene, faults=["GET /phone_numbers/5/messaging 1 status-before=404"])


class StoppingTime(VirtualTime):
    """Time in which the run is told to stop during the sleep of this number."""

    def __init__(self, stage: Stage, sleep: int) -> None:
        super().__init__()
        self._stop, self._left = stage.stop, sleep

    async def sleep(self, seconds: float) -> None:
        """Pass ``seconds``, or be told to stop."""
        self._left -= 1
        if self._left == 0:
            self._stop.set()
        await super().sleep(seconds)


def test_told_to_stop_while_a_job_is_pending() -> None:
    """Nobody waits, nothing is sent; what is done is recorded, what may yet be done is in doubt."""

    async def scene(stage: Stage) -> None:
        stage.time = StoppingTime(stage, 3)
        report = await assign(stage)
        assert report.interrupted
        done, doubtful = report.outcomes[:2], report.outcomes[2:]
        assert all(isinstance(outcome, Applied) for outcome in done)
        for outcome in doubtful:
            assert isinstance(outcome, Failed)
            assert isinstance(outcome.error, OutcomeUnknown)
            assert outcome.written
        assert stage.requests("PATCH") == []
        assert len([path for path in stage.requests("GET") if path.startswith(JOBS)]) == 2
        assert {address.name for address in stage.ledger.entries} == {"n1", "n2"}

    play(scene, quirks=["bulk-polls=5"])


def test_told_to_stop_before_a_failed_number_goes_alone() -> None:
    """It was certainly not assigned, so it was stopped."""

    async def scene(stage: Stage) -> None:
        stage.time = StoppingTime(stage, 4)
        report = await assign(stage)
        assert [type(outcome) for outcome in report.outcomes] == [Applied, Applied, Stopped, Failed, Failed]
        assert stage.requests("PATCH") == []

    play(scene, seed=ONE_MUTE, quirks=["bulk-polls=5"])


def test_told_to_stop_while_a_lost_job_is_looked_for() -> None:
    """All of it is in doubt."""

    async def scene(stage: Stage) -> None:
        stage.time = StoppingTime(stage, 1)
        report = await assign(stage)
        assert [isinstance(outcome, Failed) and outcome.written for outcome in report.outcomes] == [True] * 5
        assert stage.requests("PATCH") == []

    play(scene, faults=[f"POST {JOBS} 1 drop-before"])


def test_without_a_lock_nothing_is_sent() -> None:
    """Not the job, and not its numbers."""

    async def scene(stage: Stage) -> None:
        world = await stage.look(Listing(NUMBER))
        stage.lease.left = lambda: 0.0
        report = await assign(stage, world=world)
        assert stage.requests("POST") + stage.requests("PATCH") == []
        failed = [outcome for outcome in report.outcomes if isinstance(outcome, Failed)]
        assert failed
        assert {type(outcome.error) for outcome in failed} == {LockLost}
        assert not report.written

    play(scene)


def test_a_journal_that_fails_halts_the_run_and_loses_no_outcome() -> None:
    """What was assigned says so, although it is not recorded."""

    async def scene(stage: Stage) -> None:
        stage.journal = MemoryJournal(lambda line: isinstance(line, Recorded) and line.entry.address.name == "n2")
        report = await assign(stage)
        assert [type(outcome) for outcome in report.outcomes] == [Applied, Failed, Stopped, Applied, Applied]
        failed = report.outcomes[1]
        assert isinstance(failed, Failed)
        assert isinstance(failed.error, LedgerError)
        assert failed.written
        assert stage.requests("PATCH") == []

    play(scene, seed=ONE_MUTE)


class Answering:
    """A session whose answers to GETs of a job are these."""

    def __init__(self, session: WriteSession, job: Mapping[str, Any]) -> None:
        self._session = session
        self._job = job

    def __getattr__(self, name: str) -> Any:
        """Everything else is the session's."""
        return getattr(self._session, name)

    async def get(self, path: str, query: Query | None = None) -> Any:
        """The job, or what the session answers."""
        return {"data": self._job} if path.startswith(JOBS) else await self._session.get(path, query)


@pytest.mark.parametrize(
    ("reason", "job", "seconds"),
    [
        ("it never ends", {"pending": FIVE}, 10.0),
        ("it ends, and says that all is done, which is not so", {"pending": [], "success": FIVE}, 10.25),
        ("it ends, and says nothing", {}, 10.25),
        ("it makes no sense", {"pending": [{"number": 1}]}, 0.25),
        ("it makes no sense at all", {"pending": 5}, 0.25),
    ],
)
def test_a_job_that_does_nothing_is_given_up(reason: str, job: dict[str, Any], seconds: float) -> None:
    """After the settling time; then each number goes alone."""

    async def scene(stage: Stage) -> None:
        writing: Any = Answering(stage.sessions.writing, job)
        stage.sessions = replace(stage.sessions, writing=writing)
        assert all_applied(await assign(stage)), reason
        assert (len(stage.requests("POST")), len(stage.requests("PATCH"))) == (1, 5)
        assert stage.time.now == pytest.approx(seconds)

    play(scene)


def test_a_defect_in_a_kind_loses_nothing() -> None:
    """Whatever its jobs raise, each number goes alone."""

    class Broken(BulkAssignment):
        def member(self, attributes: Mapping[str, Any]) -> str:
            raise ZeroDivisionError(attributes)

    async def scene(stage: Stage) -> None:
        assert all_applied(await assign(stage))
        assert len(stage.requests("PATCH")) == 5

    kinds = dict(real_kinds())
    play(scene, kinds=kinds | {NUMBER: replace(kinds[NUMBER], bulk=Broken())})
