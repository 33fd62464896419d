"""A ledger as objects: their names and bytes, and what is told when one is missing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from reconciler.errors import LedgerError
from reconciler.ledger.bucket import Bucket
from reconciler.ledger.folding import document_bytes
from reconciler.ledger.held import SharedLedger
from reconciler.ledger.history import history_bytes
from reconciler.ledger.lines import encoded
from reconciler.ledger.objects import ObjectLedger
from reconciler.ledger.store import Snapshot
from reconciler.model.address import Address
from reconciler.model.history import Ending
from reconciler.model.ledger import Header, Ledger

from .cases import PROFILE, SINCE, entry, seen
from .refusing import refused
from .shelf import LINEAGE, NEW, ONE, PLACE, SALT, THREE, TWO, WHERE, Shelf, batch
from .test_history import run as run_of

MISSING = (
    "a newer version may have written it: upgrade this program; otherwise restore it from a backup, or remove it: what "
    "it recorded is found by natural key again, but objects that only it knew are no longer pruned"
)


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
