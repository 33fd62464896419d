"""Ownership is recorded without a request that writes; what differs stays visible to the next plan."""

from __future__ import annotations

import asyncio
from contextlib import chdir
from datetime import UTC, datetime

import pytest

from reconciler.errors import LedgerError
from reconciler.ledger.local import LocalLedger
from reconciler.model.address import Address
from reconciler.model.ledger import Intended
from reconciler.model.plan import Adopt
from reconciler.workflow.plan import plan
from reconciler.workflow.recording_ownership import record_ownership
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.setting import Setting, Surroundings, prepare
from tests.journeys.test_history import runs
from tests.journeys.workspace import Emulator, Workspace, profile
from tests.ledger.cases import holding, intent


def _setting(workspace: Workspace) -> Setting:
    around = Surroundings(
        folder=workspace.folder,
        environment=workspace.environment,
        stdin=lambda: b"",
        now=lambda: datetime.now(UTC),
        command="reconciler adopt",
    )
    return prepare(around, None)


def _take(workspace: Workspace) -> None:
    """Record every adoption of the plan."""
    setting = _setting(workspace)

    async def run() -> None:
        planned = await plan(setting, PlanRequest())
        adoptions = [change for change in planned.plan.changes if isinstance(change, Adopt)]
        async with setting.ledger.lock("reconciler adopt", setting.around.now()) as held:
            assert await record_ownership(setting, held, adoptions, planned.seen) is None

    with chdir(workspace.folder):
        asyncio.run(run())


def test_nothing_is_touched_and_nothing_is_hidden(telnyx: Emulator, workspace: Workspace) -> None:
    """Equal objects are done with; of one that differs only the agreement is remembered."""
    workspace.declare(profile("same"), profile("other", enabled=False))
    same = telnyx.create("messaging_profiles", name="Same", whitelisted_destinations=["US"])
    other = telnyx.create("messaging_profiles", name="Other", whitelisted_destinations=["US"])
    telnyx.forget_requests()
    _take(workspace)
    assert telnyx.writes() == []
    entries = {entry["address"]: entry for entry in workspace.ledger["entries"]}
    assert entries["MessagingProfile/same"]["remote"]["id"] == same["id"]
    assert entries["MessagingProfile/other"]["remote"]["id"] == other["id"]
    assert {(entry["origin"], entry["on_remove"]) for entry in entries.values()} == {("adopted", "retain")}
    assert "enabled" not in entries["MessagingProfile/other"]["applied"]
    assert workspace.actions() == {"MessagingProfile/other": "update"}
    assert workspace.ledger["endpoint"] == telnyx.base
    [run] = runs(workspace)
    assert sorted((change["address"], change["action"]) for change in run["changes"]) == [
        ("MessagingProfile/other", "adopt"),
        ("MessagingProfile/same", "adopt"),
    ]
    workspace.apply()
    assert workspace.actions() == {}


def test_what_a_run_left_behind_is_settled_first(telnyx: Emulator, workspace: Workspace) -> None:
    """What an interrupted create made may be one of the objects."""
    telnyx.create("messaging_profiles", name="Same", whitelisted_destinations=["US"])
    workspace.declare(profile("same"))
    with holding(LocalLedger(workspace.folder / ".reconciler", "default")) as ledger:
        asyncio.run(ledger.append(Intended((intent(Address("MessagingProfile", "lost")),))))
    with pytest.raises(LedgerError) as refused:
        _take(workspace)
    assert refused.value.code == "unfinished"
