"""The ASGI application: authentication, rate limits, routing, faults and transactions around the handlers.

The work of a request is one uninterrupted step that ends in a commit or a rollback; all waiting happens
before or after it. Everything is kept per application object, nothing is global.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from reconciler.sandbox import admin
from reconciler.sandbox.bodies import glimpse, json_object
from reconciler.sandbox.calls import Answer, Call
from reconciler.sandbox.delivery import Delivery
from reconciler.sandbox.faults import WRITES, FaultPlan
from reconciler.sandbox.outcomes import error_answer, play
from reconciler.sandbox.quirks import parse_quirks
from reconciler.sandbox.ratelimit import SlidingWindow, Verdict
from reconciler.sandbox.refusals import Refusal, not_found, refuse
from reconciler.sandbox.requestlog import Entry
from reconciler.sandbox.routes import COURSES, RESOURCES, ROUTES, Matched, Router
from reconciler.sandbox.seed import check_seed
from reconciler.sandbox.store import Store
from reconciler.sandbox.world import World

PREFIX: Final = "/v2"
ADMIN: Final = "/_sandbox/"


class Sandbox:
    """One emulated Telnyx, as an ASGI application."""

    def __init__(self, world: World, *, window: SlidingWindow, latency: float) -> None:
        self.world = world
        self._window = window
        self._latency = latency
        self._router = Router(ROUTES)
        self._turn = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            raise RuntimeError(f"the sandbox speaks HTTP only, not {scope['type']}")
        request = Request(scope, receive)
        try:
            raw = await request.body()
        except ClientDisconnect:
            return
        delivery = Delivery(scope, receive, send)
        path = _raw_path(scope)
        if path.removeprefix(PREFIX).startswith(ADMIN):
            name = path.removeprefix(PREFIX).removeprefix(ADMIN)
            query = dict(request.query_params)
            work = partial(admin.answer, self.world, request.method, name, query, raw)
            await delivery.send(self._committed(work))
        else:
            await self._serve(request, path, raw, delivery)

    async def _serve(self, request: Request, path: str, raw: bytes, delivery: Delivery) -> None:
        started = self.world.clock()
        self._turn += 1
        within = path.removeprefix(PREFIX)
        fault = self.world.faults.strike(request.method, within)
        entry = self.world.log.add(
            Entry(
                time=started,
                method=request.method,
                path=within,
                query=request.url.query,
                key=_bearer(request),
                body=glimpse(raw) if request.method in WRITES else None,
                fault=fault.spelling if fault else None,
            )
        )
        matched = self._match(request.method, path)
        verdict = self._judge(matched, request.method, entry.key, started)
        delivery.headers.update(verdict.headers)
        bare = matched.route.bare_errors if isinstance(matched, Matched) else frozenset()

        def work() -> Answer:
            return self._committed(lambda: self._handle(request, raw, matched, verdict, entry.key), bare=bare)

        if self._latency:
            await asyncio.sleep(self._latency)
        if fault:
            entry.status = await play(fault, work, delivery)
        else:
            answer = work()
            entry.status = answer.status  # noted first: a client that has its answer finds it in the log
            await delivery.send(answer)
        entry.seconds = self.world.clock() - started

    def _match(self, method: str, path: str) -> Matched | Refusal:
        try:
            if not path.startswith(PREFIX + "/"):
                raise not_found()
            return self._router.match(method, path.removeprefix(PREFIX))
        except Refusal as refusal:
            return refusal

    def _judge(self, matched: Matched | Refusal, method: str, key: str | None, now: float) -> Verdict:
        endpoint = matched.route.path if isinstance(matched, Matched) else ""
        return self._window.judge((key, method, endpoint), now)

    def _handle(
        self, request: Request, raw: bytes, matched: Matched | Refusal, verdict: Verdict, key: str | None
    ) -> Answer:
        if key is None or not key.startswith("KEY"):
            raise refuse(401, "10009", "the API key is missing or not valid")
        if not verdict.allowed:
            raise refuse(429, "10011", "too many requests to this endpoint")
        if isinstance(matched, Refusal):
            raise matched
        content_type = request.headers.get("content-type", "")
        body = json_object(matched.route.body, raw, content_type)
        account = self.world.account(key)
        query = dict(request.query_params)
        return matched.route.handler(Call(account, matched.params, query, body, raw, content_type, self._turn))

    def _committed(self, work: Callable[[], Answer], *, bare: frozenset[int] = frozenset()) -> Answer:
        try:
            answer = work()
        except Refusal as refusal:
            self.world.store.rollback()
            return error_answer(refusal, bare=refusal.status in bare)
        except BaseException:
            self.world.store.rollback()
            raise
        self.world.store.commit()
        return answer


def create_app(
    *,
    database: str = ":memory:",
    seed: Mapping[str, Any] | None = None,
    faults: Sequence[str] = (),
    quirks: Sequence[str] = (),
    rps: float | None = None,
    latency_ms: float = 0,
    clock: Callable[[], float] = time.time,
    organization: str | None = None,
) -> Sandbox:
    """An emulated Telnyx. ValueError for a misspelt fault or quirk, or a seed of the wrong shape.

    ``organization`` is the id that rows answer as their owner's, for an emulator that stands for a certain account.
    """
    world = World(
        store=Store(database),
        seed=check_seed({} if seed is None else seed, RESOURCES),
        resources=RESOURCES,
        courses=COURSES,
        faults=FaultPlan(faults),
        quirks=parse_quirks(quirks),
        clock=clock,
        organization=organization,
    )
    return Sandbox(world, window=SlidingWindow(rps), latency=latency_ms / 1000)


def _raw_path(scope: Scope) -> str:
    # Percent-encoding is kept until a parameter has been cut out: an id may contain %2F.
    raw: bytes | None = scope.get("raw_path")
    path: str = raw.decode("ascii", "replace") if raw else scope["path"]
    return path


def _bearer(request: Request) -> str | None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" and key.strip() else None


async def _lifespan(receive: Receive, send: Send) -> None:
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
