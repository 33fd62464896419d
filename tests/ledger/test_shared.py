"""Ledgers that several machines share: deaths between two requests, batches, and servers that refuse or lie."""

from __future__ import annotations

import asyncio
import functools
import itertools
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.errors import LedgerError, Locked
from reconciler.ledger.bucket import Bucket
from reconciler.ledger.objects import ObjectLedger
from reconciler.ledger.opening import open_ledger
from reconciler.ledger.remote import RemoteLedger
from reconciler.ledger.remote_client import PASSWORD, USERNAME
from reconciler.ledger.store import HeldLedger, LedgerStore
from reconciler.model.fields import parsed
from reconciler.model.ledger import Identified, Intended, Ledger, Recorded, Removed
from reconciler.model.location import BucketLocation, HttpLocation
from reconciler.sandbox.server import running
from reconciler.transport.remote import RemoteDocument

from .cases import PROFILE, SINCE, entry, holder_of, intent, seen
from .places import Place, bucket_place, document_of, http_location, http_place, hurried, raw_s3, s3_environment
from .stateserver import SECRET, USER, StateServer

OTHER = PROFILE._replace(name="other")


class Killed(Exception):
    """The process is dead: nothing that it wanted to do afterwards happens."""


class Death:
    """Counts requests, and kills at one of them: before it is sent, or once it was carried out."""

    def __init__(self, number: int, *, after: bool) -> None:
        self.left = number
        self.after = after
        self.dead = False

    async def at(self, request: Callable[[], Any]) -> Any:
        """Send one request, or die."""
        self.left -= 1
        if self.dead or (self.left == 0 and not self.after):
            self.dead = True
            raise Killed
        answer = await request()
        if self.left == 0:
            self.dead = True
            raise Killed
        return answer


class DyingBucket(Bucket):
    """A bucket whose user dies."""

    def __init__(self, location: BucketLocation, death: Death) -> None:
        super().__init__(location, os.environ)
        self.death = death

    async def read(self, key: str) -> Any:
        return await self.death.at(functools.partial(super().read, key))

    async def create(self, key: str, content: bytes) -> Any:
        return await self.death.at(functools.partial(super().create, key, content))

    async def replace(self, key: str, content: bytes, stamp: Any) -> Any:
        return await self.death.at(functools.partial(super().replace, key, content, stamp))

    async def keys(self, folder: str) -> Any:
        return await self.death.at(functools.partial(super().keys, folder))

    async def remove(self, keys: Any) -> Any:
        return await self.death.at(functools.partial(super().remove, keys))


class DyingDocument(RemoteDocument):
    """A document whose user dies."""

    def __init__(self, document: RemoteDocument, death: Death) -> None:
        self.document = document
        self.death = death

    async def exchange(self, *arguments: Any, **named: Any) -> Any:
        return await self.death.at(functools.partial(self.document.exchange, *arguments, **named))


async def run(ledger: HeldLedger, words: list[str]) -> None:
    """Two applies in one; a word is a promise."""
    await ledger.append(Identified("https://api.telnyx.com/v2", "org"))
    await ledger.append(Intended((intent(), intent(OTHER))))
    words.append("intended")
    await ledger.append(Recorded(entry()))
    words.append("recorded")
    await ledger.compact({"outcome": "applied"})
    words.append("compacted")
    await ledger.append(Removed(OTHER))
    words.append("removed")
    await ledger.compact()
    words.append("done")


def holds_what_was_promised(ledger: Ledger, words: list[str]) -> None:
    """Each word is a promise about the ledger that is read after it."""
    if "intended" in words:
        assert PROFILE in ledger.intents or PROFILE in ledger.entries
    if "recorded" in words:
        assert ledger.entries[PROFILE] == entry()
        assert PROFILE not in ledger.intents
    if "compacted" in words:
        assert ledger.last_run == {"outcome": "applied"}
    if "removed" in words:
        assert OTHER not in ledger.intents
    elif "intended" in words and ledger.header.serial < 1:
        assert OTHER in ledger.intents


async def left_behind(store: LedgerStore) -> str:
    """The id of the lock that the dead process left, or nothing: what the refusal says."""
    try:
        async with store.lock("reconciler apply", SINCE):
            return ""
    except Locked as refused:
        return refused.hint.partition("ledger unlock ")[2].split()[0]


async def continues(place: Place) -> None:
    """Whatever was left behind, the next run gets in, appends, compacts, and leaves nothing."""
    store = place.store()
    if lock_id := await left_behind(store):
        await store.unlock(lock_id)
    before = (await store.snapshot()).ledger
    async with store.lock("reconciler apply", SINCE) as held:
        assert held.ledger == before
        await held.append(Recorded(entry(OTHER)))
        await held.compact({"outcome": "again"})
    after = await place.store().snapshot()
    assert after.ledger.entries == {**before.entries, OTHER: entry(OTHER)}
    assert after.ledger.header.serial == before.header.serial + 1
    assert not after.unfinished
    assert place.journal() == []


Fresh = Callable[[int, Death], tuple[Place, LedgerStore]]
"""From the number of a try to an empty place and a store that dies there."""


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_every_request_of_a_bucket(bucket: Place, s3: str, after: bool) -> None:
    """The first, the second, … request, until a run gets through."""
    prefix = bucket.store().where.split("/")[3]

    def fresh(number: int, death: Death) -> tuple[Place, LedgerStore]:
        location = BucketLocation("s3", "ledgers", f"{prefix}/{number}")
        store = ObjectLedger(location, "default", lambda: DyingBucket(location, death), sleep=hurried)
        return bucket_place(location, raw_s3("ledgers"), s3_environment(s3)), store

    assert deaths(fresh, after=after) == 16


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("which", ["http", "gitlab"])
def test_killed_at_every_request_of_a_document(
    which: str,
    after: bool,
    request: pytest.FixtureRequest,
) -> None:
    """The same over the Terraform protocol."""
    server: StateServer = request.getfixturevalue(which)
    location = http_location(server)

    def fresh(_: int, death: Death) -> tuple[Place, LedgerStore]:
        @asynccontextmanager
        async def opened() -> AsyncIterator[RemoteDocument]:
            async with document_of(location) as document:
                yield DyingDocument(document, death)

        server.states.clear()
        return http_place(server), RemoteLedger(location, "default", opened, sleep=hurried)

    assert deaths(fresh, after=after) == 10


def deaths(fresh: Fresh, *, after: bool) -> int:
    """How many there were until a run got through; the ledger goes on from each of them."""

    async def one(number: int) -> bool:
        words: list[str] = []
        death = Death(number, after=after)
        place, store = fresh(number, death)
        try:
            async with store.lock("reconciler apply", SINCE) as held:
                await run(held, words)
        except (Killed, LedgerError):
            assert death.dead
        holds_what_was_promised((await place.store().snapshot()).ledger, words)
        await continues(place)
        return death.dead

    for number in itertools.count(1):
        if not asyncio.run(one(number)):
            return number - 1
    raise AssertionError


def test_many_lines_are_few_uploads(shared: Place) -> None:
    """As an apply appends them, eight at a time: each upload takes along what has come together."""
    store = shared.store()
    many = 1000 if shared.name == "s3" else 300

    async def apply() -> int:
        async with store.lock("reconciler apply", SINCE) as held:
            numbers = iter(range(many))

            async def worker() -> None:
                for number in numbers:
                    await held.append(Recorded(entry(PROFILE._replace(name=str(number)))))

            await asyncio.gather(*(worker() for _ in range(8)))
            uploads = len([name for name in shared.contents() if "journal" in name])
            await held.compact()
            return uploads

    uploads = asyncio.run(apply())
    if "document" in shared.contents():
        uploads = parsed(shared.contents()["document"])["serial"]  # which rises with each
    assert 0 < uploads <= many / 8 + 8
    assert len(seen(shared.store()).ledger.entries) == many


def test_batches_begin_at_least_half_a_second_apart(bucket: Place) -> None:
    """Never more than two seconds, never a flood: the waits that are asked for, on a clock that waits for nobody."""
    location = BucketLocation("s3", "ledgers", bucket.store().where.split("/")[3])
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        await asyncio.sleep(0)

    store = ObjectLedger(location, "default", lambda: Bucket(location, os.environ), sleep=nap)

    async def apply() -> None:
        async with store.lock("reconciler apply", SINCE) as held:
            for number in range(5):
                await held.append(Recorded(entry(attempt=number)))

    asyncio.run(apply())
    assert len(naps) == 4
    assert all(0.2 < seconds <= 0.5 for seconds in naps)


@pytest.mark.parametrize("which", ["http", "gitlab"])
@pytest.mark.parametrize("every", [2, 3])
@pytest.mark.parametrize("first", [0, 1])
def test_answers_that_are_lost_change_nothing(
    which: str, every: int, first: int, request: pytest.FixtureRequest
) -> None:
    """Requests are carried out and answered 500, the lock too: the run goes on, and nothing is there twice."""
    server: StateServer = request.getfixturevalue(which)
    turns = itertools.count(first)
    server.misbehave = lambda _: 500 if next(turns) % every == 0 else None
    place = http_place(server)

    async def go() -> None:
        async with place.store().lock("reconciler apply", SINCE) as held:
            await run(held, [])

    asyncio.run(go())
    server.misbehave = lambda _: None
    assert seen(place.store()).ledger.entries == {PROFILE: entry()}
    assert server.state().lock is None
    if which == "gitlab":
        assert server.state().serials == sorted(set(server.state().serials))


CANARIES = ("canary-secret", "canary-access", SECRET, USER)


def s3_store(environment: dict[str, str], bucket: str = "ledgers") -> LedgerStore:
    """As a project file would have it."""
    return open_ledger(BucketLocation("s3", bucket, "p"), "default", root=Path(), environment=environment)


async def everything(store: LedgerStore) -> None:
    """Read, and lock."""
    with pytest.raises(LedgerError) as first:
        await store.snapshot()
    with pytest.raises(LedgerError) as second:
        async with store.lock("reconciler apply", SINCE):
            pass
    for refused in (first, second):
        assert refused.value.hint
        told = f"{refused.value} {refused.value.hint} {refused.value!r}"
        assert not any(canary in told for canary in CANARIES)
        assert refused.value.__cause__ is None
        assert refused.value.__suppress_context__ or refused.value.__context__ is None
    raise first.value


def test_a_missing_bucket_is_named(bucket: Place, s3: str) -> None:
    """Nothing is created, and no empty ledger is made up."""
    with pytest.raises(LedgerError, match="there is no such bucket") as refused:
        asyncio.run(everything(s3_store(s3_environment(s3), "no-such-bucket")))
    assert "s3://no-such-bucket" in str(refused.value)


def test_a_store_that_does_not_answer(bucket: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The place, and which variables to look at."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(LedgerError, match="does not answer") as refused:
        asyncio.run(everything(s3_store(s3_environment("http://127.0.0.1:9"))))
    assert "AWS_ENDPOINT_URL" in refused.value.hint
    assert "none of the variables" not in refused.value.hint


def test_a_store_without_credentials(bucket: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """That none are set comes first; the place is named as it is in reconciler.yaml, and no object of ours."""
    environment = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_REGION": "us-east-1"}
    for name in s3_environment("").keys() - environment.keys():
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", environment["AWS_ENDPOINT_URL"])
    # The client would ask the machine for credentials else, and wait for a metadata service that is not there.
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")
    with pytest.raises(LedgerError) as refused:
        asyncio.run(s3_store(environment).snapshot())
    assert str(refused.value).startswith('cannot read "s3://ledgers/p": ')
    assert refused.value.hint.startswith("none of the variables for credentials is set (AWS_ACCESS_KEY_ID")
    for name in s3_environment(""):
        assert name in refused.value.hint


def test_a_store_that_refuses(bucket: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which variables to look at, and nothing of what the store said: it may quote what it was sent."""

    async def refuse(_: Request) -> Response:
        said = f"<Error><Code>AccessDenied</Code><AWSAccessKeyId>{CANARIES[1]}</AWSAccessKeyId></Error>"
        return Response(said, status_code=403, media_type="application/xml")

    methods = ["GET", "PUT", "POST", "DELETE", "HEAD"]
    with running(Starlette(routes=[Route("/{name:path}", refuse, methods=methods)])) as base:
        environment = s3_environment(base.removesuffix("/v2"))
        monkeypatch.setenv("AWS_ENDPOINT_URL", environment["AWS_ENDPOINT_URL"])
        with pytest.raises(LedgerError, match="refuses these credentials") as refused:
            asyncio.run(everything(s3_store(environment)))
    assert "AWS_SECRET_ACCESS_KEY" in refused.value.hint


def test_plain_http_needs_to_be_asked_for(bucket: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials cross no network in the clear."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://minio.example.com:9000")
    with pytest.raises(LedgerError):
        asyncio.run(everything(s3_store(s3_environment("http://minio.example.com:9000"))))


async def lock_once(store: LedgerStore) -> None:
    """Be the only writer, for nothing."""
    async with store.lock("reconciler apply", SINCE):
        pass


@pytest.mark.parametrize(
    "ask",
    [
        lambda store: store.snapshot(),
        lambda store: store.history(),
        lambda store: store.holder(),
        lambda store: store.unlock("abc"),
        lock_once,
    ],
    ids=["snapshot", "history", "holder", "unlock", "lock"],
)
def test_an_extra_that_is_not_installed(
    ask: Callable[[LedgerStore], Coroutine[Any, Any, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which command installs it, whatever is asked first; nothing fails before the ledger is asked for."""
    monkeypatch.setitem(sys.modules, "obstore", None)
    for name in ("reconciler.ledger.bucket", "reconciler.ledger.object_lock"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    store = s3_store({})
    assert store.offline() is None
    with pytest.raises(LedgerError, match="obstore") as refused:
        asyncio.run(ask(store))
    assert refused.value.hint == "pip install 'telnyx-reconciler[ledgers]', or '.[ledgers]' in a checkout"


@pytest.mark.parametrize(
    ("path", "environment", "message"),
    [
        ("state/one", {USERNAME: USER, PASSWORD: "wrong"}, r"refuses these credentials \(401\)"),
        ("state/one", {}, r"refuses these credentials \(401\)"),
    ],
)
def test_a_server_that_refuses(http: StateServer, path: str, environment: dict[str, str], message: str) -> None:
    """The variables to set are named, and nothing that is in them."""
    location = HttpLocation(f"{http.base}/{path}")
    with pytest.raises(LedgerError, match=message) as refused:
        asyncio.run(everything(open_ledger(location, "default", root=Path(), environment=environment)))
    assert USERNAME in refused.value.hint
    assert PASSWORD in refused.value.hint


def test_a_server_that_cannot_lock(gitlab: StateServer) -> None:
    """GitLab's address without its way of locking: no run without a lock."""
    location = HttpLocation(f"{gitlab.base}/state/one")
    store = open_ledger(location, "default", root=Path(), environment={USERNAME: USER, PASSWORD: SECRET})

    async def run_it() -> None:
        async with store.lock("reconciler apply", SINCE):
            pass

    with pytest.raises(LedgerError, match="405") as refused:
        asyncio.run(run_it())
    assert "ledger_lock" in refused.value.hint


def test_nobody_can_say_who_locks_behind_http(http: StateServer) -> None:
    """The protocol has no way to ask; the next apply is told."""
    store = open_ledger(http_location(http), "default", root=Path(), environment={})
    assert holder_of(store) is None
    assert not store.tells_holder


@pytest.mark.parametrize("which", ["http", "gitlab"])
def test_a_lock_that_does_not_end_by_itself(which: str, request: pytest.FixtureRequest) -> None:
    """The command that ends it comes first; waiting is proposed only to who has not waited in vain."""
    place = http_place(request.getfixturevalue(which))

    async def refusal(wait: float) -> Locked:
        with pytest.raises(Locked) as refused:
            async with place.store().lock("reconciler apply", SINCE, wait=wait):
                pass
        return refused.value

    async def refusals() -> tuple[Locked, Locked]:
        async with place.store().lock("reconciler apply", SINCE):
            return await refusal(0.0), await refusal(0.1)

    at_once, after_waiting = asyncio.run(refusals())
    for refused in (at_once, after_waiting):
        assert refused.hint.startswith("this lock does not end by itself: reconciler ledger unlock reconciler-apply.")
        assert " --account default " in refused.hint
    assert "--lock-timeout" in at_once.hint
    assert "--lock-timeout" not in after_waiting.hint


def test_a_lock_that_is_something_else(bucket: Place) -> None:
    """Nobody's lock is taken for free only because it cannot be read."""
    bucket.put("default.lock.json", b"{}")
    with pytest.raises(LedgerError, match="cannot understand the lock"):
        asyncio.run(left_behind(bucket.store()))


def test_a_journal_with_a_gap(bucket: Place) -> None:
    """A batch that somebody removed is missed."""

    async def leave_a_journal() -> None:
        async with bucket.store().lock("reconciler apply", SINCE) as held:
            for number in range(3):
                await held.append(Recorded(entry(attempt=number)))

    asyncio.run(leave_a_journal())
    names = sorted(name for name in bucket.contents() if "journal" in name)
    assert [name.rpartition("/")[2] for name in names] == [f"00000000-00000{n}.jsonl" for n in (1, 2, 3)]
    content = bucket.contents()[names[1]]
    objects = Bucket(BucketLocation("s3", "ledgers", bucket.store().where.split("/")[3]), os.environ)
    asyncio.run(objects.remove([names[1]]))
    with pytest.raises(LedgerError, match="a part of the journal"):
        seen(bucket.store())
    bucket.put(names[1], content[:-20])
    with pytest.raises(LedgerError, match="cannot understand"):
        seen(bucket.store())
    bucket.put(names[1], content)
    assert seen(bucket.store()).ledger.entries[PROFILE].attempt == 2
