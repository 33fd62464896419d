"""The two sessions of ``reconciler.model.session`` over HTTP. They answer bodies, envelopes and all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.api.endpoints import SIDE_EFFECT_FREE
from reconciler.api.failures import Intent, failure_of
from reconciler.errors import NotFound
from reconciler.model.session import Query
from reconciler.transport.key import ApiKey
from reconciler.transport.outcome import Answer, File, Request
from reconciler.transport.permission import NotPermittedError
from reconciler.transport.retry import Repeat
from reconciler.transport.sender import Delivery, Sender
from reconciler.transport.tally import Tally

Heard = Callable[[str, Any], None]
"""Called on the event loop: it must be quick and must not raise."""


def forget(_path: str, _answer: Any) -> None:
    """Keep nothing."""


_REPEAT = {Intent.READ: Repeat.HARMLESS, Intent.WRITE: Repeat.HARMLESS, Intent.WRITE_ONCE: Repeat.HARMFUL}


class Client:
    """A ReadSession. Its sender's permission, not the absence of methods, is what keeps it from writing."""

    def __init__(self, sender: Sender, *, key: ApiKey, heard: Heard = forget) -> None:
        """Take a sender; ``key`` serves hints and masking, and is not sent from here.

        ``heard`` is told the path and the decoded body of every GET that succeeded.
        """
        self._sender = sender
        self._key = key
        self._heard = heard

    @property
    def requests(self) -> Tally:
        """What was sent so far by all sessions of this connection, repeated attempts included."""
        return self._sender.tally

    async def get(self, path: str, query: Query | None = None) -> Any:
        """GET ``path``. Raises ApiError."""
        answer = await self._call(Request("GET", path, query=dict(query or {})), Intent.READ)
        self._heard(path, answer)
        return answer

    async def ask(self, path: str, body: Mapping[str, Any]) -> Any:
        """POST a question, retried like a read. Raises ApiError; ValueError for a path not listed."""
        if path not in SIDE_EFFECT_FREE:
            raise NotPermittedError(f"POST {path} is not known to be free of side effects")
        return await self._call(Request("POST", path, body=body), Intent.READ)

    async def _call(self, request: Request, intent: Intent) -> Any:
        delivery = await self._deliver(request, intent)
        if isinstance(delivery.outcome, Answer) and delivery.outcome.succeeded:
            return delivery.outcome.body
        raise self._failure(delivery, intent)

    async def _deliver(self, request: Request, intent: Intent) -> Delivery:
        return await self._sender.send(request, repeat=_REPEAT[intent], writes=intent is not Intent.READ)

    def _failure(self, delivery: Delivery, intent: Intent) -> Exception:
        return failure_of(delivery, intent=intent, key=self._key, epoch=self._sender.clock.epoch())


class WritingClient(Client):
    """A WriteSession, for apply and destroy."""

    async def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """POST once; sent again only when it certainly was not carried out (429, no connection).

        ``body`` is None for an action that takes none. Raises OutcomeUnknown when the answer was lost, 408, 5xx or
        unreadable: the caller settles by looking.
        """
        return await self._call(Request("POST", path, body=body), Intent.WRITE_ONCE)

    async def upload(self, path: str, files: Mapping[str, bytes], *, media_type: str) -> Any:
        """POST files as a form, once, as ``post`` does; raises as it does.

        The server is told the name of the part for a file's name: what people call their files is their own.
        """
        suffix = media_type.rpartition("/")[2]
        parts = {part: File(f"{part}.{suffix}", media_type, content) for part, content in files.items()}
        return await self._call(Request("POST", path, files=parts), Intent.WRITE_ONCE)

    async def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """PATCH, repeated while in doubt. Raises ApiError; OutcomeUnknown when it stays in doubt."""
        return await self._call(Request("PATCH", path, body=body), Intent.WRITE)

    async def put(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """PUT, repeated as PATCH is. Raises as PATCH does."""
        return await self._call(Request("PUT", path, body=body), Intent.WRITE)

    async def delete(self, path: str) -> Any:
        """DELETE, repeated as PATCH is. Answers the body, if any: the deleted object, ``"OK"`` or None.

        A 404 raises NotFound when no earlier attempt can have been carried out. When one was in doubt (its
        answer lost, 408, 5xx or unreadable), a 404 means that it was: the object is gone, as was asked, and
        the answer is None. Should another program have deleted it between, the end is the same.
        """
        delivery = await self._deliver(Request("DELETE", path), Intent.WRITE)
        if isinstance(delivery.outcome, Answer) and delivery.outcome.succeeded:
            return delivery.outcome.body
        failure = self._failure(delivery, Intent.WRITE)
        if isinstance(failure, NotFound) and delivery.in_doubt:
            return None
        raise failure
