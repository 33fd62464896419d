"""The record of what was told, wherever it lies: nobody writes over what he has not read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import obstore
import pytest
from obstore.store import MemoryStore

from reconciler.errors import LedgerError
from reconciler.ledger.bucket import Bucket
from reconciler.ledger.notified import BucketRecord, DocumentRecord, FileRecord, Kept, Overtaken, RecordPlace
from reconciler.ledger.opening import open_record
from reconciler.model.fields import spelled
from reconciler.model.location import BucketLocation, FolderLocation, HttpLocation

from .places import hurried, inside
from .stateserver import StateServer

ONE, TWO, THREE = (spelled({"serial": number}) for number in (1, 2, 3))


@dataclass
class Shelf:
    """A place: two machines that speak to it, and what is there behind their backs."""

    here: RecordPlace
    there: RecordPlace
    contents: Callable[[], dict[str, bytes]]


def _folder(folder: Path) -> Shelf:
    here, there = (FileRecord(folder / "state" / "a.notified.json", private=True) for _ in range(2))
    return Shelf(here, there, lambda: {p.name: p.read_bytes() for p in (folder / "state").glob("a.*")})


def _bucket(_: Path) -> Shelf:
    raw, location = MemoryStore(), BucketLocation("s3", "b")

    def contents() -> dict[str, bytes]:
        return {str(one["path"]): bytes(obstore.get(raw, one["path"]).bytes()) for one in obstore.list(raw).collect()}

    here, there = (
        BucketRecord("s3://b/a.notified.json", "a.notified.json", lambda: Bucket(location, {}, store=raw))
        for _ in range(2)
    )
    return Shelf(here, there, contents)


def _gitlab(_: Path) -> Shelf:
    server = StateServer("http://127.0.0.1:1", gitlab=True)
    here, there = (DocumentRecord(f"{server.base}/state/a-notified", lambda: inside(server), hurried) for _ in range(2))
    return Shelf(here, there, lambda: {name: one.content for name, one in server.states.items() if one.content})


@pytest.fixture(params=[_folder, _bucket, _gitlab], ids=["folder", "bucket", "gitlab"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    """Each place where a record can lie."""
    made: Shelf = request.param(tmp_path)
    return made


def test_the_second_of_two_writers_is_told(shelf: Shelf) -> None:
    """Whether there was a record before or not; then he reads what the first one wrote."""

    async def go() -> None:
        nothing = await shelf.here.read()
        assert nothing.content is None
        assert shelf.contents() == {}
        await shelf.here.write(ONE, nothing)
        with pytest.raises(Overtaken):
            await shelf.there.write(TWO, nothing)
        first = await shelf.there.read()
        assert first.content == ONE
        await shelf.there.write(TWO, first)
        with pytest.raises(Overtaken):
            await shelf.here.write(THREE, first)
        assert (await shelf.here.read()).content == TWO
        assert list(shelf.contents().values()) == [TWO]

    asyncio.run(go())


def test_gitlab_refuses_a_serial_that_it_has() -> None:
    """Between our look and our writing somebody else may write."""
    server = StateServer("http://127.0.0.1:1", gitlab=True)
    place = DocumentRecord(f"{server.base}/state/a-notified", lambda: inside(server), hurried)
    state = server.state("state/a-notified")
    asyncio.run(place.write(ONE, Kept(None)))
    seen = Kept(ONE)

    def meanwhile(request: str) -> int | None:
        if request.startswith("GET") and 2 not in state.serials:
            state.serials.append(2)  # the answer to our look is on its way
        return None

    server.misbehave = meanwhile
    with pytest.raises(Overtaken):
        asyncio.run(place.write(TWO, seen))
    assert state.content == ONE


def test_an_answer_that_got_lost_is_no_rival() -> None:
    """The writing was done: the server's refusal of its repetition means nothing."""
    server = StateServer("http://127.0.0.1:1", gitlab=True)
    place = DocumentRecord(f"{server.base}/state/a-notified", lambda: inside(server), hurried)
    statuses = [502]
    server.misbehave = lambda request: statuses.pop() if request.startswith("POST") and statuses else None
    asyncio.run(place.write(ONE, Kept(None)))
    assert server.state("state/a-notified").content == ONE


@pytest.mark.parametrize("status", [403, 405])
def test_a_server_that_will_not_have_it(status: int) -> None:
    """What it says is told; it may be a role that only reads."""
    server = StateServer("http://127.0.0.1:1")
    place = DocumentRecord(f"{server.base}/state/a-notified", lambda: inside(server), hurried)
    server.misbehave = lambda _: status
    with pytest.raises(LedgerError, match=str(status)):
        asyncio.run(place.read())


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """The system's reason, and the path."""
    (tmp_path / "file").write_text("")
    place = FileRecord(tmp_path / "file" / "a.json")
    with pytest.raises(LedgerError, match=r"a\.json"):
        asyncio.run(place.read())


def test_where_it_lies(tmp_path: Path) -> None:
    """Beside the ledger, whatever that is; asking nobody."""

    def opened(location: Any, account: str = "we/us") -> RecordPlace:
        return open_record(location, account, root=tmp_path, state_folder=tmp_path / ".reconciler", environment={})

    assert opened(None).where == str(tmp_path / ".reconciler" / "we%2Fus.notified.json")
    assert opened(FolderLocation("team")).where == str(tmp_path / "team" / "we%2Fus.notified.json")
    assert opened(BucketLocation("s3", "b", "p")).where == "s3://b/p/we=2Fus.notified.json"
    assert opened(HttpLocation("https://gitlab.example.com/state/one/")).where.endswith("/state/one-notified")
