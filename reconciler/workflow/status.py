"""``status``: the account, its lock, its last run, what is unfinished, and what waits for a human."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.api import connect
from reconciler.errors import LedgerError, ReconcilerError, UsageError
from reconciler.executor.together import together
from reconciler.model.diagnostic import Diagnostic, Severity, by_place
from reconciler.model.history import past_runs
from reconciler.model.ledger import Ledger
from reconciler.model.session import ReadSession
from reconciler.model.status import Status
from reconciler.planner.situation import Situation
from reconciler.planner.unmanaged import known_alone, unreadable
from reconciler.render.failure import findings_of
from reconciler.transport.base_url import check_base_url
from reconciler.workflow.connecting import BASE_URL_VARIABLE, endpoint, target
from reconciler.workflow.looking import look
from reconciler.workflow.plan import desired_situation
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.setting import Reading, Setting


async def status(setting: Setting, reading: Reading) -> Status:
    """What the ledger says, and, where a key is at hand, what the kinds say of their live objects.

    Why the account could not be looked at is among the notices: what the ledger says is then worth most.
    """
    snapshot = await setting.ledger.snapshot()
    ledger = snapshot.ledger
    local = Status(
        account=setting.account.name,
        ledger=setting.ledger.where,
        endpoint=ledger.header.endpoint or _usable(setting),
        organization_id=ledger.header.organization_id,
        holder=await setting.ledger.holder(),
        lock_known=setting.ledger.tells_holder,
        last_run=await _last_run(setting, ledger),
        intents=tuple(ledger.intents[address] for address in sorted(ledger.intents)),
        recorded=dict(sorted(Counter(address.kind for address in ledger.entries).items())),
        entries={address: ledger.entries[address].remote.id for address in sorted(ledger.entries)},
        notices=snapshot.notes,
    )
    try:
        notices = await _notices(setting, reading, ledger)
    except UsageError as error:
        notices = [_not_looked_at(error)]
    except ReconcilerError as error:
        notices = findings_of(error)
    return replace(local, notices=(*snapshot.notes, *_rotations(ledger), *notices))


def _rotations(ledger: Ledger) -> list[Diagnostic]:
    """Secrets that a run was about to rotate when it was cut short, or could not write down."""
    return [
        Diagnostic(
            code="rotation-unfinished",
            severity=Severity.WARNING,
            summary="a run began to rotate its secret, and the new one, if there is one, is in no file yet",
            hint=f"reconciler rotate-secret {address} --out FILE finds out and writes it, without rotating twice",
            address=address,
        )
        for address in sorted(ledger.rotations)
    ]


def _usable(setting: Setting) -> str:
    """Where requests go; nothing for an address that is refused, which may hold a password."""
    where = endpoint(setting)
    try:
        return where if setting.is_sandbox else check_base_url(where, variable=BASE_URL_VARIABLE).url
    except UsageError:
        return ""


async def _last_run(setting: Setting, ledger: Ledger) -> Mapping[str, Any] | None:
    """What the ledger remembers; of a run that was killed it knows nothing, and the history knows that it began."""
    with contextlib.suppress(LedgerError):  # which history tells about
        newest = next(iter(past_runs((await setting.ledger.history()).lines)), None)
        if newest is not None and (newest.end is None or ledger.last_run is None):
            return {
                "command": newest.begun.command,
                "started": newest.begun.started,
                "finished": newest.end.finished if newest.end else None,
                "fingerprint": newest.begun.fingerprint,
                "outcomes": dict(sorted(Counter(change.end.ending.value for change in newest.changes).items())),
                "interrupted": newest.end is not None and newest.end.interrupted,
            }
    return ledger.last_run


async def _notices(setting: Setting, reading: Reading, ledger: Ledger) -> list[Diagnostic]:
    situation = desired_situation(setting, PlanRequest(reading=reading), ledger)
    async with connect(target(setting)) as session:
        seen = await look(session, situation, setting)
        found = await _courses(session, seen)
    for resource in seen.resources:
        entry = seen.ledger.entries.get(resource.address)
        observed = seen.world.find(resource.address.kind, entry.remote.id) if entry else None
        if observed is not None:
            found.extend(setting.kinds[resource.address.kind].notices(resource, observed))
    return by_place([*found, *(known_alone(one) for one in unreadable(seen) if one.addresses)])


async def _courses(session: ReadSession, seen: Situation) -> list[Diagnostic]:
    """How each object of ours came to its status, where the API remembers that. Raises ApiError."""
    asked = [
        (address, course, entry.remote)
        for address, entry in sorted(seen.ledger.entries.items())
        if (course := seen.kinds[address.kind].course) and seen.world.find(address.kind, entry.remote.id)
    ]
    told = await together(course(session, remote) for _, course, remote in asked)
    sources = {resource.address: resource.source for resource in seen.resources}
    return [
        Diagnostic(
            code="status-history",
            severity=Severity.INFO,
            summary=f"it is {stages[-1].status} since {stages[-1].since}",
            detail="\n".join(f"{one.since}  {one.status}{f': {one.reason}' if one.reason else ''}" for one in stages),
            address=address,
            source=sources.get(address),
        )
        for (address, _, _), stages in zip(asked, told, strict=True)
        if stages
    ]


def _not_looked_at(error: UsageError) -> Diagnostic:
    return Diagnostic(
        code="not-looked-at",
        severity=Severity.INFO,
        summary=f"the account itself was not looked at: {error.summary}",
        hint=error.hint,
    )
