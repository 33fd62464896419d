"""One outcome for every change, whatever fails, and the ledger is never behind the account."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import pytest

from reconciler.adapters.rest import RestAdapter
from reconciler.errors import LedgerError, OutcomeUnknown
from reconciler.model.address import Address
from reconciler.model.events import Applied, Blocked, Failed, Stopped
from reconciler.model.kind import Json
from reconciler.model.ledger import Intended, Line, Recorded, Settled
from reconciler.model.session import WriteSession
from reconciler.resources import kinds as real_kinds

from .doubles import MemoryJournal
from .stage import PROFILE, RESPONSE, Stage, perform
from .wishes import create, profile_spec, response_spec

PROFILES = "messaging_profiles"


def test_a_failure_blocks_its_dependants_only() -> None:
    """The refused profile takes its auto-response along, and nothing else."""

    async def scene(stage: Stage) -> None:
        stage.faults("POST /messaging_profiles 1 status-before=422")
        changes = [
            create(stage.want(PROFILE, "a", profile_spec("A"))),
            create(stage.want(RESPONSE, "of-a", response_spec("a", "STOP"))),
            create(stage.want(PROFILE, "b", profile_spec("B"))),
            create(stage.want(RESPONSE, "of-b", response_spec("b", "STOP"))),
        ]
        report = await stage.apply(*changes, concurrency=1)
        assert [outcome.change for outcome in report.outcomes] == changes
        assert [type(outcome) for outcome in report.outcomes] == [Failed, Blocked, Applied, Applied]
        assert {a.name for a in stage.ledger.entries} == {"b", "of-b"}
        assert not stage.ledger.intents

    perform(scene)


def test_without_a_remote_write_no_intent_is_written() -> None:
    """An empty plan leaves no trace."""

    async def scene(stage: Stage) -> None:
        report = await stage.apply()
        assert report.outcomes == ()
        assert stage.journal.lines == []

    perform(scene)


def test_intents_that_cannot_be_written_stop_everything_before_it_begins() -> None:
    """Raised, not reported: nothing was written."""

    async def scene(stage: Stage) -> None:
        stage.journal = MemoryJournal(lambda line: isinstance(line, Intended))
        with pytest.raises(LedgerError):
            await stage.apply(create(stage.want(PROFILE, "a", profile_spec("A"))))
        assert stage.requests("POST") == []

    perform(scene)


def test_a_write_that_cannot_be_recorded_is_the_last_one() -> None:
    """It is live and fails; nothing further begins; the intent is there to settle it."""

    async def scene(stage: Stage) -> None:
        def fails(line: Line) -> bool:
            return isinstance(line, Recorded) and line.entry.address.name == "a"

        stage.journal = MemoryJournal(fails)
        report = await stage.apply(
            create(stage.want(PROFILE, "a", profile_spec("A"))),
            create(stage.want(RESPONSE, "child", response_spec("a", "STOP"))),
            create(stage.want(PROFILE, "b", profile_spec("B"))),
            concurrency=1,
        )
        first, child, other = report.outcomes
        assert isinstance(first, Failed)
        assert isinstance(first.error, LedgerError)
        assert first.written
        assert isinstance(child, Blocked)
        assert isinstance(other, Stopped)
        assert len(stage.state(PROFILES)) == 1
        assert Address(PROFILE, "a") in stage.ledger.intents
        assert report.written
        assert not report.interrupted

    perform(scene)


def test_told_to_stop_what_runs_is_finished_and_nothing_more_begins() -> None:
    """The first create is under way; the second is never sent, and its intent is dropped."""

    async def scene(stage: Stage) -> None:
        def stop_then(line: Line) -> bool:
            stage.stop.set()
            assert isinstance(line, Intended | Recorded | Settled)
            return False

        append = stage.journal.append
        stage.journal = MemoryJournal()

        async def watched(line: Line) -> None:
            if isinstance(line, Recorded):
                stop_then(line)
            await append(line)
            await MemoryJournal.append(stage.journal, line)

        stage.journal.append = watched  # type: ignore[method-assign]  # stop as soon as the first is recorded
        report = await stage.apply(
            *(create(stage.want(PROFILE, name, profile_spec(name))) for name in "abc"), concurrency=1
        )
        assert [type(outcome) for outcome in report.outcomes] == [Applied, Stopped, Stopped]
        assert report.interrupted
        assert len(stage.state(PROFILES)) == 1
        assert not stage.ledger.intents
        assert set(stage.ledger.entries) == {Address(PROFILE, "a")}

    perform(scene)


def test_a_defect_in_one_change_loses_no_other_result() -> None:
    """Reported as internal, by type only: the text might quote a secret."""

    @dataclass(frozen=True, slots=True)
    class Broken(RestAdapter):
        async def create(self, session: WriteSession, body: Json, parent_id: str | None) -> Json:
            if body["name"] == "A":
                raise RuntimeError("canary")
            return await RestAdapter.create(self, session, body, parent_id)

    async def scene(stage: Stage) -> None:
        report = await stage.apply(*(create(stage.want(PROFILE, n, profile_spec(n))) for n in "AB"))
        first, second = report.outcomes
        assert isinstance(first, Failed)
        assert first.error.code == "internal"
        assert first.error.summary == f"{PROFILE}/A: unexpected RuntimeError"
        assert first.error.hint == "this is a defect of the program: please report it"
        assert isinstance(first.error.__cause__, RuntimeError), "for the log of who looks into it"
        assert isinstance(second, Applied)

    broken = replace(real_kinds()[PROFILE], adapter=Broken("/messaging_profiles"))
    perform(scene, kinds={**real_kinds(), PROFILE: broken})


def test_every_change_ends_in_one_event_and_one_outcome_in_the_order_of_the_plan() -> None:
    """The report is the plan's order; the events are as they came."""

    async def scene(stage: Stage) -> None:
        changes = [create(stage.want(PROFILE, n, profile_spec(n))) for n in "abcdef"]
        report = await stage.apply(*changes, concurrency=3)
        assert [outcome.change.address for outcome in report.outcomes] == [c.address for c in changes]
        ended = [event for event in stage.events if isinstance(event, Applied)]
        assert len(ended) == len(changes)
        made = {row["name"]: row["id"] for row in stage.state(PROFILES)}
        assert {event.change.address.name: event.remote_id for event in ended} == made

    perform(scene)


def test_a_second_signal_ends_at_once_and_the_intents_stay() -> None:
    """Cancelled in mid-flight: the ledger still says what may be live."""

    async def scene(stage: Stage) -> None:
        stage.faults("POST /messaging_profiles 1 hold-after")
        applying = asyncio.ensure_future(stage.apply(create(stage.want(PROFILE, "a", profile_spec("A")))))
        while not stage.state(PROFILES):  # noqa: ASYNC110 - the other side is a server, which sets no event
            await asyncio.sleep(0.01)
        applying.cancel()
        with pytest.raises(asyncio.CancelledError):
            await applying
        assert set(stage.ledger.intents) == {Address(PROFILE, "a")}
        assert len(stage.state(PROFILES)) == 1

    perform(scene)


def test_an_intent_that_cannot_be_taken_back_halts_the_run() -> None:
    """It stays, which costs the next run a look; nothing further begins."""

    async def scene(stage: Stage) -> None:
        stage.journal = MemoryJournal(lambda line: isinstance(line, Settled))
        stage.faults("POST /messaging_profiles 1 status-before=422")
        report = await stage.apply(*(create(stage.want(PROFILE, n, profile_spec(n))) for n in "ab"), concurrency=1)
        first, second = report.outcomes
        assert isinstance(first, Failed)
        assert not first.written
        assert isinstance(second, Stopped)
        assert set(stage.ledger.intents) == {Address(PROFILE, "a"), Address(PROFILE, "b")}
        assert stage.state(PROFILES) == []

    perform(scene)


def test_a_create_that_answers_without_an_id_is_looked_for() -> None:
    """It is live, so it is found by its name; it is not sent again."""

    @dataclass(frozen=True, slots=True)
    class Nameless(RestAdapter):
        async def create(self, session: WriteSession, body: Json, parent_id: str | None) -> Json:
            row = await RestAdapter.create(self, session, body, parent_id)
            return {name: value for name, value in row.items() if name != "id"}

    async def scene(stage: Stage) -> None:
        report = await stage.apply(create(stage.want(PROFILE, "a", profile_spec("A"))))
        [row] = stage.state(PROFILES)
        [outcome] = report.outcomes
        assert isinstance(outcome, Applied)
        assert stage.ledger.entries[Address(PROFILE, "a")].remote.id == row["id"]

    nameless = replace(real_kinds()[PROFILE], adapter=Nameless("/messaging_profiles"))
    perform(scene, kinds={**real_kinds(), PROFILE: nameless})


def test_a_create_that_answers_without_an_id_and_is_not_found_says_so() -> None:
    """Sent twice, found never: which request it was, and what was wrong with its answer."""

    @dataclass(frozen=True, slots=True)
    class Empty(RestAdapter):
        async def create(self, session: WriteSession, body: Json, parent_id: str | None) -> Json:
            row = await RestAdapter.create(self, session, {**body, "name": "another"}, parent_id)
            return {name: value for name, value in row.items() if name != "id"}

    async def scene(stage: Stage) -> None:
        [outcome] = (await stage.apply(create(stage.want(PROFILE, "a", profile_spec("A"))))).outcomes
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, OutcomeUnknown)
        assert outcome.error.summary == f"create {PROFILE}/a: the API answered without an id"
        assert outcome.error.request == f"create {PROFILE}/a"
        assert outcome.written

    empty = replace(real_kinds()[PROFILE], adapter=Empty("/messaging_profiles"))
    perform(scene, kinds={**real_kinds(), PROFILE: empty})
