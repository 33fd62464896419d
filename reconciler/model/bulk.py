"""What a kind says of updates that the API carries out many at a time, as a job that is polled.

Only the job as a whole is answered, without reasons: the engine reads the objects again, and sends alone what the job
did not do. Whatever the job is told, it must be harmless to say once more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from reconciler.model.session import ReadSession, WriteSession


@dataclass(frozen=True, slots=True)
class Job:
    """How far a job has come: the members that it has yet to decide about, and those that it could not update."""

    id: str
    pending: frozenset[str]
    failed: frozenset[str]


class Bulk(Protocol):
    """One value for one field of many objects. A *member* is what the API calls an object in such a request."""

    @property
    def path(self) -> str:
        """Where jobs are posted to."""
        ...

    @property
    def requests(self) -> tuple[str, ...]:
        """What a job takes at least, by endpoint: begun, looked at, and its objects read."""
        ...

    @property
    def field(self) -> str:
        """The manifest field that can be set in this way, if it is all that differs and is not to be cleared."""
        ...

    @property
    def most(self) -> int:
        """Members of one job."""
        ...

    def member(self, attributes: Mapping[str, Any]) -> str:
        """How jobs name an object. Raises KeyError for one that they cannot name."""
        ...

    async def begin(self, session: WriteSession, value: str, members: Sequence[str]) -> Job:
        """Ask for ``value``, and for nothing else to change. Raises ApiError."""
        ...

    async def look(self, session: ReadSession, job_id: str) -> Job:
        """The job as it is now. Raises ApiError."""
        ...

    async def rows(self, session: ReadSession, members: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        """The objects as they are now, in one read; those that are gone are left out. Raises ApiError."""
        ...
