"""The lock of a ledger behind HTTP: who holds it, who may end it, and what its id tells."""

from __future__ import annotations

import asyncio
import json

import pytest

from reconciler.model.fields import parsed, spelled
from reconciler.model.ledger import Removed
from reconciler.model.location import HttpLocation
from reconciler.model.status import Holder
from reconciler.transport.remote import Reply

from .cases import PROFILE, SINCE
from .refusing import refused
from .script import HERE, HOST, USER, WHO, description, lock_id, lock_once, ok, script


@pytest.mark.parametrize("status", [409, 423])
def test_a_document_is_refused_while_another_has_the_lock(status: int) -> None:
    """Reading and writing say whom to look for."""
    server = script(status)
    with refused() as told:
        asyncio.run(server.store().snapshot())
    assert [*told] == [f'cannot read "{HERE}": the server answered {status}', WHO]
    server = script(ok(), 404, 200, status, 200)

    async def run() -> None:
        async with server.store().lock("reconciler apply", SINCE) as held:
            with refused() as told:
                await held.append(Removed(PROFILE))
            assert [*told] == [f'cannot write "{HERE}": the server answered {status}', WHO]
            with refused() as told:
                await held.append(Removed(PROFILE))
            assert [*told] == [
                f'"{HERE}" failed before and is not written any more',
                "run the command again: it continues from what the journal holds",
            ]

    asyncio.run(run())
    assert server.naps == pytest.approx([0.5], abs=0.4)


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_lock_is_ended_by_its_id(status: int) -> None:
    """At its own address, by its own method."""
    server = script(status)
    asyncio.run(server.store(HttpLocation(HERE, f"{HERE}/lock", "POST", "DELETE")).unlock("the-id"))
    assert server.asked == [("DELETE", f"{HERE}/lock", b'{"ID":"the-id"}', None)]


@pytest.mark.parametrize("status", [409, 423])
def test_a_lock_of_another_id_is_not_ended(status: int) -> None:
    """The id that is there now is told to the next apply."""
    with refused() as told:
        asyncio.run(script(status).store().unlock("the-id"))
    assert [*told] == [
        f'"{HERE}" is locked under another id than "the-id"',
        "the next apply is told the id of the present lock",
    ]


ECHO = {"ID": "their-id", "Who": "you@there", "Created": "yesterday", "Info": ""}
THEIRS = {"lock_id": "their-id", "pid": 8, "host": "there", "user": "you", "command": "apply", "since": "earlier"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            spelled({"ID": "their-id", "Info": json.dumps(THEIRS)}),
            Holder(8, "there", "you", "apply", "earlier", "their-id"),
        ),
        (
            spelled({"ID": "their-id", "Info": json.dumps({**THEIRS, "pid": "8", "user": 1})}),
            Holder(0, "there", "", "apply", "earlier", "their-id"),
        ),
        (spelled(ECHO), Holder(0, "unknown host", "you@there", "their-id", "yesterday", "their-id")),
        (
            spelled({**ECHO, "Info": json.dumps({**THEIRS, "lock_id": "another"})}),
            Holder(0, "unknown host", "you@there", "their-id", "yesterday", "their-id"),
        ),
        (
            spelled({**ECHO, "Who": f"{USER}@{HOST}"}),
            Holder(0, "unknown host", "unknown", "their-id", "yesterday", "their-id"),
        ),
        (spelled({"ID": "x" * 501}), Holder(0, "unknown host", "unknown", "x" * 500, "an unknown time", "x" * 500)),
        (b"oops", Holder(0, "unknown host", "unknown", "unknown command", "an unknown time", "")),
        (b"[]", Holder(0, "unknown host", "unknown", "unknown command", "an unknown time", "")),
        (spelled({"ID": 1}), Holder(0, "unknown host", "unknown", "unknown command", "an unknown time", "")),
    ],
)
@pytest.mark.parametrize("status", [409, 423])
def test_who_holds_the_lock(content: bytes, expected: Holder, status: int) -> None:
    """As much as can be understood; and the command that ends it."""
    unlock = f"reconciler ledger unlock {expected.lock_id or 'ID'} --account default"
    hint = f"this lock does not end by itself: {unlock} ends it, once it is certain that its run is dead"
    server = script(Reply(status, content))
    with refused() as told:
        asyncio.run(lock_once(server.store()))
    assert (told.type, told.summary) == ("Locked", f'account "default" is locked by {expected}')
    assert told.hint == f"{hint}; for one that is alive, --lock-timeout SECONDS waits"
    assert server.naps == []
    server = script(*[Reply(status, content)] * 4)
    with refused() as told:
        asyncio.run(lock_once(server.store(), wait=4.5))
    assert told.hint == hint
    assert server.naps == [2.0, 2.0, 0.5]


def test_a_lock_that_is_ours_already() -> None:
    """The answer to an earlier attempt was lost: the server refuses our own id, and it is ours."""
    server = script(500, Reply(409, spelled({"ID": lock_id(), "Info": description()["Info"]})), 404, 200)
    asyncio.run(lock_once(server.store()))
    assert [method for method, *_ in server.asked] == ["LOCK", "LOCK", "GET", "UNLOCK"]
    server = script(Reply(409, spelled({"ID": lock_id(), "Who": description()["Who"]})), 404, 200)
    asyncio.run(lock_once(server.store()))
    assert [method for method, *_ in server.asked] == ["LOCK", "GET", "UNLOCK"]


def test_a_lock_that_becomes_free() -> None:
    """Waiting ends as soon as it does; one that cannot be released is left behind in silence."""
    server = script(423, 423, 201, 404, 400)
    asyncio.run(lock_once(server.store(), wait=30))
    assert server.naps == [2.0, 2.0]


@pytest.mark.parametrize(
    ("command", "begins"),
    [
        ("reconciler apply", "reconciler-apply"),
        ("  a/b  c_d-e!  ", "a-b-c_d-e"),
        ("x" * 100, "x" * 60),
        ("x" * 59 + " y", "x" * 59),
        ("!!!", ""),
    ],
)
def test_the_id_of_a_lock_tells_people_whose_it_is(command: str, begins: str) -> None:
    """Command, user, host, process and a random end, in letters that any server takes."""
    server = script(200, 404, 200)

    async def run() -> None:
        async with server.store().lock(command, SINCE):
            pass

    asyncio.run(run())
    told = parsed(server.asked[0][2] or b"")
    assert told["ID"] == lock_id(begins)
    assert server.asked[-1][2] == server.asked[0][2]


def test_a_lock_that_cannot_be_released_fails_nothing() -> None:
    """Everything is written by then: whoever meets the lock is told how to end it."""
    server = script(200, 404, 500, 500, 500, 500)
    asyncio.run(lock_once(server.store()))
    assert [method for method, *_ in server.asked] == ["LOCK", "GET", *["UNLOCK"] * 4]


def test_whoever_waited_for_less_than_a_second_is_not_told_to_wait() -> None:
    """He knows how."""
    server = script(423, 423)
    with refused() as told:
        asyncio.run(lock_once(server.store(), wait=0.5))
    assert server.naps == [0.5]
    assert "--lock-timeout" not in told.hint
