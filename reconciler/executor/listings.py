"""Lists read on behalf of several who wait for an object to appear: one request serves all who asked before it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field

from reconciler.errors import ApiError
from reconciler.executor.observe import observe
from reconciler.model.kind import Kinds
from reconciler.model.observed import Listing, Observed
from reconciler.model.session import ReadSession


@dataclass(slots=True)
class _Reads:
    """Reads of one target, counted by when they began. ``ended`` is the last one whose rows are known."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    begun: int = 0
    ended: int = 0
    rows: Collection[Observed] = ()


@dataclass(frozen=True, slots=True)
class Listings:
    """Fresh rows of a target. A list that was already being read when somebody asks is too old for them."""

    session: ReadSession
    kinds: Kinds
    _by_listing: dict[Listing, _Reads] = field(default_factory=dict)

    async def fresh(self, target: Listing) -> Collection[Observed]:
        """All rows, from a read that began after this call. Raises ApiError."""
        listing = self._by_listing.setdefault(target, _Reads())
        enough = listing.begun + 1
        async with listing.lock:
            if listing.ended < enough:
                listing.begun += 1
                number = listing.begun
                world = await observe(self.session, self.kinds, [target])
                listing.rows, listing.ended = tuple(world.of_kind(target.kind)), number
            return listing.rows

    async def fresh_or_none(self, target: Listing) -> Collection[Observed] | None:
        """As ``fresh``, and None where the list cannot be read just now."""
        try:
            return await self.fresh(target)
        except ApiError:
            return None
