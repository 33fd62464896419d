"""A ledger behind HTTP, request by request: each address, method and byte, each answer, and what is told of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from reconciler.ledger.history import history_bytes
from reconciler.ledger.lines import encoded
from reconciler.ledger.remote_page import HISTORY_BYTES
from reconciler.model.fields import parsed, spelled
from reconciler.model.history import Ending
from reconciler.model.ledger import Header, Ledger, Recorded, Removed, Unending
from reconciler.model.location import HttpLocation
from reconciler.transport.outcome import Lost, NotSent
from reconciler.transport.remote import Exchanged, Reply

from .cases import PROFILE, SINCE, entry
from .refusing import refused
from .script import (
    ADDRESS,
    CHECK,
    HERE,
    LINEAGE,
    NEW,
    SALT,
    SET,
    WHO,
    Script,
    description,
    document,
    lock_id,
    lock_once,
    ok,
    script,
)
from .test_history import run as run_of


@pytest.mark.parametrize(
    ("location", "lock", "unlock", "at"),
    [
        (HttpLocation(HERE), "LOCK", "UNLOCK", HERE),
        (HttpLocation(HERE, f"{HERE}/lock", "POST", "DELETE"), "POST", "DELETE", f"{HERE}/lock"),
    ],
)
def test_every_request_of_a_run(location: HttpLocation, lock: str, unlock: str, at: str) -> None:
    """Lock, look, begin, one document for each batch, the next serial, unlock."""
    server = script(ok(), 404, *[200] * 7, 204)
    history = [history_bytes([line], where="h") for line in run_of("one", Ending.APPLIED)]
    recorded = Recorded(entry())

    async def run() -> Ledger:
        store = server.store(location)
        async with store.lock("reconciler apply", SINCE) as held:
            assert (held.notes, held.at_once, held.lease) == ((), 24, held.lease)
            assert isinstance(held.lease, Unending)
            await held.append_history(run_of("one", Ending.APPLIED))
            await held.append(recorded)
            await held.append(Removed(PROFILE))
            await held.compact({"outcome": "applied"})
            await held.append(recorded)
            await held.append_history(run_of("one", Ending.APPLIED)[:1])
            return held.ledger

    after = asyncio.run(run())
    folded = Ledger(Header(account="default", lineage=LINEAGE, salt=SALT, serial=1), last_run={"outcome": "applied"})
    assert after == folded.with_lines([recorded])
    first, second = encoded(recorded, NEW.header), encoded(Removed(PROFILE), NEW.header)
    again = encoded(recorded, folded.header)
    documents = [
        document(1, None, (), history),
        document(2, NEW, (), history),
        document(3, NEW, [first], history),
        document(4, NEW, [first, second], history),
        document(5, folded, (), history),
        document(6, folded, [again], history),
        document(7, folded, [again], [*history, history[0]]),
    ]
    assert server.asked == [
        (lock, at, spelled(description()), None),
        ("GET", HERE, None, None),
        *(("POST", HERE, content, {"ID": lock_id()}) for content in documents),
        (unlock, at, spelled(description()), None),
    ]
    assert len(server.naps) == 2  # the second batch of each ledger comes at once, and waits


def test_a_run_goes_on_from_the_document() -> None:
    """Its serial, its lineage, its journal as it stands there, and its history."""
    ledger = Ledger(Header(account="default", lineage="old", salt="s", serial=3))
    line, history = encoded(Recorded(entry()), ledger.header), history_bytes(run_of("one")[:1], where="h")
    server = script(ok(), ok(document(9, ledger, [line], [history], "old")), 201, 204, ok())

    async def run() -> None:
        async with server.store().lock("reconciler apply", SINCE) as held:
            assert held.ledger == ledger.with_lines([Recorded(entry())])
            await held.append(Removed(PROFILE))
            await held.compact()

    asyncio.run(run())
    folded = Ledger(Header(account="default", lineage="old", salt="s", serial=4))
    assert [asked[2] for asked in server.asked[2:4]] == [
        document(10, ledger, [line, encoded(Removed(PROFILE), ledger.header)], [history], "old"),
        document(11, folded, (), [history], "old"),
    ]


def test_a_ledger_from_elsewhere_brings_its_lineage() -> None:
    """Into a document that had only a history."""
    moved = Ledger(Header(account="default", lineage="old", salt="s", serial=3), {PROFILE: entry()})
    history = history_bytes(run_of("one")[:1], where="h")
    server = script(ok(), ok(document(2, None, (), [history])), ok(), ok())

    async def run() -> None:
        async with server.store().lock("reconciler ledger migrate", SINCE) as held:
            await held.begin_with(moved)
            assert held.ledger == moved
            with refused() as told:
                await held.begin_with(moved)
            assert [*told] == [f'"{HERE}" holds a ledger already', "choose an empty place, or move that ledger away"]

    asyncio.run(run())
    assert server.asked[2][2] == document(3, moved, (), [history], "old")


@pytest.mark.parametrize(
    "reply", [Reply(404, b""), Reply(204, b""), Reply(200, b""), Reply(200, b" \n"), Reply(404, b"x")]
)
def test_there_is_no_document_yet(reply: Reply) -> None:
    """An empty ledger, the same at each look; and no history."""
    server = script(reply, reply, reply)
    store = server.store()
    assert store.offline() is None
    assert (store.account, store.where, store.tells_holder) == ("default", HERE, False)
    assert asyncio.run(store.holder()) is None
    for _ in range(2):
        found = asyncio.run(store.snapshot())
        assert (found.ledger, found.exists, found.unfinished, found.notes) == (NEW, False, False, ())
    assert asyncio.run(store.history()).lines == ()
    assert server.asked == [("GET", HERE, None, None)] * 3


def test_what_a_document_holds() -> None:
    """The ledger with its journal, whether there is one, and the history."""
    ledger = Ledger(Header(account="default", lineage="old", salt="s", serial=3))
    history = [history_bytes([line], where="h") for line in run_of("one", Ending.APPLIED)]
    line = encoded(Recorded(entry()), ledger.header)
    stale = encoded(Removed(PROFILE), Header(account="default", lineage="old", salt="s", serial=2))
    server = script(
        ok(document(4, ledger, [stale, line], history)),
        ok(document(4, ledger, [stale], history)),
        ok(document(4, None, [], history)),
        ok(document(4, ledger, [], history)),
    )
    store = server.store()
    found = asyncio.run(store.snapshot())
    assert (found.ledger, found.exists, found.unfinished) == (ledger.with_lines([Recorded(entry())]), True, True)
    found = asyncio.run(store.snapshot())
    assert (found.ledger, found.exists, found.unfinished) == (ledger, True, False)
    found = asyncio.run(store.snapshot())
    assert (found.ledger, found.exists, found.unfinished) == (NEW, False, False)
    assert asyncio.run(store.history()).lines == run_of("one", Ending.APPLIED)


FOREIGN = "see what is at that address: a ledger needs one of its own, which nothing else writes"
GOOD = parsed(document(4, Ledger(Header(account="default", lineage="old", salt="s", serial=3))))
UNDERSTAND = f'cannot understand "{HERE}": '


@pytest.mark.parametrize(
    ("content", "summary", "hint"),
    [
        (b"oops", f"{UNDERSTAND}Expecting value: line 1 column 1 (char 0)", FOREIGN),
        (b"[]", f"{UNDERSTAND}the document is not an object", FOREIGN),
        (b"{}", f'{UNDERSTAND}the document has no "serial"', FOREIGN),
        (spelled({**GOOD, "version": 2}), f'"{HERE}" was written by a newer version', "upgrade this program"),
        (spelled({**GOOD, "version": "1"}), f'{UNDERSTAND}"version" of the document is not a whole number', FOREIGN),
        (
            spelled({**GOOD, "more": 1}),
            f'{UNDERSTAND}the document has keys that this version does not know: "more"',
            FOREIGN,
        ),
        (spelled({**GOOD, "ledger": 1}), f'{UNDERSTAND}"ledger" of the document is not an object or null', FOREIGN),
        (spelled({**GOOD, "lineage": 1}), f'{UNDERSTAND}"lineage" of the document is not a string', FOREIGN),
        (spelled({**GOOD, "journal": {}}), f'{UNDERSTAND}"journal" of the document is not a list', FOREIGN),
        (spelled({**GOOD, "history": {}}), f'{UNDERSTAND}"history" of the document is not a list', FOREIGN),
        (spelled({**GOOD, "journal": [1]}), f"{UNDERSTAND}line 1 of the journal is not an object", FOREIGN),
        (
            spelled({**GOOD, "journal": [parsed(encoded(Removed(PROFILE), Header(lineage="l")))]}),
            f'"{HERE}" belongs to another or a later ledger than "{HERE}"',
            "was an older copy put back? restore the newer ledger, or move the journal away",
        ),
        (
            spelled({**GOOD, "ledger": {**GOOD["ledger"], "account": "other"}}),
            f'"{HERE}" is the ledger of account "other", not of "default"',
            "give each account a name of its own, and move the ledger back to the name that it had",
        ),
    ],
)
def test_what_is_no_document_of_ours(content: bytes, summary: str, hint: str) -> None:
    """The address, what is wrong, what to do; to its reader, and to its writer, who gives the lock back."""
    server = script(ok(content), 200, ok(content), 200)
    with refused() as told:
        asyncio.run(server.store().snapshot())
    assert [*told] == [summary, hint]
    with refused() as told:
        asyncio.run(lock_once(server.store()))
    assert [*told] == [summary, hint]
    assert server.asked[-1][0] == "UNLOCK"


def test_a_history_that_is_not_understood() -> None:
    """It is the document's."""
    server = script(ok(spelled({**GOOD, "history": [{}]})))
    with refused() as told:
        asyncio.run(server.store().history())
    assert told.summary == f'{UNDERSTAND}line 1 has no "version"'


@pytest.mark.parametrize(
    ("status", "told_", "hint"),
    [
        (401, "the server refuses these credentials (401)", SET),
        (403, "the server refuses these credentials (403)", SET),
        (405, "the server answered 405", ADDRESS),
        (302, "the server answered 302", ADDRESS),
    ],
)
def test_what_a_server_refuses(status: int, told_: str, hint: str) -> None:
    """What was to be done, the status, and what to look at."""
    server = script(status)
    with refused() as told:
        asyncio.run(server.store().snapshot())
    assert [*told] == [f'cannot read "{HERE}": {told_}', hint]
    server = script(status)
    with refused() as told:
        asyncio.run(lock_once(server.store()))
    assert [*told] == [f'cannot lock "{HERE}": {told_}', hint]
    assert len(server.asked) == 1
    server = script(status)
    with refused() as told:
        asyncio.run(server.store().unlock("x"))
    assert [*told] == [f'cannot unlock "{HERE}": {told_}', hint]


FAILED: list[Exchanged] = [Reply(500, b""), Reply(503, b""), Lost("cut"), NotSent("refused")]


def test_a_silent_server_is_asked_four_times() -> None:
    """With pauses that double; any answer below 500 ends it."""
    for bad in FAILED:
        server = script(bad, bad, bad, 404)
        assert not asyncio.run(server.store().snapshot()).exists
        assert server.naps == [1.0, 2.0, 4.0]
        server = script(bad, 404)
        assert not asyncio.run(server.store().snapshot()).exists
        assert server.naps == [1.0]
    server = script(*FAILED[:2], *FAILED[2:])
    with refused() as told:
        asyncio.run(server.store().snapshot())
    assert [*told] == [f'cannot use "{HERE}": no usable answer came', CHECK]
    assert server.naps == [1.0, 2.0, 4.0]
    server = script(*FAILED[::-1])
    with refused() as told:
        asyncio.run(server.store().snapshot())
    assert [*told] == [f'cannot use "{HERE}": the server answered 500', ADDRESS]


def wrote(*answers: Exchanged | int) -> tuple[Script, str, str]:
    """A compaction of an empty ledger, and how it was answered; what was told."""
    ledger = Ledger(Header(account="default", lineage="old", salt="s"))
    server = script(ok(), ok(document(1, ledger, lineage="old")), *answers, ok())

    async def run() -> None:
        async with server.store().lock("reconciler apply", SINCE) as held:
            await held.compact()

    try:
        with refused() as told:
            asyncio.run(run())
    except pytest.fail.Exception:
        return server, "", ""
    return server, told.summary, told.hint


WRITTEN = document(2, Ledger(Header(account="default", lineage="old", salt="s", serial=1)), lineage="old")


def methods(server: Script) -> str:
    """Of the requests for the document, but for the first."""
    assert {url for _, url, *_ in server.asked} == {HERE}
    return " ".join(method for method, *_ in server.asked[2:-1])


def test_a_writing_whose_answer_was_lost_is_looked_for() -> None:
    """Before it is sent again: a server may refuse the same serial twice."""
    for bad in FAILED:
        server, *told = wrote(bad, ok(WRITTEN))
        assert (told, methods(server), server.naps) == (["", ""], "POST GET", [])
        for absent in (ok(b"other"), Reply(404, WRITTEN), Lost("x")):
            server, *told = wrote(bad, absent, 200)
            assert (told, methods(server), server.naps) == (["", ""], "POST GET POST", [1.0])
    server, *told = wrote(FAILED[2], 404, 409, ok(WRITTEN))
    assert (told, methods(server)) == (["", ""], "POST GET POST GET")
    server, *told = wrote(FAILED[2], 404, 409, ok(b"other"))
    assert told == [f'cannot write "{HERE}": the server answered 409', WHO]
    server, *told = wrote(422)
    assert (told, methods(server)) == ([f'cannot write "{HERE}": the server answered 422', ADDRESS], "POST")
    server, *told = wrote(*[FAILED[0], 404] * 4)
    assert told == [f'cannot write "{HERE}": no usable answer came', CHECK]
    assert (methods(server), server.naps) == ("POST GET POST GET POST GET POST GET", [1.0, 2.0, 4.0])


def test_the_history_of_a_document_is_cut_at_its_old_end() -> None:
    """As many of the newest lines as fit, exactly."""
    one = history_bytes(run_of("one")[:1], where="h").rstrip(b"\n")
    fitting = HISTORY_BYTES // len(one)
    ledger = Ledger(Header(account="default", lineage="old", salt="s"))
    many = [one] * (fitting + 3)
    server = script(ok(), ok(document(1, ledger, (), many, "old")), ok(), ok(), ok())

    async def run() -> None:
        async with server.store().lock("reconciler apply", SINCE) as held:
            await held.append_history(run_of("two")[:1])
            room = HISTORY_BYTES - (fitting - 1) * len(one)
            tool = "x" * (room - len(one) + len(run_of("one")[0].tool))

            await held.append_history([replace(run_of("one")[0], tool=tool)])

    asyncio.run(run())
    two = history_bytes(run_of("two")[:1], where="h").rstrip(b"\n")
    assert len(two) == len(one)
    assert server.asked[2][2] == document(2, ledger, (), [*[one] * (fitting - 1), two], "old")
    kept = parsed(server.asked[3][2] or b"")["history"]
    assert len(kept) == fitting
    assert sum(len(spelled(line)) for line in kept) == HISTORY_BYTES
