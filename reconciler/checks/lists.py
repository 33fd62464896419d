"""Whether each kind's list may be read: told by the first page of it, and no more is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.checks.check import Look
from reconciler.errors import ApiError
from reconciler.model.kind import ResourceKind
from reconciler.model.session import Query, ReadSession


@dataclass(frozen=True, slots=True)
class Told:
    """How the API answered to the first page of a kind's list. ``organization_id`` is the account's, where told."""

    kind: str
    path: str
    error: ApiError | None = None
    organization_id: str | None = None


class _Answered(Exception):
    """The first page came: the rest is of no interest."""


class _FirstPage:
    """A ReadSession for one answer."""

    def __init__(self, session: ReadSession) -> None:
        self._session = session
        self.path = ""
        self.answer: Any = None

    async def get(self, path: str, query: Query | None = None) -> Any:
        """GET, and never return. Raises ApiError."""
        self.path = path
        self.answer = await self._session.get(path, query)
        raise _Answered

    async def ask(self, path: str, body: Mapping[str, Any]) -> Any:
        """POST a question. Raises ApiError."""
        return await self._session.ask(path, body)


async def first_pages(look: Look) -> tuple[Told, ...]:
    """One answer for each list that a kind has. Lists below a parent are left out: there may be no parent."""
    kinds = [kind for kind in look.kinds.values() if kind.parent is None and not kind.write_only]
    told = await asyncio.gather(*(_told(look.session, kind) for kind in kinds))
    return tuple(one for one in told if one is not None)


async def _told(session: ReadSession, kind: ResourceKind) -> Told | None:
    """None for a kind that the API does not list."""
    page = _FirstPage(session)
    try:
        await kind.adapter.rows(page, None)
    except _Answered:
        return Told(kind.name, page.path, organization_id=_organization(page.answer))
    except ApiError as error:
        return Told(kind.name, page.path, error)
    return None


def _organization(answer: Any) -> str | None:
    rows = answer.get("data") if isinstance(answer, Mapping) else None
    for row in rows if isinstance(rows, list) else ():
        found = row.get("organization_id") if isinstance(row, Mapping) else None
        if isinstance(found, str) and found:
            return found
    return None
