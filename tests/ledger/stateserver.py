"""A server of Terraform's HTTP protocol, over a real socket: one document and one lock for each path, in memory.

Written from the protocol's documentation and GitLab's, never from our client. ``gitlab`` makes it as strict as that:
locks at ``…/lock`` by POST and DELETE, versions that may not come twice, and a refusal that echoes what it was told.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.sandbox.server import running

USER, SECRET = "gitlab-ci-token", "glcbt-canary-password"


@dataclass
class State:
    """One address."""

    content: bytes = b""
    lock: dict[str, Any] | None = None
    serials: list[int] = field(default_factory=list)


@dataclass
class StateServer:
    """What is on the server, and how it misbehaves."""

    base: str = ""
    gitlab: bool = False
    states: dict[str, State] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    misbehave: Callable[[str], int | None] = lambda _: None
    """From method and path to a status that is answered after the request was carried out."""
    guard: threading.Lock = field(default_factory=threading.Lock)

    def app(self) -> Starlette:
        """To be served, or asked in this process."""
        methods = ["GET", "POST", "DELETE", "LOCK", "UNLOCK"]
        return Starlette(routes=[Route("/{name:path}", self.answer, methods=methods)])

    def state(self, name: str = "state/one") -> State:
        """What one address holds."""
        return self.states.setdefault(name, State())

    async def answer(self, request: Request) -> Response:
        """Serve one request."""
        body = await request.body()
        name = request.path_params["name"]
        wanted = "Basic " + base64.b64encode(f"{USER}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != wanted:
            return Response(status_code=401)
        with self.guard:
            self.requests.append(f"{request.method} /{name}")
            answer = self._locking(request, name, body) or self._storing(request, name, body)
            status = self.misbehave(f"{request.method} /{name}")
        return answer if status is None else Response(status_code=status)

    def _locking(self, request: Request, name: str, body: bytes) -> Response | None:
        if self.gitlab and name.endswith("/lock"):
            lock, unlock, state = "POST", "DELETE", self.state(name.removesuffix("/lock"))
        elif not self.gitlab and request.method in {"LOCK", "UNLOCK"}:
            lock, unlock, state = "LOCK", "UNLOCK", self.state(name)
        else:
            return None
        told = json.loads(body or b"{}")
        if request.method == unlock:
            if state.lock is not None and told.get("ID") not in {None, state.lock["ID"]}:
                return Response(status_code=409)
            state.lock = None
            return Response()
        return self._lock(state, told) if request.method == lock else Response(status_code=405)

    def _lock(self, state: State, told: dict[str, Any]) -> Response:
        needed = {"ID", "Operation", "Info", "Who", "Version", "Created", "Path"}
        if set(told) != needed or len(told["ID"]) > 255:
            return Response(status_code=400)
        if state.lock is None:
            state.lock = told
            return Response(json.dumps(told))
        present = {**told, **{k: state.lock[k] for k in ("ID", "Who", "Created")}} if self.gitlab else state.lock
        return Response(json.dumps(present), status_code=409 if self.gitlab else 423)

    def _storing(self, request: Request, name: str, body: bytes) -> Response:
        state = self.state(name)
        if request.method == "GET":
            return Response(state.content) if state.content else Response(status_code=204 if self.gitlab else 404)
        if request.method != "POST":
            return Response(status_code=405)
        if request.query_params.get("ID") != (state.lock or {}).get("ID"):
            return Response(status_code=409)
        serial = json.loads(body)["serial"]
        if self.gitlab and serial in state.serials:
            return Response(status_code=422)
        state.serials.append(serial)
        state.content = body
        return Response()


@contextmanager
def serving(*, gitlab: bool = False) -> Iterator[StateServer]:
    """Serve on a port of this machine."""
    server = StateServer(gitlab=gitlab)
    with running(server.app()) as base:
        server.base = base.removesuffix("/v2")
        yield server
