"""One look at the account: the lists in use, then what hangs on parents, then proof of what seems to be gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from reconciler.errors import PlanRefused
from reconciler.executor.observe import confirm, observe
from reconciler.executor.pause import SETTLE_SECONDS
from reconciler.model.ledger import Header, Ledger
from reconciler.model.observed import Listing, World
from reconciler.model.session import ReadSession
from reconciler.planner.drifting import moved
from reconciler.planner.lookups import children, collections, unseen
from reconciler.planner.situation import Situation
from reconciler.workflow.connecting import endpoint
from reconciler.workflow.setting import Setting


async def look(
    session: ReadSession,
    situation: Situation,
    setting: Setting,
    *,
    also: Iterable[Listing] = (),
    below: Callable[[Situation], Iterable[Listing]] = lambda _: (),
    world: World | None = None,
) -> Situation:
    """The situation with a fresh world, on top of ``world``. Raises ApiError, and PlanRefused for a wrong account.

    ``also`` are lists that this situation does not need, ``below`` answers those that are known once these are read.

    Lists may lag behind writes: shortly after a run, what a list shows differently from what that run was answered
    is read again by its id.
    """
    kinds = situation.kinds
    world = await observe(session, kinds, [*collections(situation), *also], world)
    situation = replace(situation, world=world)
    seeking = [*children(situation), *below(situation)]
    world = await observe(session, kinds, seeking, world, watch=setting.watch)
    same_account(situation.ledger.header, endpoint(setting), world.organization_id)
    seen = replace(situation, world=world)
    doubtful = moved(seen) if _just_written(situation.ledger, setting.around.now()) else []
    world = await confirm(session, kinds, [*unseen(seen), *doubtful], world)
    return replace(situation, world=world)


def _just_written(ledger: Ledger, now: datetime) -> bool:
    try:
        finished = datetime.fromisoformat((ledger.last_run or {})["finished"])
        return abs((now - finished).total_seconds()) <= SETTLE_SECONDS
    except (KeyError, TypeError, ValueError):  # never, or by another hand
        return False


def same_account(header: Header, endpoint: str, organization_id: str | None) -> None:
    """Objects that are missing from a stranger's account must never be taken for deleted (design §4)."""
    if header.endpoint and header.endpoint != endpoint:
        raise PlanRefused(
            f"this ledger belongs to {header.endpoint}, and the requests go to {endpoint}",
            hint="correct the base URL, or use another account name, which has a ledger of its own",
            code="wrong-account",
        )
    if header.organization_id and organization_id and header.organization_id != organization_id:
        raise PlanRefused(
            f"this ledger belongs to organization {header.organization_id}, and the key to {organization_id}",
            hint="correct the key, or use another account name, which has a ledger of its own",
            code="wrong-account",
        )
