"""What a killed run left in the ledger is looked for before the next plan is made."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.executor.awaited import await_intents
from reconciler.executor.intents import intent_of
from reconciler.model.events import Settling
from reconciler.model.ledger import Intended, IntentKind, Ledger, Recorded
from reconciler.model.observed import Listing, World
from reconciler.model.plan import Change
from reconciler.resources import kinds as real_kinds

from .stage import PROFILE, RESPONSE, SENDER, Stage, perform
from .wishes import create, profile_spec, response_spec

PROFILES, RESPONSES, SENDERS = "messaging_profiles", "autoresp_configs", "alphanumeric_sender_ids"


def killed(stage: Stage, *changes: Change) -> Ledger:
    """The ledger of a run that was killed after its intents were written."""
    intents = [intent_of(c, stage.kinds[c.address.kind], World(), project="p", ledger=stage.ledger) for c in changes]
    return stage.ledger.with_lines([Intended(tuple(intent for intent in intents if intent is not None))])


async def awaited(stage: Stage, ledger: Ledger, world: World) -> World:
    """Wait in virtual time."""
    return await await_intents(
        stage.sessions.reading, stage.kinds, ledger, world, patience=stage.patience, emit=stage.emit
    )


@pytest.mark.parametrize("lag", [0.1, 3, 9.9])
def test_an_object_that_shows_up_late_is_seen(lag: float) -> None:
    """However late within the settling time; and no longer than needed."""

    async def scene(stage: Stage) -> None:
        world = await stage.look(Listing(PROFILE))
        ledger = killed(stage, create(stage.want(PROFILE, "a", profile_spec("A"))))
        made = stage.portal(PROFILES, **profile_spec("A"))["id"]
        after = await awaited(stage, ledger, world)
        assert after.find(PROFILE, made)
        assert lag <= stage.time.now <= lag + 2
        assert [type(event) for event in stage.events] == [Settling]

    perform(scene, quirks=[f"lag={lag}"])


def test_what_is_seen_already_is_not_waited_for() -> None:
    """No request, no time."""

    async def scene(stage: Stage) -> None:
        stage.portal(PROFILES, **profile_spec("A"))
        world = await stage.look(Listing(PROFILE))
        ledger = killed(stage, create(stage.want(PROFILE, "a", profile_spec("A"))))
        assert await awaited(stage, ledger, world) is world
        assert (stage.time.now, stage.events) == (0, [])

    perform(scene)


@pytest.mark.parametrize(
    ("taken", "reason"),
    [("seen", "it had the name before the run"), ("recorded", "it is another address's")],
)
def test_an_object_of_somebody_else_does_not_end_the_wait(taken: str, reason: str) -> None:
    """Ours may still come."""

    async def scene(stage: Stage) -> None:
        theirs = stage.portal(PROFILES, **profile_spec("A"))["id"]
        world = await stage.look(Listing(PROFILE))
        wanted = stage.want(PROFILE, "a", profile_spec("A"))
        if taken == "recorded":
            entry = stage.owned(stage.want(PROFILE, "other", profile_spec("A")), world, theirs)
            stage.ledger = stage.ledger.with_lines([Recorded(entry)])
        ledger = killed(stage, create(wanted, seen=(theirs,) if taken == "seen" else ()))
        await awaited(stage, ledger, world)
        assert stage.time.now == pytest.approx(stage.settle_seconds, abs=0.01), reason

    perform(scene)


def sender(stage: Stage, profile: str) -> Any:
    """A sender ID."""
    return stage.want(SENDER, "acme", {"messaging_profile": {"id": profile}, "alphanumeric_sender_id": "Acme"})


@pytest.mark.parametrize("half", [True, False])
def test_a_replace_is_waited_for_once_its_old_object_is_off_the_ledger(half: bool) -> None:
    """Before that its create was never sent."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        old = stage.portal(SENDERS, messaging_profile_id=profile, alphanumeric_sender_id="Acme")["id"]
        world = await stage.look(Listing(SENDER))
        change = stage.replace(sender(stage, profile), world, old)
        if not half:
            stage.ledger = stage.ledger.with_lines([Recorded(change.entry)])
        await awaited(stage, killed(stage, change), world)
        assert (stage.time.now > 0) is half

    perform(scene)


def test_deletes_are_not_waited_for() -> None:
    """Their object has an id, and a read of it tells."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        world = await stage.look(Listing(PROFILE))
        ledger = killed(stage, stage.delete(stage.want(PROFILE, "a", profile_spec("A")), world, profile))
        assert [intent.action for intent in ledger.intents.values()] == [IntentKind.DELETE]
        await awaited(stage, ledger, World())
        assert stage.time.now == 0

    perform(scene)


def test_a_child_of_a_parent_that_the_same_run_made_is_found_too() -> None:
    """First the parent by its name, then the child in the parent's list; both lag."""

    async def scene(stage: Stage) -> None:
        world = await stage.look(Listing(PROFILE))
        ledger = killed(
            stage,
            create(stage.want(RESPONSE, "stop", response_spec("a", "STOP"))),
            create(stage.want(PROFILE, "a", profile_spec("A"))),
        )
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        response = stage.response(profile)
        after = await awaited(stage, ledger, world)
        assert after.find(RESPONSE, response)

    perform(scene, quirks=["lag=3"])


def test_told_to_stop_the_wait_ends() -> None:
    """The world as far as it was seen."""

    async def scene(stage: Stage) -> None:
        world = await stage.look(Listing(PROFILE))
        stage.stop.set()
        await awaited(stage, killed(stage, create(stage.want(PROFILE, "a", profile_spec("A")))), world)
        assert stage.time.now == 0

    perform(scene)


def test_an_intent_of_a_kind_that_is_not_known_is_left_alone() -> None:
    """A newer version wrote it."""

    async def scene(stage: Stage) -> None:
        ledger = killed(stage, create(stage.want(PROFILE, "a", profile_spec("A"))))
        (intent,) = ledger.intents.values()
        strange = replace(intent, address=intent.address._replace(kind="Pigeon"))
        await awaited(stage, replace(ledger, intents={strange.address: strange}), World())
        assert stage.time.now == 0

    perform(scene)


@pytest.mark.parametrize("secret", [("name",), ("keywords",)])
def test_a_secret_natural_key_is_sealed_and_its_object_is_found_all_the_same(secret: tuple[str, ...]) -> None:
    """The journal holds HMACs, of each keyword by itself; what the run made matches them, a stranger's does not."""

    async def scene(stage: Stage) -> None:
        mine = stage.portal(PROFILES, **profile_spec("t0p-secret"))["id"]
        if secret == ("name",):
            wanted = stage.want(PROFILE, "a", profile_spec("t0p-secret"), secrets=[secret])
            stage.portal(PROFILES, **profile_spec("other"))
        else:
            wanted = stage.want(RESPONSE, "r", response_spec({"id": mine}, "HALT", "t0p-secret"), secrets=[secret])
            row = {"messaging_profile_id": mine, "op": "stop", "country_code": "US"}
            stage.portal(RESPONSES, **row, keywords=["STOP"])
            stage.portal(RESPONSES, **row, keywords=["T0P-SECRET"])
        ledger = killed(stage, create(wanted))
        intent = ledger.intents[wanted.address]
        assert "t0p-secret" not in repr(intent).lower()
        assert intent.sealed == secret
        world = await stage.look()
        assert await awaited(stage, ledger, world) is world, "it is there already"
        collection, made = (PROFILES, mine) if secret == ("name",) else (RESPONSES, stage.state(RESPONSES)[-1]["id"])
        stage.admin("POST", "delete", collection=collection, id=made)
        assert stage.events == []
        await awaited(stage, ledger, await stage.look())
        assert [type(event) for event in stage.events] == [Settling]

    perform(scene)


def test_several_that_may_be_the_one_are_not_waited_for() -> None:
    """Waiting makes them no fewer; the plan says that they are ambiguous."""

    async def scene(stage: Stage) -> None:
        for _ in range(2):
            stage.portal(PROFILES, **profile_spec("A"))
        world = await stage.look(Listing(PROFILE))
        ledger = killed(stage, create(stage.want(PROFILE, "a", profile_spec("A"))))
        assert await awaited(stage, ledger, world) is world
        assert (stage.time.now, stage.events) == (0, [])

    perform(scene)


def test_the_wait_is_announced_with_what_is_waited_for() -> None:
    """Who waits, and for how long at most."""

    async def scene(stage: Stage) -> None:
        wanted = stage.want(PROFILE, "a", profile_spec("A"))
        await awaited(stage, killed(stage, create(wanted)), await stage.look(Listing(PROFILE)))
        assert stage.events == [Settling((wanted.address,), stage.settle_seconds)]

    perform(scene)


def test_what_cannot_be_looked_for_is_not_waited_for() -> None:
    """A kind without a natural key: any object might be the one."""

    async def scene(stage: Stage) -> None:
        ledger = killed(stage, create(stage.want(PROFILE, "a", profile_spec("A"))))
        world = World()
        assert await awaited(stage, ledger, world) is world
        assert (stage.time.now, stage.events) == (0, [])

    perform(scene, kinds={**real_kinds(), PROFILE: replace(real_kinds()[PROFILE], identity=())})
