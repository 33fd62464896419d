"""One bucket and one clock that moves when somebody sleeps, for locks that are objects."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import obstore
from obstore.store import MemoryStore

from reconciler.ledger.bucket import Bucket
from reconciler.ledger.object_lock import ObjectLock
from reconciler.ledger.terms import Terms
from reconciler.model.location import BucketLocation
from reconciler.model.status import Holder

PLACE = BucketLocation("s3", "b", "p")
ME = Holder(7, "here", "me", "reconciler apply", "2026-03-01T12:00:00Z", "lock-me")
YOU = Holder(8, "there", "you", "reconciler destroy", "2026-03-01T12:00:01Z", "lock-you")


@dataclass
class Desk:
    """One store, one clock that moves when somebody sleeps, and locks on them."""

    raw: MemoryStore = field(default_factory=MemoryStore)
    time: float = 1000.0
    naps: list[float] = field(default_factory=list)
    wake: Callable[[], Any] | None = None

    def lock(self, terms: Terms | None = None) -> ObjectLock:
        """A lock as another process would have it."""
        bucket = Bucket(PLACE, {}, store=self.raw)
        return ObjectLock(bucket, "a.lock.json", "default", terms=terms or Terms(), clock=self.clock, sleep=self.sleep)

    def clock(self) -> float:
        """Now."""
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Move the clock."""
        self.naps.append(seconds)
        self.time += seconds
        if self.wake is not None:
            await self.wake()

    def content(self) -> bytes:
        """What the lock's object says."""
        return bytes(obstore.get(self.raw, "a.lock.json").bytes())


def spelled_lock(holder: Holder | None, seconds: int = 0, renewals: int = 0) -> bytes:
    """The object as it should be."""
    value = {"holder": None if holder is None else asdict(holder), "seconds": seconds, "renewals": renewals}
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"
