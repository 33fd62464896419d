"""Several writers at once, with and without a lock that holds: no update is ever lost."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from reconciler.errors import LedgerError, Locked, LockLost
from reconciler.ledger.bucket import Bucket, Taken
from reconciler.ledger.objects import ObjectLedger
from reconciler.ledger.remote_client import PASSWORD, USERNAME
from reconciler.ledger.store import HeldLedger
from reconciler.ledger.terms import Terms, steady
from reconciler.model.ledger import Recorded, Removed
from reconciler.model.location import BucketLocation

from .cases import PROFILE, SINCE, entry, holding, seen
from .places import Place, folder_place, http_place, s3_environment
from .stateserver import SECRET, USER, serving


def counted(location: str, environment: Mapping[str, str], *, processes: int, rounds: int) -> None:
    """Let them count, and see that no round is missing."""
    command = [sys.executable, "-m", "tests.ledger.contend", location, str(rounds)]
    running = [
        subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for process in running:
        _, said = process.communicate(timeout=1200)
        assert process.returncode == 0, said


def outcome(place: Place, expected: int) -> None:
    """Every round left its entry, and its number."""
    found = seen(place.store()).ledger
    assert (found.last_run or {})["count"] == expected
    assert len(found.entries) == expected
    assert found.header.serial == expected


SMALL = (3, 3)
FULL = pytest.param((8, 50), marks=pytest.mark.soak)


@pytest.mark.slow
@pytest.mark.parametrize("size", [SMALL, FULL], ids=str)
def test_processes_count_in_a_bucket(bucket: Place, s3: str, size: tuple[int, int]) -> None:
    """Eight processes, fifty rounds each, one number."""
    location = str(bucket.store().where).removesuffix("/default.ledger.json")
    counted(location, s3_environment(s3), processes=size[0], rounds=size[1])
    outcome(bucket, size[0] * size[1])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("gitlab", "size"),
    [(True, SMALL), *(pytest.param(strict, (8, 50), marks=pytest.mark.soak) for strict in (False, True))],
    ids=str,
)
def test_processes_count_behind_http(size: tuple[int, int], gitlab: bool) -> None:
    """The same over the Terraform protocol."""
    with serving(gitlab=gitlab) as server:
        name = "state/gitlab" if gitlab else "state/one"
        environment = {USERNAME: USER, PASSWORD: SECRET}
        counted(f"{server.base}/{name}", environment, processes=size[0], rounds=size[1])
        if gitlab:
            server.states["state/one"] = server.states[name]
        outcome(http_place(server), size[0] * size[1])


@pytest.mark.slow
@pytest.mark.parametrize("size", [SMALL, FULL], ids=str)
def test_processes_count_in_files(folder: Path, size: tuple[int, int]) -> None:
    """The same with local files."""
    counted(f"file:{folder}", {}, processes=size[0], rounds=size[1])
    outcome(folder_place(folder), size[0] * size[1])


@asynccontextmanager
async def rivals(place: Place) -> AsyncIterator[tuple[HeldLedger, HeldLedger]]:
    """Two who both hold the lock, since somebody ended the first one's while it was alive."""
    first, second = place.store(), place.store()
    async with first.lock("reconciler apply", SINCE) as one:
        with pytest.raises(Locked) as refused:
            async with second.lock("reconciler apply", SINCE):
                pass
        lock_id = refused.value.hint.partition("ledger unlock ")[2].split()[0]
        await second.unlock(lock_id)
        async with second.lock("reconciler apply", SINCE) as two:
            yield one, two


def test_of_two_writers_one_wins(shared: Place) -> None:
    """Without a lock that holds: the second new ledger is refused, and the second batch, even of the same words."""

    async def run() -> None:
        async with shared.store().lock("reconciler apply", SINCE) as held:
            await held.compact()
        async with rivals(shared) as (one, two):
            await two.append(Recorded(entry(attempt=2)))
            with pytest.raises(LedgerError):
                await one.append(Recorded(entry(attempt=2)))
            with pytest.raises(LedgerError):
                await one.compact()
            await two.compact({"outcome": "two"})

    asyncio.run(run())
    found = seen(shared.store()).ledger
    assert found.entries[PROFILE].attempt == 2
    assert found.last_run == {"outcome": "two"}


def test_of_two_compactions_one_wins(bucket: Place) -> None:
    """Both began from the same ledger."""

    async def run() -> None:
        async with bucket.store().lock("reconciler apply", SINCE) as held:
            await held.append(Recorded(entry()))
            await held.compact()
        async with rivals(bucket) as (one, two):
            await one.compact({"outcome": "one"})
            with pytest.raises(LedgerError, match="somebody else wrote"):
                await two.compact({"outcome": "two"})

    asyncio.run(run())
    assert seen(bucket.store()).ledger.last_run == {"outcome": "one"}


def test_a_lock_is_ended_by_its_id_only(shared: Place) -> None:
    """What the refusal tells to type works, and another id does not."""

    async def run() -> None:
        async with rivals(shared) as (_, two):
            with pytest.raises(LedgerError) as refused:
                await shared.store().unlock("somebody-elses")
            assert refused.value.hint
            await two.append(Removed(PROFILE))

    asyncio.run(run())


def test_a_lost_lease_stops_everything(bucket: Place) -> None:
    """As soon as a renewal meets another holder nothing is left of the lease, and nothing is written."""
    location = BucketLocation("s3", "ledgers", bucket.store().where.split("/")[3])
    hasty = Terms(renewal=0.05)
    store = ObjectLedger(location, "default", lambda: Bucket(location, os.environ), terms=hasty)

    async def run() -> None:
        async with store.lock("reconciler apply", SINCE) as held:
            assert held.lease.remaining() > 100
            holder = await store.holder()
            assert holder is not None
            for _ in range(20):  # it is renewed all the time, so somebody who ends it may come too late
                try:
                    await bucket.store().unlock(holder.lock_id)
                    break
                except LedgerError:
                    continue
            async with bucket.store().lock("reconciler destroy", SINCE):
                for _ in range(250):
                    if held.lease.remaining() > 0:
                        await asyncio.sleep(0.02)
                assert held.lease.remaining() == 0.0
                with pytest.raises(LockLost):
                    await held.append(Removed(PROFILE))
                with pytest.raises(LedgerError):
                    await held.compact()
        assert bucket.contents() == {}

    asyncio.run(run())


def test_renewing_makes_the_lease_longer(bucket: Place) -> None:
    """From the moment before a renewal was sent; without one the lease would only get shorter."""
    location = BucketLocation("s3", "ledgers", bucket.store().where.split("/")[3])
    terms = Terms(length=50, renewal=0.05)
    store = ObjectLedger(location, "default", lambda: Bucket(location, os.environ), terms=terms)

    async def run() -> None:
        async with store.lock("reconciler apply", SINCE) as held:
            begun = steady()
            before = held.lease.remaining()
            for _ in range(250):
                if held.lease.remaining() <= before - (steady() - begun) + 0.05:
                    await asyncio.sleep(0.02)
            assert before - (steady() - begun) + 0.05 < held.lease.remaining() < 50

    asyncio.run(run())


@pytest.mark.slow
def test_the_lock_of_the_dead_is_taken_over(bucket: Place, s3: str) -> None:
    """While it lives it renews beyond its first lease; once killed, waiting takes over, and says whose lock it was."""
    location = bucket.store().where.removesuffix("/default.ledger.json")
    prefix = BucketLocation("s3", "ledgers", location.rpartition("/")[2])
    terms = Terms(margin=1)
    store = ObjectLedger(prefix, "default", lambda: Bucket(prefix, os.environ), terms=terms)
    command = [sys.executable, "-m", "tests.ledger.contend", location, "hold", "1"]
    environment = {**os.environ, **s3_environment(s3)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        with pytest.raises(Locked, match=f"pid {other.pid} on"), holding(store, wait=3):
            pass
        other.kill()
    with holding(store, wait=10) as held:
        [note] = held.notes
        assert note.code == "lock-taken-over"
        assert f"pid {other.pid}" in note.summary
    assert asyncio.run(store.holder()) is None


def test_an_answer_that_was_lost_is_known_by_its_content(bucket: Place) -> None:
    """Writing the same twice is one writing; writing something else on a condition that is over is refused."""
    location = BucketLocation("s3", "ledgers", f"same-{bucket.name}")

    async def run() -> None:
        objects = Bucket(location, os.environ)
        first = await objects.create("a", b"one")
        assert await objects.create("a", b"one") == first
        with pytest.raises(Taken):
            await objects.create("a", b"two")
        second = await objects.replace("a", b"two", first)
        assert await objects.replace("a", b"two", first) == second
        with pytest.raises(Taken):
            await objects.replace("a", b"three", first)
        await objects.remove(["a", "never there"])
        assert await objects.keys("") == []

    asyncio.run(run())
