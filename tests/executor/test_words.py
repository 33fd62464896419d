"""What the executor says, whole, and what it keeps of what it knew: findings, refusals, entries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reconciler.errors import NotFound, OutcomeUnknown, PlanRefused, Stale
from reconciler.executor.freshness import moved
from reconciler.executor.ignored import ignored_fields
from reconciler.executor.intents import intent_of
from reconciler.executor.listings import Listings
from reconciler.executor.observe import confirm
from reconciler.executor.run import Run
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.events import Applied, Failed
from reconciler.model.ledger import Header, Intended, Intent, IntentKind, Ledger, Recorded
from reconciler.model.observed import Listing, Observed, Remote, World
from reconciler.model.plan import Adopt, Change, Move, Record
from reconciler.resources import kinds as real_kinds

from .stage import PROFILE, RESPONSE, SALT, SENDER, Stage, found, perform
from .wishes import create, desired, profile_spec, response_spec

PROFILES, RESPONSES, SENDERS = "messaging_profiles", "autoresp_configs", "alphanumeric_sender_ids"
KINDS = real_kinds()
HOOK = ("webhook_url",)


def test_what_is_said_of_an_object_that_moved() -> None:
    """The address, what happened to it, and what next."""
    error = moved(create(desired(KINDS[PROFILE], "a", profile_spec("A"))), "changed")
    assert isinstance(error, Stale)
    assert error.summary == (f"{PROFILE}/a: its object changed while this run was under way, and was left as it is")
    assert error.hint == "plan again, and review what changed"


@pytest.mark.parametrize(
    ("stated", "recorded", "shown"),
    [
        ([], (), ("'https://asked.example'", "'https://got.example'")),
        ([HOOK], (), ("(sensitive)", "(sensitive)")),
        ([], ("webhook_url",), ("(sensitive)", "(sensitive)")),
    ],
)
def test_what_is_said_of_a_field_that_was_not_taken(
    stated: list[tuple[str, ...]], recorded: tuple[str, ...], shown: tuple[str, str]
) -> None:
    """Code, words, place; a secret of the manifest or of the ledger is masked on both sides."""
    kind = KINDS[PROFILE]
    wanted = desired(kind, "a", profile_spec("A", webhook_url="https://asked.example"), secrets=stated)
    answered = Observed(PROFILE, Remote("1"), {"name": "A", "webhook_url": "https://got.example"})
    leaves = [kind.leaves[HOOK], kind.leaves[("name",)]]
    [note] = ignored_fields(wanted, leaves, answered, secrets=recorded)
    assert note == Diagnostic(
        code="field-ignored",
        severity=Severity.WARNING,
        summary=f"{PROFILE}/a: the API did not take webhook_url as written",
        detail=note.detail,
        hint="this is remembered and not planned again; remove the field, or write what the API makes of it",
        address=Address(PROFILE, "a"),
        source=wanted.resource.place_of(HOOK),
    )
    for each in ("asked", "got"):
        assert (each in (note.detail or "")) is (shown[0] != "(sensitive)")
    assert note.detail is not None
    assert note.detail.startswith("sent ")
    assert note.detail.count("sensitive") == (0 if shown[0] != "(sensitive)" else 2)
    assert ignored_fields(wanted, leaves[1:], answered) == ()


def test_what_is_said_when_a_guard_refuses_after_the_review() -> None:
    """The reason, and how to lift exactly this guard."""

    async def scene(stage: Stage) -> None:
        profile = stage.profile("A")
        world = await stage.look()
        change = stage.delete(stage.want(PROFILE, "a", profile_spec("A")), world, profile)
        stage.response(profile)
        [outcome] = (await stage.apply(change, world=world)).outcomes
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, PlanRefused)
        assert outcome.error.summary.startswith(f"{PROFILE}/a: ")
        assert len(outcome.error.summary) > len(f"{PROFILE}/a: None")
        assert outcome.error.hint == (
            f"plan again, and lift it with --allow children-attached:{PROFILE}/a if this is meant"
        )

    perform(scene)


def test_what_is_said_of_several_objects_that_may_be_ours() -> None:
    """Each by name and id, the request, and how to choose."""

    async def scene(stage: Stage) -> None:
        world = await stage.look()
        stage.profile("A")
        stage.faults("POST /messaging_profiles 1 drop-after")
        [outcome] = (await stage.apply(create(stage.want(PROFILE, "a", profile_spec("A"))), world=world)).outcomes
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, OutcomeUnknown)
        before, _, listed = outcome.error.summary.partition("may be the one: ")
        assert before == f"{PROFILE}/a: the answer to its create was lost, and several objects "
        first, second = (row["id"] for row in stage.state(PROFILES))
        assert {part for part in (first, second) if part in listed} == {first, second}
        assert listed.count("; ") == 1
        assert "XX" not in listed
        assert outcome.error.request == "POST /messaging_profiles"
        assert outcome.error.hint == "write the right id as metadata.remote_id, delete the others, and apply again"

    perform(scene)


def test_an_object_that_is_read_by_its_id_is_read_whole() -> None:
    """With its parent, and with the account's own id; one that is gone is gone under its kind."""

    async def scene(stage: Stage) -> None:
        profile = stage.profile("A")
        response = stage.response(profile)
        asked = [(RESPONSE, Remote(response, profile)), (PROFILE, Remote(profile))]
        world = await confirm(stage.sessions.reading, stage.kinds, asked, World())
        assert found(world, RESPONSE, response).remote == Remote(response, profile)
        listed = await stage.look(Listing(PROFILE))
        assert world.organization_id == listed.organization_id
        assert world.organization_id
        gone = await confirm(stage.sessions.reading, stage.kinds, [(PROFILE, Remote("x"))], World())
        assert gone == World({PROFILE: {}}, frozenset({(PROFILE, "x")}), None)

    perform(scene)


def test_each_list_is_shared_by_those_who_want_it() -> None:
    """And by nobody who wants another one."""

    async def scene(stage: Stage) -> None:
        made = stage.profile("A")
        listings = Listings(stage.sessions.reading, stage.kinds)
        for _ in range(3):
            assert [row.remote.id for row in await listings.fresh(Listing(PROFILE))] == [made]
            assert list(await listings.fresh(Listing(SENDER))) == []
        assert len(stage.requests("GET")) == 6

    perform(scene)


def run_on(stage: Stage, **more: Any) -> Run:
    """A run in which nothing was done yet."""
    values = {
        "kinds": stage.kinds,
        "session": stage.sessions.writing,
        "journal": stage.journal,
        "ledger": stage.ledger,
        "world": World(),
        "project": "p",
        "account": "default",
        "lifted": (),
        "emit": stage.emit,
        "patience": stage.patience,
        "listings": Listings(stage.sessions.reading, stage.kinds),
        **more,
    }
    return Run(**values)


def test_which_ids_cannot_be_the_new_object() -> None:
    """Of the same kind: those in the ledger, those that were seen, those that this run made."""

    async def scene(stage: Stage) -> None:
        profile = stage.profile("A")
        world = await stage.look()
        wanted = stage.want(PROFILE, "a", profile_spec("A"))
        entry = replace(stage.owned(wanted, world, profile), remote=Remote("recorded"))
        ledger = replace(stage.ledger, entries={entry.address: entry})
        run = run_on(stage, ledger=ledger, world=world)
        run.claimed.update({(PROFILE, "made"), (SENDER, "other")})
        assert run.known_ids(PROFILE) == {"recorded", profile, "made"}
        assert run.known_ids(SENDER) == {"other"}
        assert run.known_ids(RESPONSE) == run_on(stage).known_ids(PROFILE) == set()

    perform(scene)


def test_an_object_that_was_not_seen_is_read() -> None:
    """And one that was seen is not."""

    async def scene(stage: Stage) -> None:
        profile = stage.profile("A")
        response = stage.response(profile)
        world = await stage.look(Listing(PROFILE))
        run = run_on(stage, world=world)
        before = len(stage.requests("GET"))
        assert await run.observed(stage.kinds[PROFILE], Remote(profile)) == found(world, PROFILE, profile)
        assert len(stage.requests("GET")) == before
        observed = await run.observed(stage.kinds[RESPONSE], Remote(response, profile))
        assert (observed.remote, observed.attributes["keywords"]) == (Remote(response, profile), ["STOP"])
        assert len(stage.requests("GET")) == before + 1
        with pytest.raises(NotFound):
            await run.observed(stage.kinds[PROFILE], Remote("gone"))

    perform(scene)


def changes_of(stage: Stage, world: World, profile: str) -> dict[str, Callable[[], Change]]:
    """Each change that records an object which the ledger knows already, as having a secret."""
    wanted = stage.want(PROFILE, "a", profile_spec("A"))
    update = stage.update(wanted, world, profile)
    secret = replace(update.entry, secrets=("webhook_url",))
    common: dict[str, Any] = {"reason": "x", "digest": update.digest, "remote": update.remote}
    adopt = Adopt(address=wanted.address, desired=wanted, **common)

    def known() -> Change:
        stage.ledger = replace(stage.ledger, entries={secret.address: secret})
        return adopt

    def begun() -> Change:
        intent = Intent(address=wanted.address, action=IntentKind.CREATE, entry=secret)
        stage.ledger = stage.ledger.with_lines([Intended((intent,))])
        return adopt

    return {
        "update": lambda: replace(update, entry=secret),
        "move": lambda: Move(address=wanted.address, desired=wanted, entry=secret, **common),
        "record": lambda: Record(address=wanted.address, desired=wanted, entry=secret, **common),
        "adopt what is recorded": known,
        "adopt what was begun": begun,
    }


@pytest.mark.parametrize("how", ["update", "move", "record", "adopt what is recorded", "adopt what was begun"])
def test_what_was_a_secret_stays_one(how: str) -> None:
    """Although no manifest states it any more: its value is still in the account."""

    async def scene(stage: Stage) -> None:
        profile = stage.profile("A")
        world = await stage.look()
        change = changes_of(stage, world, profile)[how]()
        [outcome] = (await stage.apply(change, world=world)).outcomes
        assert isinstance(outcome, Applied)
        assert outcome.change == change
        [line] = [line for line in stage.journal.lines if isinstance(line, Recorded)]
        assert line.entry.secrets == ("webhook_url",)

    perform(scene)


def test_an_adopted_object_has_no_secrets_of_others() -> None:
    """Nothing was known of it."""

    async def scene(stage: Stage) -> None:
        profile = stage.profile("A")
        world = await stage.look()
        wanted = stage.want(PROFILE, "a", profile_spec("A"))
        at = stage.update(wanted, world, profile)
        adopt = Adopt(address=wanted.address, reason="x", desired=wanted, remote=at.remote, digest=at.digest)
        await stage.apply(adopt, world=world)
        assert stage.ledger.entries[wanted.address].secrets == ()

    perform(scene)


@pytest.mark.parametrize("secret", [False, True])
def test_what_the_server_made_of_the_same_wish_is_not_sent_again(secret: bool) -> None:
    """Known from the entry, sealed or not; only the other field goes out."""

    async def scene(stage: Stage) -> None:
        profile = stage.profile("A", webhook_url="https://canary.example/made")
        world = await stage.look()
        wish = profile_spec("A", webhook_url="https://canary.example/asked")
        before = stage.want(PROFILE, "a", wish, secrets=[HOOK] if secret else [])
        now = stage.want(PROFILE, "a", {**wish, "whitelisted_destinations": ["CA"]}, secrets=[HOOK] if secret else [])
        change = replace(stage.update(now, world, profile), entry=stage.recorded(before, world, profile))
        [outcome] = (await stage.apply(change, world=world)).outcomes
        assert isinstance(outcome, Applied)
        assert stage.bodies("PATCH") == [{"whitelisted_destinations": ["CA"]}]
        assert outcome.notes == ()

    perform(scene)


@pytest.mark.parametrize("secret", [False, True])
def test_a_whole_object_that_is_as_the_server_made_it_is_not_read_again(secret: bool) -> None:
    """Nothing is to be sent, so nothing could be overwritten."""
    text = ("resp_text",)

    async def scene(stage: Stage) -> None:
        profile = stage.profile("A")
        response = stage.response(profile, resp_text="Acme: what the server made of it.")
        world = await stage.look()
        wish = response_spec({"id": profile}, "STOP", resp_text="Acme: what was asked for at first.")
        wanted = stage.want(RESPONSE, "r", wish, secrets=[text] if secret else [])
        reads = len(stage.requests("GET"))
        change = replace(stage.update(wanted, world, response), entry=stage.recorded(wanted, world, response))
        [outcome] = (await stage.apply(change, world=world)).outcomes
        assert isinstance(outcome, Applied)
        assert len(stage.requests("GET")) == reads
        assert stage.requests("PUT") == []

    perform(scene)


def test_a_replace_of_what_is_gone_keeps_what_was_seen_of_it() -> None:
    """Deleted in the portal meanwhile: the ignored leaf has the value that it had when the run began."""

    async def scene(stage: Stage) -> None:
        profile = stage.profile("A")
        row = {"messaging_profile_id": profile, "alphanumeric_sender_id": "Other"}
        old = stage.portal(SENDERS, us_long_code_fallback="+13125550001", **row)["id"]
        world = await stage.look()
        spec = {
            "messaging_profile": {"id": profile},
            "alphanumeric_sender_id": "Acme",
            "us_long_code_fallback": "+13125550002",
        }
        wanted = stage.want(SENDER, "acme", spec, ignore=[("us_long_code_fallback",)])
        change = stage.replace(wanted, world, old)
        stage.admin("POST", "delete", collection=SENDERS, id=old)
        [outcome] = (await stage.apply(change, world=world)).outcomes
        assert isinstance(outcome, Applied)
        [now] = stage.state(SENDERS)
        assert (now["alphanumeric_sender_id"], now["us_long_code_fallback"]) == ("Acme", "+13125550001")

    perform(scene)


def test_a_replace_of_what_nobody_saw_makes_what_is_written() -> None:
    """Gone before the run looked: there is nothing to take over."""

    async def scene(stage: Stage) -> None:
        profile = stage.profile("A")
        row = {"messaging_profile_id": profile, "alphanumeric_sender_id": "Other"}
        old = stage.portal(SENDERS, **row)["id"]
        wanted = stage.want(SENDER, "acme", {"messaging_profile": {"id": profile}, "alphanumeric_sender_id": "Acme"})
        change = stage.replace(wanted, await stage.look(), old)
        stage.admin("POST", "delete", collection=SENDERS, id=old)
        [outcome] = (await stage.apply(change, world=World())).outcomes
        assert isinstance(outcome, Applied)
        assert [row["alphanumeric_sender_id"] for row in stage.state(SENDERS)] == ["Acme"]

    perform(scene)


def test_what_the_second_half_of_a_replace_takes_over() -> None:
    """That it is one, which object it replaces, and what that held, without what the ledger knows as a secret."""
    kind = KINDS[SENDER]
    wanted = desired(kind, "acme", {"messaging_profile": {"id": "p"}, "alphanumeric_sender_id": "Acme"})
    change = create(wanted, seen=("other",))
    first = intent_of(change, kind, World(), project="p", ledger=Ledger(Header(salt=SALT)))
    assert first is not None
    assert first.entry is not None
    earlier = replace(
        first,
        action=IntentKind.REPLACE,
        seen=("old",),
        remote=Remote("old"),
        entry=replace(first.entry, secrets=("us_long_code_fallback",)),
        carried={"us_long_code_fallback": "+13125550001", "note": "kept"},
    )
    ledger = Ledger(Header(salt=SALT), {}, {wanted.address: earlier})
    assert intent_of(change, kind, World(), project="p", ledger=ledger) == replace(
        earlier, seen=("other", "old"), carried={"note": "kept"}
    )
