"""Adoptions, moves, records and ignored fields: what the ledger holds afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from reconciler.adapters.rest import RestAdapter
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.events import Applied
from reconciler.model.kind import Json
from reconciler.model.ledger import Origin, Recorded, Removed
from reconciler.model.observed import Observed, Remote
from reconciler.model.plan import Adopt, Forget, Move, Record
from reconciler.model.resource import OnRemove
from reconciler.model.session import WriteSession
from reconciler.resources import kinds as real_kinds

from .stage import PROFILE, RESPONSE, Stage, perform
from .wishes import create, profile_spec, response_spec

PROFILES, RESPONSES = "messaging_profiles", "autoresp_configs"


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


def test_a_field_that_the_ledger_knows_as_a_secret_stays_one_in_findings() -> None:
    """The manifest spells it out now; the server's answer may still be the old secret."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal(PROFILES, **profile_spec("A", webhook_url="https://canary.example"))["id"]
        world = await stage.look()
        wanted = stage.want(PROFILE, "a", profile_spec("A", webhook_url="https://plain.example"))
        change = stage.update(wanted, world, profile)
        change = replace(change, entry=replace(change.entry, secrets=("webhook_url",)))
        (outcome,) = (await stage.apply(change, world=world)).outcomes
        assert isinstance(outcome, Applied)
        (note,) = outcome.notes
        assert "canary" not in repr(note)

    deaf = replace(real_kinds()[PROFILE], adapter=Deaf("/messaging_profiles"))
    perform(scene, kinds={**real_kinds(), PROFILE: deaf})


def test_a_field_that_belongs_to_somebody_else_after_the_create_is_no_finding() -> None:
    """Whose it is, is read off what was made."""

    async def scene(stage: Stage) -> None:
        wanted = stage.want(PROFILE, "a", profile_spec("A", webhook_url="https://plain.example"))
        (outcome,) = (await stage.apply(create(wanted))).outcomes
        assert isinstance(outcome, Applied)
        assert outcome.notes == ()

    def elsewhere(made: Observed) -> frozenset[tuple[str, ...]]:
        return frozenset({("webhook_url",)} if made.attributes.get("name") == "A" else ())

    deaf = replace(real_kinds()[PROFILE], adapter=Deaf("/messaging_profiles"), uncompared=elsewhere)
    perform(scene, kinds={**real_kinds(), PROFILE: deaf})


def test_what_a_human_must_do_next_is_told_of_what_was_made() -> None:
    """The kind's notices are asked with the object as the API answered it."""

    async def scene(stage: Stage) -> None:
        (outcome,) = (await stage.apply(create(stage.want(PROFILE, "a", profile_spec("A"))))).outcomes
        (row,) = stage.state(PROFILES)
        assert isinstance(outcome, Applied)
        assert outcome.notes == (told(f"a {row['id']}"),)
        assert stage.ledger.entries[Address(PROFILE, "a")].origin is Origin.CREATED

    def told(what: str) -> Diagnostic:
        return Diagnostic(code="x", severity=Severity.WARNING, summary=what)

    kind = replace(real_kinds()[PROFILE], notices=lambda res, made: [told(f"{res.address.name} {made.remote.id}")])
    perform(scene, kinds={**real_kinds(), PROFILE: kind})
