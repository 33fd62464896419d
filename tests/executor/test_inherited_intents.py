"""What an earlier run intended and may have done stays known until its object exists, whatever becomes of this run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.executor.intents import intent_of
from reconciler.model.ledger import HalfReplaced, Intended, IntentKind
from reconciler.model.observed import World
from reconciler.model.plan import Create

from .stage import PROFILE, RESPONSE, SENDER, Stage, perform
from .wishes import create, profile_spec, response_spec


def inherit(stage: Stage, change: Create, action: IntentKind = IntentKind.CREATE) -> Intended:
    """Put the intent of an earlier run into the ledger."""
    intent = intent_of(change, stage.kinds[change.address.kind], World(), project="p", ledger=stage.ledger)
    assert intent is not None
    earlier = Intended((replace(intent, action=action, seen=("old",), carried={"resp_text": "x"}),))
    stage.ledger = stage.ledger.with_lines([earlier])
    return earlier


@pytest.mark.parametrize("how", ["refused", "blocked", "stopped"])
def test_an_intent_of_an_earlier_run_is_put_back(how: str) -> None:
    """This run's write certainly did not happen; that of the earlier one may have."""

    async def scene(stage: Stage) -> None:
        child = create(stage.want(RESPONSE, "r", response_spec("a", "STOP")))
        earlier = inherit(stage, child)
        post = "/messaging_profiles/*/autoresp_configs" if how == "refused" else "/messaging_profiles"
        if how == "stopped":
            stage.stop.set()
        stage.faults(f"POST {post} 1 status-before=422")
        await stage.apply(create(stage.want(PROFILE, "a", profile_spec("A"))), child)
        assert stage.ledger.intents == {child.address: earlier.intents[0]}

    perform(scene)


def test_the_second_half_of_a_replace_is_still_a_replace() -> None:
    """It is written down with everything the first run knew, and the ledger says that the old object is gone."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal("messaging_profiles", **profile_spec("A"))["id"]
        old = stage.portal("alphanumeric_sender_ids", messaging_profile_id=profile, alphanumeric_sender_id="Acme")["id"]
        wanted = stage.want(SENDER, "acme", {"messaging_profile": {"id": profile}, "alphanumeric_sender_id": "Acme"})
        entry = stage.owned(wanted, await stage.look(), old)
        stage.admin("POST", "delete", collection="alphanumeric_sender_ids", id=old)
        stage.ledger = replace(stage.ledger, entries={entry.address: entry})
        earlier = inherit(stage, create(wanted), IntentKind.REPLACE).intents[0]
        await stage.apply(create(wanted, seen=("other",)))
        assert stage.journal.names() == ["Intended", "HalfReplaced", "Recorded"]
        assert stage.journal.lines[1] == HalfReplaced(wanted.address)
        [line] = [line for line in stage.journal.lines if isinstance(line, Intended)]
        assert line.intents == (replace(earlier, seen=("other", "old")),)
        assert not stage.ledger.intents

    perform(scene)


def test_a_value_that_the_ledger_knows_as_a_secret_is_never_carried() -> None:
    """Not stated any more, and still nothing to write down; the entry to be knows that it is one."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal("messaging_profiles", **profile_spec("A"))["id"]
        row = {
            "messaging_profile_id": profile,
            "alphanumeric_sender_id": "Old",
            "us_long_code_fallback": "+13125550001",
        }
        old = stage.portal("alphanumeric_sender_ids", **row)["id"]
        world = await stage.look()
        wanted = stage.want(SENDER, "acme", {"messaging_profile": {"id": profile}, "alphanumeric_sender_id": "Acme"})
        change = stage.replace(wanted, world, old)
        change = replace(change, entry=replace(change.entry, secrets=("us_long_code_fallback",)))
        stage.faults("POST /alphanumeric_sender_ids 1 status-before=422")
        await stage.apply(change, world=world)
        intent = stage.ledger.intents[wanted.address]
        assert intent.carried == {}
        assert intent.entry is not None
        assert intent.entry.secrets == ("us_long_code_fallback",)
        assert "+13125550001" not in repr(stage.journal.lines)
        stage.stop.set()
        await stage.apply(create(wanted))
        [again] = [line for line in stage.journal.lines[1:] if isinstance(line, Intended)][:1]
        assert again.intents[0].entry == intent.entry

    perform(scene)


def test_what_a_replace_made_still_knows_the_secrets_of_what_it_replaced() -> None:
    """Recorded, and not only intended: the manifest may state the field again."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal("messaging_profiles", **profile_spec("A"))["id"]
        row = {"messaging_profile_id": profile, "alphanumeric_sender_id": "Old"}
        old = stage.portal("alphanumeric_sender_ids", **row)["id"]
        world = await stage.look()
        wanted = stage.want(SENDER, "acme", {"messaging_profile": {"id": profile}, "alphanumeric_sender_id": "Acme"})
        change = stage.replace(wanted, world, old)
        change = replace(change, entry=replace(change.entry, secrets=("us_long_code_fallback",)))
        await stage.apply(change, world=world)
        entry = stage.ledger.entries[wanted.address]
        assert entry.secrets == ("us_long_code_fallback",)

    perform(scene)


def test_a_create_of_what_was_recorded_before_is_no_half_of_a_replace() -> None:
    """The object is gone and comes anew: nothing is said of a replace that nobody began."""

    async def scene(stage: Stage) -> None:
        profile = stage.portal("messaging_profiles", **profile_spec("A"))["id"]
        wanted = stage.want(PROFILE, "a", profile_spec("A"))
        entry = stage.owned(wanted, await stage.look(), profile)
        stage.admin("POST", "delete", collection="messaging_profiles", id=profile)
        stage.ledger = replace(stage.ledger, entries={entry.address: entry})
        await stage.apply(create(wanted))
        assert stage.journal.names() == ["Intended", "Recorded"]

    perform(scene)
