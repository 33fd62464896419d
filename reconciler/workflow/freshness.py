"""The two looks around the review: one that waits for what a killed run may have left, one just before writing."""

from __future__ import annotations

from reconciler.errors import Stale
from reconciler.executor.awaited import await_intents
from reconciler.executor.pause import Patience
from reconciler.model.events import Emit, Observing
from reconciler.model.plan import Plan
from reconciler.model.session import ReadSession
from reconciler.planner.draft import draft
from reconciler.planner.situation import Situation
from reconciler.planner.staleness import moved_since
from reconciler.workflow.looking import look
from reconciler.workflow.setting import Setting


async def settled(
    session: ReadSession, setting: Setting, situation: Situation, *, patience: Patience, emit: Emit
) -> Situation:
    """Look at the account; where the ledger has pending intents, until they can be told (design §5)."""
    emit(Observing("planning"))
    seen = await look(session, situation, setting)
    if not seen.ledger.intents:
        return seen
    world = await await_intents(session, setting.kinds, seen.ledger, seen.world, patience=patience, emit=emit)
    if world is seen.world:
        return seen
    return await look(session, situation, setting, world=world)


async def still_as_reviewed(
    session: ReadSession, setting: Setting, plan: Plan, reviewed: Situation, *, emit: Emit
) -> Situation:
    """Look again in bulk. Raises Stale when anything that the plan touches has moved; nothing was written then."""
    emit(Observing("checking"))
    fresh = await look(session, reviewed, setting)
    now = {change.address: change for change in draft(fresh).changes}
    moved = moved_since(plan, now, fresh)
    if moved:
        raise Stale(
            f"{len(moved)} object(s) moved since the plan was made; nothing was written",
            hint="plan again and review what changed",
            diagnostics=moved,
        )
    return fresh
