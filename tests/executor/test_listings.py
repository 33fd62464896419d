"""Many who wait for an object share the reads of its list, and nobody is served from one that began too early."""

from __future__ import annotations

import asyncio

from reconciler.executor.listings import Listings
from reconciler.model.observed import Listing

from .stage import PROFILE, SENDER, Stage, perform
from .wishes import profile_spec


def test_all_who_ask_during_a_read_share_the_next_one() -> None:
    """Three ask at once: the first reads, the other two share a read that began after they had asked."""

    async def scene(stage: Stage) -> None:
        made = stage.portal("messaging_profiles", **profile_spec("A"))["id"]
        listings = Listings(stage.sessions.reading, stage.kinds)
        seen = await asyncio.gather(*(listings.fresh(Listing(PROFILE)) for _ in range(3)))
        assert [[row.remote.id for row in rows] for rows in seen] == [[made]] * 3
        assert len(stage.requests("GET")) == 2
        stage.admin("POST", "delete", collection="messaging_profiles", id=made)
        stage.portal("messaging_profiles", **profile_spec("B"))
        [row] = await listings.fresh(Listing(PROFILE))
        assert row.attributes["name"] == "B", "a later question is never answered from memory"

    perform(scene)


def test_who_asks_for_another_list_is_never_served_with_this_one() -> None:
    """Both are asked for at once, twice."""

    async def scene(stage: Stage) -> None:
        stage.portal("messaging_profiles", **profile_spec("A"))
        listings = Listings(stage.sessions.reading, stage.kinds)
        asked = [Listing(PROFILE), Listing(SENDER)] * 2
        seen = await asyncio.gather(*map(listings.fresh, asked))
        assert [len(rows) for rows in seen] == [1, 0, 1, 0]

    perform(scene)
