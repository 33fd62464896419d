"""Whatever happens to the answer of a create, exactly one object comes of it, and it is ours."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from reconciler.errors import Invalid, LedgerError, NotFound, OutcomeUnknown, ServerFailed
from reconciler.executor.settle import in_doubt
from reconciler.model.address import Address
from reconciler.model.events import Applied, Failed, Settling
from reconciler.model.ledger import Intended, Recorded
from reconciler.resources import kinds as real_kinds

from .stage import PROFILE, RESPONSE, Stage, perform
from .wishes import create, profile_spec, response_spec

PROFILES = "messaging_profiles"


@pytest.mark.parametrize("lag", [0, 3], ids=["fresh lists", "lists lag 3 s"])
@pytest.mark.parametrize(
    ("fault", "posts", "reason"),
    [
        ("drop-before", 2, "absent throughout, so it is sent once more"),
        ("status-before=503", 2, "a 503 may mean anything; looking says that nothing was made"),
        ("status-before=408", 2, "a timeout in front of the API, likewise"),
        ("html=502", 2, "a proxy answered for the API, likewise"),
        ("drop-after", 1, "committed: found, not sent again"),
        ("status-after=503", 1, "committed, although the status says otherwise"),
        ("truncate", 1, "committed, half of the answer came"),
        ("broken-json", 1, "committed, the answer cannot be read"),
    ],
)
def test_one_object_comes_of_a_create_whose_answer_is_lost(fault: str, posts: int, reason: str, lag: int) -> None:
    """The create succeeds and records the one object that exists."""

    async def scene(stage: Stage) -> None:
        stage.faults(f"POST /messaging_profiles 1 {fault}")
        report = await stage.apply(create(stage.want(PROFILE, "a", profile_spec("A"))))
        rows = stage.state(PROFILES)
        assert [type(o) for o in report.outcomes] == [Applied], reason
        assert len(rows) == 1, reason
        assert len(stage.requests("POST")) == posts, reason
        assert stage.ledger.entries[Address(PROFILE, "a")].remote.id == rows[0]["id"], reason
        assert not stage.ledger.intents, reason

    perform(scene, quirks=[f"lag={lag}"] if lag else [])


def test_a_create_that_stays_in_doubt_fails_and_keeps_its_intent() -> None:
    """Two attempts at most; the next run looks again."""

    async def scene(stage: Stage) -> None:
        stage.faults("POST /messaging_profiles * drop-before")
        report = await stage.apply(create(stage.want(PROFILE, "a", profile_spec("A"))))
        (outcome,) = report.outcomes
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, OutcomeUnknown)
        assert outcome.written, "it may be live: the run is not one that changed nothing"
        assert len(stage.requests("POST")) == 2
        assert Address(PROFILE, "a") in stage.ledger.intents
        assert stage.time.now >= 20, "each attempt was looked for during all of the settling time"

    perform(scene)


def test_nothing_is_sent_again_while_the_lists_cannot_be_read() -> None:
    """Not having looked is not the same as absent."""

    async def scene(stage: Stage) -> None:
        world = await stage.look()
        stage.faults("POST /messaging_profiles 1 drop-before", "GET /messaging_profiles * status-before=500")
        report = await stage.apply(create(stage.want(PROFILE, "a", profile_spec("A"))), world=world)
        assert isinstance(report.outcomes[0], Failed)
        assert len(stage.requests("POST")) == 1
        assert stage.ledger.intents

    perform(scene)


def test_an_object_that_was_there_before_is_never_taken_for_ours() -> None:
    """Same name, seen before the attempt: somebody else's."""

    async def scene(stage: Stage) -> None:
        theirs = stage.portal(PROFILES, **profile_spec("A"))["id"]
        stage.faults("POST /messaging_profiles 1 drop-before")
        await stage.apply(create(stage.want(PROFILE, "a", profile_spec("A"))))
        ours = stage.ledger.entries[Address(PROFILE, "a")].remote.id
        assert ours != theirs
        assert len(stage.state(PROFILES)) == 2

    perform(scene)


def test_what_was_found_for_one_change_is_not_found_for_another() -> None:
    """Two of one name, one after the other; the second was never made at first."""

    async def scene(stage: Stage) -> None:
        stage.faults("POST /messaging_profiles 1 drop-after", "POST /messaging_profiles 2 drop-before")
        wanted = [stage.want(PROFILE, name, profile_spec("A")) for name in ("a", "b")]
        report = await stage.apply(*map(create, wanted), concurrency=1)
        assert all(isinstance(outcome, Applied) for outcome in report.outcomes)
        assert len({entry.remote.id for entry in stage.ledger.entries.values()}) == 2
        assert len(stage.state(PROFILES)) == 2

    perform(scene)


def test_seen_ids_count_even_when_the_bulk_look_missed_them() -> None:
    """The plan knew the id; the list lagged."""

    async def scene(stage: Stage) -> None:
        world = await stage.look()
        theirs = stage.portal(PROFILES, **profile_spec("A"))["id"]
        stage.faults("POST /messaging_profiles 1 drop-before")
        await stage.apply(create(stage.want(PROFILE, "a", profile_spec("A")), seen=(theirs,)), world=world)
        assert stage.ledger.entries[Address(PROFILE, "a")].remote.id != theirs

    perform(scene)


def test_several_objects_that_may_be_ours_are_listed_and_none_is_picked() -> None:
    """Somebody made one of the same name at the same moment."""

    async def scene(stage: Stage) -> None:
        world = await stage.look()
        stage.portal(PROFILES, **profile_spec("A"))
        stage.faults("POST /messaging_profiles 1 drop-after")
        report = await stage.apply(create(stage.want(PROFILE, "a", profile_spec("A"))), world=world)
        (outcome,) = report.outcomes
        assert isinstance(outcome, Failed)
        assert all(row["id"] in str(outcome.error) for row in stage.state(PROFILES))
        assert not stage.ledger.entries
        assert len(stage.state(PROFILES)) == 2, "and nothing was sent again"

    perform(scene)


def test_rows_of_one_key_are_told_apart_by_what_they_share() -> None:
    """Two auto-responses of one profile, op and country, both answers lost: each finds its own."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        stage.faults("POST /messaging_profiles/*/autoresp_configs 1-2 drop-after")
        report = await stage.apply(
            create(stage.want(RESPONSE, "one", response_spec({"id": profile}, "STOP", "END"))),
            create(stage.want(RESPONSE, "two", response_spec({"id": profile}, "QUIT"))),
        )
        assert all(isinstance(outcome, Applied) for outcome in report.outcomes)
        by_id = {row["id"]: row["keywords"] for row in stage.state("autoresp_configs")}
        assert len(by_id) == 2
        recorded = {a.name: by_id[e.remote.id] for a, e in stage.ledger.entries.items()}
        assert recorded == {"one": ["STOP", "END"], "two": ["QUIT"]}

    perform(scene)


def test_an_auto_response_of_another_with_the_same_key_is_not_taken_for_ours() -> None:
    """Ours was never made; a row with other keywords turned up meanwhile."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        world = await stage.look()
        row = {"op": "stop", "country_code": "US", "keywords": ["END"]}
        theirs = stage.portal("autoresp_configs", messaging_profile_id=profile, **row)
        stage.faults("POST /messaging_profiles/*/autoresp_configs 1 drop-before")
        await stage.apply(create(stage.want(RESPONSE, "one", response_spec({"id": profile}, "STOP"))), world=world)
        assert stage.ledger.entries[Address(RESPONSE, "one")].remote.id != theirs["id"]
        assert len(stage.state("autoresp_configs")) == 2

    perform(scene)


def test_a_kind_without_a_natural_key_is_never_sent_again() -> None:
    """Nothing could tell whether the first one came through."""
    keyless = replace(real_kinds()[PROFILE], identity=())

    async def scene(stage: Stage) -> None:
        stage.faults("POST /messaging_profiles 1 drop-before")
        report = await stage.apply(create(stage.want(PROFILE, "a", profile_spec("A"))))
        assert isinstance(report.outcomes[0], Failed)
        assert len(stage.requests("POST")) == 1

    perform(scene, kinds={**real_kinds(), PROFILE: keyless})


def test_told_to_stop_it_wakes_at_once_and_sends_nothing_more() -> None:
    """Sleeping is not in flight."""

    async def scene(stage: Stage) -> None:
        async def forever(seconds: float) -> None:
            await asyncio.Event().wait()  # whatever the seconds

        stage.time.sleep = forever  # type: ignore[method-assign]  # a clock that stands still
        stage.faults("POST /messaging_profiles 1 drop-before")
        applying = asyncio.ensure_future(stage.apply(create(stage.want(PROFILE, "a", profile_spec("A")))))
        await stage.settling.wait()
        stage.stop.set()
        report = await asyncio.wait_for(applying, 5)
        assert report.interrupted
        assert isinstance(report.outcomes[0], Failed)
        assert len(stage.requests("POST")) == 1
        assert stage.ledger.intents, "the next run settles it"

    perform(scene)


def test_a_refusal_is_no_doubt() -> None:
    """Refused, so not made, so nothing to look for: the intent is settled."""

    async def scene(stage: Stage) -> None:
        profile = {"id": "40010000-0000-4000-8000-000000000000"}
        report = await stage.apply(
            create(stage.want(RESPONSE, "one", response_spec(profile, "STOP"))), world=await stage.look()
        )
        (outcome,) = report.outcomes
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, NotFound)
        assert not outcome.written
        assert stage.journal.names() == ["Intended", "Settled"]
        assert not stage.ledger.intents
        assert stage.time.now == 0

    perform(scene)


def test_the_intent_is_written_before_the_first_request() -> None:
    """Intended, then the POST, then Recorded; one line for all intents."""

    async def scene(stage: Stage) -> None:
        at_intent: list[int] = []
        append = stage.journal.append

        async def watched(line: object) -> None:
            if isinstance(line, Intended):
                at_intent.append(len(stage.requests("POST")))
            await append(line)  # type: ignore[arg-type]  # whatever it is

        stage.journal.append = watched  # type: ignore[method-assign]  # watching
        await stage.apply(*(create(stage.want(PROFILE, n, profile_spec(n))) for n in "abc"))
        assert at_intent == [0]
        assert stage.journal.names() == ["Intended", "Recorded", "Recorded", "Recorded"]
        assert isinstance(stage.journal.lines[1], Recorded)

    perform(scene)


@pytest.mark.parametrize(
    ("error", "doubtful", "reason"),
    [
        (OutcomeUnknown("lost", request="r"), True, "no whole answer came"),
        (ServerFailed("failed", request="r", status=503), True, "it may have failed after committing"),
        (Invalid("gave up", request="r", status=408), True, "it stopped waiting, perhaps for itself"),
        (Invalid("wrong", request="r", status=422), False, "refused before anything was done"),
        (LedgerError("the disk is full"), False, "no write of the API at all"),
    ],
)
def test_which_failures_leave_a_write_in_doubt(error: Exception, doubtful: bool, reason: str) -> None:
    """One row per kind of failure."""
    assert in_doubt(error) is doubtful, reason


def test_a_create_in_doubt_says_what_it_looks_for() -> None:
    """The address, and for how long at most."""

    async def scene(stage: Stage) -> None:
        stage.faults("POST /messaging_profiles 1 drop-after")
        wanted = stage.want(PROFILE, "a", profile_spec("A"))
        await stage.apply(create(wanted))
        told = [event for event in stage.events if isinstance(event, Settling)]
        assert told == [Settling((wanted.address,), stage.settle_seconds)]

    perform(scene)


def test_what_this_run_made_for_one_is_never_taken_for_another() -> None:
    """Two of one name: the second create is lost on its way, and the first one's object is not what came of it."""

    async def scene(stage: Stage) -> None:
        stage.faults("POST /messaging_profiles 2 drop-before")
        wanted = [stage.want(PROFILE, name, profile_spec("A")) for name in ("a", "b")]
        await stage.apply(*map(create, wanted), concurrency=1)
        ids = {stage.ledger.entries[each.address].remote.id for each in wanted}
        assert ids == {row["id"] for row in stage.state("messaging_profiles")}
        assert len(ids) == 2

    perform(scene)
