"""What creates and updates send, and what makes them stop short."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.errors import PlanRefused, Stale
from reconciler.model.address import Address
from reconciler.model.events import Applied, Began, Blocked, Failed
from reconciler.model.kind import Guard
from reconciler.model.ledger import Recorded
from reconciler.resources import kinds as real_kinds

from .doubles import MemoryJournal
from .stage import PROFILE, RESPONSE, SENDER, Stage, found, perform
from .wishes import create, profile_spec, response_spec

PROFILES, RESPONSES, SENDERS = "messaging_profiles", "autoresp_configs", "alphanumeric_sender_ids"
POOL = {"long_code_weight": 1, "toll_free_weight": 2, "skip_unhealthy": True}
MOVED = "while this run was under way, and was left as it is"
TEXT = "Acme: you will receive no more messages."


def response_row(profile: str, *keywords: str, **more: Any) -> dict[str, Any]:
    """A row of the portal."""
    return {"messaging_profile_id": profile, "op": "stop", "country_code": "US", "keywords": list(keywords), **more}


def test_a_child_is_created_under_the_id_that_its_parent_got() -> None:
    """References to what this run creates are filled in, in bodies and in paths; parents go first."""

    async def scene(stage: Stage) -> None:
        report = await stage.apply(
            create(stage.want(RESPONSE, "stop", response_spec("p", "STOP"))),
            create(stage.want(SENDER, "acme", {"messaging_profile": "p", "alphanumeric_sender_id": "Acme"})),
            create(stage.want(PROFILE, "p", profile_spec("P"))),
        )
        assert all(isinstance(outcome, Applied) for outcome in report.outcomes)
        (profile,) = stage.state(PROFILES)
        assert stage.state(RESPONSES)[0]["parent"] == profile["id"]
        assert stage.state(SENDERS)[0]["messaging_profile_id"] == profile["id"]
        began = [event for event in stage.events if isinstance(event, Began)]
        assert [(event.position, event.total) for event in began] == [(1, 3), (2, 3), (3, 3)]
        assert began[0].change.address == Address(PROFILE, "p")
        assert stage.ledger.entries[Address(RESPONSE, "stop")].remote.parent_id == profile["id"]
        assert stage.ledger.entries[Address(RESPONSE, "stop")].references == (Address(PROFILE, "p"),)

    perform(scene)


def test_a_patch_sends_what_differs_and_reads_nothing_again() -> None:
    """One field in the body; no GET beside the lists."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A", webhook_url="https://old.example"))["id"]
        world = await stage.look()
        wanted = stage.want(PROFILE, "a", profile_spec("A", webhook_url="https://new.example"))
        reads = len(stage.requests("GET"))
        await stage.apply(stage.update(wanted, world, profile), world=world)
        assert stage.bodies("PATCH") == [{"webhook_url": "https://new.example"}]
        assert len(stage.requests("GET")) == reads
        entry = stage.ledger.entries[wanted.address]
        assert entry.answered["webhook_url"] == "https://new.example"

    perform(scene)


def test_what_somebody_else_set_meanwhile_is_no_answer_to_us() -> None:
    """Recorded as what the API makes of our value it would never be put right (promise 6)."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A", mms_transcoding=False, enabled=True))["id"]
        world = await stage.look()
        wanted = stage.want(PROFILE, "a", profile_spec("A", mms_transcoding=False, enabled=False))
        update = stage.update(wanted, world, profile)
        stage.edit(PROFILES, profile, mms_transcoding=True)
        await stage.apply(update, world=world)
        assert stage.bodies("PATCH") == [{"enabled": False}]
        entry = stage.ledger.entries[wanted.address]
        assert (entry.answered["enabled"], entry.answered["mms_transcoding"]) == (False, False)

    perform(scene)


def test_a_weight_change_keeps_what_the_portal_set_beside_it() -> None:
    """The pool is sent whole, as freshly read: promise 5."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A", number_pool_settings={**POOL, "sticky_sender": True}))
        world = await stage.look()
        wanted = stage.want(PROFILE, "a", profile_spec("A", number_pool_settings={**POOL, "long_code_weight": 9}))
        await stage.apply(stage.update(wanted, world, profile["id"]), world=world)
        (row,) = stage.state(PROFILES)
        assert row["number_pool_settings"]["sticky_sender"] is True
        assert row["number_pool_settings"]["long_code_weight"] == 9
        assert f"/messaging_profiles/{profile['id']}" in stage.requests("GET")

    perform(scene)


def test_a_put_repeats_what_is_not_stated() -> None:
    """Keywords change; the text that somebody else wrote stays."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        row = stage.portal(RESPONSES, **response_row(profile, "STOP", resp_text=TEXT))["id"]
        world = await stage.look()
        wanted = stage.want(RESPONSE, "stop", response_spec({"id": profile}, "STOP", "END"))
        report = await stage.apply(stage.update(wanted, world, row), world=world)
        assert isinstance(report.outcomes[0], Applied), report
        (now,) = stage.state(RESPONSES)
        assert now["resp_text"] == TEXT
        assert now["keywords"] == ["STOP", "END"]

    perform(scene)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"number_pool_settings": {**POOL, "geomatch": True}}, "the pool would overwrite a setting made meanwhile"),
        ({"webhook_url": "https://theirs.example"}, "the object that was reviewed is not the one there"),
    ],
)
def test_an_object_that_moved_before_a_whole_write_is_left_alone(change: dict[str, Any], reason: str) -> None:
    """Re-read, found different: this change fails, its dependants are blocked, the others go on."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A", number_pool_settings=POOL))["id"]
        world = await stage.look()
        pool = {**POOL, "long_code_weight": 9}
        wanted = stage.want(PROFILE, "a", profile_spec("A", number_pool_settings=pool))
        update = stage.update(wanted, world, profile)
        stage.edit(PROFILES, profile, **change)
        report = await stage.apply(
            update,
            create(stage.want(RESPONSE, "child", response_spec("a", "STOP"))),
            create(stage.want(PROFILE, "b", profile_spec("B"))),
            world=world,
        )
        first, child, other = report.outcomes
        assert isinstance(first, Failed), reason
        assert isinstance(first.error, Stale), reason
        assert str(first.error) == f"{wanted.address}: its object changed {MOVED}"
        assert not first.written
        assert child == Blocked(child.change, Address(PROFILE, "a"))
        assert isinstance(other, Applied)
        assert stage.requests("PATCH") == []
        assert not stage.ledger.intents, "what never began is not looked for later"

    perform(scene)


@pytest.mark.parametrize("action", ["update", "replace", "delete"])
def test_puts_replaces_and_deletes_read_again_first(action: str) -> None:
    """Somebody changed the text meanwhile: nothing is overwritten or destroyed."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        row = stage.portal(RESPONSES, **response_row(profile, "STOP"))["id"]
        world = await stage.look()
        wanted = stage.want(RESPONSE, "stop", response_spec({"id": profile}, "STOP", "END"))
        change = getattr(stage, action)(wanted, world, row)
        stage.edit(RESPONSES, row, resp_text=TEXT)
        report = await stage.apply(change, world=world)
        assert isinstance(report.outcomes[0], Failed)
        assert isinstance(report.outcomes[0].error, Stale)
        assert stage.state(RESPONSES)[0]["resp_text"] == TEXT
        assert stage.state(RESPONSES)[0]["keywords"] == ["STOP"]
        assert not stage.ledger.intents

    perform(scene)


def test_ids_of_the_observed_world_are_the_ones_written() -> None:
    """The stage itself: what the look sees is what the portal made."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        world = await stage.look()
        assert found(world, PROFILE, profile).attributes["name"] == "A"
        assert "v1_secret" not in found(world, PROFILE, profile).attributes
        assert world.organization_id

    perform(scene)


@pytest.mark.parametrize(
    ("fault", "written", "reason"),
    [
        ("status-after=503", True, "committed behind five failures: the run did change something"),
        ("drop-before", True, "nobody can tell"),
        ("status-before=422", False, "refused: it is as it was"),
    ],
)
def test_an_update_that_fails_says_whether_it_may_be_live(fault: str, written: bool, reason: str) -> None:
    """Exit code 4 or 1 hangs on this."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        world = await stage.look()
        stage.faults(f"PATCH /messaging_profiles/* * {fault}")
        wanted = stage.want(PROFILE, "a", profile_spec("A", whitelisted_destinations=["CA"]))
        (outcome,) = (await stage.apply(stage.update(wanted, world, profile), world=world)).outcomes
        assert isinstance(outcome, Failed)
        assert outcome.written is written, reason
        assert not stage.ledger.entries, "what is not known is not recorded"

    perform(scene)


def test_an_object_that_disappeared_before_a_whole_write_is_not_made_again() -> None:
    """Read once more, found gone: nothing is sent."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A", number_pool_settings=POOL))["id"]
        world = await stage.look()
        wanted = stage.want(PROFILE, "a", profile_spec("A", number_pool_settings={**POOL, "long_code_weight": 9}))
        stage.admin("POST", "delete", collection=PROFILES, id=profile)
        [outcome] = (await stage.apply(stage.update(wanted, world, profile), world=world)).outcomes
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, Stale)
        assert not outcome.written
        assert str(outcome.error) == f"{wanted.address}: its object disappeared {MOVED}"
        assert stage.requests("PATCH") == []

    perform(scene)


def test_guards_are_asked_again_just_before_a_whole_write() -> None:
    """What they know may have changed since the review; a lift holds as it did there."""
    guard = Guard("never", lambda change, _: f"{change.action.value} now")
    kind = replace(real_kinds()[RESPONSE], guards=(guard,))

    async def scene(stage: Stage) -> None:
        profile = stage.profile("A")
        response = stage.response(profile, resp_text=TEXT)
        world = await stage.look()
        wanted = stage.want(RESPONSE, "stop", response_spec({"id": profile}, "STOP", "END"))
        change = stage.update(wanted, world, response)
        [outcome] = (await stage.apply(change, world=world)).outcomes
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, PlanRefused)
        assert outcome.error.summary == f"{RESPONSE}/stop: update now"
        assert stage.requests("PUT") == []
        [outcome] = (await stage.apply(change, world=world, lifted=(f"never:{RESPONSE}/stop",))).outcomes
        assert isinstance(outcome, Applied)

    perform(scene, kinds={**real_kinds(), RESPONSE: kind})


def test_an_update_that_cannot_be_recorded_counts_as_written() -> None:
    """It is live: exit 4, not 1."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        world = await stage.look()
        wanted = stage.want(PROFILE, "a", profile_spec("A", webhook_url="https://new.example"))
        stage.journal = MemoryJournal(lambda line: isinstance(line, Recorded))
        [outcome] = (await stage.apply(stage.update(wanted, world, profile), world=world)).outcomes
        assert isinstance(outcome, Failed)
        assert outcome.written

    perform(scene)


def test_an_updated_child_still_knows_its_parent() -> None:
    """The answer to the PUT omits it."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        row = stage.portal(RESPONSES, **response_row(profile, "STOP"))["id"]
        world = await stage.look()
        wanted = stage.want(RESPONSE, "stop", response_spec({"id": profile}, "STOP", "END"))
        [outcome] = (await stage.apply(stage.update(wanted, world, row), world=world)).outcomes
        assert isinstance(outcome, Applied)
        assert stage.ledger.entries[wanted.address].remote.parent_id == profile

    perform(scene)
