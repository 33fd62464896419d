"""How the rest of the program may talk to the API. The read-only half is what every command but a few holds.

A session decodes JSON, retries what is safe to retry and raises the types of ``reconciler.errors``. It knows no
kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

Query = Mapping[str, str | int]


class ReadSession(Protocol):
    """Can read, and nothing else: promise 1 rests on this type."""

    async def get(self, path: str, query: Query | None = None) -> Any:
        """GET ``path`` and answer the decoded body. Raises ApiError."""
        ...

    async def ask(self, path: str, body: Mapping[str, Any]) -> Any:
        """POST to one of the closed list of side-effect-free paths (eligibility, bulk capabilities).

        Raises ApiError, and ValueError for a path that is not on the list.
        """
        ...


class WriteSession(ReadSession, Protocol):
    """Can write as well. Only the executor, at apply, destroy and actions named as such, is handed one."""

    async def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """POST once; ``body`` is None for an action that takes none.

        Raises OutcomeUnknown when the answer was lost: the caller settles it by looking.
        """
        ...

    async def upload(self, path: str, files: Mapping[str, bytes], *, media_type: str) -> Any:
        """POST files by the names of their parts, once. Raises OutcomeUnknown when the answer was lost: it stays so."""
        ...

    async def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """PATCH, retried where the answer was lost (the same body twice has the same effect)."""
        ...

    async def put(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """PUT, retried as PATCH is; without a body where the path says everything."""
        ...

    async def delete(self, path: str) -> Any:
        """DELETE, retried; 404 raises NotFound like anywhere else."""
        ...
