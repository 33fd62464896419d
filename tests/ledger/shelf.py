"""A bucket in memory whose every byte is known: its ledger, its lines, and what is in it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import obstore
from obstore.store import MemoryStore

from reconciler.ledger.bucket import Bucket
from reconciler.ledger.objects import ObjectLedger
from reconciler.model.fields import spelled
from reconciler.model.ledger import Header, Ledger, Recorded, Removed, Settled
from reconciler.model.location import BucketLocation

from .cases import PROFILE, entry

PLACE = BucketLocation("s3", "b", "p")
WHERE = "s3://b/p/work.ledger.json"
LINEAGE, SALT = "abababab-abab-4bab-abab-abababababab", "ab" * 32
NEW = Ledger(Header(account="work", lineage=LINEAGE, salt=SALT))
ONE, TWO, THREE = Recorded(entry()), Removed(PROFILE), Settled(PROFILE)


@dataclass
class Shelf:
    """A store in memory, and what is in it."""

    raw: MemoryStore = field(default_factory=MemoryStore)
    opened: int = 0

    def store(self) -> ObjectLedger:
        """A ledger whose random numbers are known."""
        return ObjectLedger(PLACE, "work", self.bucket, token_hex=lambda size: "ab" * size, sleep=self.sleep)

    def bucket(self) -> Bucket:
        """Open it, and count."""
        self.opened += 1
        return Bucket(PLACE, {}, store=self.raw)

    async def sleep(self, _: float) -> None:
        """Not for long."""
        await asyncio.sleep(0)

    def put(self, name: str, content: bytes) -> None:
        """Write an object behind everybody's back."""
        obstore.put(self.raw, name, content)

    def contents(self) -> dict[str, bytes]:
        """All but the lock."""
        names = sorted(str(found["path"]) for found in obstore.list(self.raw).collect())
        return {name: bytes(obstore.get(self.raw, name).bytes()) for name in names if ".lock." not in name}


def batch(*lines: bytes, lock: str = "ab" * 8) -> bytes:
    """One object of the journal."""
    return spelled({"lock": lock}) + b"\n" + b"".join(lines)
