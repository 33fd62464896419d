"""The places where a ledger can live, each for real, behind one face: what a conformance test needs of any of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

import httpx
import obstore
from obstore.store import AzureStore, MemoryStore, ObjectStore, S3Store

from reconciler.ledger.bucket import Bucket
from reconciler.ledger.local import LocalLedger
from reconciler.ledger.objects import ObjectLedger
from reconciler.ledger.remote import RemoteLedger
from reconciler.ledger.store import LedgerStore
from reconciler.model.fields import parsed, spelled
from reconciler.model.location import BucketLocation, HttpLocation
from reconciler.transport.remote import Credentials, RemoteDocument, open_document

from .stateserver import SECRET, USER, StateServer

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


async def hurried(_: float) -> None:
    """Sleep, but not for long."""
    await asyncio.sleep(0)


@dataclass
class Place:
    """One place: stores that speak to it, and its bytes, behind their backs."""

    name: str
    open: Callable[[str], LedgerStore]
    contents: Callable[[], Mapping[str, bytes]]
    """Everything that is there, apart from locks."""
    put: Callable[[str, bytes], object]
    document: str
    """The name of the ledger among the contents."""

    def store(self, account: str = "default") -> LedgerStore:
        """A fresh one: nothing is remembered between two of them."""
        return self.open(account)

    def ledger(self) -> Any:
        """The ledger document, without its journal."""
        value = parsed(self.contents()[self.document])
        return value.get("ledger", value)

    def edit(self, change: Mapping[str, Any]) -> None:
        """Change keys of the ledger document by hand."""
        value = parsed(self.contents()[self.document])
        if "ledger" in value:
            self.put(self.document, spelled({**value, "ledger": {**value["ledger"], **change}}))
        else:
            self.put(self.document, spelled({**value, **change}))

    def journal(self) -> list[Any]:
        """The journal's lines, in their order."""
        contents = self.contents()
        value = parsed(contents[self.document])
        if "journal" in value:
            return list(value["journal"])
        lines = [line for name in sorted(contents) if "journal" in name for line in contents[name].splitlines()]
        together = [found if isinstance(found, list) else [found] for found in map(parsed, lines)]
        return [found for several in together for found in several if "line" in found]


def folder_place(folder: Path) -> Place:
    """Local files."""

    def contents() -> Mapping[str, bytes]:
        found = folder.iterdir() if folder.exists() else ()
        return {p.name: p.read_bytes() for p in found if p.suffix != ".lock" and not p.name.startswith(".")}

    return Place(
        "folder",
        lambda account: LocalLedger(folder, account),
        contents,
        lambda name, content: (folder / name).write_bytes(content),
        "default.ledger.json",
    )


def bucket_place(location: BucketLocation, raw: ObjectStore, environment: Mapping[str, str]) -> Place:
    """Objects below a prefix."""

    def contents() -> Mapping[str, bytes]:
        names = [str(found["path"]) for found in obstore.list(raw, location.prefix).collect()]
        wanted = [name for name in names if ".lock.json" not in name]
        return {name.removeprefix(f"{location.prefix}/"): bytes(obstore.get(raw, name).bytes()) for name in wanted}

    return Place(
        location.scheme,
        lambda account: ObjectLedger(location, account, lambda: Bucket(location, environment), sleep=hurried),
        contents,
        lambda name, content: obstore.put(raw, f"{location.prefix}/{name}", content),
        "default.ledger.json",
    )


def memory_place(store: ObjectStore | None = None) -> Place:
    """Objects in this process: the same conditions as in a bucket, and no socket."""
    raw, location = store or MemoryStore(), BucketLocation("s3", "ledgers", "memory")

    def contents() -> Mapping[str, bytes]:
        names = [str(found["path"]) for found in obstore.list(raw).collect()]
        return {name: bytes(obstore.get(raw, name).bytes()) for name in names if ".lock.json" not in name}

    return Place(
        "memory",
        lambda account: ObjectLedger(location, account, lambda: Bucket(location, {}, store=raw), sleep=hurried),
        contents,
        lambda name, content: obstore.put(raw, name, content),
        "default.ledger.json",
    )


def http_location(server: StateServer) -> HttpLocation:
    """The server's one address, as a project file would spell it."""
    address = f"{server.base}/state/one"
    return HttpLocation(address, f"{address}/lock", "POST", "DELETE") if server.gitlab else HttpLocation(address)


@asynccontextmanager
async def inside(server: StateServer) -> AsyncIterator[RemoteDocument]:
    """The server without its socket: requests are handed to it in this process."""
    client = httpx.AsyncClient(transport=httpx.ASGITransport(server.app()), auth=httpx.BasicAuth(USER, SECRET))
    async with client:
        yield RemoteDocument(client, 10)


def inside_place(*, gitlab: bool = False) -> Place:
    """One document on a server in this process."""
    server = StateServer("http://127.0.0.1:1", gitlab=gitlab)
    return http_place(server, lambda _: inside(server))


def http_place(server: StateServer, open_it: Callable[[HttpLocation], Any] | None = None) -> Place:
    """One document on a server."""
    location = http_location(server)
    document = open_it or document_of
    state = server.state()

    def put(_: str, content: bytes) -> None:
        state.content = content

    def contents() -> Mapping[str, bytes]:
        return {"document": state.content} if state.content else {}

    return Place(
        "gitlab" if server.gitlab else "http",
        lambda account: RemoteLedger(location, account, lambda: document(location), sleep=hurried),
        contents,
        put,
        "document",
    )


def document_of(location: HttpLocation) -> AbstractAsyncContextManager[RemoteDocument]:
    """Connections with the right password."""
    return open_document(location.address, variable="V", credentials=Credentials(USER, SECRET), total=10)


def _one_at_a_time(app: WSGIApplication) -> WSGIApplication:
    """S3 writes on a condition in one step; moto looks first and writes then, while others may look."""
    lock = Lock()

    def guarded(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        with lock:
            return app(environ, start)

    return guarded


@contextmanager
def s3_server() -> Iterator[str]:
    """Serve S3 on a port of this machine, with one bucket; yields its URL."""
    from moto.moto_server.werkzeug_app import (  # noqa: PLC0415 - half a second that other tests need not pay
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server  # noqa: PLC0415 - as above

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = _one_at_a_time(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=MotoRequestHandler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def s3_environment(url: str) -> dict[str, str]:
    """What a user would set."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "canary-access",
        "AWS_SECRET_ACCESS_KEY": "canary-secret",
        "AWS_REGION": "us-east-1",
    }


def raw_s3(bucket: str) -> ObjectStore:
    """The bucket, past our own code; the variables are set."""
    return S3Store(bucket, client_options={"allow_http": True})


def raw_azure(container: str) -> ObjectStore:
    """The container, past our own code."""
    return AzureStore(container, client_options={"allow_http": True})
