"""Objects on a condition, and what is said when a store refuses, cannot, or does not answer. All in this process.

The store that refuses is an HTTP server: only such a one makes obstore raise what it raises.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from obstore.store import AzureStore, GCSStore, LocalStore, MemoryStore, S3Store
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.ledger.bucket import VARIABLES, Bucket, Stamp, Taken
from reconciler.model.location import BucketLocation
from reconciler.sandbox.server import running

from .refusing import refused

S3 = BucketLocation("s3", "b", "p")
AWS = VARIABLES["s3"]
UNSET = "none of the variables for credentials is set (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY); "
GONE = "create the bucket, or correct its name; the program creates none"
SILENT = "the store does not answer, or not as one"


def test_objects_are_written_on_a_condition() -> None:
    """None there yet, or the one that was read; what is there already with the same content counts as written."""

    async def run() -> None:
        bucket = Bucket(S3, {}, store=MemoryStore())
        assert await bucket.read("a") is None
        first = await bucket.create("a", b"one")
        assert await bucket.create("a", b"one") == first
        with pytest.raises(Taken) as caught:
            await bucket.create("a", b"two")
        assert caught.value.args == ("a",)
        second = await bucket.replace("a", b"two", first)
        assert await bucket.replace("a", b"two", first) == second
        with pytest.raises(Taken):
            await bucket.replace("a", b"three", first)
        with pytest.raises(Taken):
            await bucket.replace("b", b"three", first)
        found = await bucket.read("a")
        assert found is not None
        assert (found.content, found.stamp) == (b"two", second)
        assert second.version == {"e_tag": '"1"'}
        before = found.modified
        now = await bucket.now("clock")
        assert before <= now
        clock = await bucket.read("clock")
        assert clock is not None
        assert (clock.content, clock.modified) == (b"", now)
        for key in ("folder/b", "folder/a", "other/c"):
            await bucket.create(key, b"")
        assert await bucket.keys("folder") == ["folder/a", "folder/b"]
        assert await bucket.keys("none") == []
        await bucket.remove([])
        await bucket.remove(["folder/a", "never there", "other/c"])
        assert await bucket.keys("") == ["a", "clock", "folder/b"]

    asyncio.run(run())


def test_a_store_without_conditions_is_refused(tmp_path: Path) -> None:
    """Two runs could overwrite each other in it."""
    bucket = Bucket(S3, {}, store=LocalStore(tmp_path))
    stamp = asyncio.run(bucket.create("a", b"one"))
    with refused() as told:
        asyncio.run(bucket.replace("a", b"two", stamp))
    assert [*told] == [
        'cannot write "s3://b/p/a": the store cannot write on a condition',
        "use a store that can: without it two runs could overwrite each other",
    ]


async def answer(request: Request) -> Response:
    """The first status in the object's name, else that there is none (400 to removals); words nobody may repeat."""
    named = request.query_params.get("prefix") or request.path_params["name"]
    if named.endswith("/versioned"):
        return Response("<canary/>", headers={"etag": '"e"', "x-amz-version-id": "v"})
    none = 400 if request.method == "POST" else 404
    status = next((int(word) for word in named.split("/") if word.isdigit()), none)
    return Response("<canary/>", status_code=status)


@pytest.fixture(scope="module")
def refusing_store() -> Iterator[str]:
    """A server that answers each object with a status."""
    methods = ["GET", "PUT", "POST", "DELETE", "HEAD"]
    with running(Starlette(routes=[Route("/{name:path}", answer, methods=methods)])) as base:
        yield base.removesuffix("/v2")


@pytest.fixture
def environment(refusing_store: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What a user would set."""
    found = {
        "AWS_ENDPOINT_URL": refusing_store,
        "AWS_ACCESS_KEY_ID": "canary",
        "AWS_SECRET_ACCESS_KEY": "canary",
        "AWS_REGION": "us-east-1",
    }
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    return found


def doing(bucket: Bucket, what: str, key: str) -> Any:
    """Each thing that can be asked of a bucket."""
    match what:
        case "read":
            return bucket.read(key)
        case "create":
            return bucket.create(key, b"one")
        case "replace":
            return bucket.replace(key, b"one", Stamp({"e_tag": "1"}))
        case "now":
            return bucket.now(key)
        case "remove":
            return bucket.remove([key])
        case _:
            return bucket.keys(key)


DENIED = f"check {AWS}; they must be allowed to list, read, write and delete there"
NETWORK = f"check the network; check {AWS}"


@pytest.mark.parametrize(
    ("what", "status", "summary", "hint"),
    [
        ("read", 401, 'cannot read "s3://b/p/401": the store refuses these credentials', DENIED),
        ("read", 403, 'cannot read "s3://b/p/403": the store refuses these credentials', DENIED),
        ("create", 403, 'cannot write "s3://b/p/403": the store refuses these credentials', DENIED),
        ("replace", 403, 'cannot write "s3://b/p/403": the store refuses these credentials', DENIED),
        ("now", 403, 'cannot write "s3://b/p/403": the store refuses these credentials', DENIED),
        ("create", 404, 'cannot write "s3://b/p/404": there is no such bucket', GONE),
        ("now", 404, 'cannot write "s3://b/p/404": there is no such bucket', GONE),
        ("read", 400, f'cannot read "s3://b/p/400": {SILENT}', NETWORK),
        ("create", 400, f'cannot write "s3://b/p/400": {SILENT}', NETWORK),
        ("remove", 400, f'cannot remove "s3://b/p/400": {SILENT}', NETWORK),
        ("read", 409, f'cannot read "s3://b/p/409": {SILENT}', NETWORK),
        ("now", 409, f'cannot write "s3://b/p/409": {SILENT}', NETWORK),
        ("read", 412, f'cannot read "s3://b/p/412": {SILENT}', NETWORK),
        ("create", 412, f'cannot read "s3://b/p/412": {SILENT}', NETWORK),
    ],
)
def test_what_a_store_answers(what: str, status: int, summary: str, hint: str, environment: dict[str, str]) -> None:
    """The object and what to do next; nothing of what obstore says, which quotes addresses."""
    with refused() as told:
        asyncio.run(doing(Bucket(S3, environment), what, str(status)))
    assert [*told] == [summary, hint]
    with refused() as told:
        asyncio.run(doing(Bucket(S3, {"AWS_ALLOW_HTTP": "true"}), what, str(status)))
    unset = "" if status == 404 else UNSET
    assert [*told] == [summary, f"{unset}{hint}"]


def test_a_bucket_that_cannot_be_listed(environment: dict[str, str]) -> None:
    """Reading works, so it is not the network; where that fails too, it is what is told."""
    with refused() as told:
        asyncio.run(Bucket(S3, environment).keys("400"))
    assert [*told] == [
        'cannot list "s3://b/p": there is no such bucket, or it may not be listed',
        "create the bucket, and allow listing it; the program creates none",
    ]
    with refused() as told:
        asyncio.run(Bucket(BucketLocation("s3", "b", "403"), environment).keys("folder"))
    assert [*told] == ['cannot read "s3://b/403": the store refuses these credentials', DENIED]


def test_which_writing_was_read(environment: dict[str, str]) -> None:
    """Every name that the store gives it; where it gives none, nothing is made up."""
    found = asyncio.run(Bucket(S3, environment).read("200"))
    assert found is not None
    assert (found.content, found.stamp) == (b"<canary/>", Stamp({}))
    found = asyncio.run(Bucket(S3, environment).read("versioned"))
    assert found is not None
    assert found.stamp == Stamp({"e_tag": '"e"', "version": "v"})


@pytest.mark.parametrize(
    ("location", "sort", "prefix"),
    [
        (S3, S3Store, "p"),
        (BucketLocation("s3", "b"), S3Store, None),
        (BucketLocation("az", "container", "p"), AzureStore, "p"),
        (BucketLocation("az", "container"), AzureStore, None),
        (BucketLocation("gs", "b", "p"), GCSStore, "p"),
        (BucketLocation("gs", "b"), GCSStore, None),
    ],
)
def test_which_store_is_opened(
    location: BucketLocation,
    sort: type,
    prefix: str | None,
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the scheme, with the prefix, and with limits on how long it may try."""
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "name")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "a2V5")
    store: Any = Bucket(location, environment)._store
    assert type(store).__name__ == sort.__name__
    assert store.prefix == prefix
    assert location.bucket in store.config.values()
    assert store.client_options == {"timeout": "10s", "allow_http": "true"}
    assert store.retry_config["max_retries"] == 4
    assert store.retry_config["retry_timeout"].total_seconds() == 10


@pytest.mark.parametrize(
    ("environment_", "plain"),
    [
        ({}, False),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, True),
        ({"AWS_ENDPOINT_URL": "http://localhost:9"}, True),
        ({"AWS_ENDPOINT_URL": "http://[::1]:9"}, True),
        ({"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"}, True),
        ({"AWS_ENDPOINT_URL_S3": "https://s3.example.com", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, False),
        ({"AWS_ENDPOINT_URL": "http://minio.example.com:9"}, False),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1.example.com:9"}, False),
        ({"AWS_ALLOW_HTTP": "true"}, True),
        ({"AWS_ALLOW_HTTP": "yes"}, False),
        ({"AZURE_ALLOW_HTTP": "true"}, True),
        ({"AZURE_STORAGE_USE_EMULATOR": "true"}, True),
    ],
)
def test_when_plain_http_is_allowed(environment_: dict[str, str], plain: bool, environment: dict[str, str]) -> None:
    """On this machine, or asked for by name."""
    store: Any = Bucket(S3, environment_)._store
    assert store.client_options == {"timeout": "10s"} | ({"allow_http": "true"} if plain else {})


@pytest.mark.parametrize(
    "name",
    [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ],
)
def test_any_way_to_credentials_is_one(name: str, environment: dict[str, str]) -> None:
    """Then it is not said that there are none."""
    with refused() as told:
        asyncio.run(Bucket(S3, {"AWS_ALLOW_HTTP": "true", name: "x"}).read("403"))
    assert told.hint == DENIED


def test_settings_that_make_no_sense(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The place, and the variables that its kind of store reads."""
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    with refused() as told:
        Bucket(BucketLocation("az", "container", "p"), environment)
    assert [*told] == ['"az://container/p" cannot be used with these settings', f"check {VARIABLES['az']}"]
