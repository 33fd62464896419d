"""One universe: an emulated account in memory, time that nobody waits for, folders with manifests, and their ledger."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import shutil
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reconciler.api import ApiKey, Clock, Target
from reconciler.errors import ReconcilerError
from reconciler.executor.pause import Patience
from reconciler.ledger.local import LocalLedger
from reconciler.model.drift import DriftReport
from reconciler.model.events import Began, Event
from reconciler.model.ledger import Ledger
from reconciler.model.plan import Plan
from reconciler.sandbox import admin
from reconciler.sandbox.app import create_app
from reconciler.sandbox.refusals import Refusal
from reconciler.sandbox.seed import DEFAULT
from reconciler.workflow.apply import apply
from reconciler.workflow.apply_saved import apply_saved
from reconciler.workflow.approval import plan_in
from reconciler.workflow.carrying_out import Conduct
from reconciler.workflow.drift import drift
from reconciler.workflow.plan import plan
from reconciler.workflow.request import DriftRequest, PlanRequest
from reconciler.workflow.saving import save
from reconciler.workflow.setting import Reading, Setting, Surroundings, prepare
from tests.executor.doubles import VirtualTime
from tests.worlds.ending import Ending, Row
from tests.worlds.killing import Fate, Killed, MortalLedger, mortal_api

KEY = "KEY_of_the_worlds_0123456789"
BEGINNING = 1_800_000_000
COLLECTIONS = {
    "MessagingProfile": "messaging_profiles",
    "AutoResponse": "autoresp_configs",
    "AlphanumericSenderId": "alphanumeric_sender_ids",
    "HostedNumberOrder": "messaging_hosted_number_orders",
    "RcsAgent": "rcs_agents",
    "PhoneNumberMessaging": "phone_numbers",
    "ShortCode": "short_codes",
    "HostedNumber": "messaging_hosted_numbers",
    "TollfreeVerification": "tollfree_verifications",
    "RcsTestNumber": "rcs_test_numbers",
}
SEED = {
    "phone_numbers": [
        *DEFAULT["phone_numbers"],
        # On a profile that nobody can remove, or nothing could be verified afterwards.
        *(
            {"phone_number": f"+1888555010{n}", "type": "tollfree", "messaging_profile_id": "a-profile-of-old"}
            for n in range(3)
        ),
    ],
    "messaging_hosted_numbers": [{"phone_number": "+12025550181"}, {"phone_number": "+12025550182"}],
}
Documents = Mapping[str, Sequence[Mapping[str, Any]]]
"""File name → its documents."""


Happening = Callable[[], object]
"""What others do in the middle of a run."""


def _nothing() -> None:
    pass


class Universe:
    """Everything there is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.time = VirtualTime()
        self.token = ""
        self.app = create_app(clock=self.epoch, seed=SEED)
        self._runner = asyncio.Runner()
        self._lost = 1

    def close(self) -> None:
        """Leave nothing behind."""
        self._runner.close()
        self.app.world.store.close()
        shutil.rmtree(self.folder)

    def epoch(self) -> float:
        """Seconds since 1970."""
        return BEGINNING + self.time.now

    # the account

    def rows(self, kind: str) -> dict[str, Row]:
        """The objects of a kind as they really are, by id; an auto-response knows its profile.

        Invites have no id but what they say.
        """
        rows = self.app.world.account(KEY).rows(COLLECTIONS[kind])
        if kind == "RcsTestNumber":
            return {f"{row.document['agent_id']}/{row.document['phone_number']}": row.document for row in rows}
        return {row.id: {**row.document, **({"parent": row.parent} if row.parent else {})} for row in rows}

    def audit(self, since: int = 0) -> list[Row]:
        """What happened in the account, oldest first."""
        return [row.document for row in list(self.app.world.account(KEY).rows("audit_events"))[since:]]

    def portal(self, command: str, **ask: Any) -> bool:
        """A person at work in the portal, at any moment of a run too; answers whether the portal let them."""
        world = self.app.world
        try:
            admin.answer(world, "POST", command, {}, json.dumps({"key": KEY, **ask}).encode())
        except Refusal:
            world.store.rollback()
            return False
        world.store.commit()
        return True

    def disturb(self, *faults: str, quirks: Sequence[str] | None = None) -> None:
        """Set exactly these faults and, where given, these quirks."""
        self.app.world.faults.clear()
        self.app.world.faults.add(faults)
        if quirks is not None:
            self.portal("quirks", quirks=list(quirks))

    # the ledger

    @property
    def shared_folder(self) -> Path:
        """Where the pipelines' one ledger lies."""
        return self.folder / "ledger"

    def ledger(self) -> Ledger:
        """The ledger as anybody can read it."""
        return LocalLedger(self.shared_folder, "default").offline()

    def lose_ledger(self) -> None:
        """Somebody removes it."""
        self._lost += 1
        shutil.rmtree(self.shared_folder, ignore_errors=True)

    def kept(self) -> str:
        """The text of every file of the ledger."""
        files = sorted(self.shared_folder.glob("*.json*"))
        return "\n".join(path.read_text("utf-8", errors="replace") for path in files)

    # the pipelines

    def check_out(self, pipeline: str, documents: Documents) -> None:
        """Give a pipeline exactly these manifests."""
        root = self.folder / pipeline
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(parents=True)
        (root / "reconciler.yaml").write_text("project: worlds\n")
        for name, stated in documents.items():
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_text("\n---\n".join(json.dumps(each) for each in stated))

    def plan(self, pipeline: str, request: PlanRequest, *, out: bool = False) -> Ending:
        """``reconciler plan``; ``out``: with ``--out``, to the one file that ``apply_saved`` takes."""
        ending = Ending()

        async def run(setting: Setting) -> None:
            planned = await plan(setting, request)
            ending.plan = planned.plan
            if out:
                save(setting, planned, self.saved_plan)

        return self._ran(pipeline, Fate(), ending, run)

    @property
    def saved_plan(self) -> Path:
        """The file between ``plan --out`` and ``apply FILE``."""
        return self.folder / "reviewed.plan"

    def drift(self, pipeline: str) -> tuple[Ending, DriftReport | None]:
        """``reconciler drift``."""
        found: list[DriftReport] = []

        async def run(setting: Setting) -> None:
            found.append(await drift(setting, DriftRequest(reading=Reading(allow_empty=True))))

        ending = self._ran(pipeline, Fate(), Ending(), run)
        return ending, found[0] if found else None

    def apply(
        self,
        pipeline: str,
        request: PlanRequest,
        *,
        fate: Fate | None = None,
        meanwhile: Happening = _nothing,
        midway: Happening = _nothing,
    ) -> Ending:
        """``reconciler apply --auto-approve``.

        ``meanwhile`` happens between the review and the look before the first write, ``midway`` after that look.
        """
        ending = Ending()

        async def run(setting: Setting) -> None:
            ending.applied = await apply(setting, request, self._conduct(ending, meanwhile, midway))
            ending.plan = ending.applied.plan

        return self._ran(pipeline, fate or Fate(), ending, run)

    def apply_saved(self, pipeline: str, *, fate: Fate | None = None) -> Ending:
        """``reconciler apply FILE --auto-approve``."""
        ending = Ending()
        saved = plan_in(str(self.saved_plan))
        assert saved is not None

        async def run(setting: Setting) -> None:
            # Its plan is what is left of the saved one; none where nothing was.
            ending.applied = await apply_saved(setting, saved, self._conduct(ending))

        return self._ran(pipeline, fate or Fate(), ending, run)

    def locked_out(self, pipeline: str, request: PlanRequest) -> ReconcilerError | None:
        """What another ``apply`` is told while one holds the lock; None if it is let in.

        In a thread of its own, as it waits a moment in real time, inside of the other's run.
        """
        told: list[ReconcilerError] = []
        setting = self._setting(pipeline, Fate())

        def run() -> None:
            try:
                asyncio.run(apply(setting, request, self._conduct(Ending())))
            except ReconcilerError as error:
                told.append(error)

        other = threading.Thread(target=run)
        other.start()
        other.join()
        return told[0] if told else None

    def _conduct(self, ending: Ending, meanwhile: Happening = _nothing, midway: Happening = _nothing) -> Conduct:
        def approve(shown: Plan) -> bool:
            ending.plan = shown
            meanwhile()
            return True

        def emit(event: Event) -> None:
            ending.events.append(event)
            if isinstance(event, Began) and event.position == 1:
                midway()

        patience = Patience(lambda: self.time.now, self.time.sleep, asyncio.Event())
        return Conduct(approve=approve, asks=False, patience=patience, emit=emit)

    def _ran(self, pipeline: str, fate: Fate, ending: Ending, run: Callable[[Setting], Awaitable[None]]) -> Ending:
        ending.before = self.ledger()
        known = len(self.app.world.account(KEY).rows("audit_events"))
        try:
            with contextlib.chdir(self.folder / pipeline):
                self._runner.run(fate.lived(run(self._setting(pipeline, fate))))
        except Killed:
            ending.killed = True
        except ReconcilerError as error:
            ending.error = error
        ending.writes = [each for each in self.audit(known) if each["change_made_by"] == "account_owner"]
        ending.after = self.ledger()
        return ending

    def _setting(self, pipeline: str, fate: Fate) -> Setting:
        around = Surroundings(
            folder=self.folder / pipeline,
            environment={"TOKEN": self.token},
            stdin=lambda: b"",
            now=lambda: datetime.fromtimestamp(self.epoch(), UTC),
            command="reconciler apply",
        )
        ledger = MortalLedger(self.shared_folder, "default", fate=fate, token_hex=self._token_hex)
        target = Target(
            destination=mortal_api(self.app, fate),
            key=ApiKey(KEY, variable="TELNYX_API_KEY"),
            rate=math.inf,
            clock=Clock(now=lambda: self.time.now, epoch=self.epoch, sleep=self.time.sleep),
            random=lambda: 0.5,
        )
        return replace(prepare(around, None), ledger=ledger, stand_in=target)

    def _token_hex(self, size: int) -> str:
        """The same salt and lineage until the ledger is lost, so that plans without a ledger can be compared."""
        return f"{self._lost:x}".rjust(size * 2, "0")
