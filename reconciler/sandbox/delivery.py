"""How an answer leaves, or fails to: whole, cut short, dropped, or never.

Over a real socket the server of this package puts its connection into the ASGI scope, so that a drop is a
closed connection without a byte. Without one (an in-process client) a drop raises `ConnectionResetError`.
"""

from typing import Final, Protocol, cast

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from reconciler.sandbox.calls import Answer

CONNECTION: Final = "reconciler.sandbox.connection"
"""Key of the ASGI extension that holds the connection."""


class Connection(Protocol):
    """What is needed of a transport."""

    def abort(self) -> None:
        """Close at once; unsent bytes are lost."""

    def close(self) -> None:
        """Close after unsent bytes have left."""


class Delivery:
    """The way back to the client of one request."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self.headers: dict[str, str] = {}
        """Headers of every answer to this request."""

    async def send(self, answer: Answer) -> int:
        """A whole answer; returns its status."""
        response = Response(
            answer.text.encode(),
            status_code=answer.status,
            headers={**self.headers, **answer.headers},
            media_type=answer.media_type,
        )
        await response(self._scope, self._receive, self._send)
        return answer.status

    async def truncate(self, answer: Answer) -> int:
        """Half of the body under the Content-Length of the whole."""
        body = answer.text.encode()
        response = Response(body, answer.status, self.headers, answer.media_type)
        await self._send({"type": "http.response.start", "status": answer.status, "headers": response.raw_headers})
        connection = self._connection()
        await self._send(
            {
                "type": "http.response.body",
                "body": body[: len(body) // 2],
                "more_body": connection is not None,
            }
        )
        if connection is not None:
            connection.close()
            await self.hold()
        return answer.status

    async def drop(self) -> None:
        """No answer, and no connection either."""
        connection = self._connection()
        if connection is None:
            raise ConnectionResetError("the sandbox dropped the connection, as a fault asked it to")
        connection.abort()
        await self.hold()

    async def hold(self) -> None:
        """No answer until the client has gone."""
        message = await self._receive()
        while message["type"] != "http.disconnect":
            message = await self._receive()

    def _connection(self) -> Connection | None:
        return cast("Connection | None", self._scope.get("extensions", {}).get(CONNECTION))
