"""Ledgers that several machines share: lines in batches, locks that do not end by themselves, journals with a gap."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from reconciler.errors import LedgerError, Locked
from reconciler.ledger.bucket import Bucket
from reconciler.ledger.objects import ObjectLedger
from reconciler.ledger.opening import open_ledger
from reconciler.model.fields import parsed
from reconciler.model.ledger import Recorded
from reconciler.model.location import BucketLocation

from .cases import PROFILE, SINCE, entry, holder_of, seen
from .places import Place, http_location, http_place
from .stateserver import StateServer


def test_many_lines_are_few_uploads(shared: Place) -> None:
    """As an apply appends them, eight at a time: each upload takes along what has come together."""
    store = shared.store()
    many = 1000 if shared.name == "s3" else 300

    async def apply() -> int:
        async with store.lock("reconciler apply", SINCE) as held:
            numbers = iter(range(many))

            async def worker() -> None:
                for number in numbers:
                    await held.append(Recorded(entry(PROFILE._replace(name=str(number)))))

            await asyncio.gather(*(worker() for _ in range(8)))
            uploads = len([name for name in shared.contents() if "journal" in name])
            await held.compact()
            return uploads

    uploads = asyncio.run(apply())
    if "document" in shared.contents():
        uploads = parsed(shared.contents()["document"])["serial"]  # which rises with each
    assert 0 < uploads <= many / 8 + 8
    assert len(seen(shared.store()).ledger.entries) == many


def test_batches_begin_at_least_half_a_second_apart(bucket: Place) -> None:
    """Never more than two seconds, never a flood: the waits that are asked for, on a clock that waits for nobody."""
    location = BucketLocation("s3", "ledgers", bucket.store().where.split("/")[3])
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        await asyncio.sleep(0)

    store = ObjectLedger(location, "default", lambda: Bucket(location, os.environ), sleep=nap)

    async def apply() -> None:
        async with store.lock("reconciler apply", SINCE) as held:
            for number in range(5):
                await held.append(Recorded(entry(attempt=number)))

    asyncio.run(apply())
    assert len(naps) == 4
    assert all(0.2 < seconds <= 0.5 for seconds in naps)


def test_nobody_can_say_who_locks_behind_http(http: StateServer) -> None:
    """The protocol has no way to ask; the next apply is told."""
    store = open_ledger(http_location(http), "default", root=Path(), environment={})
    assert holder_of(store) is None
    assert not store.tells_holder


@pytest.mark.parametrize("which", ["http", "gitlab"])
def test_a_lock_that_does_not_end_by_itself(which: str, request: pytest.FixtureRequest) -> None:
    """The command that ends it comes first; waiting is proposed only to who has not waited in vain."""
    place = http_place(request.getfixturevalue(which))

    async def refusal(wait: float) -> Locked:
        with pytest.raises(Locked) as refused:
            async with place.store().lock("reconciler apply", SINCE, wait=wait):
                pass
        return refused.value

    async def refusals() -> tuple[Locked, Locked]:
        async with place.store().lock("reconciler apply", SINCE):
            return await refusal(0.0), await refusal(0.1)

    at_once, after_waiting = asyncio.run(refusals())
    for refused in (at_once, after_waiting):
        assert refused.hint.startswith("this lock does not end by itself: reconciler ledger unlock reconciler-apply.")
        assert " --account default " in refused.hint
    assert "--lock-timeout" in at_once.hint
    assert "--lock-timeout" not in after_waiting.hint


def test_a_journal_with_a_gap(bucket: Place) -> None:
    """A batch that somebody removed is missed."""

    async def leave_a_journal() -> None:
        async with bucket.store().lock("reconciler apply", SINCE) as held:
            for number in range(3):
                await held.append(Recorded(entry(attempt=number)))

    asyncio.run(leave_a_journal())
    names = sorted(name for name in bucket.contents() if "journal" in name)
    assert [name.rpartition("/")[2] for name in names] == [f"00000000-00000{n}.jsonl" for n in (1, 2, 3)]
    content = bucket.contents()[names[1]]
    objects = Bucket(BucketLocation("s3", "ledgers", bucket.store().where.split("/")[3]), os.environ)
    asyncio.run(objects.remove([names[1]]))
    with pytest.raises(LedgerError, match="a part of the journal"):
        seen(bucket.store())
    bucket.put(names[1], content[:-20])
    with pytest.raises(LedgerError, match="cannot understand"):
        seen(bucket.store())
    bucket.put(names[1], content)
    assert seen(bucket.store()).ledger.entries[PROFILE].attempt == 2
