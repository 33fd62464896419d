"""The lease of a lock in a bucket: renewed, lost, released; and what renews it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any

import obstore
import pytest

from reconciler.ledger.bucket import Bucket
from reconciler.ledger.object_lock import RenewedLease
from reconciler.ledger.terms import Terms, steady

from .desk import ME, PLACE, YOU, Desk, spelled_lock


async def until(true: Callable[[], bool]) -> None:
    """Wait for the thread that renews."""
    for _ in range(400):
        if true():
            return
        await asyncio.sleep(0.005)
    raise AssertionError


def test_a_lease_is_renewed_until_somebody_else_has_the_lock() -> None:
    """Each renewal has its number and lengthens the lease; once lost, nothing of it is left, and nothing released."""

    async def run() -> None:
        desk = Desk()
        bucket = Bucket(PLACE, {}, store=desk.raw)
        taken = await bucket.create("a.lock.json", spelled_lock(ME, 50))
        until_ = steady() + 1
        lease = RenewedLease(bucket, "a.lock.json", ME, taken, until=until_, terms=Terms(length=50, renewal=0.02))
        assert lease.remaining() == pytest.approx(1, abs=0.5)
        lease.start()
        await until(lambda: b'"renewals":3' in desk.content())
        assert desk.content() == spelled_lock(ME, 50, json.loads(desk.content())["renewals"])
        assert 48 < lease.remaining() <= 50
        obstore.put(desk.raw, "a.lock.json", spelled_lock(YOU, 9))
        await until(lambda: lease.remaining() == 0.0)
        await lease.release()
        assert desk.content() == spelled_lock(YOU, 9)

    asyncio.run(run())


class Failing(Bucket):
    """A bucket that does not answer for a while."""

    failing = 3
    tries = 0

    async def replace(self, key: str, content: bytes, stamp: Any) -> Any:
        """Fail the first times, as a store that does not answer does."""
        self.tries += 1
        if self.tries <= self.failing:
            async with self._asking("write", key):
                raise OSError
        return await super().replace(key, content, stamp)


def test_a_renewal_that_failed_is_tried_again() -> None:
    """Until one works the lease gets shorter; one that cannot be released is left to end by itself."""

    async def run() -> None:
        desk = Desk()
        bucket = Failing(PLACE, {}, store=desk.raw)
        taken = await bucket.create("a.lock.json", spelled_lock(ME, 50))
        terms = Terms(length=50, renewal=0.02, retry=0.01)
        lease = RenewedLease(bucket, "a.lock.json", ME, taken, until=steady() + 9, terms=terms)
        lease.start()
        await until(lambda: lease.remaining() > 40)
        assert bucket.tries > 3
        assert json.loads(desk.content())["renewals"] > 3
        bucket.failing = 1000
        await lease.release()
        assert b'"holder":{' in desk.content()

    asyncio.run(run())


def test_the_pause_after_a_failure_is_another_one() -> None:
    """Here a long one, so that no second try comes in time."""

    async def run() -> None:
        desk = Desk()
        bucket = Failing(PLACE, {}, store=desk.raw)
        taken = await bucket.create("a.lock.json", spelled_lock(ME, 50))
        terms = Terms(length=50, renewal=0.02, retry=60)
        lease = RenewedLease(bucket, "a.lock.json", ME, taken, until=steady() + 9, terms=terms)
        lease.start()
        await until(lambda: bucket.tries == 1)
        await asyncio.sleep(0.15)
        assert bucket.tries == 1
        await lease.release()

    asyncio.run(run())


def test_releasing_waits_for_nothing_but_the_thread() -> None:
    """The pause before the next renewal is cut short."""

    async def run() -> None:
        desk = Desk()
        begun = steady()
        async with desk.lock().held(ME, wait=0):
            pass
        assert steady() - begun < 5

    asyncio.run(run())


def test_the_terms_of_a_lease() -> None:
    """The figures that the documentation promises, on a clock that goes on by itself."""
    terms = Terms()
    assert (terms.length, terms.renewal, terms.retry, terms.margin) == (120.0, 15.0, 2.0, 10.0)
    assert steady() <= steady()
    assert 0 < steady() < 10**10


def test_what_renews_a_lease_holds_no_exit_up() -> None:
    """A program that ends by itself does not wait for the next renewal."""

    async def run() -> list[bool]:
        before = set(threading.enumerate())
        async with Desk().lock().held(ME, wait=0):
            return [each.daemon for each in threading.enumerate() if each not in before and each.name == "ledger lease"]

    assert asyncio.run(run()) == [True]
