"""Hundreds of numbers onto one profile: few requests, an outcome for each, and interruptions are carried on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.killing import SETTLE, End, Moment, Place, crash
from tests.journeys.mixed import sender
from tests.journeys.workspace import Emulator, Workspace, emulator, manifest, profile

OLD = "40017a3c-0000-4000-8000-00000000000a"
JOBS = "/messaging_numbers_bulk_updates"
PARTLY = 4
DELETED = {"lifecycle": {"on_remove": "delete"}}
KEPT = {"tags": ["portal"], "messaging_product": "P2P"}
"""What is on every number, and nobody states."""


def rows(count: int, on: str | None = None) -> list[dict[str, Any]]:
    """So many numbers of the account."""
    numbers = (f"+15550100{n:03}" for n in range(count))
    return [{"id": str(n), "phone_number": e164, "messaging_profile_id": on, **KEPT} for n, e164 in enumerate(numbers)]


def numbers(count: int, on: str = "new", **more: Any) -> list[dict[str, Any]]:
    """Their manifests."""
    return [
        manifest("PhoneNumberMessaging", f"n{n}", phone_number=row["phone_number"], messaging_profile=on, **more)
        for n, row in enumerate(rows(count))
    ]


def held(telnyx: Emulator) -> set[tuple[str | None, Any, Any]]:
    """What of the numbers' settings differs between them; a set of one says that they are all alike."""
    found = telnyx.rows("phone_numbers")
    return {(row["messaging_profile_id"], tuple(row["tags"]), row["messaging_product"]) for row in found}


def as_wanted(telnyx: Emulator) -> bool:
    """Whether every number is on the one new profile, and as it was in everything else."""
    [new] = [row["id"] for row in telnyx.rows("messaging_profiles") if row["name"] == "New"]
    return held(telnyx) == {(new, ("portal",), "P2P")}


def posted(telnyx: Emulator) -> list[int]:
    """How many numbers each job was asked for."""
    return [len(each["body"]["numbers"]) for each in telnyx.requests() if each["path"] == JOBS]


SEED: dict[str, Any] = {
    "messaging_profiles": [{"id": OLD, "name": "Old", "whitelisted_destinations": ["US"]}],
    "phone_numbers": rows(6, OLD),
}


def moving(folder: Path, telnyx: Emulator) -> Workspace:
    """The numbers are ours on the old profile, and are to move to the new one, which takes over."""
    made = Workspace.at(folder / "project", telnyx)
    made.declare(profile("old") | DELETED, profile("new"), *numbers(6, "old"))
    made.apply()
    made.declare(profile("new"), *numbers(6))
    telnyx.forget_requests()
    return made


@pytest.fixture
def telnyx() -> Iterator[Emulator]:
    """Six numbers on an old profile."""
    with emulator(seed=SEED) as made:
        yield made


@pytest.fixture
def workspace(tmp_path: Path, telnyx: Emulator) -> Workspace:
    """They are to move."""
    return moving(tmp_path, telnyx)


def test_six_hundred_numbers_take_three_jobs(tmp_path: Path) -> None:
    """Onto a profile that the same plan makes; the next plan is empty."""
    with emulator(seed={"phone_numbers": rows(600)}) as telnyx:
        workspace = Workspace.at(tmp_path / "project", telnyx)
        workspace.declare(profile("new"), *numbers(600))
        done = workspace.apply("--allow-adopt", "--format", "json").document
        assert {each["outcome"] for each in done["outcomes"]} == {"applied"}
        assert len(done["outcomes"]) == 601
        assert [method for method, _ in telnyx.writes()] == ["POST"] * 4
        assert sorted(posted(telnyx)) == [100, 250, 250]
        assert as_wanted(telnyx)
        assert len(workspace.recorded) == 601
        assert workspace.actions() == {}
        [run] = workspace.call("history", "--format", "json").document["runs"]
        assert len(run["changes"]) == 601


def test_numbers_move_together_and_then_the_old_profile_goes(telnyx: Emulator, workspace: Workspace) -> None:
    """What waits for the step waits for all of it; events tell every change, and the plan's price the job."""
    document = workspace.plan("--out", "plan.json")
    assert document["requests"]["writes"] == 2
    done = workspace.call("apply", "plan.json", "--auto-approve", "--format", "jsonl")
    assert done.code == 0, done.err
    assert as_wanted(telnyx)
    assert [method for method, _ in telnyx.writes()] == ["POST", "DELETE"]
    began = [each["address"] for each in done.lines if each.get("event") == "began"]
    assert len(began) == len(set(began)) == 7


def test_a_number_that_fails_holds_back_what_hangs_on_it_alone(tmp_path: Path) -> None:
    """Its own answer says why; five have moved, and the next apply has one to do."""
    mute = rows(6, OLD)
    mute[3]["features"] = {"sms": None, "mms": None}
    with emulator(seed=SEED | {"phone_numbers": mute}) as telnyx:
        workspace = moving(tmp_path, telnyx)
        done = workspace.apply("--format", "json", code=PARTLY).document
        by_name = {each["address"].rpartition("/")[2]: each for each in done["outcomes"]}
        assert by_name["n3"]["outcome"] == "failed"
        assert "40100" in by_name["n3"]["error"]["summary"]
        assert (by_name["old"]["outcome"], by_name["old"]["because_of"]) == ("blocked", "PhoneNumberMessaging/n3")
        assert [by_name[f"n{n}"]["outcome"] for n in (0, 1, 2, 4, 5)] == ["applied"] * 5
        assert workspace.actions() == {"PhoneNumberMessaging/n3": "update", "MessagingProfile/old": "delete"}


@pytest.mark.parametrize(
    "quirks",
    [
        ["bulk-polls=0", "reordered-rows", "reordered-arrays", "extra-fields", "underscored-types"],
        ["bulk-polls=3", "bulk-resets", "empty-profile-id", "shifting-pages", "changing-health"],
    ],
    ids=" ".join,
)
def test_quirks(quirks: Iterable[str], telnyx: Emulator, workspace: Workspace) -> None:
    """Whatever an API may make of jobs and rows, six numbers are one job, and nothing else of them changes."""
    telnyx.quirks(*quirks)
    workspace.apply()
    assert posted(telnyx) == [6]
    assert not [path for method, path in telnyx.writes() if method == "PATCH"]
    assert as_wanted(telnyx)
    assert workspace.actions() == {}


def test_a_rehearsal_is_that_apply(telnyx: Emulator, workspace: Workspace) -> None:
    """Its price is the price; a job is taken for no create; its faults are overcome, now or by the next apply."""
    workspace.declare(
        profile("old") | DELETED, profile("new"), *numbers(6), sender("first", "new"), sender("later", "new")
    )
    document = workspace.call("apply", "--rehearse", "--format", "json").document
    assert document["cost"]["writes"] == 3
    assert document["crash"]["unrecorded"] == ["AlphanumericSenderId/first"]
    assert document["crash"]["next_apply"]["converges"]
    for name in ("lost-answers", "outage"):
        rehearsed = workspace.call("apply", "--rehearse", "--faults", name, "--format", "json").document
        assert rehearsed["next_apply"] is None or rehearsed["next_apply"]["converges"], name
    assert telnyx.writes() == []


LINES = 10
"""Of the journal: whose account this is, which plan begins, what it intends, and then seven results."""
LOOKS = f"GET {JOBS}/*"
ALL = [
    *(Moment(place, f"WRITE * {write}") for write in (1, 2) for place in (Place.BEFORE, Place.AFTER)),
    *(Moment(place, f"{LOOKS} {look}") for look in (1, 2) for place in (Place.BEFORE, Place.AFTER)),
    *(Moment(Place.UNRECORDED, str(held)) for held in range(2, LINES + 1)),
]
SOME = [Moment(Place.AFTER, f"{LOOKS} 1"), Moment(Place.UNRECORDED, "4")]


@pytest.mark.parametrize("moment", SOME, ids=str)
def test_killed_in_a_job(moment: Moment, telnyx: Emulator, workspace: Workspace) -> None:
    """Half done; done and not all recorded: the next apply does what is left (promise 3)."""
    _killed(telnyx, workspace, moment, End.KILL)


@pytest.mark.soak
@pytest.mark.parametrize("end", End, ids=str)
@pytest.mark.parametrize("moment", ALL, ids=str)
def test_killed_anywhere(moment: Moment, end: End, telnyx: Emulator, workspace: Workspace) -> None:
    """The whole sweep, and signals that let it finish what is in flight."""
    _killed(telnyx, workspace, moment, end)


def _killed(telnyx: Emulator, workspace: Workspace, moment: Moment, end: End) -> None:
    crash(telnyx, workspace, moment, end=end)
    done = workspace.call("apply", "--auto-approve", *SETTLE)
    assert done.code == 0, done.out + done.err
    assert as_wanted(telnyx)
    assert workspace.actions() == {}
    assert workspace.ledger["intents"] == []
    assert len(workspace.recorded) == 7
