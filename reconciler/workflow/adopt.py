"""``adopt``: record live objects as ours, and change nothing in the account. Holds a session that cannot write.

What an object means is decided as a plan decides it; whom the user names goes the way of ``metadata.remote_id``. All
or nothing: one finding about any object that was to be adopted, and none is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.api import connect
from reconciler.errors import InvalidInput, LedgerError
from reconciler.model.account import account_option
from reconciler.model.address import Address
from reconciler.model.adoption import Adopted, Adoption
from reconciler.model.articles import with_article
from reconciler.model.diagnostic import Diagnostic, Severity, by_place
from reconciler.model.ledger import Entry
from reconciler.model.paths import dotted
from reconciler.model.plan import Adopt, Change
from reconciler.model.resource import Resource
from reconciler.planner.draft import Draft, draft
from reconciler.planner.situation import Situation
from reconciler.workflow.connecting import target
from reconciler.workflow.looking import look
from reconciler.workflow.plan import desired_situation, with_counts
from reconciler.workflow.provenance import checkout
from reconciler.workflow.recording_ownership import record_ownership
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.setting import Reading, Setting, places
from reconciler.workflow.unfinished import check_finished

_NOTHING_THERE = frozenset({"cannot-create"})
"""Findings that only say that there is no object to adopt."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was adopted. ``ledger_error``: it is recorded and durable, and the ledger could not be tidied."""

    adoption: Adoption
    ledger_error: LedgerError | None = None


async def adopt(setting: Setting, reading: Reading, chosen: Mapping[Address, str], *, wait: float = 0.0) -> Outcome:
    """Record what ``chosen`` names by its remote id; nothing chosen: all that is declared, not recorded, and found.

    Raises InvalidInput with every reason why not, UsageError, PlanRefused for another's account, Locked, ApiError, and
    LedgerError, also where a run was cut short: only an apply can tell what that made. All before anything is recorded.
    """
    here = checkout(setting.project.root, places(setting, reading))
    async with setting.ledger.lock(setting.around.command, setting.around.now(), wait=wait) as held:
        check_finished(held.ledger, setting.account.name)
        wanted = desired_situation(setting, PlanRequest(reading=reading), held.ledger)
        refused = _refused(wanted, chosen)
        named = {address: chosen[address] for address in chosen.keys() - {finding.address for finding in refused}}
        wanted = replace(wanted, resources=tuple(_pinned(wanted.resources, named)))
        async with connect(target(setting)) as session:
            seen = await look(session, wanted, setting)
            drafted = draft(seen)
            findings = await with_counts(session, drafted, setting.kinds)
        absent = _not_there(seen, named)
        refused += absent
        targets = (
            named.keys() - {finding.address for finding in absent}
            if chosen
            else {one.address for one in seen.resources} - seen.ledger.entries.keys()
        )
        reasons = [*refused, *_standing_against(drafted, findings, targets, chosen=bool(chosen))]
        if reasons:
            raise InvalidInput(by_place(reasons))
        changes = [one for one in drafted.changes if isinstance(one, Adopt) and one.address in targets]
        failed = await record_ownership(setting, held, changes, seen, here=here) if changes else None
    return Outcome(_told(setting, changes, targets, seen, findings), failed)


def _refused(situation: Situation, chosen: Mapping[Address, str]) -> list[Diagnostic]:
    """What can be said without a look at the account."""
    declared = {resource.address: resource for resource in situation.resources}
    found = []
    for address, remote_id in chosen.items():
        resource, entry = declared.get(address), situation.ledger.entries.get(address)
        if resource is None:
            hint = "write its manifest first, or let reconciler export write it"
            found.append(_error("not-declared", address, f"{address} is not declared", hint))
        elif resource.remote_id not in (None, remote_id):
            summary = f"metadata.remote_id says {resource.remote_id}, and the command {remote_id}"
            found.append(_error("pin-conflict", address, summary, "correct one of them", resource))
        elif entry is not None and entry.remote.id != remote_id:
            found.append(_recorded_as(entry, resource, situation.account))
    return found


def _not_there(seen: Situation, named: Mapping[Address, str]) -> list[Diagnostic]:
    """Ids that the account does not have, or not where the manifest says that they are."""
    found = []
    for resource in seen.resources:
        address = resource.address
        kind, remote_id = seen.kinds[address.kind], named.get(address)
        if remote_id is None or seen.world.find(kind.name, remote_id) is not None:
            continue
        where = "in this account"
        if kind.parent is not None and kind.parent.reference is not None:
            where = f"below the {kind.parent.reference.kind} that its manifest names"
        summary = f'there is no {kind.name} "{remote_id}" {where}'
        hint = "check the id, the account that the key belongs to, and the manifest"
        if kind.write_only:
            summary = f"the API does not show {with_article(kind.name)}, so none can be adopted"
            hint = f"reconciler apply{account_option(seen.account)} sends it, which is safe to repeat"
        found.append(_error("no-such-remote", address, summary, hint, resource))
    return found


def _recorded_as(entry: Entry, resource: Resource, account: str) -> Diagnostic:
    return _error(
        "pin-conflict",
        entry.address,
        f"{entry.address} is recorded as {entry.remote.id} already",
        "to take another object in its place, first let go of that one: "
        f"reconciler ledger forget {entry.address}{account_option(account)}",
        resource,
    )


def _pinned(resources: Iterable[Resource], named: Mapping[Address, str]) -> Iterable[Resource]:
    for resource in resources:
        yield replace(resource, remote_id=named.get(resource.address, resource.remote_id))


def _standing_against(
    drafted: Draft, findings: Iterable[Diagnostic], targets: Iterable[Address], *, chosen: bool
) -> Iterable[Diagnostic]:
    """Why an object that was to be adopted cannot be."""
    wanted = set(targets)
    for finding in findings:
        concerns = finding.severity is Severity.ERROR and finding.address in wanted
        if concerns and (chosen or finding.code not in _NOTHING_THERE):
            yield finding
    for change in drafted.changes if chosen else ():
        if change.address in wanted and change.moved_from is not None:
            yield _held_elsewhere(change, change.moved_from)


def _held_elsewhere(change: Change, holder: Address) -> Diagnostic:
    return Diagnostic(
        code="claimed-twice",
        severity=Severity.ERROR,
        summary=f"{change.remote.id if change.remote else 'it'} is already recorded as {holder}",
        hint=f"reconciler apply moves it to {change.address}, and writes nothing else for that",
        address=change.address,
        source=change.source,
    )


def _told(
    setting: Setting, changes: Sequence[Adopt], targets: set[Address], seen: Situation, findings: Iterable[Diagnostic]
) -> Adoption:
    adopted = {one.address: one for one in changes}
    already = targets & seen.ledger.entries.keys()
    unread = {address for address in targets - already if seen.kinds[address.kind].write_only}
    return Adoption(
        account=setting.account.name,
        adopted=tuple(
            Adopted(address, one.remote.id, tuple(dotted(diff.path) for diff in one.diffs))
            for address, one in sorted(adopted.items())
        ),
        already=tuple(sorted(already)),
        absent=tuple(sorted(targets - adopted.keys() - already - unread)),
        notes=tuple(
            one for one in findings if one.address in {*adopted, *unread} and one.severity is not Severity.ERROR
        ),
    )


def _error(code: str, address: Address, summary: str, hint: str, resource: Resource | None = None) -> Diagnostic:
    return Diagnostic(
        code=code,
        severity=Severity.ERROR,
        summary=summary,
        hint=hint,
        address=address,
        source=resource.place(("metadata", "remote_id")) if resource else None,
    )
