"""The history on disk: what was confirmed is there, for its owner alone; nothing half-written is taken for whole."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from reconciler.errors import LedgerError
from reconciler.ledger.history import history_bytes, history_lines
from reconciler.ledger.history_file import append_history, read_history
from reconciler.ledger.local import LocalLedger
from reconciler.model.fields import parsed, spelled
from reconciler.model.history import (
    Actor,
    ChangeEnded,
    Ending,
    FieldChange,
    HistoryLine,
    Lift,
    PlannedChange,
    Result,
    RunBegun,
    RunEnded,
    past_runs,
)
from reconciler.model.plan import Action
from reconciler.model.reference import Unknown

from .cases import PROFILE, holding
from .strategies import addresses, texts, values

maybe = st.none() | texts
fields = st.builds(FieldChange, path=texts, before=values, after=values, sensitive=st.booleans()) | st.builds(
    lambda path, address: FieldChange(path=path, before=None, after=Unknown(address), id_of=address), texts, addresses
)
planned = st.builds(
    PlannedChange,
    address=addresses,
    action=st.sampled_from(Action),
    remote_id=maybe,
    moved_from=st.none() | addresses,
    fields=st.lists(fields, max_size=3).map(tuple),
)
begun = st.builds(
    RunBegun,
    run=texts,
    started=texts,
    command=texts,
    tool=texts,
    actor=st.builds(Actor, name=texts, system=maybe, run=maybe),
    commit=maybe,
    dirty=st.booleans(),
    plan_saved=maybe,
    fingerprint=maybe,
    lifted=st.lists(st.builds(Lift, guard=texts, by=texts), max_size=2).map(tuple),
    changes=st.lists(planned, max_size=3).map(tuple),
)
ended_changes = st.builds(
    ChangeEnded,
    address=addresses,
    ending=st.sampled_from(Ending),
    remote_id=maybe,
    written=st.booleans(),
    error=maybe,
)
ended = st.builds(
    RunEnded,
    run=texts,
    finished=texts,
    interrupted=st.booleans(),
    changes=st.lists(ended_changes, max_size=3).map(tuple),
)


def run(name: str, *endings: Ending, interrupted: bool = False) -> tuple[RunBegun, RunEnded]:
    """Both lines of a run that changed one profile for each ending."""
    names = [PROFILE._replace(name=f"p{number}") for number in range(len(endings))]
    first = RunBegun(
        run=name,
        started="2026-03-01T12:00:00.000000Z",
        command="reconciler apply",
        tool="1",
        actor=Actor(name="me@here"),
        changes=tuple(PlannedChange(address=address, action=Action.UPDATE) for address in names),
    )
    changes = [
        ChangeEnded(address=address, ending=ending, written=ending is Ending.APPLIED)
        for address, ending in zip(names, endings, strict=True)
    ]
    return first, RunEnded(run=name, finished="later", interrupted=interrupted, changes=tuple(changes))


ONE, TWO = run("one", Ending.APPLIED), run("two", Ending.APPLIED)


@settings(max_examples=25)
@given(st.lists(begun | ended, max_size=4))
def test_round_trip(lines: Sequence[HistoryLine]) -> None:
    """What is written is what is read, one line each, whatever things are called."""
    content = history_bytes(lines, where="h")
    assert content.count(b"\n") == len(lines)
    assert history_lines(content.split(b"\n")[:-1], where="h") == tuple(lines)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"version": 2}, "has version 2"),
        ({"line": "paused"}, 'does not know: "paused"'),
        ({"mood": "good"}, 'does not know: "mood"'),
        ({"changes": None}, '"changes"'),
        ({"changes": [{"address": "x"}]}, '"address"'),
    ],
)
def test_what_is_not_understood_is_refused(change: dict[str, Any], told: str) -> None:
    """With the place, and what to do."""
    for line in ONE:
        text = spelled({**parsed(history_bytes([line], where="h")), **change})
        with pytest.raises(LedgerError) as refused:
            history_lines([text], where="h")
        assert told in str(refused.value)
        assert '"h"' in str(refused.value)
        assert "upgrade" in refused.value.hint


def test_only_its_owner_reads_it(folder: Path) -> None:
    """0600, through the store, and nothing is there before the first line."""
    store = LocalLedger(folder, "default")
    assert asyncio.run(store.history()).lines == ()
    with holding(store) as ledger:
        asyncio.run(ledger.append_history(ONE))
    assert stat.S_IMODE(store.history_path.stat().st_mode) == 0o600
    assert asyncio.run(store.history()).lines == ONE
    assert not asyncio.run(store.snapshot()).exists  # a history needs no ledger


@pytest.mark.parametrize("lost", [1, 5, 200])
@pytest.mark.parametrize("whole", [0, 1, 3])
def test_a_torn_line_is_left_out_and_cut_off(whole: int, lost: int, tmp_path: Path) -> None:
    """At the end of an empty, a short and a longer file; the next run goes on behind what is whole."""
    path = tmp_path / "h.jsonl"
    lines: list[HistoryLine] = [*ONE, *TWO]
    before = lines[:whole]
    append_history(path, before)
    sound = path.read_bytes()
    path.write_bytes(sound + history_bytes([TWO[0]], where="h")[:-lost])
    found = read_history(path)
    assert found.lines == tuple(before)
    assert [note.code for note in found.notes] == ["torn-history"]
    append_history(path, [ONE[1]])
    assert path.read_bytes() == sound + history_bytes([ONE[1]], where="h")
    assert read_history(path).notes == ()


@pytest.mark.parametrize("whole", [0, 2])
def test_a_line_whose_middle_is_lost_is_torn_too(whole: int, tmp_path: Path) -> None:
    """A power cut may keep a line's end."""
    path = tmp_path / "h.jsonl"
    append_history(path, ONE[:whole])
    sound = path.read_bytes()
    path.write_bytes(sound + b'{"version":1' + b"\0" * 100_000 + b"}\n")
    assert read_history(path).lines == ONE[:whole]
    append_history(path, TWO)
    assert path.read_bytes() == sound + history_bytes(TWO, where="h")


def test_a_broken_line_before_the_last_is_told(tmp_path: Path) -> None:
    """It is not skipped in silence; and a run can go on without it being repaired."""
    path = tmp_path / "h.jsonl"
    path.write_bytes(b"oops\n" + history_bytes(ONE, where="h"))
    with pytest.raises(LedgerError, match="line 1, is not JSON"):
        read_history(path)
    append_history(path, TWO)
    assert path.read_bytes().endswith(history_bytes(TWO, where="h"))


def test_long_lines_are_found_again(tmp_path: Path) -> None:
    """A run of thousands of changes is longer than a block that is read from the end."""
    path = tmp_path / "h.jsonl"
    long = run("long", *[Ending.APPLIED] * 800)
    for _ in range(2):
        append_history(path, [*ONE, long[0]])
    assert path.stat().st_size > 2 * 65536
    assert read_history(path).lines == (*ONE, long[0]) * 2


@pytest.mark.parametrize(
    ("endings", "interrupted", "result"),
    [
        ([Ending.APPLIED, Ending.APPLIED], False, Result.COMPLETE),
        ([], False, Result.COMPLETE),
        ([Ending.APPLIED, Ending.FAILED], False, Result.PARTIAL),
        ([Ending.FAILED, Ending.BLOCKED], False, Result.FAILED),
        ([Ending.APPLIED, Ending.STOPPED], True, Result.INTERRUPTED),
        ([Ending.APPLIED, Ending.APPLIED], True, Result.COMPLETE),
    ],
)
def test_results(endings: list[Ending], interrupted: bool, result: Result) -> None:
    """What became of a run."""
    [found] = past_runs(run("one", *endings, interrupted=interrupted))
    assert found.result is result


def test_a_failure_that_is_live_is_partial() -> None:
    """A replace whose second half failed has changed the account."""
    first, last = run("one", Ending.FAILED)
    half = ChangeEnded(address=last.changes[0].address, ending=Ending.FAILED, written=True)
    [found] = past_runs([first, RunEnded(run="one", finished="later", changes=(half,))])
    assert found.result is Result.PARTIAL


def test_runs_that_overlap_or_lost_an_end() -> None:
    """By name, not by place: a writer that lost its lock may end after the next one has begun. Newest first."""
    found = past_runs([TWO[1], ONE[0], TWO[0], ONE[1]])
    assert [(each.begun, each.end) for each in found] == [(TWO[0], None), (ONE[0], ONE[1])]
    assert [each.result for each in found] == [Result.UNFINISHED, Result.COMPLETE]
    assert found[0].changes[0].end.ending is Ending.UNKNOWN


def test_an_id_that_the_run_made_is_filled_in() -> None:
    """Once the run has told it."""
    parent, child = PROFILE, PROFILE._replace(kind="AutoResponse")
    field = FieldChange(path="messaging_profile", before=None, after=Unknown(parent), id_of=parent)
    first = RunBegun(
        run="one",
        started="now",
        command="c",
        tool="1",
        actor=Actor(name="me"),
        changes=(
            PlannedChange(address=parent, action=Action.CREATE),
            PlannedChange(address=child, action=Action.CREATE, fields=(field,)),
        ),
    )
    last = RunEnded(
        run="one", finished="then", changes=(ChangeEnded(address=parent, ending=Ending.APPLIED, remote_id="id-1"),)
    )
    [cut_short], [whole] = past_runs([first]), past_runs([first, last])
    assert cut_short.changes[1].change.fields[0].after == Unknown(parent)
    assert whole.changes[1].change.fields[0].after == "id-1"
    assert whole.changes[1].end.ending is Ending.UNKNOWN
