"""What a delete takes off its object first: what was named and is still there, and never anything else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from reconciler.adapters.rest import RestAdapter
from reconciler.errors import Interrupted, Invalid, PlanRefused
from reconciler.executor.run import Progress
from reconciler.executor.unassigning import AT_ONCE, unassign
from reconciler.model.events import Applied, Failed, Outcome
from reconciler.model.kind import Attached, Json
from reconciler.model.ledger import Removed
from reconciler.model.observed import Remote
from reconciler.model.plan import Delete
from reconciler.model.session import ReadSession, WriteSession
from reconciler.resources import kinds as real_kinds

from .stage import PROFILE, Stage, perform
from .test_words import run_on
from .wishes import profile_spec

NUMBERS, CODES = "phone_numbers", "short_codes"
SEED: dict[str, Any] = {
    NUMBERS: [{"id": f"{at}", "phone_number": f"+1555010000{at}", "tags": ["kept"]} for at in range(3)],
    CODES: [{"id": "c0de0000-0000-4000-8000-000000000001", "short_code": "12345", "tags": ["kept"]}],
}
CODE = SEED[CODES][0]["id"]
NAMED = (
    *(Attached("PhoneNumberMessaging", f"{at}", f"+1555010000{at}") for at in range(2)),
    Attached("ShortCode", CODE, "12345"),
)
Play = Callable[[Stage, Delete, str], Awaitable[None]]


def play(part: Play, **sandbox: Any) -> None:
    """A profile of ours with two numbers and a short code on it; the third number is on none."""

    async def scene(stage: Stage) -> None:
        profile = stage.profile("A")
        for one in NAMED:
            stage.edit(CODES if one.id == CODE else NUMBERS, one.id, messaging_profile_id=profile)
        stage.time.now += 60
        world = await stage.look()
        await part(stage, stage.delete(stage.want(PROFILE, "a", profile_spec("A")), world, profile), profile)

    perform(scene, seed=SEED, **sandbox)


async def deleted(stage: Stage, change: Delete, *, lifted: tuple[str, ...] = ()) -> Outcome:
    """How a plan ends that deletes this and unassigns what it names."""
    report = await stage.apply(change, lifted=lifted, unassigned={change.address: NAMED})
    [outcome] = report.outcomes
    return outcome


def on(stage: Stage) -> dict[str, Any]:
    """Which profile each number is on."""
    rows = [*stage.state(NUMBERS), *stage.state(CODES)]
    return {row["id"]: row["messaging_profile_id"] for row in rows}


def test_what_is_named_is_unassigned_and_then_the_object_goes() -> None:
    """With "" on the wire, and nothing else of them touched; the outcome says which they were."""

    async def part(stage: Stage, change: Delete, _: str) -> None:
        outcome = await deleted(stage, change)
        assert isinstance(outcome, Applied), outcome
        assert stage.bodies("PATCH") == [{"messaging_profile_id": ""}] * 3
        assert set(on(stage).values()) == {None}
        assert all(row["tags"] == ["kept"] for name in (NUMBERS, CODES) for row in stage.state(name)[:2])
        assert stage.journal.lines[1:] == [Removed(change.address)]
        [note] = outcome.notes
        named = "PhoneNumberMessaging +15550100000, PhoneNumberMessaging +15550100001, ShortCode 12345"
        assert (note.code, note.summary) == ("unassigns-numbers", f"3 of 3 unassigned: {named}")

    play(part)


def test_lists_that_lag_hold_nothing_back() -> None:
    """We know what we have unassigned."""

    async def part(stage: Stage, change: Delete, _: str) -> None:
        assert isinstance(await deleted(stage, change), Applied)

    play(part, quirks=["lag=30"])


def test_what_came_since_the_review_holds_the_delete_before_anything_is_unassigned() -> None:
    """It was seen by nobody."""

    async def part(stage: Stage, change: Delete, profile: str) -> None:
        stage.edit(NUMBERS, "2", messaging_profile_id=profile)
        outcome = await deleted(stage, change)
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, PlanRefused)
        assert "1 attached: PhoneNumberMessaging +15550100002;" in outcome.error.summary
        assert (outcome.written, outcome.notes, stage.requests("PATCH")) == (False, (), [])
        assert set(on(stage).values()) == {profile}
        assert not stage.ledger.intents

    play(part)


def test_what_somebody_moved_or_removed_meanwhile_is_left_alone() -> None:
    """A number on another profile is somebody else's decision; one that is gone holds nothing."""

    async def part(stage: Stage, change: Delete, _: str) -> None:
        other = stage.profile("B")
        stage.edit(NUMBERS, "0", messaging_profile_id=other)
        stage.admin("POST", "delete", collection=NUMBERS, id="1")
        outcome = await deleted(stage, change)
        assert isinstance(outcome, Applied), outcome
        assert on(stage) == {"0": other, "2": None, CODE: None}
        assert stage.requests("PATCH") == [f"/short_codes/{CODE}"]
        assert [note.summary for note in outcome.notes] == ["1 of 3 unassigned: ShortCode 12345"]

    play(part)


def test_an_object_that_is_gone_already_keeps_them() -> None:
    """There is nothing left to take them off."""

    async def part(stage: Stage, change: Delete, profile: str) -> None:
        stage.admin("POST", "delete", collection="messaging_profiles", id=profile)
        outcome = await deleted(stage, change)
        assert isinstance(outcome, Applied)
        assert (outcome.notes, stage.requests("PATCH")) == ((), [])

    play(part, quirks=["cascade"])


def test_what_cannot_be_unassigned_holds_the_delete_and_what_was_done_is_said() -> None:
    """Exit 4: something was written. The intent stays, and the same command carries on."""

    async def part(stage: Stage, change: Delete, profile: str) -> None:
        stage.faults("PATCH /phone_numbers/1/messaging 1 status-before=422")
        outcome = await deleted(stage, change)
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, Invalid)
        assert outcome.written
        [note] = outcome.notes
        assert note.summary == "2 of 3 unassigned: PhoneNumberMessaging +15550100000, ShortCode 12345"
        assert on(stage) == {"0": None, "1": profile, "2": None, CODE: None}
        assert change.address in stage.ledger.intents
        assert isinstance(await deleted(stage, change), Applied)
        assert stage.state("messaging_profiles") == []

    play(part)


def test_what_was_unassigned_is_listed_by_number() -> None:
    """As the plan lists it: ids mean nothing to people."""
    seed = {NUMBERS: [{"id": f"{9 - at}", "phone_number": f"+1555010000{at}"} for at in range(3)]}
    named = tuple(Attached("PhoneNumberMessaging", row["id"], row["phone_number"]) for row in seed[NUMBERS])

    async def scene(stage: Stage) -> None:
        profile = stage.profile("A")
        for one in named:
            stage.edit(NUMBERS, one.id, messaging_profile_id=profile)
        stage.time.now += 60
        change = stage.delete(stage.want(PROFILE, "a", profile_spec("A")), await stage.look(), profile)
        [outcome] = (await stage.apply(change, unassigned={change.address: named})).outcomes
        assert isinstance(outcome, Applied), outcome
        listed = ", ".join(f"PhoneNumberMessaging {one.label}" for one in named)
        assert [note.summary for note in outcome.notes] == [f"3 of 3 unassigned: {listed}"]

    perform(scene, seed=seed)


def test_a_number_without_settings_of_its_own_holds_the_delete() -> None:
    """One of a SIM card has no such resource (guide §5): it is left alone, and still there afterwards."""

    async def part(stage: Stage, change: Delete, profile: str) -> None:
        stage.faults("GET /phone_numbers/1/messaging 1 status-before=404")
        outcome = await deleted(stage, change)
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, PlanRefused)
        assert "1 attached: PhoneNumberMessaging +15550100001;" in outcome.error.summary
        assert (outcome.written, stage.requests("DELETE")) == (True, [])
        assert on(stage)["1"] == profile

    play(part)


def test_one_that_vanishes_at_the_last_moment_is_left_alone() -> None:
    """It was there when read, and answered 404 to the PATCH."""

    async def part(stage: Stage, change: Delete, _: str) -> None:
        stage.faults("PATCH /phone_numbers/1/messaging 1 status-before=404")
        outcome = await deleted(stage, change)
        assert isinstance(outcome, Failed), "it is still listed"
        assert isinstance(outcome.error, PlanRefused)

    play(part)


class Deaf(RestAdapter):
    """An API that takes a PATCH and answers with the object as it was."""

    __slots__ = ()

    async def update(self, session: WriteSession, remote: Remote, body: Json) -> Json:
        """Read only."""
        del body
        return await self.read(session, remote)

    async def read(self, session: ReadSession, remote: Remote) -> Json:
        """GET one, from its list."""
        return next(row for row in await self.rows(session, None) if row["id"] == remote.id)


def test_an_unassignment_that_the_api_ignores_does_not_count() -> None:
    """The answer still names the profile, and the list still shows the number."""

    async def part(stage: Stage, change: Delete, profile: str) -> None:
        outcome = await deleted(stage, change)
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, PlanRefused)
        assert "3 attached" in outcome.error.summary
        assert (outcome.written, outcome.notes) == (False, ())
        assert on(stage)["0"] == profile

    real = real_kinds()
    deaf = {
        name: replace(real[name], adapter=Deaf(real[name].adapter.path))  # type: ignore[attr-defined]  # a RestAdapter
        for name in ("PhoneNumberMessaging", "ShortCode")
    }
    play(part, kinds={**real, **deaf})


def test_a_lift_is_for_what_is_not_named() -> None:
    """With children-attached lifted nothing is asked, and what is named is unassigned all the same."""

    async def part(stage: Stage, change: Delete, profile: str) -> None:
        stage.edit(NUMBERS, "2", messaging_profile_id=profile)
        outcome = await deleted(stage, change, lifted=("children-attached",))
        assert isinstance(outcome, Applied)
        assert len(stage.requests("PATCH")) == 3

    play(part, quirks=["cascade"])


@pytest.mark.parametrize("count", [0, 1])
def test_told_to_stop_nothing_further_begins(count: int) -> None:
    """What was begun is finished and told; the object stays."""

    async def part(stage: Stage, change: Delete, profile: str) -> None:
        progress = Progress()
        await unassign(run_on(stage), change, NAMED[:count], progress)
        stage.stop.set()
        with pytest.raises(Interrupted):
            await unassign(run_on(stage), change, NAMED, progress)
        assert progress.written is bool(count)
        assert len(progress.notes) == count
        assert list(on(stage).values()).count(profile) == 3 - count

    play(part)


def test_the_first_failure_ends_it() -> None:
    """What is under way is finished; the others are not tried."""

    async def part(stage: Stage, change: Delete, profile: str) -> None:
        many = [
            stage.portal(NUMBERS, phone_number=f"+1555020{at:04}", messaging_profile_id=profile) for at in range(20)
        ]
        named = [Attached("PhoneNumberMessaging", row["id"], row["phone_number"]) for row in many]
        stage.faults("PATCH /phone_numbers/*/messaging * status-before=422")
        with pytest.raises(Invalid):
            await unassign(run_on(stage), change, named, Progress())
        assert 1 <= len(stage.requests("PATCH")) <= AT_ONCE

    play(part)


def test_only_what_its_kind_says_can_be_unassigned() -> None:
    """A plan that names anything else is a defect, and touches nothing."""

    async def part(stage: Stage, change: Delete, _: str) -> None:
        sender = Attached("AlphanumericSenderId", "s1", "ACME")
        with pytest.raises(PlanRefused, match="cannot be unassigned"):
            await unassign(run_on(stage), change, [sender], Progress())
        assert stage.requests("PATCH") == []

    play(part)


def test_the_three_kinds_that_can_be() -> None:
    """Those that outlive their profile and may be without one."""
    facts = real_kinds()[PROFILE].facts
    named = {fact.name for fact in facts if fact.unassigned_by}
    assert named == {"phone_numbers", "short_codes", "hosted_numbers"}
