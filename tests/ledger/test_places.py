"""What every place for ledgers promises, wherever it is: files, buckets, a document on a server."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.errors import LedgerError, Locked
from reconciler.ledger.history import history_bytes
from reconciler.ledger.local import LocalLedger
from reconciler.ledger.remote_page import HISTORY_BYTES
from reconciler.ledger.store import LedgerStore
from reconciler.model.history import Ending, HistoryLine
from reconciler.model.ledger import Header, Identified, Intended, Ledger, Line, Recorded, Removed, Settled
from reconciler.model.observed import Remote
from reconciler.workflow.ledger_migration import migrate
from reconciler.workflow.setting import Surroundings, prepare

from .cases import PROFILE, SINCE, entry, holding, intent, seen
from .places import Place, http_place
from .stateserver import StateServer
from .test_history import run

OTHER = PROFILE._replace(name="other")


def write(store: LedgerStore, *lines: Line, compact: bool = True) -> None:
    """One run."""

    async def run() -> None:
        async with store.lock("reconciler apply", SINCE) as ledger:
            for line in lines:
                await ledger.append(line)
            if compact:
                await ledger.compact({"outcome": "applied"})

    asyncio.run(run())


def test_missing_ledger_is_empty_and_new(place: Place) -> None:
    """The same lineage and salt for every look of one store, and nothing is written."""
    store = place.store()
    found = seen(store)
    assert not found.exists
    assert found.ledger.header.serial == 0
    assert found == seen(store)
    assert found.ledger.header.salt != seen(place.store()).ledger.header.salt
    assert place.contents() == {}


def test_what_can_be_known_without_asking(place: Place) -> None:
    """Local files can be read at any time; what is elsewhere answers that it was not asked."""
    store = place.store()
    write(store, Recorded(entry()))
    offline = store.offline()
    if place.name == "folder":
        assert offline == seen(store).ledger
    else:
        assert offline is None


def test_salt_of_a_new_ledger_survives_its_first_run(place: Place) -> None:
    """What a plan sealed before the first apply still matches after it, compacted or killed."""
    store = place.store()
    before = seen(store).ledger.header
    write(store, Recorded(entry()), compact=False)
    after = seen(place.store()).ledger
    assert (after.header, after.entries) == (before, {PROFILE: entry()})


def test_run_is_read_back(place: Place) -> None:
    """After a compaction the ledger holds everything, with the next serial."""
    lines = (Identified("https://api.telnyx.com/v2", "org"), Intended((intent(),)), Recorded(entry()))
    write(place.store(), *lines)
    found = seen(place.store())
    assert found.exists
    assert not found.unfinished
    assert found.ledger.entries == {PROFILE: entry()}
    assert found.ledger.intents == {}
    assert found.ledger.last_run == {"outcome": "applied"}
    assert found.ledger.header.serial == 1
    assert found.ledger.header.organization_id == "org"
    assert place.journal() == []


def test_lines_may_be_folded_without_a_journal(place: Place) -> None:
    """What happened in the ledger alone is there whole, behind what a journal held, in one serial more."""
    write(place.store(), Intended((intent(),)), compact=False)

    async def run() -> None:
        async with place.store().lock("reconciler adopt", SINCE) as ledger:
            await ledger.compact(lines=[Settled(PROFILE), Recorded(entry())])
            assert ledger.ledger.entries == {PROFILE: entry()}

    asyncio.run(run())
    found = seen(place.store())
    assert (found.ledger.entries, found.ledger.intents) == ({PROFILE: entry()}, {})
    assert found.ledger.header.serial == 1
    assert place.journal() == []


def test_unfinished_journal_is_folded_in(place: Place) -> None:
    """A reader sees what a killed run recorded, and changes nothing; last_run stays what it was."""
    write(place.store(), Recorded(entry()))
    write(place.store(), Intended((intent(),)), compact=False)
    before = place.contents()
    found = seen(place.store())
    assert found.unfinished
    assert found.ledger.intents == {PROFILE: intent()}
    assert found.ledger.header.serial == 1
    assert place.contents() == before
    write(place.store(), Settled(PROFILE), compact=False)
    assert seen(place.store()).ledger.intents == {}
    write(place.store())
    assert seen(place.store()).ledger.header.serial == 2
    assert place.journal() == []


def test_lines_keep_the_order_of_the_calls(place: Place) -> None:
    """Concurrent appends in one event loop, some of them cancelled, are durable in the order they were made."""
    store = place.store()

    async def run() -> None:
        async with store.lock("reconciler apply", SINCE) as ledger:
            tasks = [asyncio.create_task(ledger.append(Recorded(entry(attempt=n)))) for n in range(40)]
            await asyncio.sleep(0)
            for task in tasks[5::7]:
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks)

    asyncio.run(run())
    assert [line["entry"]["attempt"] for line in place.journal()] == list(range(40))


def test_memory_equals_what_is_read(place: Place) -> None:
    """The writer's own view is that of a reader: a tuple handed in is the list that comes back."""
    store = place.store()

    async def run() -> None:
        async with store.lock("reconciler apply", SINCE) as ledger:
            await ledger.append(Recorded(entry(applied={"keywords": ("STOP",)})))
            assert ledger.ledger == (await store.snapshot()).ledger
            assert ledger.ledger.entries[PROFILE].applied == {"keywords": ["STOP"]}
            await ledger.compact()
            assert ledger.ledger == (await store.snapshot()).ledger

    asyncio.run(run())


def test_one_run_may_compact_twice(place: Place) -> None:
    """Writing goes on from a compacted ledger, in the same run and in the next."""
    store = place.store()

    async def run() -> None:
        async with store.lock("reconciler apply", SINCE) as ledger:
            await ledger.append(Recorded(entry()))
            await ledger.compact()
            await ledger.append(Recorded(entry(OTHER)))
            await ledger.append(Removed(PROFILE))
            await ledger.compact({"outcome": "again"})

    asyncio.run(run())
    found = seen(place.store()).ledger
    assert (set(found.entries), found.header.serial, found.last_run) == ({OTHER}, 2, {"outcome": "again"})


def test_a_line_that_nobody_could_read_is_never_written(place: Place) -> None:
    """An id that the API should not have answered: the journal stays as it was, and goes on."""
    store = place.store()

    async def run() -> None:
        async with store.lock("reconciler apply", SINCE) as ledger:
            with pytest.raises(LedgerError, match="cannot be the id"):
                await ledger.append(Recorded(entry(remote=Remote(".."))))
            with pytest.raises(TypeError):
                await ledger.append(Recorded(entry(applied={"a": object()})))
            await ledger.append(Recorded(entry(OTHER)))

    asyncio.run(run())
    assert seen(place.store()).ledger.entries == {OTHER: entry(OTHER)}


def test_a_ledger_moves_with_everything(place: Place) -> None:
    """Lineage, serial, salt and entries come along; a place that has a ledger already takes none."""
    old = Ledger(Header(lineage="l", salt="s", serial=7), {PROFILE: entry()}, {OTHER: intent(OTHER)})

    async def move(store: LedgerStore) -> None:
        async with store.lock("reconciler ledger migrate", SINCE) as ledger:
            await ledger.begin_with(old)
            assert ledger.ledger == old

    asyncio.run(move(place.store()))
    assert seen(place.store()).ledger == old
    with pytest.raises(LedgerError, match="holds a ledger already"):
        asyncio.run(move(place.store()))
    write(place.store(), Recorded(entry(OTHER)))
    assert seen(place.store()).ledger.header.serial == 8


def test_one_writer_at_a_time(place: Place) -> None:
    """The second is told who holds it and since when, or waits until it is free."""
    first, second = place.store(), place.store()

    async def run() -> list[str]:
        order: list[str] = []

        async def wait() -> None:
            async with second.lock("reconciler destroy", SINCE, wait=30):
                order.append("second")

        async with first.lock("reconciler apply ci.yaml", SINCE):
            with pytest.raises(Locked) as refused:
                async with second.lock("reconciler destroy", SINCE):
                    pass
            told = str(refused.value)
            assert "2026-03-01T12:00:00Z" in told
            assert str(os.getpid()) in told
            assert socket.gethostname().split(".")[0] in told
            assert "reconciler" in told
            assert "apply" in told
            waiting = asyncio.create_task(wait())
            await asyncio.sleep(0.3)
            order.append("first")
        await asyncio.wait_for(waiting, 10)
        return order

    assert asyncio.run(run()) == ["first", "second"]


def test_lock_is_released_by_a_failure(place: Place) -> None:
    """An exception inside leaves no lock."""
    store = place.store()

    async def run() -> None:
        async with store.lock("reconciler apply", SINCE):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(run())
    assert asyncio.run(store.holder()) is None
    write(place.store())


def test_nothing_is_written_once_unlocked(place: Place) -> None:
    """A writer that outlives its lock is a mistake, and is stopped."""

    async def run() -> None:
        async with place.store().lock("a", SINCE) as ledger:
            pass
        with pytest.raises(RuntimeError):
            await ledger.append(Removed(PROFILE))

    asyncio.run(run())
    assert place.contents() == {}


@pytest.mark.parametrize(
    ("reason", "spoil", "message"),
    [
        ("cut short", lambda p: p.put(p.document, p.contents()[p.document][:50]), "cannot understand"),
        ("not JSON", lambda p: p.put(p.document, b"<html>"), "cannot understand"),
        ("something else", lambda p: p.put(p.document, b"[]"), "not an object"),
        ("terraform's", lambda p: p.put(p.document, b'{"version":1,"serial":1,"lineage":"x"}'), "cannot understand"),
        ("too new", lambda p: p.edit({"version": 3}), "version 3"),
        ("foreign", lambda p: p.edit({"account": "other"}), 'account "other", not of "default"'),
        ("another lineage", lambda p: p.edit({"lineage": "x"}), "another or a later ledger"),
        ("older than its journal", lambda p: p.edit({"serial": 0}), "another or a later ledger"),
    ],
)
def test_spoilt_ledgers_are_refused(place: Place, reason: str, spoil: Callable[[Place], object], message: str) -> None:
    """Never a silent empty ledger: where, what is wrong, what to do; and nothing there is touched."""
    write(place.store(), Recorded(entry()))
    write(place.store(), Recorded(entry()), compact=False)
    spoil(place)
    before = place.contents()
    with pytest.raises(LedgerError, match=message) as refused:
        seen(place.store())
    assert refused.value.hint
    with pytest.raises(LedgerError, match=message), holding(place.store()):
        pass
    assert place.contents() == before


def past_of(store: LedgerStore) -> tuple[HistoryLine, ...]:
    """The history as a reader gets it."""
    return asyncio.run(store.history()).lines


def test_the_history_is_kept_in_order_whatever_the_ledger_does(place: Place) -> None:
    """Before there is a ledger, between its writings, and across its compactions; by another store, too."""
    one, two = run("one", Ending.APPLIED), run("two", Ending.FAILED)
    assert past_of(place.store()) == ()

    async def apply(lines: tuple[HistoryLine, HistoryLine]) -> None:
        async with place.store().lock("reconciler apply", SINCE) as ledger:
            await ledger.append_history([lines[0]])
            await ledger.append(Recorded(entry()))
            await ledger.append_history([lines[1]])
            await ledger.compact()

    async def begin() -> None:
        async with place.store().lock("reconciler apply", SINCE) as ledger:
            await ledger.append_history(one)

    asyncio.run(begin())
    assert past_of(place.store()) == one
    assert not seen(place.store()).exists
    asyncio.run(apply(two))
    asyncio.run(apply(one))
    assert past_of(place.store()) == (*one, *two, *one)
    assert seen(place.store()).ledger.entries == {PROFILE: entry()}


def test_a_ledger_moves_in_with_its_history(place: Place, tmp_path: Path) -> None:
    """From local files, as migrate does it; and a second time it is refused."""
    source = LocalLedger(tmp_path / "source", "default")
    write(source, Recorded(entry()))
    with holding(source) as ledger:
        asyncio.run(ledger.append_history(run("one", Ending.APPLIED)))
    around = Surroundings(
        folder=tmp_path, environment={}, stdin=bytes, now=lambda: SINCE, command="reconciler ledger migrate"
    )
    setting = replace(prepare(around, None), ledger=source)
    done = asyncio.run(migrate(setting, place.store()))
    assert (done.objects, done.runs) == (1, 1)
    assert seen(place.store()).ledger == seen(source).ledger
    assert past_of(place.store()) == past_of(source)
    with pytest.raises(LedgerError, match="holds a ledger already"):
        asyncio.run(migrate(setting, place.store()))


def test_a_document_keeps_the_newest_runs(http: StateServer, tmp_path: Path) -> None:
    """It is sent as a whole each time, so that it must not grow for ever; a migration tells what stayed behind."""
    source, store = LocalLedger(tmp_path / "source", "default"), http_place(http).store()
    write(source, Recorded(entry()))
    lines = [run(str(number), *[Ending.APPLIED] * 1000)[0] for number in range(16)]
    with holding(source) as ledger:
        asyncio.run(ledger.append_history(lines))
    around = Surroundings(folder=tmp_path, environment={}, stdin=bytes, now=lambda: SINCE, command="reconciler")
    done = asyncio.run(migrate(replace(prepare(around, None), ledger=source), store))
    kept = past_of(store)
    assert kept == tuple(lines[-len(kept) :])
    assert 0 < len(history_bytes(kept, where="h")) <= HISTORY_BYTES
    assert (done.runs, done.left_out) == (len(kept), 16 - len(kept))
    assert done.left_out > 0
