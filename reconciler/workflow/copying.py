"""Copying an account for a rehearsal: looks and plans as an apply does, with a session that can only read (promise 1).

What the account answered is the copy: all that the plan, its guards and its checks know, and no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from reconciler.adapters.pagination import list_all
from reconciler.api import Client, connect
from reconciler.errors import PlanRefused
from reconciler.ledger.store import Snapshot
from reconciler.model.events import Emit, Observing
from reconciler.model.ledger import Ledger
from reconciler.model.plan import Plan
from reconciler.model.saved.plan import SavedPlan
from reconciler.model.watching import unwatched
from reconciler.planner.remainder import left_of
from reconciler.planner.situation import Situation
from reconciler.workflow.apply_saved import saved_situation, still_to_do
from reconciler.workflow.approval import check_account, check_organization
from reconciler.workflow.connecting import sandbox_extra, target
from reconciler.workflow.consent import refusal
from reconciler.workflow.drifted import narrowed
from reconciler.workflow.looking import look
from reconciler.workflow.plan import decide, desired_situation
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.setting import Setting

Wish = PlanRequest | SavedPlan
"""What is to be rehearsed: a plan that is made now, or one that was saved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An account as it was at ``moment``, and what an apply would do to it. ``rows`` are a seed for the sandbox.

    ``asks`` says that the apply would ask a person; ``refused``, why the plan could not be applied: there are no
    rows then, nor where there is nothing to do.
    """

    setting: Setting
    wish: Wish
    asks: bool
    moment: datetime
    snapshot: Snapshot
    plan: Plan
    refused: PlanRefused | None = None
    rows: Mapping[str, Any] | None = field(default=None, repr=False)  # may hold secrets
    organization_id: str | None = None


async def copied(setting: Setting, wish: Wish, emit: Emit, *, asks: bool) -> Copy:
    """Look at the account, plan, and keep what was read. Takes no lock.

    Looks once, as ``plan`` does: what a killed run may have left is waited for on the copy, where that takes no time.

    Raises what an apply raises before its first write, Locked apart, and UsageError where the sandbox is not installed.
    """
    with sandbox_extra():
        from reconciler.sandbox.copies import DECIDING, seed_from  # noqa: PLC0415 - an optional part
    around = setting.around
    setting = replace(setting, around=replace(around, stdin=cache(around.stdin)))  # it is planned several times
    snapshot = await setting.ledger.snapshot()
    wanted = _wanted(setting, wish, snapshot.ledger)
    answers: list[tuple[str, Any]] = []
    reached = replace(target(setting), heard=lambda path, answer: answers.append((path, answer)))
    async with connect(reached) as session:
        emit(Observing("planning"))
        seen = await look(session, wanted, setting)
        plan, refused = await _reviewed(session, setting, wish, seen, snapshot, asks=asks)
        copy = Copy(
            setting=replace(setting, watch=unwatched),  # looks at the copy take no time
            wish=wish,
            asks=asks,
            moment=around.now(),
            snapshot=snapshot,
            plan=plan,
            refused=refused,
            organization_id=seen.world.organization_id or snapshot.ledger.header.organization_id,
        )
        if refused or not plan.pending:
            return copy
        for path in DECIDING:
            await list_all(session, path)
        return replace(copy, rows=seed_from(answers))


def _wanted(setting: Setting, wish: Wish, ledger: Ledger) -> Situation:
    match wish:
        case PlanRequest():
            return desired_situation(setting, wish, ledger)
        case SavedPlan():
            check_account(wish, setting)
            return saved_situation(setting, wish, ledger)


async def _reviewed(
    session: Client, setting: Setting, wish: Wish, seen: Situation, snapshot: Snapshot, *, asks: bool
) -> tuple[Plan, PlanRefused | None]:
    """The plan that an apply would show, and why it would not carry it out."""
    match wish:
        case PlanRequest():
            seen, said = narrowed(setting, wish, seen)
            plan = await decide(session, setting, wish, seen, (*snapshot.notes, *said))
            return plan, refusal(plan, asks=asks)
        case SavedPlan():
            if refused := refusal(wish.plan, asks=True):
                return wish.plan, refused
            check_organization(wish, seen.world.organization_id)
            return left_of(wish.plan, await still_to_do(session, wish, seen)), None
