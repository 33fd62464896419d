"""Promise 1 at the wire: a reading session cannot write, whatever is done to it."""

from __future__ import annotations

import asyncio

import pytest

from reconciler.api import Client, connect
from reconciler.api.endpoints import READING, SIDE_EFFECT_FREE, endpoint_of
from reconciler.sandbox.app import create_app
from reconciler.sandbox.server import running
from reconciler.transport.outcome import Request
from reconciler.transport.retry import Repeat

from .connecting import target

WRITES = ["POST", "PATCH", "PUT", "DELETE"]


def test_it_offers_no_writing_method() -> None:
    """The type says so, and the object too."""
    assert [name for name in ("post", "upload", "patch", "put", "delete") if hasattr(Client, name)] == []


def test_nothing_that_reaches_into_it_gets_a_write_out() -> None:
    """By its own sender, by its wire, by the HTTP client below: the server sees reads only."""
    sandbox = create_app()

    async def go(url: str) -> None:
        async with connect(target(url)) as session:
            await session.get("/messaging_profiles")
            sender = session._sender
            for method in WRITES:
                request = Request(method, "/messaging_profiles", body={"name": "x"})
                with pytest.raises(ValueError, match="may not send"):
                    await sender.send(request, repeat=Repeat.HARMLESS, writes=False)
                with pytest.raises(ValueError, match="may not send"):
                    await sender.wire.exchange(request)
                with pytest.raises(ValueError, match="may not send"):
                    await sender.wire._client.request(method, f"{url}/messaging_profiles", json={})
            for path in ["/messaging_profiles", "/messaging/rcs/bulk_capabilities/", "/messaging/rcs/../x"]:
                with pytest.raises(ValueError, match="side effects"):
                    await session.ask(path, {})
            assert (session.requests.reads, session.requests.writes) == (1, 0)

    with running(sandbox) as url:
        asyncio.run(go(url))
    assert {entry.method for entry in sandbox.world.log} == {"GET"}


def test_questions_are_asked() -> None:
    """The closed list, over the wire, counted as reads."""
    sandbox = create_app()

    async def go(url: str) -> None:
        async with connect(target(url)) as session:
            body = {"phone_numbers": ["+15551234567"]}
            answer = await session.ask("/messaging_hosted_number_orders/eligibility_numbers_check", body)
            assert "phone_numbers" in answer
            assert session.requests.reads == 1

    with running(sandbox) as url:
        asyncio.run(go(url))


def test_the_closed_list_is_what_it_was_reviewed_as() -> None:
    """Whoever adds a path here must prove that it writes nothing."""
    assert {
        "/messaging_hosted_number_orders/eligibility_numbers_check",
        "/messaging/rcs/bulk_capabilities",
    } == SIDE_EFFECT_FREE
    assert READING.methods == {"GET"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/messaging_profiles", "/messaging_profiles"),
        ("/messaging_profiles/4001-x", "/messaging_profiles/{}"),
        ("/messaging_profiles/4001-x/autoresp_configs", "/messaging_profiles/{}/autoresp_configs"),
        ("/messaging_profiles/4001-x/autoresp_configs/7", "/messaging_profiles/{}/autoresp_configs/{}"),
        ("/messaging_profiles/1/actions/regenerate_secret", "/messaging_profiles/{}/actions/regenerate_secret"),
        ("/messaging/rcs/agents/acme_support", "/messaging/rcs/agents/{}"),
        ("/phone_numbers/messaging", "/phone_numbers/messaging"),
        ("/phone_numbers/1293384261075731499/messaging", "/phone_numbers/{}/messaging"),
        ("/messaging_tollfree/verification/requests/x", "/messaging_tollfree/verification/requests/{}"),
        ("/short_codes/x", "/short_codes/{}"),
    ],
)
def test_requests_to_one_endpoint_share_a_pace(path: str, expected: str) -> None:
    """Ids are collapsed whatever they look like."""
    assert endpoint_of("GET", path) == f"GET {expected}"
