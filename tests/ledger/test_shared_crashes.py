"""Shared ledgers whose writer is killed or not answered at any request: what was confirmed is there, and runs go on."""

from __future__ import annotations

import asyncio
import functools
import itertools
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from reconciler.errors import LedgerError, Locked
from reconciler.ledger.bucket import Bucket
from reconciler.ledger.objects import ObjectLedger
from reconciler.ledger.remote import RemoteLedger
from reconciler.ledger.store import HeldLedger, LedgerStore
from reconciler.model.ledger import Identified, Intended, Ledger, Recorded, Removed
from reconciler.model.location import BucketLocation
from reconciler.transport.remote import RemoteDocument

from .cases import PROFILE, SINCE, entry, intent, seen
from .places import Place, bucket_place, document_of, http_location, http_place, hurried, raw_s3, s3_environment
from .stateserver import StateServer

OTHER = PROFILE._replace(name="other")


class Killed(Exception):
    """The process is dead: nothing that it wanted to do afterwards happens."""


class Death:
    """Counts requests, and kills at one of them: before it is sent, or once it was carried out."""

    def __init__(self, number: int, *, after: bool) -> None:
        self.left = number
        self.after = after
        self.dead = False

    async def at(self, request: Callable[[], Any]) -> Any:
        """Send one request, or die."""
        self.left -= 1
        if self.dead or (self.left == 0 and not self.after):
            self.dead = True
            raise Killed
        answer = await request()
        if self.left == 0:
            self.dead = True
            raise Killed
        return answer


class DyingBucket(Bucket):
    """A bucket whose user dies."""

    def __init__(self, location: BucketLocation, death: Death) -> None:
        super().__init__(location, os.environ)
        self.death = death

    async def read(self, key: str) -> Any:
        return await self.death.at(functools.partial(super().read, key))

    async def create(self, key: str, content: bytes) -> Any:
        return await self.death.at(functools.partial(super().create, key, content))

    async def replace(self, key: str, content: bytes, stamp: Any) -> Any:
        return await self.death.at(functools.partial(super().replace, key, content, stamp))

    async def keys(self, folder: str) -> Any:
        return await self.death.at(functools.partial(super().keys, folder))

    async def remove(self, keys: Any) -> Any:
        return await self.death.at(functools.partial(super().remove, keys))


class DyingDocument(RemoteDocument):
    """A document whose user dies."""

    def __init__(self, document: RemoteDocument, death: Death) -> None:
        self.document = document
        self.death = death

    async def exchange(self, *arguments: Any, **named: Any) -> Any:
        return await self.death.at(functools.partial(self.document.exchange, *arguments, **named))


async def run(ledger: HeldLedger, words: list[str]) -> None:
    """Two applies in one; a word is a promise."""
    await ledger.append(Identified("https://api.telnyx.com/v2", "org"))
    await ledger.append(Intended((intent(), intent(OTHER))))
    words.append("intended")
    await ledger.append(Recorded(entry()))
    words.append("recorded")
    await ledger.compact({"outcome": "applied"})
    words.append("compacted")
    await ledger.append(Removed(OTHER))
    words.append("removed")
    await ledger.compact()
    words.append("done")


def holds_what_was_promised(ledger: Ledger, words: list[str]) -> None:
    """Each word is a promise about the ledger that is read after it."""
    if "intended" in words:
        assert PROFILE in ledger.intents or PROFILE in ledger.entries
    if "recorded" in words:
        assert ledger.entries[PROFILE] == entry()
        assert PROFILE not in ledger.intents
    if "compacted" in words:
        assert ledger.last_run == {"outcome": "applied"}
    if "removed" in words:
        assert OTHER not in ledger.intents
    elif "intended" in words and ledger.header.serial < 1:
        assert OTHER in ledger.intents


async def left_behind(store: LedgerStore) -> str:
    """The id of the lock that the dead process left, or nothing: what the refusal says."""
    try:
        async with store.lock("reconciler apply", SINCE):
            return ""
    except Locked as refused:
        return refused.hint.partition("ledger unlock ")[2].split()[0]


async def continues(place: Place) -> None:
    """Whatever was left behind, the next run gets in, appends, compacts, and leaves nothing."""
    store = place.store()
    if lock_id := await left_behind(store):
        await store.unlock(lock_id)
    before = (await store.snapshot()).ledger
    async with store.lock("reconciler apply", SINCE) as held:
        assert held.ledger == before
        await held.append(Recorded(entry(OTHER)))
        await held.compact({"outcome": "again"})
    after = await place.store().snapshot()
    assert after.ledger.entries == {**before.entries, OTHER: entry(OTHER)}
    assert after.ledger.header.serial == before.header.serial + 1
    assert not after.unfinished
    assert place.journal() == []


Fresh = Callable[[int, Death], tuple[Place, LedgerStore]]
"""From the number of a try to an empty place and a store that dies there."""


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_every_request_of_a_bucket(bucket: Place, s3: str, after: bool) -> None:
    """The first, the second, … request, until a run gets through."""
    prefix = bucket.store().where.split("/")[3]

    def fresh(number: int, death: Death) -> tuple[Place, LedgerStore]:
        location = BucketLocation("s3", "ledgers", f"{prefix}/{number}")
        store = ObjectLedger(location, "default", lambda: DyingBucket(location, death), sleep=hurried)
        return bucket_place(location, raw_s3("ledgers"), s3_environment(s3)), store

    assert deaths(fresh, after=after) == 16


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("which", ["http", "gitlab"])
def test_killed_at_every_request_of_a_document(
    which: str,
    after: bool,
    request: pytest.FixtureRequest,
) -> None:
    """The same over the Terraform protocol."""
    server: StateServer = request.getfixturevalue(which)
    location = http_location(server)

    def fresh(_: int, death: Death) -> tuple[Place, LedgerStore]:
        @asynccontextmanager
        async def opened() -> AsyncIterator[RemoteDocument]:
            async with document_of(location) as document:
                yield DyingDocument(document, death)

        server.states.clear()
        return http_place(server), RemoteLedger(location, "default", opened, sleep=hurried)

    assert deaths(fresh, after=after) == 10


def deaths(fresh: Fresh, *, after: bool) -> int:
    """How many there were until a run got through; the ledger goes on from each of them."""

    async def one(number: int) -> bool:
        words: list[str] = []
        death = Death(number, after=after)
        place, store = fresh(number, death)
        try:
            async with store.lock("reconciler apply", SINCE) as held:
                await run(held, words)
        except (Killed, LedgerError):
            assert death.dead
        holds_what_was_promised((await place.store().snapshot()).ledger, words)
        await continues(place)
        return death.dead

    for number in itertools.count(1):
        if not asyncio.run(one(number)):
            return number - 1
    raise AssertionError


@pytest.mark.parametrize("which", ["http", "gitlab"])
@pytest.mark.parametrize("every", [2, 3])
@pytest.mark.parametrize("first", [0, 1])
def test_answers_that_are_lost_change_nothing(
    which: str, every: int, first: int, request: pytest.FixtureRequest
) -> None:
    """Requests are carried out and answered 500, the lock too: the run goes on, and nothing is there twice."""
    server: StateServer = request.getfixturevalue(which)
    turns = itertools.count(first)
    server.misbehave = lambda _: 500 if next(turns) % every == 0 else None
    place = http_place(server)

    async def go() -> None:
        async with place.store().lock("reconciler apply", SINCE) as held:
            await run(held, [])

    asyncio.run(go())
    server.misbehave = lambda _: None
    assert seen(place.store()).ledger.entries == {PROFILE: entry()}
    assert server.state().lock is None
    if which == "gitlab":
        assert server.state().serials == sorted(set(server.state().serials))
