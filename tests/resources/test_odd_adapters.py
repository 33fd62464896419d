"""Kinds whose collections are not plain, spoken to over a socket."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from reconciler.errors import NotFound, Refused
from reconciler.model.kind import Verb
from reconciler.model.observed import Remote
from reconciler.model.session import WriteSession
from reconciler.resources import kinds

from .stating import PROFILE_ID, cases, kind
from .talking import with_sandbox

VERIFICATION = {
    **cases("tollfree_verification.yaml")[0]["spec"],
    "phoneNumbers": [{"phoneNumber": "+18885550100"}],
}
PROFILE = {"name": "Support", "whitelisted_destinations": ["US"]}


def _answer(word: str) -> dict[str, Any]:
    return {"op": "info", "country_code": "US", "keywords": [word], "resp_text": "Acme: call 512-555-0199."}


def test_an_auto_response_lives_under_its_profile_and_is_put_as_a_whole() -> None:
    """What a PUT leaves out is cleared; a delete answers the bare string OK."""

    async def talk(session: WriteSession) -> None:
        adapter = kind("AutoResponse").adapter
        profile = (await session.post("/messaging_profiles", PROFILE))["data"]["id"]
        made = await adapter.create(session, _answer("HELP"), profile)
        remote = Remote(adapter.remote_id(made), profile)
        changed = await adapter.update(session, remote, {"op": "info", "country_code": "US", "keywords": ["INFO"]})
        assert (changed["keywords"], changed.get("resp_text")) == (["INFO"], None)
        assert await adapter.rows(session, profile) == [await adapter.read(session, remote)]
        await adapter.delete(session, remote)
        with pytest.raises(NotFound):
            await adapter.read(session, remote)
        assert await adapter.rows(session, profile) == []

    with_sandbox(talk)


@pytest.mark.parametrize("quirks", [(), ("short-autoresp-lists=2",)], ids=["in one piece", "in short pages"])
def test_no_auto_response_is_missed(quirks: tuple[str, ...]) -> None:
    """The list declares no pages, yet may be cut into them (guide 3)."""

    async def talk(session: WriteSession) -> None:
        adapter = kind("AutoResponse").adapter
        profile = (await session.post("/messaging_profiles", PROFILE))["data"]["id"]
        words = [f"WORD{index}" for index in range(30 if not quirks else 5)]
        for word in words:
            await adapter.create(session, _answer(word), profile)
        listed = [row["keywords"][0] for row in await adapter.rows(session, profile)]
        assert sorted(listed) == sorted(words)

    with_sandbox(talk, *quirks)


def test_an_auto_response_has_no_address_of_its_own() -> None:
    """Without its profile there is no URL to build."""
    adapter = kind("AutoResponse").adapter
    with pytest.raises(ValueError, match="under its messaging profile"):
        asyncio.run(adapter.rows(None, None))  # type: ignore[arg-type]  # it fails before it talks


def test_an_agent_is_known_by_agent_id_and_cleared_with_null() -> None:
    """There is no ``id`` (guide 12.1)."""

    async def talk(session: WriteSession) -> None:
        adapter = kind("RcsAgent").adapter
        profile = (await session.post("/messaging_profiles", PROFILE))["data"]["id"]
        first = (await adapter.rows(session, None))[0]
        remote = Remote(adapter.remote_id(first))
        assert (await adapter.read(session, remote))["agent_id"] == remote.id
        url = "https://hooks.example.com/rcs"
        changed = await adapter.update(session, remote, {"profile_id": profile, "webhook_url": url})
        assert (changed["profile_id"], changed["webhook_url"]) == (profile, url)
        assert (await adapter.update(session, remote, {"profile_id": None}))["profile_id"] is None

    with_sandbox(talk)


def test_a_sender_can_be_created_and_deleted() -> None:
    """With the only 201 of the messaging API, and a deleted object in the answer."""

    async def talk(session: WriteSession) -> None:
        adapter = kind("AlphanumericSenderId").adapter
        profile = (await session.post("/messaging_profiles", PROFILE))["data"]["id"]
        body = {"alphanumeric_sender_id": "ACME", "messaging_profile_id": profile}
        remote = Remote(adapter.remote_id(await adapter.create(session, body, None)))
        await adapter.delete(session, remote)
        assert await adapter.rows(session, None) == []

    with_sandbox(talk)


def test_a_verification_is_sent_whole_and_answers_two_shapes() -> None:
    """The answers of writes tell no reason and no time, those of reads do; both hold every field (guide 13)."""

    async def talk(session: WriteSession) -> None:
        adapter = kind("TollfreeVerification").adapter
        made = await adapter.create(session, VERIFICATION, None)
        remote = Remote(adapter.remote_id(made))
        assert ("createdAt" in made, "verificationRequestId" in made) == (False, True)
        seen = await adapter.read(session, remote)
        assert ("createdAt" in seen, "verificationRequestId" in seen) == (True, False)
        assert await adapter.rows(session, None) == [seen]
        changed = await adapter.update(session, remote, {**VERIFICATION, "businessName": "Other Inc."})
        assert {name: changed[name] for name in VERIFICATION} == {**VERIFICATION, "businessName": "Other Inc."}
        with pytest.raises(Refused):
            await adapter.update(session, remote, {"businessName": "In parts Inc."})
        with pytest.raises(Refused):
            await adapter.delete(session, remote)
        course = kind("TollfreeVerification").course
        assert course is not None
        assert [stage.status for stage in await course(session, remote)] == ["In Progress"]

    profile = {"id": PROFILE_ID, "name": "Numbers"}
    number = {"phone_number": "+18885550100", "type": "tollfree", "messaging_profile_id": PROFILE_ID}
    with_sandbox(talk, seed={"messaging_profiles": [profile], "phone_numbers": [number]})


def test_what_the_api_can_do_with_each_kind() -> None:
    """Guide 1, the resource map."""
    can = {name: {verb for verb in Verb if kind(name).can(verb)} for name in kinds()}
    assert can == {
        "MessagingProfile": {Verb.CREATE, Verb.UPDATE, Verb.DELETE},
        "AutoResponse": {Verb.CREATE, Verb.UPDATE, Verb.DELETE},
        "AlphanumericSenderId": {Verb.CREATE, Verb.DELETE},
        "HostedNumberOrder": {Verb.CREATE, Verb.DELETE},
        "RcsAgent": {Verb.UPDATE},
        "RcsTestNumber": {Verb.CREATE},
        "PhoneNumberMessaging": {Verb.UPDATE},
        "ShortCode": {Verb.UPDATE},
        "HostedNumber": {Verb.UPDATE, Verb.DELETE},
        "TollfreeVerification": {Verb.CREATE, Verb.UPDATE, Verb.DELETE},
    }
    assert all(kind(name).create_hint for name in can if Verb.CREATE not in can[name])
    assert {name for name in can if kind(name).replaceable} == {"AutoResponse", "AlphanumericSenderId"}


def test_an_invite_is_a_path_that_may_be_put_again() -> None:
    """Without a body; what the answer says of itself beside that is not ours to keep."""

    async def talk(session: WriteSession) -> None:
        adapter = kind("RcsTestNumber").adapter
        sent = {"agent_id": "a1f09c3e5d7b4862", "phone_number": "+15125550142"}
        for _ in range(2):
            made = await adapter.create(session, sent, None)
            assert made == {**sent, "status": "PENDING", "record_type": "rcs.test_number_invite"}
        with pytest.raises(NotFound) as refused:
            await adapter.create(session, {**sent, "agent_id": "nobody"}, None)
        assert "555" not in str(refused.value)  # the number may be a secret

    with_sandbox(talk)
