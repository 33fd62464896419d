"""Answers that are lost, late, broken or a refusal to answer now, for every kind of write (promise 3).

One run heals itself. Where the API says that waiting does not help, the run says so, and a later one carries on.
There is never a twin: the sandbox takes two senders of one name here, so that a second create would show.

Eleven writes, one of each kind, and eight ways to lose an answer. ``make test`` sees every pair: in each of eight runs
every write suffers something else. ``make soak`` goes through them one by one, so that nothing hides behind another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys import mixed
from tests.journeys.workspace import Emulator, Outcome, Workspace, emulator, profile

ERROR, PARTLY = 1, 4
BEFORE = (
    profile("kept"),
    profile("removed"),
    mixed.response("changed", "kept"),
    mixed.response("removed", "kept", "info"),
    mixed.sender("replaced", "kept"),
    mixed.order("removed", "kept", "+15125550101"),
    mixed.agent("kept", "kept"),
)
AFTER = (
    profile("kept", webhook_url="https://b.example.com"),
    profile("fresh"),
    mixed.response("changed", "kept", keywords=["STOP", "QUIT"], resp_text=mixed.TEXT),
    mixed.response("fresh", "fresh"),
    mixed.sender("replaced", "kept", us_long_code_fallback="+15125550142"),
    mixed.order("fresh", "fresh", "+15125550103"),
    mixed.agent("kept", "fresh", webhook_url="https://b.example.com"),
)
WRITES = mixed.KINDS_OF_WRITE
LOST = (
    "drop-before",
    "drop-after",
    "status-after=500",
    "status-after=503",
    "truncate",
    "broken-json",
    "rate-limit",
    "rate-limit=0.2",
)
"""The last two are a 429 without and with ``Retry-After``."""
UNANSWERED = ("hold-before", "hold-after")
"""Until our own patience of 30 seconds ends: there is no setting for it."""
LAG_SECONDS = 2
QUICK = ("--settle", "0.3")
PATIENT = ("--settle", "5")


def _begin(telnyx: Emulator, workspace: Workspace) -> mixed.World:
    telnyx.quirks("duplicate-senders")
    telnyx.create("rcs_agents", agent_id="agent-kept", agent_name="kept")
    workspace.declare(*BEFORE)
    workspace.apply()
    workspace.declare(*AFTER)
    telnyx.forget_requests()
    return mixed.World(mixed.rows_by_id(telnyx), {})


def _apply(workspace: Workspace, *settle: str) -> Outcome:
    return workspace.call("apply", "--auto-approve", *mixed.LIFTED, *settle)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """What the account holds after an apply whose answers all arrive: one write of each kind makes it."""
    with emulator() as telnyx:
        workspace = Workspace.at(tmp_path_factory.mktemp("heard") / "project", telnyx)
        _begin(telnyx, workspace)
        telnyx.fault(*(f"{write} * delay=0" for write in WRITES))
        workspace.apply(*mixed.LIFTED)
        assert Counter(each["fault"] for each in telnyx.written()) == {f"{write} * delay=0": 1 for write in WRITES}
        mixed.each_exactly_once(telnyx, AFTER)
        yield mixed.held(telnyx)


def _healed(telnyx: Emulator, workspace: Workspace, done: Outcome, expected: Any) -> None:
    assert done.code == 0, done.out + done.err
    _as_desired(telnyx, workspace, expected)


def _as_desired(telnyx: Emulator, workspace: Workspace, expected: Any) -> None:
    telnyx.fault()
    mixed.each_exactly_once(telnyx, AFTER)
    assert mixed.held(telnyx) == expected
    assert workspace.actions() == {}
    assert workspace.ledger["intents"] == []
    origins = {entry["address"]: entry["origin"] for entry in workspace.ledger["entries"]}
    assert origins.pop("RcsAgent/kept") == "adopted"
    assert origins == {f"{each['kind']}/{each['metadata']['name']}": "created" for each in AFTER[:-1]}


@pytest.mark.parametrize("turn", range(len(LOST)))
def test_every_write_loses_its_answer_in_another_way(
    turn: int, expected: Any, telnyx: Emulator, workspace: Workspace
) -> None:
    """Eight runs are all pairs of a write and a way."""
    _begin(telnyx, workspace)
    faults = [f"{write} 1 {LOST[(at + turn) % len(LOST)]}" for at, write in enumerate(WRITES)]
    telnyx.fault(*faults)
    done = _apply(workspace, *QUICK)
    assert {each["fault"] for each in telnyx.requests() if each["fault"]} == set(faults)
    _healed(telnyx, workspace, done, expected)


@pytest.mark.soak
@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("write", WRITES)
def test_one_write_loses_its_answer(
    write: str, lost: str, expected: Any, telnyx: Emulator, workspace: Workspace
) -> None:
    """All others are answered."""
    _begin(telnyx, workspace)
    telnyx.fault(f"{write} 1 {lost}")
    _healed(telnyx, workspace, _apply(workspace, *QUICK), expected)


@pytest.mark.soak
@pytest.mark.parametrize("unanswered", UNANSWERED)
def test_no_write_is_answered_in_time(unanswered: str, expected: Any, telnyx: Emulator, workspace: Workspace) -> None:
    """Each write waits in vain for its first answer, for as long as anybody does."""
    _begin(telnyx, workspace)
    telnyx.fault(*(f"{write} 1 {unanswered}" for write in WRITES))
    _healed(telnyx, workspace, _apply(workspace, *QUICK), expected)
    assert [each["fault"] for each in telnyx.requests() if each["seconds"] and each["seconds"] > 25]


@pytest.mark.parametrize("lost", ["drop-after", pytest.param("drop-before", marks=pytest.mark.soak)])
def test_lists_lag_while_answers_are_lost(lost: str, expected: Any, telnyx: Emulator, workspace: Workspace) -> None:
    """What a list does not show yet is waited for; what it never shows is sent once more."""
    _begin(telnyx, workspace)
    telnyx.quirks("duplicate-senders", f"lag={LAG_SECONDS}")
    telnyx.fault(*(f"{write} 1 {lost}" for write in WRITES))
    _healed(telnyx, workspace, _apply(workspace, *PATIENT), expected)


@pytest.mark.soak
@pytest.mark.parametrize("lost", [lost for lost in LOST if not lost.startswith("rate-limit")])
@pytest.mark.parametrize("write", WRITES)
def test_lists_lag_while_an_answer_is_lost(
    write: str, lost: str, expected: Any, telnyx: Emulator, workspace: Workspace
) -> None:
    """As above, one by one."""
    _begin(telnyx, workspace)
    telnyx.quirks("duplicate-senders", f"lag={LAG_SECONDS}")
    telnyx.fault(f"{write} 1 {lost}")
    _healed(telnyx, workspace, _apply(workspace, *PATIENT), expected)


def _refused_for_good(telnyx: Emulator, workspace: Workspace, expected: Any, *writes: str) -> int:
    _begin(telnyx, workspace)
    telnyx.fault(*(f"{write} * spend-limit" for write in writes))
    stopped = _apply(workspace, *QUICK)
    assert "spend-limit-reached" in stopped.err + stopped.out
    asked = Counter(each["fault"] for each in telnyx.requests() if each["fault"])
    assert set(asked.values()) == {1}
    telnyx.fault()
    done = _apply(workspace, *QUICK)
    _healed(telnyx, workspace, done, expected)
    return stopped.code


def test_spend_limit_on_every_write(expected: Any, telnyx: Emulator, workspace: Workspace) -> None:
    """40333 is never retried. Nothing was written, and once there is money again all is."""
    assert _refused_for_good(telnyx, workspace, expected, *WRITES) == ERROR


@pytest.mark.parametrize("turn", range(3))
def test_spend_limit_on_a_third_of_the_writes(turn: int, expected: Any, telnyx: Emulator, workspace: Workspace) -> None:
    """The others are done, and what depends on the refused waits for the next run."""
    assert _refused_for_good(telnyx, workspace, expected, *WRITES[turn::3]) == PARTLY


@pytest.mark.soak
@pytest.mark.parametrize("write", WRITES)
def test_spend_limit_on_one_write(write: str, expected: Any, telnyx: Emulator, workspace: Workspace) -> None:
    """As above, one by one."""
    assert _refused_for_good(telnyx, workspace, expected, write) == PARTLY
