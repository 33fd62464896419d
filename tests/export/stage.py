"""An emulated account in memory and a folder to export it to: the whole program, apart from the command line."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from reconciler.api import ApiKey, Clock, Target
from reconciler.executor.pause import Patience
from reconciler.model.exported import ExportReport
from reconciler.model.ledger import Ledger
from reconciler.model.plan import Plan
from reconciler.sandbox.app import Sandbox, create_app
from reconciler.workflow.apply import apply
from reconciler.workflow.carrying_out import AppliedPlan, Conduct
from reconciler.workflow.export import ExportRequest, export
from reconciler.workflow.plan import plan
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.setting import Reading, Setting, Surroundings, prepare
from tests.executor.doubles import VirtualTime

T = TypeVar("T")
EVERYTHING = PlanRequest(reading=Reading(allow_empty=True))
KEY = "KEY_of_the_exports_0123456789"
Seed = Mapping[str, list[dict[str, Any]]]
EMPTY: Seed = {"phone_numbers": [], "short_codes": [], "rcs_agents": [], "messaging_url_domains": []}


@dataclass
class Stage:
    """One account and one project."""

    folder: Path
    app: Sandbox
    environment: dict[str, str] = field(default_factory=dict)
    time: VirtualTime = field(default_factory=VirtualTime)

    @property
    def setting(self) -> Setting:
        """As a command would find it, with the account in memory."""
        around = Surroundings(
            folder=self.folder,
            environment=self.environment,
            stdin=lambda: b"",
            now=lambda: datetime.fromtimestamp(1_800_000_000 + self.time.now, UTC),
            command="reconciler export",
        )
        target = Target(
            destination=self.app,
            key=ApiKey(KEY, variable="TELNYX_API_KEY"),
            rate=math.inf,
            clock=Clock(now=lambda: self.time.now, epoch=lambda: self.time.now, sleep=self.time.sleep),
            random=lambda: 0.5,
        )
        return replace(prepare(around, None), stand_in=target)

    def export(self, **asked: Any) -> ExportReport:
        """``reconciler export``."""
        return self._run(lambda setting: export(setting, ExportRequest(**asked)))

    def plan(self) -> Plan:
        """``reconciler plan``."""

        async def run(setting: Setting) -> Plan:
            return (await plan(setting, EVERYTHING)).plan

        return self._run(run)

    def apply(self) -> AppliedPlan:
        """``reconciler apply --auto-approve``."""
        patience = Patience(lambda: self.time.now, self.time.sleep, asyncio.Event())
        conduct = Conduct(approve=lambda _: True, asks=False, patience=patience, emit=lambda _: None)
        return self._run(lambda setting: apply(setting, EVERYTHING, conduct))

    @property
    def ledger(self) -> Ledger:
        """What is recorded."""
        found = self.setting.ledger.offline()
        assert found is not None
        return found

    @property
    def files(self) -> dict[str, str]:
        """Every manifest file, by its path in the folder."""
        found = sorted(self.folder.rglob("*.yaml"))
        return {path.relative_to(self.folder).as_posix(): path.read_text("utf-8") for path in found}

    @property
    def writes(self) -> list[Mapping[str, Any]]:
        """What the API's own log says was written with the key."""
        events = [row.document for row in self.app.world.account(KEY).rows("audit_events")]
        return [event for event in events if event["change_made_by"] == "account_owner"]

    def heed(self, report: ExportReport) -> None:
        """Set what an export says is to be set."""
        self.environment.update({variable.name: variable.value for variable in report.variables})

    def _run(self, work: Callable[[Setting], Awaitable[T]]) -> T:
        async def run() -> T:
            return await work(self.setting)

        with contextlib.chdir(self.folder):
            return asyncio.run(run())


@contextlib.contextmanager
def stage(folder: Path, seed: Seed) -> Iterator[Stage]:
    """A fresh account that holds ``seed`` and nothing else."""
    folder.mkdir(parents=True)
    app = create_app(seed={**EMPTY, **seed})
    try:
        yield Stage(folder, app)
    finally:
        app.world.store.close()
