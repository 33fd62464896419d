"""The lock in a bucket: what its object says, who may take it when, and what is told; on a clock of our own."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import obstore
import pytest
from obstore.store import MemoryStore

from reconciler.ledger.bucket import Bucket
from reconciler.ledger.object_lock import ObjectLock
from reconciler.ledger.objects import ObjectLedger
from reconciler.ledger.terms import Terms, steady
from reconciler.model.diagnostic import Diagnostic, Severity

from .cases import SINCE
from .desk import ME, PLACE, YOU, Desk, spelled_lock
from .refusing import refused


def test_what_the_object_says() -> None:
    """Who holds it and for how long; then that nobody does. It is never removed, and taken again on a condition."""

    async def run() -> None:
        desk = Desk()
        lock = desk.lock()
        assert await lock.holder() is None
        for who in (ME, YOU):
            async with lock.held(who, wait=0) as (lease, notes):
                assert desk.content() == spelled_lock(who, 120)
                assert await lock.holder() == who
                assert notes == ()
                assert lease.remaining() == pytest.approx(desk.time + 120 - steady(), abs=0.5)
            assert desk.content() == spelled_lock(None)
            assert await lock.holder() is None
        assert desk.naps == []

    asyncio.run(run())


def test_a_lease_of_broken_seconds_is_rounded_up() -> None:
    """Whoever reads it must not take over too early."""

    async def run() -> None:
        desk = Desk()
        async with desk.lock(Terms(length=50.2)).held(ME, wait=0):
            assert desk.content() == spelled_lock(ME, 51)

    asyncio.run(run())


LEFT = 'account "default" is locked by pid 7 on here (user me, since 2026-03-01T12:00:00Z, lock lock-me): '


@pytest.mark.parametrize(("wait", "naps", "left"), [(0.0, [], 130), (2.5, [1.0, 1.0, 0.5], 127)])
def test_what_the_second_is_told(wait: float, naps: list[float], left: int) -> None:
    """Who holds it, when it could be taken over, and how it is ended; after the time it was ready to wait."""

    async def run() -> None:
        desk = Desk()
        async with desk.lock().held(ME, wait=0):
            with refused() as told:
                async with desk.lock().held(YOU, wait=wait):
                    pass
            assert told.type == "Locked"
            assert told.summary == f'{LEFT}"reconciler apply"'
            seconds = re.search(r"in (\d+) s", told.hint)
            assert seconds is not None
            assert abs(int(seconds[1]) - left) <= 1
            assert told.hint == (
                f"wait for it with --lock-timeout SECONDS; should it be dead, that takes over in {seconds[1]} s, and "
                "at once after: reconciler ledger unlock lock-me --account default"
            )
            assert desk.naps == naps
            assert desk.content() == spelled_lock(ME, 120)

    asyncio.run(run())


def test_the_dead_are_taken_over_once_their_lease_is_surely_over() -> None:
    """Its length and a margin after its last renewal, by the store's clock; and it is told whose lock it was."""

    async def run() -> None:
        desk = Desk()
        await Bucket(PLACE, {}, store=desk.raw).create("a.lock.json", spelled_lock(ME, 120))
        begun = desk.time
        async with desk.lock().held(YOU, wait=300) as (lease, notes):
            assert desk.content() == spelled_lock(YOU, 120)
            waited = desk.time - begun
            assert 130 <= waited <= 131
            assert set(desk.naps) == {1.0}
            assert lease.remaining() == pytest.approx(desk.time + 120 - steady(), abs=0.5)
        [note] = notes
        assert note == Diagnostic(
            code="lock-taken-over",
            severity=Severity.WARNING,
            summary="the lock of another run was taken over: pid 7 on here (user me, since 2026-03-01T12:00:00Z, "
            'lock lock-me): "reconciler apply"',
            detail=f"it was last renewed {waited:.0f} s ago, so that run is dead or cut off, and sends nothing any "
            "more",
            hint="nothing to do: what it had begun is looked for first",
        )
        assert obstore.head(desk.raw, "a.lock.json.clock")["size"] == 0

    asyncio.run(run())


def test_a_lock_that_is_released_meanwhile_is_taken() -> None:
    """And what is there to say is nothing."""

    async def run() -> None:
        desk = Desk()
        first = desk.lock().held(ME, wait=0)
        await first.__aenter__()

        async def let_go() -> None:
            await first.__aexit__(None, None, None)
            desk.wake = None

        desk.wake = let_go
        async with desk.lock().held(YOU, wait=10) as (_, notes):
            assert (notes, desk.naps) == ((), [1.0])
            assert desk.content() == spelled_lock(YOU, 120)

    asyncio.run(run())


class Overtaken(Bucket):
    """Somebody else is quicker, once: between our look and our writing."""

    ahead: Callable[[], Any] | None = None

    async def create(self, key: str, content: bytes) -> Any:
        """Too late."""
        await self._meanwhile()
        return await super().create(key, content)

    async def replace(self, key: str, content: bytes, stamp: Any) -> Any:
        """Too late, too."""
        await self._meanwhile()
        return await super().replace(key, content, stamp)

    async def _meanwhile(self) -> None:
        if (ahead := self.ahead) is not None:
            self.ahead = None
            await ahead()


@pytest.mark.parametrize("fresh", [True, False])
def test_whoever_is_quicker_has_it(fresh: bool) -> None:
    """The other one looks again, and is told."""

    async def run() -> None:
        desk = Desk()
        plain = Bucket(PLACE, {}, store=desk.raw)
        if not fresh:
            await plain.create("a.lock.json", spelled_lock(None))
        bucket = Overtaken(PLACE, {}, store=desk.raw)
        slow = ObjectLock(bucket, "a.lock.json", "default", terms=Terms(), clock=desk.clock, sleep=desk.sleep)

        first = desk.lock().held(ME, wait=0)
        bucket.ahead = first.__aenter__
        with refused() as told:
            async with slow.held(YOU, wait=0):
                pass
        assert told.summary == f'{LEFT}"reconciler apply"'
        await first.__aexit__(None, None, None)

    asyncio.run(run())


def test_ending_a_lock_by_its_id() -> None:
    """The holder is told; another id, a free lock and a lively one are refused."""

    async def run() -> None:
        desk = Desk()
        lock = desk.lock()
        see = "see who holds it with reconciler status"
        for _ in range(2):
            with refused() as told:
                await lock.release("lock-me")
            assert [*told] == ['"s3://b/p/a.lock.json" is not locked', see]
            async with lock.held(ME, wait=0):
                with refused() as told:
                    await lock.release("lock-you")
                assert [*told] == [f'"s3://b/p/a.lock.json" is locked by another: {ME}', see]
        async with lock.held(ME, wait=0):
            assert await lock.release("lock-me") == ME
            assert desk.content() == spelled_lock(None)
        bucket = Overtaken(PLACE, {}, store=desk.raw)

        async def renew() -> None:
            await obstore.put_async(desk.raw, "a.lock.json", spelled_lock(ME, 120, 1))

        async with lock.held(ME, wait=0):
            bucket.ahead = renew
            with refused() as told:
                await ObjectLock(bucket, "a.lock.json", "default", terms=Terms()).release("lock-me")
            assert [*told] == [
                'the lock "s3://b/p/a.lock.json" was renewed or released just now: its holder is alive',
                "wait until that run has finished",
            ]
            assert desk.content() == spelled_lock(ME, 120, 1)

    asyncio.run(run())


GOOD = {"holder": asdict(ME), "seconds": 120, "renewals": 0}


@pytest.mark.parametrize(
    ("content", "told_"),
    [
        (b"oops", "Expecting value: line 1 column 1 (char 0)"),
        (b"[]", "the lock is not an object"),
        (b"{}", 'the lock has no "holder"'),
        (b'{"holder":null}', 'the lock has no "seconds"'),
        *(
            (
                json.dumps({**GOOD, "holder": {k: v for k, v in asdict(ME).items() if k != name}}).encode(),
                f'"holder" of the lock has no "{name}"',
            )
            for name in asdict(ME)
        ),
    ],
)
def test_a_lock_that_cannot_be_read(content: bytes, told_: str) -> None:
    """Nobody's lock is free only because it cannot be read."""

    async def run() -> None:
        desk = Desk()
        await Bucket(PLACE, {}, store=desk.raw).create("a.lock.json", content)
        expected = [
            f'cannot understand the lock "s3://b/p/a.lock.json": {told_}',
            "see what is there; if no run is under way, remove it and run the command again",
        ]
        with refused() as told:
            await desk.lock().holder()
        assert [*told] == expected
        with refused() as told:
            await desk.lock().release("x")
        assert [*told] == expected
        with refused() as told:
            async with desk.lock().held(ME, wait=0):
                pass
        assert [*told] == expected

    asyncio.run(run())


def test_the_ledger_of_a_bucket_locks_with_these_names() -> None:
    """The object's name, the account, the command, and an id of 16 random characters."""
    raw = MemoryStore()
    sizes: list[int] = []

    def token_hex(size: int) -> str:
        sizes.append(size)
        return "ab" * size

    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        await asyncio.sleep(0.005)

    terms = Terms(length=60)
    bucket = Bucket(PLACE, {}, store=raw)
    store = ObjectLedger(PLACE, "a/b", lambda: bucket, token_hex=token_hex, terms=terms, sleep=nap)
    assert (store.account, store.where, store.tells_holder) == ("a/b", "s3://b/p/a=2Fb.ledger.json", True)

    async def run() -> None:
        async with store.lock("reconciler apply", SINCE) as held:
            holder = await store.holder()
            assert holder is not None
            assert (holder.lock_id, holder.command, holder.since) == (
                "ab" * 8,
                "reconciler apply",
                "2026-03-01T12:00:00Z",
            )
            found = json.loads(bytes(obstore.get(raw, "a=2Fb.lock.json").bytes()))
            assert found == {"holder": asdict(holder), "seconds": 60, "renewals": 0}
            assert 59 < held.lease.remaining() <= 60
            assert (held.notes, held.at_once) == ((), 24)
            with refused() as told:
                async with store.lock("another", SINCE):
                    pass
            assert told.summary.startswith('account "a/b" is locked by ')
            assert naps == []
            with refused() as told:
                async with store.lock("another", SINCE, wait=0.02):
                    pass
            assert naps
            assert await store.unlock("ab" * 8) == holder

    asyncio.run(run())
    assert sizes == [16, 32, 8, 8, 8]
