"""A real HTTP server around the application: `serve` for a command line, `running` for tests.

Knows only ASGI and sockets. It gives the application its connections, so that faults can really drop
them, and stops at once, whatever is being held.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final, cast

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from reconciler.sandbox.delivery import CONNECTION

_BACKLOG: Final = 2048
_TICK_SECONDS: Final = 0.01
_TICKS_PER_DATE: Final = 10
_START_SECONDS: Final = 10.0
_STOP_SECONDS: Final = 5.0


class _Protocol(H11Protocol):
    """HTTP/1.1 that tells the application which connection a request came in on."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn itself
        super().connection_made(transport)
        inner = cast("ASGIApp", self.app)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            extensions = {**scope.get("extensions", {}), CONNECTION: transport}
            with contextlib.suppress(asyncio.CancelledError):  # cut off by `shutdown`, which is no news
                await inner({**scope, "extensions": extensions}, receive, send)

        self.app = cast("Any", app)


class _Server(uvicorn.Server):
    """A server that reports when it is ready and does not wait for anybody when it stops."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start accepting, then report."""
        await super().startup(sockets)
        self._ready()

    async def main_loop(self) -> None:
        """Look ten times as often as uvicorn does whether it is time to stop: tests stop many servers."""
        counter = 0
        while not await self.on_tick(counter):
            counter = (counter + 1) % _TICKS_PER_DATE
            await asyncio.sleep(_TICK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything: held requests are there to be cut off."""
        for server in self.servers:
            server.close()
        for listening in sockets or []:
            listening.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)
        for task in list(self.server_state.tasks):
            task.cancel()
        await asyncio.gather(*self.server_state.tasks, return_exceptions=True)


class PortError(Exception):
    """The port cannot be listened on; `number` is the system's reason."""

    def __init__(self, error: OSError) -> None:
        super().__init__((error.strerror or str(error)).lower())
        self.number = error.errno


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio turns Nagle's algorithm off; without, every answer waits 40 ms for an ACK.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise PortError(error) from error
    return listening


def _server(app: ASGIApp, ready: Callable[[], None]) -> _Server:
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        backlog=_BACKLOG,
        server_header=False,
    )
    return _Server(config, ready)


def serve(app: ASGIApp, *, host: str = "127.0.0.1", port: int, ready: Callable[[int], None]) -> None:
    """Serve until interrupted; calls `ready` with the real port (0 picks one) once it accepts."""
    listening = _listen(host, port)
    real_port = int(listening.getsockname()[1])
    _server(app, lambda: ready(real_port)).run(sockets=[listening])


@contextlib.contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """Serve on a free port in a background thread; yields the base URL, and stops promptly in the end."""
    listening = _listen("127.0.0.1", 0)
    port = int(listening.getsockname()[1])
    accepting = threading.Event()
    server = _server(app, accepting.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="telnyx-sandbox", daemon=True)
    thread.start()
    try:
        if not accepting.wait(_START_SECONDS):
            raise RuntimeError("the sandbox server did not start")
        yield f"http://127.0.0.1:{port}/v2"
    finally:
        server.should_exit = True
        thread.join(_STOP_SECONDS)
        if thread.is_alive():
            raise RuntimeError("the sandbox server did not stop")
