"""An apply of everything, killed at every write in three places: one more converges (promise 3).

``make test`` goes through one moment of every kind of write; ``make soak`` through all of them and the variants.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys import mixed
from tests.journeys.killing import INTERRUPTED, SETTLE, End, Moment, Place, Way, converges, crash
from tests.journeys.workspace import Emulator, Workspace, emulator

CHANGES, WRITES, LINES = 42, 38, 49
"""Of the uninterrupted apply; the first lines are whose account this is, which plan begins, and what it intends.

A replace is one change, two writes and two lines; moves, forgets, and adoptions without a difference write nothing.
"""
HOLDING = (Place.AFTER, Place.BEFORE)


def around(writes: int) -> list[Moment]:
    """Both sides of the commit of each write, in the order of their arrival."""
    return [Moment(place, f"WRITE * {write}") for place in HOLDING for write in range(1, writes + 1)]


def unrecorded(lines: int) -> list[Moment]:
    """Before each line that tells a result, and before the journal is folded into the ledger."""
    return [Moment(Place.UNRECORDED, str(held)) for held in range(2, lines + 1)]


ALL = [*around(WRITES), *unrecorded(LINES)]
SOME = [Moment(HOLDING[at % 2], f"{kind} 1") for at, kind in enumerate(mixed.KINDS_OF_WRITE)] + unrecorded(LINES)[2::15]
TAKEN_IN_TURN = [(moment, (Way.FILE, Way.PATHS)[at // 2 % 2]) for at, moment in enumerate(SOME)]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """What the account holds after an apply that nothing befell, and that this is what the manifests say."""
    with emulator() as telnyx:
        workspace = Workspace.at(tmp_path_factory.mktemp("whole") / "project", telnyx)
        world = mixed.begin(telnyx, workspace)
        done = workspace.apply(*mixed.LIFTED, "--format", "json")
        assert len(done.document["outcomes"]) == CHANGES
        assert len(telnyx.writes()) == WRITES
        over = mixed.each_exactly_once(telnyx)
        mixed.untouched(telnyx, world)
        mixed.origins_are_right(workspace)
        retained, forgotten = "RETAINED", "agent-forgotten"
        assert [row for row in over.values() if row.get("alphanumeric_sender_id") == retained]
        assert over[forgotten] == world.before[forgotten]
        assert [
            row["resp_text"] for row in telnyx.rows("autoresp_configs") if row.get("resp_text") == mixed.PORTAL_TEXT
        ]
        yield mixed.held(telnyx)


@pytest.mark.parametrize(("moment", "way"), TAKEN_IN_TURN, ids=str)
def test_killed_once_at_every_kind_of_write(
    moment: Moment, way: Way, expected: Any, telnyx: Emulator, workspace: Workspace
) -> None:
    """And in each of the three places, whichever way the apply was typed."""
    _killed(telnyx, workspace, moment, way, expected)


@pytest.mark.soak
@pytest.mark.parametrize("way", Way, ids=str)
@pytest.mark.parametrize("moment", ALL, ids=str)
def test_killed_at_every_write(moment: Moment, way: Way, expected: Any, telnyx: Emulator, workspace: Workspace) -> None:
    """The whole sweep, however the apply was typed."""
    _killed(telnyx, workspace, moment, way, expected)


def _killed(telnyx: Emulator, workspace: Workspace, moment: Moment, way: Way, expected: Any) -> None:
    world = mixed.begin(telnyx, workspace)
    way.prepare(workspace)
    code, said = crash(telnyx, workspace, moment, way=way)
    assert code == -9, said
    converges(telnyx, workspace, world, expected, way=way)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("moment", "end"),
    [*((moment, End.TERM) for moment in ALL), *((moment, End.TERM_TWICE) for moment in around(WRITES))],
    ids=str,
)
def test_told_to_stop(moment: Moment, end: End, expected: Any, telnyx: Emulator, workspace: Workspace) -> None:
    """SIGTERM: what is in flight is finished. Twice: nothing is. Either way the next apply does the rest."""
    world = mixed.begin(telnyx, workspace)
    code, said = crash(telnyx, workspace, moment, end=end)
    assert code in ({0, INTERRUPTED} if end is End.TERM else {INTERRUPTED}), said
    converges(telnyx, workspace, world, expected)


@pytest.mark.soak
@pytest.mark.parametrize("moment", [*around(WRITES - 2), *unrecorded(LINES - 2)], ids=str)
def test_ledger_lost_after_the_kill(moment: Moment, telnyx: Emulator, workspace: Workspace) -> None:
    """Each desired object exists once; what was not deleted or renamed yet stays as it was, and drift lists it."""
    world = mixed.begin(telnyx, workspace, mixed.AFTER_BY_KEY)
    code, said = crash(telnyx, workspace, moment)
    assert code == -9, said
    shutil.rmtree(workspace.folder / ".reconciler")
    done = workspace.call(*Way.PATHS.command, *SETTLE)
    assert done.code == 0, done.out + done.err
    assert workspace.actions() == {}
    over = mixed.each_exactly_once(telnyx, mixed.AFTER_BY_KEY)
    mixed.untouched(telnyx, world)
    left = {row: held for row, held in over.items() if held.get("status") != "deleted"}
    assert left == {row: world.before[row] for row in left}
    _listed_as_unmanaged(workspace, left)


def _listed_as_unmanaged(workspace: Workspace, left: dict[str, mixed.Row]) -> None:
    """Auto-responses are looked for where a profile is managed; everything else is seen."""
    report = workspace.call("drift", "--format", "json").document
    listed = {each["remote_id"] for each in report["unmanaged"]}
    managed = {entry["remote"]["id"] for entry in workspace.ledger["entries"]}
    assert {row for row, held in left.items() if "parent" not in held or held["parent"] in managed} <= listed
