"""A process that counts: in each round it locks, reads a number, and writes one more.

    python -m tests.ledger.contend LOCATION ROUNDS        LOCATION as in reconciler.yaml
    python -m tests.ledger.contend LOCATION hold LENGTH   take a lock with a lease of so many seconds, say so, wait

GitLab's way of locking is meant where the location ends in ``gitlab``.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from reconciler.ledger.bucket import Bucket
from reconciler.ledger.objects import ObjectLedger
from reconciler.ledger.opening import open_ledger
from reconciler.ledger.store import LedgerStore
from reconciler.ledger.terms import Terms
from reconciler.model.ledger import Recorded
from reconciler.model.location import BucketLocation, HttpLocation, parse_location

from .cases import PROFILE, SINCE, entry


def store_at(text: str) -> LedgerStore:
    """The store that a project file would give."""
    location = parse_location(text)
    if isinstance(location, HttpLocation) and text.endswith("gitlab"):
        location = HttpLocation(text, f"{text}/lock", "POST", "DELETE")
    return open_ledger(location, "default", root=Path.cwd(), environment=os.environ)


async def count(store: LedgerStore, rounds: int) -> None:
    """Nothing keeps two processes apart but the ledger."""
    for _ in range(rounds):
        async with store.lock("reconciler apply", SINCE, wait=600) as held:
            last = held.ledger.last_run or {"count": 0}
            address = PROFILE._replace(name=f"{os.getpid()}-{last['count']}")
            await held.append(Recorded(entry(address)))
            await held.compact({"count": last["count"] + 1})


async def hold(location: BucketLocation, length: float) -> None:
    """Until killed."""
    terms = Terms(length=length, renewal=length / 4)
    store = ObjectLedger(location, "default", lambda: Bucket(location, os.environ), terms=terms)
    async with store.lock("reconciler apply", SINCE):
        print("locked", flush=True)  # noqa: T201 - this script's whole point
        await asyncio.sleep(60)


if __name__ == "__main__":
    if sys.argv[2] == "hold":
        place = parse_location(sys.argv[1])
        assert isinstance(place, BucketLocation)
        asyncio.run(hold(place, float(sys.argv[3])))
    else:
        asyncio.run(count(store_at(sys.argv[1]), int(sys.argv[2])))
