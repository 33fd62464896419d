"""A ledger as objects: their names and bytes, what is told when one is missing, and the writer's batches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import obstore
import pytest
from obstore.store import MemoryStore

from reconciler.errors import LedgerError, UsageError
from reconciler.ledger.bucket import Bucket
from reconciler.ledger.folding import document_bytes
from reconciler.ledger.held import SharedLedger
from reconciler.ledger.history import history_bytes
from reconciler.ledger.lines import encoded
from reconciler.ledger.local import LocalLedger
from reconciler.ledger.objects import ObjectLedger
from reconciler.ledger.opening import open_ledger
from reconciler.ledger.remote import RemoteLedger
from reconciler.ledger.remote_client import PASSWORD, USERNAME
from reconciler.ledger.store import Snapshot
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.fields import spelled
from reconciler.model.history import Ending
from reconciler.model.ledger import Header, Ledger, Recorded, Removed, Settled, Unending
from reconciler.model.location import BucketLocation, FolderLocation, HttpLocation
from reconciler.model.observed import Remote

from .cases import PROFILE, SINCE, entry, seen
from .refusing import refused
from .stateserver import SECRET, USER, StateServer, serving
from .test_history import run as run_of

PLACE = BucketLocation("s3", "b", "p")
WHERE = "s3://b/p/work.ledger.json"
LINEAGE, SALT = "abababab-abab-4bab-abab-abababababab", "ab" * 32
NEW = Ledger(Header(account="work", lineage=LINEAGE, salt=SALT))
MISSING = (
    "a newer version may have written it: upgrade this program; otherwise restore it from a backup, or remove it: what "
    "it recorded is found by natural key again, but objects that only it knew are no longer pruned"
)
ONE, TWO, THREE = Recorded(entry()), Removed(PROFILE), Settled(PROFILE)


@dataclass
class Shelf:
    """A store in memory, and what is in it."""

    raw: MemoryStore = field(default_factory=MemoryStore)
    opened: int = 0

    def store(self) -> ObjectLedger:
        """A ledger whose random numbers are known."""
        return ObjectLedger(PLACE, "work", self.bucket, token_hex=lambda size: "ab" * size, sleep=self.sleep)

    def bucket(self) -> Bucket:
        """Open it, and count."""
        self.opened += 1
        return Bucket(PLACE, {}, store=self.raw)

    async def sleep(self, _: float) -> None:
        """Not for long."""
        await asyncio.sleep(0)

    def put(self, name: str, content: bytes) -> None:
        """Write an object behind everybody's back."""
        obstore.put(self.raw, name, content)

    def contents(self) -> dict[str, bytes]:
        """All but the lock."""
        names = sorted(str(found["path"]) for found in obstore.list(self.raw).collect())
        return {name: bytes(obstore.get(self.raw, name).bytes()) for name in names if ".lock." not in name}


def batch(*lines: bytes, lock: str = "ab" * 8) -> bytes:
    """One object of the journal."""
    return spelled({"lock": lock}) + b"\n" + b"".join(lines)


def test_every_object_of_a_run() -> None:
    """The ledger before its first batch, a batch for what came together; then the next serial."""
    shelf = Shelf()
    store = shelf.store()
    history = run_of("one", Ending.APPLIED)
    shelf.put("work.journal/notes.txt", b"not ours")
    shelf.put("other.history/00000009.jsonl", b"not ours")
    foreign = shelf.contents()

    async def run() -> None:
        async with store.lock("reconciler apply", SINCE) as held:
            await held.append_history(history[:1])
            assert shelf.contents() == {
                **foreign,
                "work.history/00000001.jsonl": history_bytes(history[:1], where="h"),
            }
            await held.append(ONE)
            await asyncio.gather(held.append(TWO), held.append(THREE))
            first, second, third = (encoded(line, NEW.header) for line in (ONE, TWO, THREE))
            await held.append_history(history)
            expected = {
                **foreign,
                "work.history/00000001.jsonl": history_bytes(history[:1], where="h"),
                "work.history/00000002.jsonl": history_bytes(history, where="h"),
                "work.journal/00000000-000001.jsonl": batch(first),
                "work.journal/00000000-000002.jsonl": batch(second, third),
                "work.ledger.json": document_bytes(NEW),
            }
            assert shelf.contents() == expected
            found = await shelf.store().snapshot()
            assert (found.exists, found.unfinished, found.notes) == (True, True, ())
            assert found.ledger == held.ledger == NEW.with_lines([ONE, TWO, THREE])
            await held.compact({"outcome": "applied"})
            folded = Ledger(
                Header(account="work", lineage=LINEAGE, salt=SALT, serial=1), last_run={"outcome": "applied"}
            )
            expected = {name: content for name, content in expected.items() if "/00000000-" not in name}
            assert shelf.contents() == {**expected, "work.ledger.json": document_bytes(folded)}
            assert held.ledger == folded
            await held.append(ONE)
            assert shelf.contents()["work.journal/00000001-000001.jsonl"] == batch(encoded(ONE, folded.header))

    asyncio.run(run())
    assert shelf.opened == 2
    assert asyncio.run(store.history()).lines == (*history[:1], *history)

    async def again() -> None:
        async with shelf.store().lock("reconciler apply", SINCE) as held:
            await held.append(TWO)

    asyncio.run(again())
    assert list(shelf.contents())[-2:] == ["work.journal/notes.txt", "work.ledger.json"]
    assert "work.journal/00000001-000002.jsonl" in shelf.contents()


def test_objects_of_other_names_are_nobodys_business() -> None:
    """Beside ours and in folders below: not read, not counted, and not removed."""
    shelf = Shelf()
    strays = ("notes.txt", "00000001.jsonl.bak", "old/00000007.jsonl", "old/00000000-000007.jsonl", "٠٠٠٠٠٠٠٩.jsonl")
    for name in strays:
        shelf.put(f"work.history/{name}", b"not ours")
        shelf.put(f"work.journal/{name}", b"not ours")
    foreign, lines = shelf.contents(), run_of("one", Ending.APPLIED)

    async def run() -> None:
        async with shelf.store().lock("reconciler apply", SINCE) as held:
            await held.append_history(lines)
            await held.append(ONE)
            assert shelf.contents().keys() - foreign.keys() == {
                "work.history/00000001.jsonl",
                "work.journal/00000000-000001.jsonl",
                "work.ledger.json",
            }
            assert (await shelf.store().snapshot()).ledger == held.ledger
            await held.compact()

    asyncio.run(run())
    assert asyncio.run(shelf.store().history()).lines == lines
    assert foreign.items() <= shelf.contents().items()


def test_nothing_is_there_yet() -> None:
    """A new and empty ledger, the same at each look."""
    store = Shelf().store()
    assert store.offline() is None
    assert (store.account, store.where, store.tells_holder) == ("work", WHERE, True)
    assert seen(store) == seen(store) == Snapshot(NEW, exists=False)
    assert asyncio.run(store.history()).lines == ()
    assert asyncio.run(store.holder()) is None


def test_a_journal_without_its_ledger() -> None:
    """Never a silent empty ledger."""
    shelf = Shelf()
    shelf.put("work.journal/00000000-000001.jsonl", batch(encoded(ONE, NEW.header)))
    with refused() as told:
        seen(shelf.store())
    assert [*told] == [
        f'there is a journal for "{WHERE}", but that is not there',
        "restore the ledger from a backup, or move the journal away too to start empty",
    ]


def test_a_batch_that_is_missing() -> None:
    """A gap at the beginning or in the middle; batches of an older serial may be missing."""
    shelf = Shelf()
    for numbers in ((2,), (1, 3), (0, 1)):
        shelf = Shelf()
        shelf.put("work.ledger.json", document_bytes(NEW))
        for number in numbers:
            shelf.put(f"work.journal/00000000-{number:06}.jsonl", batch(encoded(ONE, NEW.header)))
        with refused() as told:
            seen(shelf.store())
        assert [*told] == [
            f'a part of the journal of "{WHERE}" is missing',
            f'see what is in "work.journal" beside it; {MISSING}',
        ]
    later = Ledger(Header(account="work", lineage=LINEAGE, salt=SALT, serial=1))
    shelf.put("work.ledger.json", document_bytes(later))
    assert seen(shelf.store()) == Snapshot(later, exists=True, unfinished=False)


class Slow(Bucket):
    """A list that is not of one moment, for a while."""

    stale = 0

    async def keys(self, folder: str) -> list[str]:
        """Name a batch that is gone."""
        found = await super().keys(folder)
        if self.stale > 0:
            self.stale -= 1
            return [*found, f"{folder}/00000000-000001.jsonl"]
        return found


@pytest.mark.parametrize(("stale", "found"), [(0, True), (4, True), (5, False)])
def test_a_compaction_under_the_eyes_of_a_reader(stale: int, found: bool) -> None:
    """It looks again, five times."""
    shelf = Shelf()
    shelf.put("work.ledger.json", document_bytes(NEW))
    bucket = Slow(PLACE, {}, store=shelf.raw)
    bucket.stale = stale
    store = ObjectLedger(PLACE, "work", lambda: bucket)
    if found:
        assert seen(store).ledger == NEW
    else:
        with pytest.raises(LedgerError, match="is missing"):
            seen(store)


@pytest.mark.parametrize(
    ("content", "told_"),
    [
        (b"oops", "Expecting value: line 1 column 1 (char 0)"),
        (b"", "not enough values to unpack (expected at least 1, got 0)"),
        (b"[]\n", "line 1 is not an object"),
        (b"{}\n", 'line 1 has no "lock"'),
        (b'{"lock":"x","more":1}\n', 'line 1 has keys that this version does not know: "more"'),
        (b'{"lock":"x"}\n{}\n', 'line 2 has no "lineage"'),
    ],
)
def test_a_batch_that_is_not_understood(content: bytes, told_: str) -> None:
    """The object, the line, what is wrong, what to do."""
    shelf = Shelf()
    shelf.put("work.ledger.json", document_bytes(NEW))
    shelf.put("work.journal/00000000-000001.jsonl", content)
    with refused() as told:
        seen(shelf.store())
    assert [*told] == [f'cannot understand "s3://b/p/work.journal/00000000-000001.jsonl": {told_}', MISSING]


def test_what_else_is_refused_by_name() -> None:
    """The ledger, its journal, a record of its history."""
    shelf = Shelf()
    shelf.put("work.ledger.json", document_bytes(Ledger(Header(account="other", lineage="l", salt="s"))))
    with refused() as told:
        seen(shelf.store())
    assert told.summary == f'"{WHERE}" is the ledger of account "other", not of "work"'
    shelf.put("work.ledger.json", document_bytes(Ledger(Header(account="work", lineage="l", salt="s"))))
    shelf.put("work.journal/00000000-000001.jsonl", batch(encoded(ONE, NEW.header)))
    with refused() as told:
        seen(shelf.store())
    assert told.summary == f'"work.journal" belongs to another or a later ledger than "{WHERE}"'
    shelf.put("work.history/00000001.jsonl", b"oops\n")
    with refused() as told:
        asyncio.run(shelf.store().history())
    assert told.summary == '"s3://b/p/work.history/00000001.jsonl", line 1, is not JSON'


async def meet(
    shelf: Shelf, name: str, content: bytes, act: Callable[[SharedLedger], Any], expected: tuple[str, str]
) -> None:
    """Write an object while another one holds the lock, who then acts, and is refused."""
    async with shelf.store().lock("reconciler apply", SINCE) as held:
        shelf.put(name, content)
        with refused() as told:
            await act(held)
        assert (*told,) == expected


def test_of_two_writers_one_is_told() -> None:
    """A ledger begun, a batch, a record, a fold: each is refused where somebody else wrote meanwhile."""
    elsewhere = (
        f'somebody else wrote to "{WHERE}" while we held its lock',
        "see who holds it with reconciler status, then type the same command again: it carries on",
    )
    ledger = document_bytes(NEW)
    cases: list[tuple[dict[str, bytes], str, bytes, Callable[[SharedLedger], Any]]] = [
        ({}, "work.ledger.json", b"x", lambda held: held.append(ONE)),
        ({}, "work.ledger.json", b"x", lambda held: held.begin_with(NEW)),
        ({"work.ledger.json": ledger}, "work.ledger.json", b"x", lambda held: held.compact()),
        (
            {"work.ledger.json": ledger},
            "work.journal/00000000-000001.jsonl",
            batch(encoded(ONE, NEW.header), lock="x"),
            lambda held: held.append(ONE),
        ),
    ]
    for before, name, content, act in cases:
        shelf = Shelf()
        for key, value in before.items():
            shelf.put(key, value)

        asyncio.run(meet(shelf, name, content, act, elsewhere))
        assert shelf.contents()[name] == content


@dataclass
class Leaf:
    """A page that remembers what it is asked, and fails when it is told to. Time passes only in sleeps."""

    where: str = "the place"
    did: list[Any] = field(default_factory=list)
    failing: bool = False
    time: float = 0.0
    naps: list[float] = field(default_factory=list)

    async def begin(self, ledger: Ledger) -> Ledger:
        await self._do("begin", ledger)
        return ledger

    async def add(self, lines: Sequence[bytes]) -> None:
        await self._do("add", [*lines])

    async def record(self, lines: Sequence[bytes]) -> None:
        await self._do("record", [*lines])

    async def fold(self, ledger: Ledger) -> Ledger:
        await self._do("fold", ledger)
        return ledger

    async def _do(self, what: str, value: Any) -> None:
        self.did.append((what, value))
        await self.sleep(0.1)
        self.naps.pop()
        if self.failing:
            raise LedgerError("broken")

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)

    def held(self, *, exists: bool = True, lease: Any = None) -> SharedLedger:
        """A writer over it."""
        noted = Diagnostic(code="b", severity=Severity.INFO, summary="")
        snapshot = Snapshot(NEW, exists=exists, notes=(noted,))
        note = Diagnostic(code="a", severity=Severity.INFO, summary="")
        return SharedLedger(
            self, snapshot, lease or Unending(), notes=[note], clock=lambda: self.time, sleep=self.sleep
        )


@dataclass
class Lasting:
    """A lease of so many seconds."""

    seconds: float

    def remaining(self) -> float:
        """All that is left."""
        return self.seconds


def test_lines_that_come_together_are_one_batch() -> None:
    """The first goes out at once; those that come meanwhile half a second after it, whoever waits for them."""
    leaf = Leaf()
    first, second, third = (encoded(line, NEW.header) for line in (ONE, TWO, THREE))

    async def run() -> None:
        held = leaf.held()
        assert [note.code for note in held.notes] == ["a", "b"]
        assert held.at_once == 24
        one = asyncio.create_task(held.append(ONE))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert len(leaf.did) == 1
        two, three = asyncio.create_task(held.append(TWO)), asyncio.create_task(held.append(THREE))
        await asyncio.sleep(0)
        two.cancel()
        await one
        await three
        assert leaf.did == [("add", [first]), ("add", [second, third])]
        assert leaf.naps == [pytest.approx(0.4)]
        assert held.ledger == NEW.with_lines([ONE, TWO, THREE])
        leaf.time += 10
        await held.append(ONE)
        assert leaf.naps == [pytest.approx(0.4)]
        await held.close()
        with pytest.raises(RuntimeError, match=r"^this ledger is not held any more$"):
            await held.append(ONE)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("act", "did"),
    [
        (SharedLedger.compact, ["add", "fold"]),
        (SharedLedger.close, ["add"]),
        (lambda held: held.append_history([]), ["add", "record"]),
    ],
)
def test_nothing_overtakes_a_batch(act: Callable[[SharedLedger], Any], did: list[str]) -> None:
    """Closing, compacting and the history wait for what is being written."""
    leaf = Leaf()

    async def run() -> None:
        held = leaf.held()
        writing = asyncio.create_task(held.append(ONE))
        await asyncio.sleep(0)
        await act(held)
        assert writing.done()
        assert [what for what, _ in leaf.did] == did
        await writing

    asyncio.run(run())


def test_a_ledger_is_begun_once() -> None:
    """By its first line, its first compaction, or what moves in; a history needs none."""

    async def run(*acts: Callable[[SharedLedger], Any]) -> list[str]:
        leaf = Leaf()
        held = leaf.held(exists=False)
        for act in acts:
            await act(held)
        return [what for what, _ in leaf.did]

    def append(held: SharedLedger) -> Any:
        return held.append(ONE)

    def compact(held: SharedLedger) -> Any:
        return held.compact({"outcome": "applied"})

    def move(held: SharedLedger) -> Any:
        return held.begin_with(NEW)

    def record(held: SharedLedger) -> Any:
        return held.append_history(run_of("one"))

    assert asyncio.run(run(append, append, compact)) == ["begin", "add", "add", "fold"]
    assert asyncio.run(run(compact, compact)) == ["begin", "fold", "fold"]
    assert asyncio.run(run(move, append)) == ["begin", "add"]
    assert asyncio.run(run(record, append)) == ["record", "begin", "add"]


def test_a_history_goes_out_line_by_line() -> None:
    """With its line ends."""
    leaf = Leaf()
    asyncio.run(leaf.held().append_history(run_of("one")))
    assert leaf.did == [("record", [history_bytes([line], where="h") for line in run_of("one")])]


def test_a_writer_that_failed_writes_no_more() -> None:
    """Everybody in the batch is told why, everybody after it that it failed."""
    leaf = Leaf(failing=True)
    again = [
        '"the place" failed before and is not written any more',
        "run the command again: it continues from what the journal holds",
    ]

    async def run() -> None:
        held = leaf.held()
        told_both = await asyncio.gather(held.append(ONE), held.append(TWO), return_exceptions=True)
        assert [str(error) for error in told_both] == ["broken", "broken"]
        assert held.ledger == NEW
        leaf.failing = False
        for act in (held.append(ONE), held.compact(), held.append_history([])):
            with refused() as told:
                await act
            assert [*told] == again
        assert len(leaf.did) == 1
        with refused() as told:
            await held.append(Recorded(entry(remote=Remote(".."))))
        assert told.summary == 'cannot write "the place": ".." cannot be the id of an object'

    asyncio.run(run())


@pytest.mark.parametrize(("left", "writes"), [(30.0, False), (30.5, True)])
@pytest.mark.parametrize(
    ("exists", "act"),
    [
        (True, lambda held: held.append(ONE)),
        (True, SharedLedger.compact),
        (True, lambda held: held.append_history([])),
        (False, lambda held: held.begin_with(NEW)),
    ],
)
def test_nothing_is_written_with_less_than_half_a_minute_of_the_lease(
    exists: bool, act: Callable[[SharedLedger], Any], left: float, writes: bool
) -> None:
    """A write could end after it."""
    leaf = Leaf()

    async def run() -> None:
        held = leaf.held(exists=exists, lease=Lasting(left))
        if writes:
            await act(held)
            return
        with refused() as told:
            await act(held)
        assert (told.type, told.code) == ("LockLost", "lock-lost")
        assert [*told] == [
            'the lock on "the place" is not surely ours any more; nothing is written to it',
            "see who holds it with reconciler status, then type the same command again: it carries on",
        ]

    asyncio.run(run())
    assert bool(leaf.did) is writes


def test_which_store_a_location_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder below the project, which is not hidden from git; a bucket; a document with its credentials."""
    here = open_ledger(FolderLocation("state"), "work", root=tmp_path, environment={})
    assert isinstance(here, LocalLedger)
    assert (here.account, here.path) == ("work", tmp_path / "state" / "work.ledger.json")

    async def lock() -> None:
        async with here.lock("reconciler apply", SINCE):
            pass

    asyncio.run(lock())
    assert not (tmp_path / "state" / ".gitignore").exists()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    there = open_ledger(PLACE, "work", root=tmp_path, environment={"AWS_ACCESS_KEY_ID": "x"})
    assert isinstance(there, ObjectLedger)
    assert (there.account, there.where) == ("work", WHERE)
    far = open_ledger(HttpLocation("http://127.0.0.1:9/x"), "work", root=tmp_path, environment={})
    assert isinstance(far, RemoteLedger)
    assert (far.account, far.where) == ("work", "http://127.0.0.1:9/x")


def test_a_bucket_is_opened_when_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The location and the environment of the project; settings that make no sense are told then."""
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    store = open_ledger(BucketLocation("az", "container", "p"), "work", root=Path(), environment={})
    with refused() as told:
        seen(store)
    assert told.summary == '"az://container/p" cannot be used with these settings'


@pytest.fixture(scope="module")
def served() -> Iterator[StateServer]:
    """A server that wants a password."""
    with serving() as server:
        yield server


@pytest.mark.parametrize(
    ("environment", "authorized"),
    [
        ({USERNAME: USER, PASSWORD: SECRET}, True),
        ({USERNAME: USER}, False),
        ({PASSWORD: SECRET}, False),
        ({}, False),
    ],
)
def test_a_document_is_asked_with_the_credentials_of_the_environment(
    environment: dict[str, str], authorized: bool, served: StateServer
) -> None:
    """Name and password, or nothing at all."""
    store = open_ledger(HttpLocation(f"{served.base}/state/one"), "work", root=Path(), environment=environment)
    if authorized:
        assert not seen(store).exists
    else:
        with pytest.raises(LedgerError, match=r"refuses these credentials \(401\)"):
            seen(store)


def test_a_document_on_a_strange_address_is_refused() -> None:
    """The variable is named as reconciler.yaml has it."""
    store = open_ledger(HttpLocation("http://state.example.com/x"), "work", root=Path(), environment={})
    with pytest.raises(UsageError, match=r"accounts\.work\.ledger"):
        seen(store)


def test_accounts_of_one_place_know_nothing_of_each_other() -> None:
    """Neither in reading nor in what a compaction removes."""
    shelf = Shelf()
    other = ObjectLedger(PLACE, "other", shelf.bucket, token_hex=lambda size: "cd" * size, sleep=shelf.sleep)

    async def run() -> None:
        async with other.lock("reconciler apply", SINCE) as held:
            await held.append(ONE)
        async with shelf.store().lock("reconciler apply", SINCE) as held:
            await held.append(TWO)
            await held.compact()

    asyncio.run(run())
    assert seen(shelf.store()).ledger.entries == {}
    assert seen(other).ledger.entries == {PROFILE: entry()}


def test_a_part_of_the_history_that_is_removed_while_it_is_read_is_left_out() -> None:
    """Somebody cut off what is old, just now."""
    shelf = Shelf()
    lines = run_of("one", Ending.APPLIED)

    async def run() -> None:
        async with shelf.store().lock("reconciler apply", SINCE) as held:
            await held.append_history(lines[:1])
            await held.append_history(lines[1:])

    asyncio.run(run())

    class Cut(Bucket):
        async def keys(self, folder: str) -> list[str]:
            found = await super().keys(folder)
            await self.remove(found[:1])
            return found

    store = ObjectLedger(PLACE, "work", lambda: Cut(PLACE, {}, store=shelf.raw))
    assert asyncio.run(store.history()).lines == lines[1:]


def test_a_compaction_whose_leftovers_cannot_be_removed_is_one() -> None:
    """They are of an older serial, and are left out until somebody removes them."""
    shelf = Shelf()

    class Keeping(Bucket):
        async def remove(self, keys: Sequence[str]) -> None:
            raise LedgerError(f"cannot remove {keys}")

    store = ObjectLedger(PLACE, "work", lambda: Keeping(PLACE, {}, store=shelf.raw), sleep=shelf.sleep)

    async def run() -> None:
        async with store.lock("reconciler apply", SINCE) as held:
            await held.append(ONE)
            await held.compact()

    asyncio.run(run())
    assert "work.journal/00000000-000001.jsonl" in shelf.contents()
    assert seen(store).ledger.entries == {PROFILE: entry()}


def test_any_account_name_makes_an_object_name() -> None:
    """Bytes of a shell that are no text, too."""
    assert Shelf().store().where == WHERE
    odd = ObjectLedger(PLACE, "a/\udcff", Shelf().bucket)
    assert odd.where == "s3://b/p/a=2F=ED=B3=BF.ledger.json"


def test_a_record_that_nobody_could_read_back_names_its_place() -> None:
    """And nothing is written."""
    shelf = Shelf()
    begun = run_of("one", Ending.APPLIED)[0]
    bad = replace(begun, changes=(replace(begun.changes[0], address=Address("K", "")),))

    async def run() -> None:
        async with shelf.store().lock("reconciler apply", SINCE) as held:
            await held.append_history([bad])

    with refused() as told:
        asyncio.run(run())
    assert told.summary.startswith(f'cannot write "{WHERE}": "address" of changes 1 of a new line: ')
    assert shelf.contents() == {}


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({USERNAME: USER, PASSWORD: SECRET}, (USER, SECRET)),
        ({USERNAME: USER}, (USER, "")),
        ({PASSWORD: SECRET}, ("", SECRET)),
        ({}, None),
    ],
)
def test_how_a_document_is_asked(environment: dict[str, str], told: tuple[str, str] | None) -> None:
    """With what there is of credentials, and for half a minute at most."""
    store: Any = open_ledger(HttpLocation("https://state.example.com"), "work", root=Path(), environment=environment)

    async def run() -> None:
        async with store._open() as server:
            assert server._total == 30
            auth = server._client.auth
            header = None if auth is None else auth._auth_header
            assert header == (None if told is None else httpx.BasicAuth(*told)._auth_header)

    asyncio.run(run())
