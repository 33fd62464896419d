"""A stage for executor tests: the sandbox on a socket, the real client and kinds, and time nobody waits for."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import httpx

from reconciler.api import ApiKey, Clock, Sessions, Target as ApiTarget, connect_for_writing
from reconciler.executor.execute import execute
from reconciler.executor.observe import observe
from reconciler.executor.pause import Patience
from reconciler.model.digest import digest_of
from reconciler.model.events import Event, Report, Settling
from reconciler.model.kind import Kinds
from reconciler.model.ledger import Entry, Header, Ledger, Origin
from reconciler.model.observed import Listing, Observed, World
from reconciler.model.plan import Change, Delete, Desired, Plan, Replace, Update
from reconciler.model.recording import entry_for
from reconciler.resources import kinds as real_kinds
from reconciler.sandbox.app import create_app
from reconciler.sandbox.server import running

from .doubles import MemoryJournal, VirtualTime
from .wishes import desired, profile_spec

KEY = "KEY_sandbox"
SALT = "salt"
PROFILE, RESPONSE, SENDER = "MessagingProfile", "AutoResponse", "AlphanumericSenderId"
T = TypeVar("T")


@dataclass
class Stage:
    """One account, and what a run in it needs."""

    base: str
    http: httpx.Client
    sessions: Sessions
    time: VirtualTime
    kinds: Kinds
    lease: EndingLease
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    ledger: Ledger = field(default_factory=lambda: Ledger(Header(salt=SALT)))
    events: list[Event] = field(default_factory=list)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    settle_seconds: float = 10.0
    settling: asyncio.Event = field(default_factory=asyncio.Event)

    # what the test does

    def admin(self, method: str, name: str, **ask: Any) -> Any:
        """Something behind the API's back."""
        url = f"{self.base.removesuffix('/v2')}/_sandbox/{name}"
        options: dict[str, Any] = {"params": ask} if method == "GET" else {"json": ask}
        answer = self.http.request(method, url, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def portal(self, collection: str, **row: Any) -> Any:
        """A row that somebody makes in the portal."""
        return self.admin("POST", "create", collection=collection, set=row)

    def profile(self, name: str, **more: Any) -> str:
        """The id of a profile that somebody else made."""
        made: str = self.portal("messaging_profiles", **profile_spec(name, **more))["id"]
        return made

    def response(self, profile: str, **more: Any) -> str:
        """The id of an auto-response that somebody else made."""
        row = {"op": "stop", "country_code": "US", "keywords": ["STOP"], **more}
        made: str = self.portal("autoresp_configs", messaging_profile_id=profile, **row)["id"]
        return made

    def edit(self, collection: str, remote_id: str, **change: Any) -> None:
        """A row that somebody changes in the portal."""
        self.admin("POST", "edit", collection=collection, id=remote_id, set=change)

    def faults(self, *spellings: str) -> None:
        """Break requests from now on."""
        self.admin("POST", "faults", faults=list(spellings))

    def state(self, collection: str) -> list[Any]:
        """Every row as it really is."""
        rows: list[Any] = self.admin("GET", "state", collection=collection).get(collection, [])
        return rows

    def requests(self, method: str) -> list[str]:
        """The paths of the requests so far with this method."""
        return [entry["path"] for entry in self.admin("GET", "requests") if entry["method"] == method]

    def bodies(self, method: str) -> list[Any]:
        """The bodies of the requests so far with this method."""
        return [entry["body"] for entry in self.admin("GET", "requests") if entry["method"] == method]

    # what a workflow does

    def emit(self, event: Event) -> None:
        """Keep an event."""
        self.events.append(event)
        if isinstance(event, Settling):
            self.settling.set()

    @property
    def patience(self) -> Patience:
        """Waiting in virtual time."""
        return Patience(lambda: self.time.now, self.time.sleep, self.stop, self.settle_seconds)

    async def look(self, *targets: Listing) -> World:
        """The world as it is; without targets all profiles and senders, and the responses of each profile."""
        if targets:
            return await observe(self.sessions.reading, self.kinds, targets)
        world = await observe(self.sessions.reading, self.kinds, [Listing(PROFILE), Listing(SENDER)])
        parents = [Listing(RESPONSE, row.remote.id) for row in world.of_kind(PROFILE)]
        return await observe(self.sessions.reading, self.kinds, parents, world)

    async def apply(self, *changes: Change, world: World | None = None, concurrency: int = 16, **more: Any) -> Report:
        """Execute a plan of these changes, and compact the journal. ``more`` are fields of the plan."""
        plan = Plan(account="a", project="p", changes=changes, **more)
        try:
            return await execute(
                plan,
                kinds=self.kinds,
                session=self.sessions.writing,
                journal=self.journal,
                ledger=self.ledger,
                world=world if world is not None else await self.look(),
                emit=self.emit,
                patience=self.patience,
                concurrency=concurrency,
            )
        finally:
            self.ledger = self.ledger.with_lines(self.journal.lines)

    # what a planner does

    def want(self, kind: str, name: str, spec: Mapping[str, Any], **more: Any) -> Desired:
        """A desired resource of a real kind."""
        return desired(self.kinds[kind], name, spec, **more)

    def recorded(self, wanted: Desired, world: World, remote_id: str) -> Entry:
        """The entry of an object that an earlier run asked for as it is wanted, and that was answered as it now is."""
        kind, observed = self.kinds[wanted.address.kind], found(world, wanted.address.kind, remote_id)
        return entry_for(kind, wanted, observed, origin=Origin.CREATED, project="p", salt=SALT)

    def owned(self, wanted: Desired, world: World, remote_id: str) -> Entry:
        """The entry of an object that an earlier run made as it now is."""
        entry = self.recorded(wanted, world, remote_id)
        return replace(entry, applied=entry.answered)

    def update(self, wanted: Desired, world: World, remote_id: str, **more: Any) -> Update:
        """An update of an object that is ours."""
        return Update(
            desired=wanted, entry=self.owned(wanted, world, remote_id), **self._at(wanted, world, remote_id), **more
        )

    def replace(self, wanted: Desired, world: World, remote_id: str, **more: Any) -> Replace:
        """A replace of an object that is ours."""
        return Replace(
            desired=wanted, entry=self.owned(wanted, world, remote_id), **self._at(wanted, world, remote_id), **more
        )

    def delete(self, wanted: Desired, world: World, remote_id: str, **more: Any) -> Delete:
        """A delete of an object that is ours."""
        return Delete(entry=self.owned(wanted, world, remote_id), **self._at(wanted, world, remote_id), **more)

    def _at(self, wanted: Desired, world: World, remote_id: str) -> dict[str, Any]:
        observed = found(world, wanted.address.kind, remote_id)
        digest = digest_of(self.kinds[wanted.address.kind], observed)
        return {"address": wanted.address, "reason": "test", "remote": observed.remote, "digest": digest}


def found(world: World, kind: str, remote_id: str) -> Observed:
    """The object, which must be there."""
    observed = world.find(kind, remote_id)
    assert observed is not None
    return observed


class EndingLease:
    """A hold on the account that a test can let end."""

    def __init__(self) -> None:
        self.left: Callable[[], float] = lambda: math.inf

    def remaining(self) -> float:
        """Seconds."""
        return self.left()


def perform(scene: Callable[[Stage], Awaitable[T]], *, kinds: Kinds | None = None, **sandbox: Any) -> T:
    """Start a sandbox, connect, and play the scene."""
    time = VirtualTime()
    lease = EndingLease()

    async def play(base: str, http: httpx.Client) -> T:
        target = ApiTarget(
            destination=base,
            key=ApiKey(KEY, variable="TELNYX_API_KEY"),
            rate=math.inf,
            clock=Clock(sleep=lambda _: asyncio.sleep(0)),
            random=lambda: 0.0,
            lease=lease,
        )
        async with connect_for_writing(target) as sessions:
            return await scene(Stage(base, http, sessions, time, kinds or real_kinds(), lease))

    app = create_app(clock=lambda: 1_800_000_000 + time.now, **sandbox)
    with running(app) as base, httpx.Client(timeout=5, verify=False) as http:  # noqa: S501 - plain http on loopback
        return asyncio.run(play(base, http))
