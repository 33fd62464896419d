"""Every kind says where its requests go; the estimate and the table of a plan's price rest on it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from reconciler.api.endpoints import endpoint_of
from reconciler.model.kind import Verb
from reconciler.model.observed import Remote
from reconciler.resources import kinds
from tests.adapters.talking import Prepared

REMOTE = Remote("4001-id", "4001-parent")
SENT = {"agent_id": "4001-id", "phone_number": "+15125550142"}
ANSWER = {"data": {"id": "4001-id", "agent_id": "4001-id"}, "id": "4001-id"}


@pytest.mark.parametrize(
    ("name", "verb"),
    [(name, verb) for name, kind in kinds().items() for verb in Verb if kind.can(verb)]
    + [(name, None) for name, kind in kinds().items() if not kind.write_only],
)
def test_a_kind_says_where_its_requests_go(name: str, verb: Verb | None) -> None:
    """In the words by which the rate limit counts them."""
    kind = kinds()[name]
    session = Prepared(ANSWER)
    request: Coroutine[Any, Any, Any]
    match verb:
        case None:
            request = kind.adapter.read(session, REMOTE)
        case Verb.CREATE:
            request = kind.adapter.create(session, SENT, REMOTE.parent_id)
        case Verb.UPDATE:
            request = kind.adapter.update(session, REMOTE, {})
        case Verb.DELETE:
            request = kind.adapter.delete(session, REMOTE)
    asyncio.run(request)
    assert [endpoint_of(method, path) for method, path, _ in session.asked] == [kind.adapter.endpoint(verb)]
