"""``status``: the account, its lock, its last run, what is unfinished, and what waits for a human."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reconciler.api import connect
from reconciler.errors import LedgerError, ReconcilerError, UsageError
from reconciler.executor.together import together
from reconciler.model.account import account_option
from reconciler.model.diagnostic import Diagnostic, Severity, by_place
from reconciler.model.handing_in import paper_findings
from reconciler.model.history import past_runs
from reconciler.model.ledger import Ledger
from reconciler.model.session import ReadSession
from reconciler.model.standing import Underway
from reconciler.model.status import Status
from reconciler.planner.situation import Situation
from reconciler.planner.underway import sources_of, underway
from reconciler.planner.unmanaged import known_alone, unreadable
from reconciler.render.failure import findings_of
from reconciler.transport.base_url import check_base_url
from reconciler.workflow.connecting import BASE_URL_VARIABLE, endpoint, target
from reconciler.workflow.looking import look
from reconciler.workflow.plan import desired_situation
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.setting import Reading, Setting
from reconciler.workflow.waiting import Until, verdict, wait


@dataclass(frozen=True, slots=True)
class Looked:
    """A status, and what was seen of the account, or why it could not be looked at."""

    status: Status
    seen: Situation | ReconcilerError


async def status(setting: Setting, reading: Reading) -> Looked:
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
        notices=(*snapshot.notes, *_rotations(ledger, setting.account.name)),
    )
    try:
        return await _looked(setting, reading, ledger, local)
    except UsageError as error:
        return Looked(replace(local, notices=(*local.notices, _not_looked_at(error))), error)
    except ReconcilerError as error:
        return Looked(replace(local, notices=(*local.notices, *findings_of(error))), error)


async def status_after(setting: Setting, reading: Reading, until: Until) -> Status:
    """The status once nothing waits for anybody but us, or the time is up; the notices say what is not done.

    Raises whatever kept us from looking at the account: nobody waits for what he cannot see.
    """
    looked = await status(setting, reading)
    if isinstance(looked.seen, ReconcilerError):
        raise looked.seen
    waited = await wait(setting, looked.seen, looked.status.underway, until)
    things = waited.things
    if things != looked.status.underway:
        async with connect(target(setting)) as session:
            things = await with_history(session, waited.seen, things)
    said = verdict(waited, setting.account.name)
    return replace(looked.status, underway=things, notices=(*looked.status.notices, *([said] if said else [])))


def _rotations(ledger: Ledger, account: str) -> list[Diagnostic]:
    """Secrets that a run was about to rotate when it was cut short, or could not write down."""
    return [
        Diagnostic(
            code="rotation-unfinished",
            severity=Severity.WARNING,
            summary="a run began to rotate its secret, and the new one, if there is one, is in no file yet",
            hint=f"reconciler rotate-secret {address} --out FILE{account_option(account)} finds out and writes it, "
            "without rotating twice",
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


async def _looked(setting: Setting, reading: Reading, ledger: Ledger, local: Status) -> Looked:
    situation = desired_situation(setting, PlanRequest(reading=reading), ledger)
    async with connect(target(setting)) as session:
        seen = await look(session, situation, setting, also=sources_of(situation))
        things = await with_history(session, seen, underway(seen))
    found: list[Diagnostic] = []
    for resource in seen.resources:
        entry = seen.ledger.entries.get(resource.address)
        observed = seen.world.find(resource.address.kind, entry.remote.id) if entry else None
        if observed is not None:
            kind = setting.kinds[resource.address.kind]
            found.extend(kind.notices(resource, observed))
            found.extend(
                paper_findings(kind, resource, observed, entry, salt=ledger.header.salt, account=local.account)
            )
    found.extend(known_alone(one) for one in unreadable(seen) if one.addresses)
    return Looked(replace(local, underway=things, notices=(*local.notices, *by_place(found))), seen)


async def with_history(session: ReadSession, seen: Situation, things: Sequence[Underway]) -> tuple[Underway, ...]:
    """The things with how each came to its status, where the API remembers that. Raises ApiError."""

    async def one(thing: Underway) -> Underway:
        course, entry = seen.kinds[thing.address.kind].course, seen.ledger.entries.get(thing.address)
        if course is None or entry is None or seen.world.find(thing.address.kind, entry.remote.id) is None:
            return thing
        return replace(thing, history=tuple(await course(session, entry.remote)))

    return tuple(await together(one(thing) for thing in things))


def _not_looked_at(error: UsageError) -> Diagnostic:
    return Diagnostic(
        code="not-looked-at",
        severity=Severity.INFO,
        summary=f"the account itself was not looked at: {error.summary}",
        hint=error.hint,
    )
