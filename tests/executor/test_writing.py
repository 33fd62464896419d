"""What each kind of change sends, and what it leaves in the ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from reconciler.adapters.rest import RestAdapter
from reconciler.errors import Invalid, PlanRefused, Stale
from reconciler.model.address import Address
from reconciler.model.events import Applied, Began, Blocked, Failed
from reconciler.model.kind import Json
from reconciler.model.ledger import HalfReplaced, Origin, Recorded, Removed
from reconciler.model.observed import Remote
from reconciler.model.plan import Adopt, Forget, Move, Record
from reconciler.model.resource import OnRemove
from reconciler.model.session import WriteSession
from reconciler.resources import kinds as real_kinds

from .stage import PROFILE, RESPONSE, SENDER, Stage, create, found, perform, profile_spec, response_spec

PROFILES, RESPONSES, SENDERS = "messaging_profiles", "autoresp_configs", "alphanumeric_sender_ids"
POOL = {"long_code_weight": 1, "toll_free_weight": 2, "skip_unhealthy": True}
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


@pytest.mark.parametrize("origin", list(Origin))
def test_an_adoption_without_differences_writes_nothing(origin: Origin) -> None:
    """Only the ledger changes, and says how the object became ours."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        world = await stage.look()
        wanted = stage.want(PROFILE, "a", profile_spec("A"))
        at = stage.update(wanted, world, profile)
        change = Adopt(
            address=at.address, reason="x", desired=wanted, remote=at.remote, digest=at.digest, origin=origin
        )
        writes = len(stage.requests("POST"))
        await stage.apply(change, world=world)
        assert stage.requests("PATCH") == []
        assert len(stage.requests("POST")) == writes
        assert stage.ledger.entries[wanted.address].origin is origin

    perform(scene)


def test_an_adoption_with_differences_updates_first() -> None:
    """And children of what is adopted get its id."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        world = await stage.look()
        wanted = stage.want(PROFILE, "a", profile_spec("A", whitelisted_destinations=["CA"]))
        at = stage.update(wanted, world, profile)
        adopt = Adopt(address=at.address, reason="x", desired=wanted, remote=at.remote, digest=at.digest)
        await stage.apply(adopt, create(stage.want(RESPONSE, "r", response_spec("a", "STOP"))), world=world)
        assert stage.bodies("PATCH") == [{"whitelisted_destinations": ["CA"]}]
        assert stage.state(RESPONSES)[0]["parent"] == profile

    perform(scene)


def test_moves_records_and_forgets_touch_only_the_ledger() -> None:
    """No request at all, and no intent."""

    async def scene(stage: Stage) -> None:
        ids = [stage.portal(PROFILES, **profile_spec(name))["id"] for name in "ABC"]
        world = await stage.look()
        was = [stage.want(PROFILE, name, profile_spec(name.upper())) for name in ("a", "b", "c")]
        entries = [stage.owned(wanted, world, i) for wanted, i in zip(was, ids, strict=True)]
        renamed = stage.want(PROFILE, "z", profile_spec("A"))
        at = stage.update(renamed, world, ids[0])
        common: dict[str, Any] = {"reason": "x", "digest": at.digest}
        before = len(stage.requests("GET"))
        await stage.apply(
            Move(address=renamed.address, desired=renamed, remote=at.remote, entry=entries[0], **common),
            Record(
                address=was[1].address,
                desired=was[1],
                remote=entries[1].remote,
                entry=replace(entries[1], file="old.yaml", origin=Origin.ADOPTED),
                **common,
            ),
            Forget(address=was[2].address, reason="x", entry=entries[2]),
            Record(address=was[0].address, desired=None, remote=entries[0].remote, entry=entries[0], **common),
            world=world,
        )
        assert sorted(stage.journal.names()) == ["Recorded", "Recorded", "Recorded", "Removed"]
        moved = Recorded(replace(entries[0], address=renamed.address), instead_of=was[0].address)
        assert moved in stage.journal.lines
        adopted = replace(entries[1], origin=Origin.ADOPTED, on_remove=OnRemove.RETAIN)
        assert Recorded(adopted) in stage.journal.lines
        assert Recorded(entries[0]) in stage.journal.lines
        assert Removed(was[2].address) in stage.journal.lines
        assert len(stage.requests("GET")) == before

    perform(scene)


def test_an_update_under_a_new_name_moves_the_entry() -> None:
    """``moved_from`` is not left behind."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        world = await stage.look()
        wanted = stage.want(PROFILE, "new", profile_spec("A", whitelisted_destinations=["CA"]))
        old = Address(PROFILE, "old")
        await stage.apply(stage.update(wanted, world, profile, moved_from=old), world=world)
        (line,) = stage.journal.lines
        assert isinstance(line, Recorded)
        assert line.instead_of == old

    perform(scene)


@dataclass(frozen=True, slots=True)
class Deaf(RestAdapter):
    """A collection whose server takes no webhook_url."""

    async def create(self, session: WriteSession, body: Json, parent_id: str | None) -> Json:
        """POST, without the field."""
        heard = {name: value for name, value in body.items() if name != "webhook_url"}
        return await RestAdapter.create(self, session, heard, parent_id)

    async def update(self, session: WriteSession, remote: Remote, body: Json) -> Json:
        """PATCH, without the field."""
        heard = {name: value for name, value in body.items() if name != "webhook_url"}
        return await RestAdapter.update(self, session, remote, heard)


@pytest.mark.parametrize("secret", [False, True])
def test_a_field_that_the_server_ignores_is_a_finding_and_is_remembered(secret: bool) -> None:
    """Said once, with its place; secrets are masked; the entry knows what was answered."""
    path = ("webhook_url",)

    async def scene(stage: Stage) -> None:
        spec = profile_spec("A", webhook_url="https://canary.example")
        wanted = stage.want(PROFILE, "a", spec, secrets=[path] if secret else [])
        (created,) = (await stage.apply(create(wanted))).outcomes
        world = await stage.look()
        remote_id = stage.ledger.entries[wanted.address].remote.id
        stage.ledger = stage.ledger.with_lines([])
        other = stage.want(PROFILE, "a", {**spec, "webhook_url": "https://canary2.example"})
        (updated,) = (await stage.apply(stage.update(other, world, remote_id), world=world)).outcomes
        for outcome in (created, updated):
            assert isinstance(outcome, Applied)
        assert isinstance(created, Applied)
        (note,) = created.notes
        assert (note.code, note.source and note.source.line) == ("field-ignored", 7)
        assert ("canary" in repr(note)) is not secret
        entry = next(line.entry for line in stage.journal.lines if isinstance(line, Recorded))
        assert ("canary" in repr(entry)) is not secret
        assert entry.applied["webhook_url"] != entry.answered["webhook_url"]

    deaf = replace(real_kinds()[PROFILE], adapter=Deaf("/messaging_profiles"))
    perform(scene, kinds={**real_kinds(), PROFILE: deaf})


def test_ids_of_the_observed_world_are_the_ones_written() -> None:
    """The stage itself: what the look sees is what the portal made."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A"))["id"]
        world = await stage.look()
        assert found(world, PROFILE, profile).attributes["name"] == "A"
        assert "v1_secret" not in found(world, PROFILE, profile).attributes
        assert world.organization_id

    perform(scene)
