"""Bulk looks and single reads: what is seen, what is proved to be gone, and what is not known."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from reconciler.adapters.rest import RestAdapter
from reconciler.errors import ApiError, NotFound
from reconciler.executor.facts import count_attached, fetch_facts
from reconciler.executor.observe import confirm, observe
from reconciler.model.kind import Json
from reconciler.model.observed import Listing, Remote, World
from reconciler.model.plan import Change
from reconciler.model.session import ReadSession
from reconciler.resources import kinds as real_kinds

from .doubles import Log
from .stage import PROFILE, RESPONSE, SENDER, Stage, found, perform
from .wishes import create, profile_spec

PROFILES, RESPONSES = "messaging_profiles", "autoresp_configs"
NOWHERE = "40010000-0000-4000-8000-000000000000"


def test_each_target_is_listed_once_and_children_know_their_parent() -> None:
    """One request per target, however often it is named; the account's own id is read off the rows."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        response = stage.response(profile)
        targets = [Listing(PROFILE), Listing(RESPONSE, profile), Listing(PROFILE)]
        world = await observe(stage.sessions.reading, stage.kinds, targets)
        assert found(world, RESPONSE, response).remote == Remote(response, profile)
        assert len(stage.requests("GET")) == 2
        assert world.organization_id
        assert not world.gone

    perform(scene)


def test_the_world_so_far_is_kept() -> None:
    """Absence from a list proves nothing."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        before = await stage.look(Listing(PROFILE))
        stage.admin("POST", "delete", collection=PROFILES, id=profile)
        after = await observe(stage.sessions.reading, stage.kinds, [Listing(PROFILE)], before)
        assert found(after, PROFILE, profile).attributes["name"] == "A"
        assert before.objects[PROFILE].keys() == {profile}

    perform(scene)


def test_a_parent_that_answers_404_is_gone_with_its_children() -> None:
    """Its children's list says so; the parent leaves the world even if a list still shows it."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        stage.time.now += 60
        stage.admin("POST", "delete", collection=PROFILES, id=profile)
        world = await observe(stage.sessions.reading, stage.kinds, [Listing(PROFILE), Listing(RESPONSE, profile)])
        assert world.gone == {(PROFILE, profile)}
        assert world.find(PROFILE, profile) is None
        again = await observe(stage.sessions.reading, stage.kinds, [Listing(PROFILE)], world)
        assert again.find(PROFILE, profile) is None, "a list that lags does not bring it back"

    perform(scene, quirks=["lag=30"])


def test_only_a_read_by_id_proves_that_something_is_gone() -> None:
    """Found ones are added, also when they were thought to be gone."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        seen = World(gone=frozenset({(PROFILE, profile)}))
        asked = [(PROFILE, Remote(profile)), (PROFILE, Remote(NOWHERE)), (RESPONSE, Remote(NOWHERE, profile))]
        world = await confirm(stage.sessions.reading, stage.kinds, asked, seen)
        assert found(world, PROFILE, profile).attributes["name"] == "A"
        assert world.gone == {(PROFILE, NOWHERE), (RESPONSE, NOWHERE)}

    perform(scene)


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_list_that_cannot_be_read_fails_the_look(status: int) -> None:
    """Half a world is no world."""

    async def scene(stage: Stage) -> None:
        stage.faults(f"GET /alphanumeric_sender_ids * status-before={status}")
        with pytest.raises(ApiError):
            await observe(stage.sessions.reading, stage.kinds, [Listing(PROFILE), Listing(SENDER)])
        with pytest.raises(ApiError):
            await confirm(stage.sessions.reading, stage.kinds, [(SENDER, Remote(NOWHERE))], World())

    perform(scene, faults=[f"GET /alphanumeric_sender_ids/* * status-before={status}"])


def test_facts_are_read_for_the_changes_that_need_them() -> None:
    """A delete asks what hangs on the profile; a create and an update ask nothing."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        response = stage.response(profile)
        world = await stage.look()
        wanted = stage.want(PROFILE, "a", profile_spec("A"))
        other = stage.want(PROFILE, "b", profile_spec("B"))
        before = len(stage.requests("GET"))
        idle: list[Change] = [create(other), stage.update(wanted, world, profile)]
        assert await fetch_facts(stage.sessions.reading, stage.kinds, idle) == {}
        assert len(stage.requests("GET")) == before
        facts = await fetch_facts(stage.sessions.reading, stage.kinds, [stage.delete(wanted, world, profile)])
        assert [each.id for each in facts[wanted.address]["auto_responses"]] == [response]
        stage.admin("POST", "delete", collection=RESPONSES, id=response)
        delete = stage.delete(wanted, world, profile)
        stage.admin("POST", "delete", collection=PROFILES, id=profile)
        facts = await fetch_facts(stage.sessions.reading, stage.kinds, [delete])
        assert not any(facts[wanted.address].values()), "nothing hangs on what is gone"

    perform(scene)


def test_a_list_for_all_objects_is_read_once() -> None:
    """However many profiles go; an account that has no such list has nothing in it."""

    async def scene(stage: Stage) -> None:
        ids = [stage.portal(PROFILES, **profile_spec(name))["id"] for name in "AB"]
        agent = stage.portal("rcs_agents", agent_id="a1", profile_id=ids[1])["agent_id"]
        world = await stage.look()
        wanted = [stage.want(PROFILE, name, profile_spec(name)) for name in "AB"]
        deletes = [stage.delete(one, world, each) for one, each in zip(wanted, ids, strict=True)]
        facts = await fetch_facts(stage.sessions.reading, stage.kinds, deletes)
        assert [[each.id for each in facts[one.address]["agents"]] for one in wanted] == [[], [agent]]
        assert stage.requests("GET").count("/messaging/rcs/agents") == 1
        stage.faults("GET /messaging/rcs/agents * status-before=404")
        facts = await fetch_facts(stage.sessions.reading, stage.kinds, deletes)
        assert facts[wanted[1].address]["agents"] == ()

    perform(scene)


def test_what_hangs_on_candidates_is_counted() -> None:
    """By kind and id, under the words that a person reads; of kinds that count nothing, nothing is asked."""

    async def scene(stage: Stage) -> None:
        used = stage.portal(PROFILES, **profile_spec("A"))["id"]
        idle = stage.portal(PROFILES, **profile_spec("A"))["id"]
        stage.portal("phone_numbers", phone_number="+13125550100", messaging_profile_id=used)
        before = len(stage.requests("GET"))
        asked = [(PROFILE, Remote(used)), (PROFILE, Remote(idle)), (RESPONSE, Remote("r1", used))]
        counted = await count_attached(stage.sessions.reading, stage.kinds, asked)
        assert counted == {(PROFILE, used): {"phone numbers": 1}, (PROFILE, idle): {"phone numbers": 0}}
        assert len(stage.requests("GET")) == before + 2

    perform(scene)


def test_a_list_of_its_own_that_answers_404_fails_the_look() -> None:
    """No parent could be gone: the address of the API is wrong."""

    async def scene(stage: Stage) -> None:
        stage.faults("GET /messaging_profiles * status-before=404")
        with pytest.raises(NotFound):
            await observe(stage.sessions.reading, stage.kinds, [Listing(PROFILE)])

    perform(scene)


def test_a_parent_that_was_never_listed_is_gone_all_the_same() -> None:
    """Its children's list is enough."""

    async def scene(stage: Stage) -> None:
        world = await observe(stage.sessions.reading, stage.kinds, [Listing(RESPONSE, NOWHERE)])
        assert world == World({RESPONSE: {}}, frozenset({(PROFILE, NOWHERE)}))

    perform(scene)


def test_a_list_of_children_of_nobody_proves_nothing() -> None:
    """It answers 404, and there is no parent that could be gone."""

    @dataclass(frozen=True, slots=True)
    class Lost(RestAdapter):
        async def rows(self, session: ReadSession, parent_id: str | None) -> Sequence[Json]:
            raise NotFound(f"{session} {parent_id}", status=404, request="r")

    async def scene(stage: Stage) -> None:
        with pytest.raises(NotFound):
            await observe(stage.sessions.reading, stage.kinds, [Listing(RESPONSE)])

    lost = replace(real_kinds()[RESPONSE], adapter=Lost("/nowhere"))
    perform(scene, kinds={**real_kinds(), RESPONSE: lost})


@pytest.mark.parametrize(("told", "expected"), [("org", "org"), ("", None), (3, None), (None, None)])
def test_whose_account_it_is(told: Any, expected: str | None) -> None:
    """As the rows say it, where they say it in words."""
    session = Log({"data": {"id": "1", "name": "A", "organization_id": told}})
    world = asyncio.run(confirm(session, real_kinds(), [(PROFILE, Remote("1"))], World()))
    assert world.organization_id == expected
