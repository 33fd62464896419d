"""A ledger in memory is what a ledger in files would be, and touches none."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from reconciler.errors import LedgerError
from reconciler.ledger.local import LocalLedger
from reconciler.ledger.memory import MemoryLedger
from reconciler.ledger.store import LedgerStore
from reconciler.model.ledger import Ledger, Line, Recorded

from .cases import SINCE, entry, holder_of, seen
from .strategies import lines


def _write(store: LedgerStore, written: list[Line], *, compact: bool) -> Ledger:
    async def run() -> Ledger:
        async with store.lock("reconciler apply", SINCE) as held:
            for line in written:
                await held.append(line)
            if compact:
                await held.compact({"finished": "now"})
            return held.ledger

    return asyncio.run(run())


@settings(max_examples=10, deadline=None)
@given(st.lists(lines, max_size=4), st.booleans())
def test_it_remembers_as_files_do(written: list[Line], compact: bool) -> None:
    """The same lines, compacted or not: what its reader gets is what the reader of files gets."""
    with tempfile.TemporaryDirectory() as folder:
        files = LocalLedger(Path(folder), "default")
        copy = MemoryLedger("default", files.offline())
        _write(files, written, compact=compact)
        assert _write(copy, written, compact=compact) == copy.offline() == seen(copy).ledger
        assert seen(copy).ledger == seen(LocalLedger(Path(folder), "default")).ledger or not written


def test_each_line_is_told_once_it_counts() -> None:
    """Whoever watches a run may look at the ledger, and finds the line in it."""
    told: list[tuple[Line, int]] = []
    ledger = MemoryLedger("default", Ledger(), told=lambda line: told.append((line, len(ledger.ledger.entries))))
    _write(ledger, [Recorded(entry())], compact=False)
    assert told == [(Recorded(entry()), 1)]


def test_a_line_that_no_file_would_give_back_is_refused() -> None:
    """A rehearsal must fail where the run would."""
    with pytest.raises(LedgerError, match="cannot write the journal"):
        _write(MemoryLedger("default", Ledger()), [Recorded(entry(attempt="many"))], compact=False)


def test_nobody_holds_it_and_nothing_moves_in() -> None:
    """There is no lock to end, and no ledger to take over."""
    ledger = MemoryLedger("default", Ledger())
    assert holder_of(ledger) is None
    with pytest.raises(LedgerError, match="nobody holds"):
        asyncio.run(ledger.unlock("x"))
    with pytest.raises(LedgerError, match="cannot take over"):
        asyncio.run(ledger.begin_with(Ledger()))
