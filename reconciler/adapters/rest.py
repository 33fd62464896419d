"""A plain REST collection: ``path`` and ``path/{id}``, PATCH for updates, answers in ``data``.

Kinds that the API treats otherwise write their own adapter in their own file; this one grows no flags.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from reconciler.adapters.pagination import list_all
from reconciler.errors import ApiError, OutcomeUnknown
from reconciler.model.kind import Json, Verb
from reconciler.model.observed import Remote
from reconciler.model.session import ReadSession, WriteSession


def joined(path: str, identifier: str) -> str:
    """``path/{id}``, the id percent-encoded: some are phone numbers, some are free text (guide §5, §18.7)."""
    return f"{path}/{quote(identifier, safe='')}"


def endpoint_below(collection: str, verb: Verb | None, *, update: str) -> str:
    """What a collection is asked: to create at ``collection`` itself, all else at one of its objects."""
    match verb:
        case Verb.CREATE:
            return f"POST {collection}"
        case Verb.UPDATE:
            return f"{update} {collection}/{{}}"
        case Verb.DELETE:
            return f"DELETE {collection}/{{}}"
        case None:
            return f"GET {collection}/{{}}"


def unwrapped(answer: Any) -> Json | None:
    """The object in ``data``, or the answer itself where the envelope is missing (guide §20).

    None when there is no object at all.
    """
    found = answer.get("data", answer) if isinstance(answer, Mapping) else None
    return found if isinstance(found, Mapping) else None


def read_answer(answer: Any, request: str) -> Json:
    """The object that a read must answer. Raises ApiError."""
    row = unwrapped(answer)
    if row is None:
        hint = "this is not an object as documented; check the base URL, and report it if it is right"
        raise ApiError(f"{request} answered no object", request=request, hint=hint, code="unusable-answer")
    return row


def written_answer(answer: Any, request: str, identify: Callable[[Json], str]) -> Json:
    """The object that a write must answer, id and all: one that does not say what it made is as good as none.

    Raises OutcomeUnknown: what was done must be looked for (guide §18.6).
    """
    row = unwrapped(answer)
    try:
        if row is not None and identify(row):
            return row
    except KeyError:
        pass
    raise OutcomeUnknown(f"{request} answered no object, so what it did is not known", request=request)


@dataclass(frozen=True, slots=True)
class RestAdapter:
    """One collection under ``path``. ``verbs`` are those that the API offers, beside reading."""

    path: str
    verbs: frozenset[Verb] = frozenset(Verb)

    @property
    def sends_whole(self) -> bool:
        """Updates are partial."""
        return False

    def remote_id(self, row: Json) -> str:
        """The ``id`` field."""
        return str(row["id"])

    def endpoint(self, verb: Verb | None) -> str:
        """The collection for creates, and below it an object for everything else."""
        return endpoint_below(self.path, verb, update="PATCH")

    async def rows(self, session: ReadSession, parent_id: str | None) -> Sequence[Json]:  # noqa: ARG002 - protocol
        """Every page of the list."""
        return await list_all(session, self.path, identify=self.remote_id)

    async def read(self, session: ReadSession, remote: Remote) -> Json:
        """GET one."""
        path = joined(self.path, remote.id)
        return read_answer(await session.get(path), f"GET {path}")

    async def create(self, session: WriteSession, body: Json, parent_id: str | None) -> Json:  # noqa: ARG002 - protocol
        """POST one."""
        return written_answer(await session.post(self.path, body), f"POST {self.path}", self.remote_id)

    async def update(self, session: WriteSession, remote: Remote, body: Json) -> Json:
        """PATCH the fields in ``body``."""
        path = joined(self.path, remote.id)
        return written_answer(await session.patch(path, body), f"PATCH {path}", self.remote_id)

    async def delete(self, session: WriteSession, remote: Remote) -> None:
        """DELETE one, whatever the answer holds: the object, the order it belonged to, or nothing."""
        await session.delete(joined(self.path, remote.id))
