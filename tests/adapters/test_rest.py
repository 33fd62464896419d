"""The plain collection: verbs, envelopes, and answers that make no sense."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from reconciler.adapters.rest import RestAdapter
from reconciler.errors import ApiError, NotFound, OutcomeUnknown
from reconciler.model.kind import Verb
from reconciler.model.observed import Remote
from reconciler.model.session import WriteSession

from .talking import Prepared, with_sandbox

PROFILES = RestAdapter("/messaging_profiles")
ORDERS = RestAdapter("/messaging_hosted_number_orders", verbs=frozenset({Verb.CREATE, Verb.DELETE}))
HERE = Remote("x")


def test_an_object_lives_from_create_to_delete() -> None:
    """Every verb once, over a socket; only a read by id says that it is gone."""

    async def talk(session: WriteSession) -> None:
        assert await PROFILES.rows(session, None) == []
        made = await PROFILES.create(session, {"name": "It", "whitelisted_destinations": ["US"]}, None)
        remote = Remote(PROFILES.remote_id(made))
        assert [row["name"] for row in await PROFILES.rows(session, None)] == ["It"]
        changed = await PROFILES.update(session, remote, {"name": "That"})
        assert (changed["name"], changed["whitelisted_destinations"]) == ("That", ["US"])
        assert (await PROFILES.read(session, remote))["name"] == "That"
        await PROFILES.delete(session, remote)
        with pytest.raises(NotFound):
            await PROFILES.read(session, remote)
        with pytest.raises(NotFound):
            await PROFILES.delete(session, remote)

    with_sandbox(talk)


@pytest.mark.parametrize("quirks", [(), ("bare-orders",)], ids=["in data", "bare"])
def test_an_answer_may_come_without_its_envelope(quirks: tuple[str, ...]) -> None:
    """Documented orders have none (guide 20)."""

    async def talk(session: WriteSession) -> None:
        made = await ORDERS.create(session, {"phone_numbers": ["+15125550100"]}, None)
        remote = Remote(ORDERS.remote_id(made))
        assert (await ORDERS.read(session, remote))["status"] == "pending"
        await ORDERS.delete(session, remote)
        assert [row["status"] for row in await ORDERS.rows(session, None)] == ["deleted"]

    with_sandbox(talk, *quirks)


NONSENSE: list[Any] = [None, "OK", [], {"data": None}, {"data": []}, {"data": "OK"}]


@pytest.mark.parametrize("answer", NONSENSE)
def test_a_read_that_answers_no_object_fails(answer: Any) -> None:
    """And says which request it was."""
    with pytest.raises(ApiError) as caught:
        asyncio.run(PROFILES.read(Prepared(answer), HERE))
    assert (caught.value.code, caught.value.request) == ("unusable-answer", "GET /messaging_profiles/x")


@pytest.mark.parametrize("answer", [*NONSENSE, {}, {"data": {"name": "It"}}, {"data": {"id": ""}}])
def test_a_write_that_does_not_say_what_it_made_is_in_doubt(answer: Any) -> None:
    """It must be looked for, never repeated (guide 18.6)."""
    with pytest.raises(OutcomeUnknown) as caught:
        asyncio.run(PROFILES.create(Prepared(answer), {}, None))
    assert caught.value.request == "POST /messaging_profiles"
    with pytest.raises(OutcomeUnknown):
        asyncio.run(PROFILES.update(Prepared(answer), HERE, {}))


@pytest.mark.parametrize("answer", [None, "OK", {"data": {"id": "x"}}])
def test_a_delete_is_done_whatever_it_answers(answer: Any) -> None:
    """The object, another object, or nothing (guide 22.3)."""
    asyncio.run(PROFILES.delete(Prepared(answer), HERE))


def test_ids_are_data_and_not_paths() -> None:
    """Some ids are free text or phone numbers (guide 18.7)."""
    session = Prepared({"data": {"id": "x"}})
    asyncio.run(PROFILES.read(session, Remote("../+1 a?b#c")))
    assert session.asked == [("GET", "/messaging_profiles/..%2F%2B1%20a%3Fb%23c", None)]


def test_what_it_can_do_is_data() -> None:
    """A missing verb is a missing capability."""
    assert PROFILES.verbs == set(Verb)
    assert ORDERS.verbs == {Verb.CREATE, Verb.DELETE}
    assert not PROFILES.sends_whole
