"""What is told when a shared place refuses or is not there; nothing of what is secret."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.errors import LedgerError
from reconciler.ledger.opening import open_ledger
from reconciler.ledger.remote_client import PASSWORD, USERNAME
from reconciler.ledger.store import LedgerStore
from reconciler.model.location import BucketLocation, HttpLocation
from reconciler.sandbox.server import running

from .cases import SINCE
from .places import Place, s3_environment
from .stateserver import SECRET, USER, StateServer

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


def test_a_lock_that_is_something_else(bucket: Place) -> None:
    """Nobody's lock is taken for free only because it cannot be read."""
    bucket.put("default.lock.json", b"{}")
    with pytest.raises(LedgerError, match="cannot understand the lock"):
        asyncio.run(lock_once(bucket.store()))
