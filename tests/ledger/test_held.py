"""The writer of a shared ledger: which lines go out together and when, and what stops it; on a page of our own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from reconciler.errors import LedgerError
from reconciler.ledger.held import SharedLedger
from reconciler.ledger.history import history_bytes
from reconciler.ledger.lines import encoded
from reconciler.ledger.store import Snapshot
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.ledger import Ledger, Recorded, Unending
from reconciler.model.observed import Remote

from .cases import entry
from .refusing import refused
from .shelf import NEW, ONE, THREE, TWO
from .test_history import run as run_of


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
