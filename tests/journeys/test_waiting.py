"""Waiting for what takes days: with a clock whose hours go by at once, and a Telnyx that moves meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import math
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from reconciler.errors import Unauthorised
from reconciler.executor.pause import Patience
from reconciler.model.address import Address
from reconciler.model.standing import Awaiting, Heard, Missed, Moved, Turn
from reconciler.model.status import Status
from reconciler.render.text.underway import heard_words
from reconciler.workflow.setting import Reading, Setting, Surroundings, prepare
from reconciler.workflow.status import status_after
from reconciler.workflow.waiting import Until, Waited, wait_for_applied
from tests.journeys.test_tollfree_verification import codes
from tests.journeys.workspace import Emulator, Workspace, manifest

ONE, TWO = "+15125550100", "+15125550101"
ORDER = manifest("HostedNumberOrder", "desk", phone_numbers=[ONE, TWO])
ADDRESS = Address("HostedNumberOrder", "desk")
DESK = str(ADDRESS)
Step = Callable[[], object]


def nothing() -> None:
    """An hour in which nothing happens."""


@dataclass
class Days:
    """A clock that only sleeping moves; during each sleep one of ``steps`` happens, and after them nothing."""

    steps: Sequence[Step] = ()
    time: float = 0.0
    slept: list[float] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        """Let the time go by."""
        self.slept.append(seconds)
        self.time += seconds
        if len(self.slept) <= len(self.steps):
            await asyncio.to_thread(self.steps[len(self.slept) - 1])

    def until(self, timeout: float) -> Until:
        """By this clock."""
        patience = Patience(lambda: self.time, self.sleep, asyncio.Event())
        return Until(patience=patience, tell=self.heard.append, timeout=timeout)

    @property
    def moves(self) -> list[str]:
        """What was told of changes."""
        return [heard_words(each) for each in self.heard if isinstance(each, Moved)]


def setting_of(workspace: Workspace) -> Setting:
    """As the command line would find it."""
    around = Surroundings(
        folder=workspace.folder,
        environment=workspace.environment,
        stdin=bytes,
        now=lambda: datetime.now(UTC),
        command="reconciler status --wait",
    )
    return prepare(around, None)


def waited(workspace: Workspace, days: Days, timeout: float = math.inf) -> Status:
    """The status after a wait."""

    async def wait() -> Status:
        return await status_after(setting_of(workspace), Reading(), days.until(timeout))

    with contextlib.chdir(workspace.folder):
        return asyncio.run(wait())


def advancing(telnyx: Emulator, **ask: Any) -> Step:
    """Telnyx moves everything a step, or as asked."""
    return lambda: telnyx.admin("POST", "advance", **ask)


def code_of(found: Status) -> str | None:
    """Why not everything is done."""
    return next((notice.code for notice in found.notices if notice.code.startswith("wait-")), None)


@pytest.fixture
def placed(telnyx: Emulator, workspace: Workspace) -> Workspace:
    """An order whose documents are under review."""
    workspace.declare(ORDER)
    workspace.apply()
    telnyx.admin("POST", "advance", status="loa_file_successful")
    telnyx.forget_requests()
    return workspace


def test_a_wait_ends_when_everything_is_done(telnyx: Emulator, placed: Workspace) -> None:
    """Told is what changes and nothing else; looks grow rare, and begin anew with every change."""
    step = advancing(telnyx)
    days = Days([nothing, nothing, step, nothing, step])
    found = waited(placed, days)
    assert [thing.standing.status for thing in found.underway] == ["successful"]
    assert code_of(found) is None
    assert days.slept == [15.0, 22.5, 33.75, 15.0, 22.5]
    assert isinstance(days.heard[0], Awaiting)
    assert days.moves == [
        f"{DESK}: loa_file_successful -> provisioning: the numbers are being activated (waits for Telnyx)",
        f"{DESK}: provisioning -> successful: the numbers are live",
    ]
    assert len(days.heard) == 3
    assert {request["method"] for request in telnyx.requests()} == {"GET"}


def test_looks_are_five_minutes_apart_at_most(placed: Workspace) -> None:
    """And the last one is made when the time is up."""
    days = Days()
    found = waited(placed, days, timeout=3600.0)
    assert max(days.slept) == 300.0
    assert days.time == 3600.0
    assert len(days.slept) < 20
    [notice] = [notice for notice in found.notices if notice.code == "wait-timed-out"]
    assert notice.summary == "the time is up: 1 still waits for others"
    assert notice.hint == "reconciler status --wait"


def test_a_wait_ends_early_where_only_people_can_go_on(telnyx: Emulator, placed: Workspace) -> None:
    """At once, where nothing else is left; and when it comes to that."""
    days = Days([nothing, advancing(telnyx, status="loa_file_invalid")])
    found = waited(placed, days)
    assert len(days.slept) == 2
    [notice] = [notice for notice in found.notices if notice.code == "wait-needs-you"]
    assert notice.hint == f"reconciler hosted documents {DESK}"
    again = Days()
    assert code_of(waited(placed, again)) == "wait-needs-you"
    assert (again.slept, again.heard) == ([], [])


def test_what_fails_is_no_longer_waited_for(telnyx: Emulator, placed: Workspace) -> None:
    """One number of two: the other is waited for, and the end says that not all is well."""
    fails = advancing(telnyx, status="provisioning", numbers={TWO: "failed_timeout"})
    days = Days([fails, advancing(telnyx)])
    found = waited(placed, days)
    [thing] = found.underway
    assert [(part.name, part.turn) for part in thing.standing.parts] == [(ONE, Turn.DONE), (TWO, Turn.FAILED)]
    assert code_of(found) == "wait-failed"
    assert len(days.slept) == 2


def test_a_number_that_moves_alone_is_told(telnyx: Emulator, placed: Workspace) -> None:
    """Although its order stands where it stood."""
    row = telnyx.rows("messaging_hosted_number_orders")[0]["id"]
    fails = advancing(telnyx, order=row, status="loa_file_successful", numbers={ONE: "failed_timeout"})
    days = Days([fails])
    waited(placed, days, timeout=20.0)
    assert days.moves == [f"{DESK}: {ONE} pending -> failed_timeout"]


def test_an_order_that_goes_away_has_failed(telnyx: Emulator, placed: Workspace) -> None:
    """Only a 404 says so."""
    telnyx.quirks("deleted-orders-vanish")
    row = telnyx.rows("messaging_hosted_number_orders")[0]["id"]
    days = Days([lambda: telnyx.delete("messaging_hosted_number_orders", row)])
    found = waited(placed, days)
    [thing] = found.underway
    assert (thing.standing.status, thing.standing.turn) == ("gone", Turn.FAILED)
    assert code_of(found) == "wait-failed"


def test_a_look_that_fails_is_made_again_and_a_wrong_key_ends_the_wait(telnyx: Emulator, placed: Workspace) -> None:
    """Networks come back; a key that is refused does not."""
    row = telnyx.rows("messaging_hosted_number_orders")[0]["id"]
    path = f"/messaging_hosted_number_orders/{row}"

    def broken() -> None:
        telnyx.fault(f"GET {path} 1 status-before=422")

    days = Days([broken, advancing(telnyx, status="successful")])
    assert code_of(waited(placed, days)) is None
    [missed] = [each for each in days.heard if isinstance(each, Missed)]
    assert heard_words(missed).endswith("again in 22 s")
    telnyx.admin("POST", "advance", order=row, status="provisioning")
    refused = Days([lambda: telnyx.fault(f"GET {path} 1 status-before=401")])
    with pytest.raises(Unauthorised):
        waited(placed, refused)


def test_a_number_is_waited_for_until_its_order_brings_it(telnyx: Emulator, placed: Workspace) -> None:
    """Then there is something to apply, and that is said."""
    placed.declare(ORDER, manifest("HostedNumber", "desk", phone_number=ONE, tags=["desk"]))
    days = Days([advancing(telnyx), advancing(telnyx)])
    found = waited(placed, days)
    stands = {str(thing.address): (thing.standing.status, thing.commands) for thing in found.underway}
    assert stands == {"HostedNumber/desk": ("arrived", ("reconciler apply",)), DESK: ("successful", ())}
    assert code_of(found) == "wait-needs-you"
    placed.apply()
    assert code_of(waited(placed, Days())) is None


def test_a_review_is_waited_for_with_its_history(telnyx: Emulator, workspace: Workspace) -> None:
    """The history is that of the end, not of the beginning."""
    profile = telnyx.create("messaging_profiles", name="Numbers", whitelisted_destinations=["US"])["id"]
    telnyx.create("phone_numbers", phone_number="+18885550100", type="tollfree", messaging_profile_id=profile)
    workspace.declare(codes())
    workspace.apply()
    days = Days([advancing(telnyx, status="Waiting For Vendor"), nothing, advancing(telnyx, status="Verified")])
    found = waited(workspace, days)
    [thing] = found.underway
    assert [stage.status for stage in thing.history] == ["In Progress", "Waiting For Vendor", "Verified"]
    assert code_of(found) is None


def test_after_an_apply_only_what_it_made_is_waited_for(telnyx: Emulator, placed: Workspace) -> None:
    """Another order of ours may take as long as it likes."""
    telnyx.admin("POST", "advance", status="successful")
    other = Address("HostedNumberOrder", "other")
    placed.declare(ORDER, manifest("HostedNumberOrder", "other", phone_numbers=["+15125550102"]))
    placed.apply()
    telnyx.admin("POST", "advance", status="provisioning")
    days = Days([advancing(telnyx)])

    async def wait(*addresses: Address) -> Waited:
        return await wait_for_applied(setting_of(placed), addresses, days.until(math.inf))

    ended = asyncio.run(wait(other))
    assert [(thing.address, thing.standing.status) for thing in ended.things] == [(other, "successful")]
    assert asyncio.run(wait()).things == ()


def test_the_exit_codes_of_both_waits(telnyx: Emulator, workspace: Workspace) -> None:
    """0 once all is done, else 1 of a status and 4 of an apply, with the exact commands."""
    workspace.declare(ORDER)
    told = workspace.call("apply", "--auto-approve", "--wait")
    assert told.code == 4
    assert "Applied to account default: 1 created." in told.out
    assert f"reconciler hosted send-codes {DESK}" in told.err
    assert workspace.call("apply", "--auto-approve", "--wait").code == 0
    assert workspace.call("status").code == 0
    needs = workspace.call("status", "--wait", "--format", "json")
    assert needs.code == 1
    assert [notice["code"] for notice in needs.document["notices"]] == ["wait-needs-you"]
    telnyx.admin("POST", "advance", status="provisioning")
    late = workspace.call("status", "--wait=0s")
    assert (late.code, "[wait-timed-out]" in late.out) == (1, True)
    assert workspace.call("status", "--all-accounts", "--wait", "0m").code == 1
    telnyx.admin("POST", "advance")
    assert workspace.call("status", "--wait").code == 0
    assert workspace.call("status", "--all-accounts", "--wait").code == 0


def test_each_of_several_accounts_says_what_it_waits_for(workspace: Workspace) -> None:
    """By name, as two that wait for the same are otherwise one line twice."""
    workspace.environment["OTHER_KEY"] = "KEY_of_another_account_0123456789"
    workspace.write("accounts: {a: {rate: 1000}, b: {rate: 1000, key_variable: OTHER_KEY}}", "reconciler.yaml")
    workspace.declare(ORDER)
    told = workspace.call("apply", "--auto-approve", "--account", "a,b", "--wait")
    assert told.code == 4
    for name in "ab":
        assert f"error: {name}: nothing changes any more by itself: 1 waits for you [wait-needs-you]" in told.err
        assert f"reconciler hosted verify {DESK} --account {name}\n" in told.err


def test_a_saved_plan_is_waited_for_and_a_rehearsal_is_not(workspace: Workspace) -> None:
    """Whatever stands behind the option: a file is no time."""
    workspace.declare(ORDER)
    assert workspace.call("plan", "--out", "plan.json").code == 0
    for words in (("--rehearse", "--wait"), ("--wait=soon",)):
        assert workspace.call("apply", "--auto-approve", *words).code == 64
    told = workspace.call("apply", "--auto-approve", "--wait", "plan.json", "--format", "json")
    assert (told.code, told.document["complete"]) == (4, True)
    assert "[wait-needs-you]" in told.err


def test_without_a_key_nothing_is_waited_for(placed: Workspace) -> None:
    """A status alone tells what the ledger says."""
    del placed.environment["TELNYX_API_KEY"]
    assert placed.call("status").code == 0
    assert placed.call("status", "--wait").code == 64


def test_nothing_is_locked_and_a_signal_leaves_nothing_behind(telnyx: Emulator, placed: Workspace) -> None:
    """Others apply meanwhile; interrupted with 130, killed without a word; and what changes is told while it waits."""

    def begun(*words: str) -> subprocess.Popen[str]:
        process = placed.start(*words)
        assert process.stderr is not None
        assert process.stderr.readline() == f"waiting for {DESK} (loa_file_successful)\n"
        return process

    killed, patient = begun("status", "--wait"), begun("status", "--wait=2s")
    killed.kill()
    placed.declare(ORDER, manifest("HostedNumberOrder", "other", phone_numbers=["+15125550102"]))
    placed.apply()
    before = placed.everything_kept()
    telnyx.admin("POST", "advance", status="successful")
    out, err = patient.communicate(timeout=20)
    killed.communicate(timeout=20)
    assert (killed.returncode, patient.returncode) == (-signal.SIGKILL, 0)
    assert err == f"{DESK}: loa_file_successful -> successful: the numbers are live\n"
    assert "Done\n" in out
    assert "HostedNumberOrder/other" not in out
    assert placed.everything_kept() == before


def test_an_interrupted_wait_of_an_apply_has_lost_nothing(telnyx: Emulator, workspace: Workspace) -> None:
    """The result is told before, and status goes on waiting."""
    profile = telnyx.create("messaging_profiles", name="Numbers", whitelisted_destinations=["US"])["id"]
    telnyx.create("phone_numbers", phone_number="+18885550100", type="tollfree", messaging_profile_id=profile)
    workspace.declare(codes())
    process = workspace.start("apply", "--auto-approve", "--wait")
    assert process.stderr is not None
    while not process.stderr.readline().startswith("waiting for"):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Applied to account default: 1 created." in out
    assert "interrupted while waiting; everything that was to be written is written" in err
    assert "reconciler status --wait goes on waiting" in err
    assert workspace.recorded == {"TollfreeVerification/codes"}
