"""Deletes and replaces: what is read again before, and how far the ledger says they came."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.errors import Invalid, PlanRefused
from reconciler.model.events import Applied, Failed
from reconciler.model.kind import Guard
from reconciler.model.ledger import HalfReplaced, Removed
from reconciler.model.observed import Listing
from reconciler.resources import kinds as real_kinds

from .stage import PROFILE, RESPONSE, SENDER, Stage, perform
from .wishes import profile_spec, response_spec

PROFILES, RESPONSES, SENDERS = "messaging_profiles", "autoresp_configs", "alphanumeric_sender_ids"
NUMBER = "PhoneNumberMessaging"


def response_row(profile: str, *keywords: str, **more: Any) -> dict[str, Any]:
    """A row of the portal."""
    return {"messaging_profile_id": profile, "op": "stop", "country_code": "US", "keywords": list(keywords), **more}


def test_deletes_run_and_are_recorded() -> None:
    """Child before parent; the guard of the parent does not count the child that this run removed."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        row = stage.portal(RESPONSES, **response_row(profile, "STOP"))["id"]
        world = await stage.look()
        child = stage.delete(stage.want(RESPONSE, "stop", response_spec({"id": profile}, "STOP")), world, row)
        parent = stage.delete(stage.want(PROFILE, "a", profile_spec("A")), world, profile, depends_on=(child.address,))
        report = await stage.apply(child, parent, world=world)
        assert all(isinstance(outcome, Applied) for outcome in report.outcomes), report
        assert stage.state(PROFILES) == stage.state(RESPONSES) == []
        assert stage.journal.lines[1:] == [Removed(child.address), Removed(parent.address)]

    perform(scene)


def test_what_this_run_removed_does_not_hold_a_delete_back_while_lists_lag() -> None:
    """The list still shows the child; we know better."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        row = stage.portal(RESPONSES, **response_row(profile, "STOP"))["id"]
        stage.time.now += 60
        world = await stage.look()
        child = stage.delete(stage.want(RESPONSE, "stop", response_spec({"id": profile}, "STOP")), world, row)
        parent = stage.delete(stage.want(PROFILE, "a", profile_spec("A")), world, profile, depends_on=(child.address,))
        report = await stage.apply(child, parent, world=world)
        assert all(isinstance(outcome, Applied) for outcome in report.outcomes), report

    perform(scene, quirks=["lag=30"])


@pytest.mark.parametrize("elsewhere", [False, True])
def test_what_this_run_moved_away_does_not_hold_a_delete_back_either(elsewhere: bool) -> None:
    """The list still shows the number. An update of something else moves nothing."""

    async def scene(stage: Stage) -> None:
        old, new = (stage.portal(PROFILES, **profile_spec(name))["id"] for name in "AB")
        [number, *_] = stage.state("phone_numbers")
        stage.edit("phone_numbers", number["id"], messaging_profile_id=old)
        stage.time.now += 60
        world = await stage.look(Listing(PROFILE), Listing(NUMBER))
        spec: dict[str, Any] = {"phone_number": number["phone_number"]}
        spec |= {"tags": ["x"]} if elsewhere else {"messaging_profile": {"id": new}}
        moving = stage.update(stage.want(NUMBER, "desk", spec), world, number["id"])
        parent = stage.delete(stage.want(PROFILE, "a", profile_spec("A")), world, old, depends_on=(moving.address,))
        moved, gone = (await stage.apply(moving, parent, world=world)).outcomes
        assert isinstance(moved, Applied), moved
        assert isinstance(gone, Failed if elsewhere else Applied), gone
        assert len(stage.state(PROFILES)) == (2 if elsewhere else 1)

    perform(scene, quirks=["lag=30"])


@pytest.mark.parametrize(
    ("lifted", "deleted"),
    [
        ((), False),
        (("children-attached",), True),
        ((f"children-attached:{PROFILE}/a",), True),
        ((f"children-attached:{PROFILE}/b",), False),
        (("children",), False),
    ],
)
def test_guards_are_asked_again_just_before_a_delete(lifted: tuple[str, ...], deleted: bool) -> None:
    """A sender was attached after the review: refused, unless the plan lifts exactly this guard."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        world = await stage.look()
        change = stage.delete(stage.want(PROFILE, "a", profile_spec("A")), world, profile)
        stage.portal(RESPONSES, **response_row(profile, "STOP"))
        report = await stage.apply(change, world=world, lifted=lifted)
        assert isinstance(report.outcomes[0], Applied) is deleted, report
        assert (stage.requests("DELETE") != []) is deleted
        if not deleted:
            assert isinstance(report.outcomes[0], Failed)
            assert isinstance(report.outcomes[0].error, PlanRefused)
            assert not stage.ledger.intents

    perform(scene, quirks=["cascade"])


def test_something_already_gone_is_as_good_as_deleted() -> None:
    """Deleted in the portal between the look and the write."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        world = await stage.look()
        change = stage.delete(stage.want(PROFILE, "a", profile_spec("A")), world, profile)
        stage.admin("POST", "delete", collection=PROFILES, id=profile)
        report = await stage.apply(change, world=world)
        assert isinstance(report.outcomes[0], Applied)
        assert stage.journal.lines[-1] == Removed(change.address)

    perform(scene)


def test_a_delete_that_somebody_else_won_is_done() -> None:
    """It was there when read again, and gone when deleted."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        world = await stage.look()
        stage.faults("DELETE /messaging_profiles/* 1 status-before=404")
        change = stage.delete(stage.want(PROFILE, "a", profile_spec("A")), world, profile)
        report = await stage.apply(change, world=world)
        assert isinstance(report.outcomes[0], Applied)
        assert stage.journal.lines[-1] == Removed(change.address)

    perform(scene)


def sender(profile: str, fallback: str | None = None) -> dict[str, Any]:
    """The spec of a sender ID."""
    spec: dict[str, Any] = {"messaging_profile": {"id": profile}, "alphanumeric_sender_id": "Acme"}
    return spec | ({"us_long_code_fallback": fallback} if fallback else {})


def test_a_replace_deletes_creates_and_notes_the_gap() -> None:
    """One outcome; the ledger always says how far it came; an ignored leaf keeps the old object's value."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        old = stage.portal(
            SENDERS, messaging_profile_id=profile, alphanumeric_sender_id="Other", us_long_code_fallback="+13125550001"
        )
        world = await stage.look()
        wanted = stage.want(SENDER, "acme", sender(profile, "+13125550002"), ignore=[("us_long_code_fallback",)])
        report = await stage.apply(stage.replace(wanted, world, old["id"]), world=world)
        assert isinstance(report.outcomes[0], Applied), report
        (now,) = stage.state(SENDERS)
        assert now["alphanumeric_sender_id"] == "Acme"
        assert now["us_long_code_fallback"] == "+13125550001"
        assert stage.journal.names() == ["Intended", "HalfReplaced", "Recorded"]
        assert stage.ledger.entries[wanted.address].remote.id == now["id"] != old["id"]

    perform(scene)


def test_a_replace_whose_create_fails_is_remembered() -> None:
    """The old one is gone and the new one refused: written, and the intent stays."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        old = stage.portal(SENDERS, messaging_profile_id=profile, alphanumeric_sender_id="Acme")["id"]
        world = await stage.look()
        wanted = stage.want(SENDER, "acme", sender(profile, "+13125550002"))
        stage.faults("POST /alphanumeric_sender_ids 1 status-before=422")
        report = await stage.apply(stage.replace(wanted, world, old), world=world)
        (outcome,) = report.outcomes
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, Invalid)
        assert outcome.written
        assert stage.journal.lines[-1] == HalfReplaced(wanted.address)
        intent = stage.ledger.intents[wanted.address]
        assert (intent.identity, intent.seen) == ((profile, "Acme"), (old,))

    perform(scene)


def test_a_refused_delete_leaves_a_replace_undone() -> None:
    """Nothing was written, so nothing is pending."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        old = stage.portal(SENDERS, messaging_profile_id=profile, alphanumeric_sender_id="Acme")["id"]
        world = await stage.look()
        stage.faults("DELETE /alphanumeric_sender_ids/* 1 status-before=422")
        wanted = stage.want(SENDER, "acme", sender(profile, "+13125550002"))
        report = await stage.apply(stage.replace(wanted, world, old), world=world)
        assert isinstance(report.outcomes[0], Failed)
        assert not report.outcomes[0].written
        assert not stage.ledger.intents
        assert len(stage.state(SENDERS)) == 1

    perform(scene)


def test_a_guard_that_needs_no_fact_is_asked_all_the_same() -> None:
    """It refuses by the change alone."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        world = await stage.look()
        change = stage.delete(stage.want(PROFILE, "a", profile_spec("A")), world, profile)
        [outcome] = (await stage.apply(change, world=world)).outcomes
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, PlanRefused)
        assert outcome.error.summary == f"{PROFILE}/a: facts: {{}}"

    guard = Guard("never", lambda _, facts: f"facts: {dict(facts)}")
    kind = replace(real_kinds()[PROFILE], facts=(), guards=(guard,))
    perform(scene, kinds={**real_kinds(), PROFILE: kind})
