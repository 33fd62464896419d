"""Lists without page parameters: whole, or a loud failure."""

from __future__ import annotations

import pytest

from reconciler.errors import ApiError
from tests.adapters.collections import Bare, Collection, Deaf, Unpaged, all_unpaged, drop, ids_of, rows_of


@pytest.mark.parametrize(
    ("kind", "count", "size", "requests", "reason"),
    [
        (Unpaged, 3, 20, 1, "all at once"),
        (Unpaged, 20, 20, 1, "all at once, exactly"),
        (Unpaged, 55, 20, 3, "cut short, yet honours page[number]"),
        (Bare, 15, 20, 1, "no meta: nothing to compare with"),
    ],
)
def test_lists_without_page_parameters(
    *, kind: type[Collection], count: int, size: int, requests: int, reason: str
) -> None:
    """Auto-responses (guide §3)."""
    session = kind(rows_of(count), largest=size)
    assert all_unpaged(session) == rows_of(count), reason
    assert len(session.queries) == requests, reason


def test_an_unpaged_list_that_stays_short_fails() -> None:
    """It was asked for page 2, and all of it twice."""
    session = Deaf(rows_of(55), largest=20)
    with pytest.raises(ApiError, match="55 rows and sent 20") as caught:
        all_unpaged(session)
    assert caught.value.code == "short-list"
    assert session.queries == [{}, {"page[number]": 2}] * 2


def test_an_unpaged_list_that_shrinks_meanwhile_is_read_again() -> None:
    """The rest is there."""
    session = Unpaged(rows_of(55), largest=20, after={1: drop(30)})
    assert ids_of(all_unpaged(session)) == ids_of(session.rows)
