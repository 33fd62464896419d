"""A chain of renames as it is carried out: the order of its lines, and a kill after any of them."""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.address import Address
from reconciler.model.events import Applied
from reconciler.model.ledger import Intended, Ledger, Recorded
from reconciler.model.plan import Noop
from reconciler.model.resource import Resource
from reconciler.planner.draft import draft
from reconciler.planner.situation import Situation
from tests.planner.worlds import profile, recorded, resource

from .stage import PROFILE, SENDER, Stage, perform
from .wishes import profile_spec

PROFILES, SENDERS = "messaging_profiles", "alphanumeric_sender_ids"


async def planned(stage: Stage, *manifests: Resource) -> Situation:
    """The account as it is, and what these manifests and the stage's ledger say of it."""
    world = await stage.look()
    return Situation(kinds=stage.kinds, resources=manifests, ledger=stage.ledger, world=world, project="p")


def held(ledger: Ledger) -> dict[str, str]:
    """Which object each address means."""
    return {str(address): entry.remote.id for address, entry in ledger.entries.items()}


def hinted(name: str, old: str) -> Resource:
    """A profile that was called otherwise."""
    return replace(profile(name), renamed_from=old)


def test_a_chain_of_moves_killed_after_any_line_goes_on() -> None:
    """Nothing is written remotely, and no line loses what the next one needs."""

    async def scene(stage: Stage) -> None:
        one, two, three = (stage.portal(PROFILES, **profile_spec(name))["id"] for name in ("One", "Two", "Three"))
        world = await stage.look()
        rows = {row.remote.id: row for row in world.of_kind(PROFILE)}
        names = {"a": one, "b": two, "c": three}
        entries = [recorded(profile(name), rows[remote], project="p") for name, remote in names.items()]
        before = replace(stage.ledger, entries={entry.address: entry for entry in entries})
        stage.ledger = before
        wishes = (hinted("b", "a"), hinted("c", "b"), hinted("d", "c"))
        here = await planned(stage, *wishes)
        report = await stage.apply(*draft(here).changes)
        assert all(isinstance(outcome, Applied) for outcome in report.outcomes), report
        whole = held(stage.ledger)
        assert whole == {f"{PROFILE}/b": one, f"{PROFILE}/c": two, f"{PROFILE}/d": three}
        lines = tuple(stage.journal.lines)
        assert len(lines) == 3
        for written in range(len(lines) + 1):
            stage.journal.lines.clear()
            stage.ledger = before.with_lines(lines[:written])
            assert set(held(stage.ledger).values()) == {one, two, three}, written
            await stage.apply(*draft(await planned(stage, *wishes)).changes)
            assert held(stage.ledger) == whole, written
            assert all(isinstance(change, Noop) for change in draft(await planned(stage, *wishes)).changes)
        assert [method for method in ("POST", "PATCH", "DELETE") if stage.requests(method)] == []

    perform(scene)


def test_the_intent_of_a_replace_outlives_the_rename_that_makes_room_for_it() -> None:
    """What takes over an address is intended there before whoever has it leaves, and killed or not it must be found."""

    async def scene(stage: Stage) -> None:
        parent = stage.portal(PROFILES, **profile_spec("A"))["id"]
        first = stage.portal(SENDERS, alphanumeric_sender_id="FIRST", messaging_profile_id=parent)["id"]
        second = stage.portal(SENDERS, alphanumeric_sender_id="SECOND", messaging_profile_id=parent)["id"]
        kind = stage.kinds[SENDER]
        world = await stage.look()

        def wish(name: str, sender: str, old: str | None = None) -> Resource:
            made = resource(kind, name, alphanumeric_sender_id=sender, messaging_profile={"id": parent})
            return replace(made, renamed_from=old)

        for name, sender, remote in (("a", "FIRST", first), ("b", "SECOND", second)):
            row = world.find(SENDER, remote)
            assert row is not None
            entry = recorded(wish(name, sender), row, project="p")
            stage.ledger = replace(stage.ledger, entries={**stage.ledger.entries, entry.address: entry})
        wishes = (wish("b", "OTHER", "a"), wish("c", "SECOND", "b"))
        changes = draft(await planned(stage, *wishes)).changes
        assert [(change.action.value, change.address.name) for change in changes] == [("move", "c"), ("replace", "b")]
        before = stage.ledger
        await stage.apply(*changes)
        assert held(stage.ledger)[f"{SENDER}/c"] == second
        lines = tuple(stage.journal.lines)
        left = next(number for number, line in enumerate(lines, 1) if isinstance(line, Recorded))
        assert Address(SENDER, "b") not in before.with_lines(lines[:left]).intents
        assert isinstance(lines[left], Intended)
        assert Address(SENDER, "b") in before.with_lines(lines[: left + 1]).intents
        assert not stage.ledger.intents

    perform(scene)
