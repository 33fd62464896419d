"""What the ledger remembers of a run, beside its results."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.errors import ApiError, LedgerError
from reconciler.executor.observe import confirm
from reconciler.ledger.store import HeldLedger
from reconciler.model.events import Report
from reconciler.model.ledger import Identified, Refiled
from reconciler.model.observed import World
from reconciler.model.plan import Change, Plan
from reconciler.model.recording import refiled
from reconciler.model.session import ReadSession
from reconciler.planner.situation import Situation
from reconciler.workflow.connecting import endpoint
from reconciler.workflow.setting import Setting


def identity(setting: Setting, seen: Situation) -> Identified:
    """Whose account this is; an organization once seen is not unlearnt."""
    known = seen.ledger.header.organization_id
    return Identified(endpoint=endpoint(setting), organization_id=seen.world.organization_id or known)


async def folded(
    ledger: HeldLedger, record: Mapping[str, Any], session: ReadSession, setting: Setting, seen: Situation, plan: Plan
) -> LedgerError | None:
    """Fold the journal into the ledger. A failure loses nothing, as the journal stays, and is an answer, not an end."""
    try:
        await kept_up(ledger, seen, plan.pending)
        if ledger.ledger.header.organization_id is None:
            await _learn_organization(ledger, session, setting)
        await ledger.compact(record)
    except LedgerError as error:
        return error
    return None


async def caught_up(ledger: HeldLedger, setting: Setting, seen: Situation) -> LedgerError | None:
    """Fold what a run that was cut short left behind: where nothing is left to do, no later run will.

    A failure loses nothing here either.
    """
    try:
        await kept_up(ledger, seen, ())
        if (await setting.ledger.snapshot()).unfinished:
            await ledger.compact()
    except LedgerError as error:
        return error
    return None


async def kept_up(ledger: HeldLedger, seen: Situation, pending: Iterable[Change]) -> None:
    """Remember in which files the manifests stand by now, apart from those that the run itself was to record.

    With ``--only`` nothing else is touched. Raises LedgerError.
    """
    if seen.scope.only is not None:
        return
    own = {change.address for change in pending}
    others = (resource for resource in seen.resources if resource.address not in own)
    files = refiled(ledger.ledger.entries, others, seen.project)
    if files:
        await ledger.append(Refiled(files))


async def _learn_organization(ledger: HeldLedger, session: ReadSession, setting: Setting) -> None:
    """The first apply to an empty account saw no object that names its owner; what it made does."""
    readable = (e for e in ledger.ledger.entries.values() if not setting.kinds[e.address.kind].write_only)
    one_of_each = {entry.address.kind: entry.remote for entry in readable}
    for remote in one_of_each.items():
        with contextlib.suppress(ApiError):  # the results are what matters; the next run learns it
            world = await confirm(session, setting.kinds, [remote], World())
            if world.organization_id is not None:
                await ledger.append(Identified(endpoint=endpoint(setting), organization_id=world.organization_id))
                return


def run_record(setting: Setting, plan: Plan, report: Report) -> Mapping[str, Any]:
    """When, what and how it ended: what ``status`` shows as the last run."""
    outcomes = Counter(type(outcome).__name__.lower() for outcome in report.outcomes)
    return {
        "command": setting.around.command,
        "finished": setting.around.now().isoformat(timespec="seconds"),
        "fingerprint": plan.fingerprint,
        "outcomes": dict(sorted(outcomes.items())),
        "interrupted": report.interrupted,
    }
