"""``apply FILE``: what was reviewed is what runs. The manifests are not read, and nothing is planned anew in silence.

The account is looked at in bulk before the first write. Whatever the plan touches must be as it was reviewed, or as an
earlier apply of this very plan has left it; else nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.api import Client, connect_for_writing
from reconciler.errors import PlanRefused, Stale
from reconciler.executor.authors import authors
from reconciler.executor.facts import fetch_facts
from reconciler.executor.observe import confirm
from reconciler.manifest import refilled
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.digest import sealed_value
from reconciler.model.events import Observing
from reconciler.model.handing_in import seal_of
from reconciler.model.kind import Kinds
from reconciler.model.ledger import Ledger
from reconciler.model.observed import World
from reconciler.model.paper import SECTION, Paper
from reconciler.model.paths import dotted
from reconciler.model.plan import Plan, SeenFacts
from reconciler.model.saved.plan import SavedPlan
from reconciler.planner.draft import draft
from reconciler.planner.overtaking import explained
from reconciler.planner.planning import plain_facts
from reconciler.planner.pricing import Spent, price, too_late
from reconciler.planner.remainder import Remainder, left_of, remainder, to_confirm
from reconciler.planner.situation import Situation
from reconciler.workflow.approval import check_account, check_organization
from reconciler.workflow.carrying_out import AppliedPlan, Conduct, carry_out
from reconciler.workflow.connecting import rate, target
from reconciler.workflow.consent import refusal
from reconciler.workflow.freshness import settled
from reconciler.workflow.looking import look
from reconciler.workflow.plan import check_kinds
from reconciler.workflow.run_history import reviewed_then
from reconciler.workflow.run_record import caught_up
from reconciler.workflow.setting import Setting


async def apply_saved(
    setting: Setting, saved: SavedPlan, conduct: Conduct, *, deadline: float | None = None
) -> AppliedPlan:
    """Carry out a saved plan, or what is left of it, if whoever is asked agrees and it fits into ``deadline`` seconds.

    A saved plan is consent to its adoptions; errors and guards that nobody lifted are not overcome by saving. Raises
    as ``apply`` does, all before the first write.
    """
    check_account(saved, setting)
    plan, around = saved.plan, setting.around
    if refused := refusal(plan, asks=True):
        return AppliedPlan(plan=plan, refused=refused)
    if not plan.pending:
        return AppliedPlan(plan=plan)
    async with setting.ledger.lock(around.command, around.now(), wait=conduct.wait) as ledger:
        wanted = saved_situation(setting, saved, ledger.ledger)
        async with connect_for_writing(target(setting, ledger.lease)) as sessions:
            seen = await settled(sessions.reading, setting, wanted, patience=conduct.patience, emit=conduct.emit)
            check_organization(saved, seen.world.organization_id)
            left = await still_to_do(sessions.reading, saved, seen)
            if not left.todo:
                nothing = _said("already-applied", "nothing of this plan is left to do")
                unfolded = await caught_up(ledger, setting, seen)
                return AppliedPlan(plan=plan, notes=(*ledger.notes, nothing), ledger_error=unfolded)
            todo = _priced(left_of(plan, left), setting, sessions.reading, looks=2 if conduct.asks else 1)
            if late := too_late(todo.requests, deadline):
                refused = refusal(replace(todo, diagnostics=(*todo.diagnostics, late)), asks=True)
                return AppliedPlan(plan=todo, refused=refused)
            if not conduct.approve(todo):
                return AppliedPlan(plan=plan, declined=True)
            if conduct.asks:  # people take their time
                conduct.emit(Observing("checking"))
                seen = await look(sessions.reading, wanted, setting)
                left = await still_to_do(sessions.reading, saved, seen)
            todo, ground = left_of(plan, left), reviewed_then(saved.made)
            applied = await carry_out(todo, setting, ledger, sessions, seen, conduct, ground=ground)
            return replace(applied, notes=(*ledger.notes, *_carried_on(left)))


def _priced(plan: Plan, setting: Setting, session: Client, *, looks: int) -> Plan:
    """With the price as it is now: at this account's rate, and of what is left. All that was read so far is a look."""
    spent = Spent(looked=session.requests.endpoints)
    requests = price(
        plan.changes, setting.kinds, spent=spent, rate=rate(setting), looks=looks, unassigned=plan.unassigned
    )
    return replace(plan, requests=requests)


def saved_situation(setting: Setting, saved: SavedPlan, ledger: Ledger) -> Situation:
    """What the plan was made from, secrets found again; the account is not looked at yet.

    Raises Stale, InvalidInput for undefined secrets, and PlanRefused and LedgerError for kinds of a newer version.
    """
    owner = saved.owner
    _check_kinds(saved, setting.kinds)
    check_kinds(ledger, setting.kinds)
    if owner.lineage is not None and owner.lineage != ledger.header.lineage:
        raise Stale(
            "the ledger is not the one that this plan was made with; nothing was written",
            hint="was it lost or replaced? plan again",
        )
    resources = refilled(
        saved.resources,
        kinds=setting.kinds,
        project_root=setting.project.root,
        environment=setting.around.environment,
        files_from=setting.project.files_from,
    )
    salt = _salt(saved, ledger)
    changed_papers = _changed_papers(saved, {one.address: one.papers for one in resources}, salt)
    if changed_papers:
        raise Stale(
            f"{len(changed_papers)} document(s) are not those that were reviewed; nothing was written",
            hint="plan again and review what changed",
            diagnostics=changed_papers,
        )
    changed = _changed_secrets(saved, {one.address: one.values for one in resources}, salt)
    if changed:
        raise Stale(
            f"{len(changed)} secret(s) are not those that were reviewed; nothing was written",
            hint="set them as they were when the plan was saved, or plan again",
            diagnostics=changed,
        )
    return Situation(
        kinds=setting.kinds,
        resources=resources,
        ledger=ledger,
        world=World(),
        account=saved.plan.account,
        project=saved.plan.project,
        scope=saved.scope,
        allow_adopt=saved.allow_adopt,
        manifests=saved.made.manifests,
    )


def _check_kinds(saved: SavedPlan, kinds: Kinds) -> None:
    named = {one.address.kind for one in (*saved.resources, *saved.plan.changes)}
    if unknown := sorted(named.difference(kinds)):
        raise PlanRefused(
            f"this plan has objects of kind {', '.join(unknown)}, which this version does not know",
            hint="upgrade this program, or plan again with this one",
            code="plan-too-new",
        )


def _salt(saved: SavedPlan, ledger: Ledger) -> str:
    return ledger.header.salt if saved.owner.salt is None else saved.owner.salt


def _changed_secrets(saved: SavedPlan, found: Mapping[Address, Mapping[Any, Any]], salt: str) -> list[Diagnostic]:
    return [
        replace(
            _said("stale", f"{resource.address}: the secret value of {dotted(path)} is not the one that was reviewed"),
            severity=Severity.ERROR,
            address=resource.address,
            source=resource.place_of(path),
        )
        for resource in saved.resources
        for path in sorted(resource.secrets)
        if path in resource.values
        and sealed_value(found.get(resource.address, {}).get(path), salt) != resource.values[path]
    ]


def _changed_papers(saved: SavedPlan, found: Mapping[Address, Mapping[str, Paper]], salt: str) -> list[Diagnostic]:
    return [
        replace(
            _said("stale", f"{resource.address}: the file of {name} is not the one that was reviewed"),
            severity=Severity.ERROR,
            address=resource.address,
            source=resource.place((*SECTION, name)),
        )
        for resource in saved.resources
        for name, paper in resource.papers.items()
        if (now := found.get(resource.address, {}).get(name)) is None or seal_of(now, salt) != seal_of(paper, salt)
    ]


async def still_to_do(session: Client, saved: SavedPlan, seen: Situation) -> Remainder:
    """What is left to do. Raises Stale for anything that has moved since the review."""
    world = await confirm(session, seen.kinds, to_confirm(saved, seen), seen.world)
    seen = replace(seen, world=world)
    now = draft(seen)
    changes = {change.address: change for change in now.changes}
    left = remainder(saved, changes, seen, _salt(saved, seen.ledger))
    moved = explained(left.overtaken, saved, seen, now.diagnostics, await _authors(session, saved, left))
    moved += await _moved_facts(session, saved, seen, left)
    if moved:
        raise Stale(
            f"{len(moved)} of {len(saved.plan.pending)} change(s) no longer fit the account; nothing was written",
            hint="plan again and review what changed",
            diagnostics=moved,
        )
    return left


async def _authors(session: Client, saved: SavedPlan, left: Remainder) -> Mapping[str, str]:
    return await authors(session, saved.made.created) if left.overtaken else {}


async def _moved_facts(session: Client, saved: SavedPlan, seen: Situation, left: Remainder) -> list[Diagnostic]:
    """What guards looked at is looked at again."""
    known = saved.plan.facts
    guarded = [change for change in left.todo if change.address in known]
    facts = await fetch_facts(session, seen.kinds, guarded)
    begun = saved.plan.fingerprint in seen.ledger.begun
    return [
        replace(
            _said("stale", f"{change.address}: what hangs on its object has changed since the review"),
            severity=Severity.ERROR,
            address=change.address,
            source=change.source,
        )
        for change in guarded
        if not _hang_as_reviewed(plain_facts(facts.get(change.address, {})), known[change.address], begun=begun)
    ]


def _hang_as_reviewed(now: SeenFacts, reviewed: SeenFacts, *, begun: bool) -> bool:
    """The same things; once the plan was begun some may be gone, which it has removed itself."""
    return now == reviewed or (
        begun and all(set(now.get(name, ())) <= set(attached) for name, attached in reviewed.items())
    )


def _carried_on(left: Remainder) -> tuple[Diagnostic, ...]:
    if not left.done:
        return ()
    return (_said("carried-on", f"{len(left.done)} change(s) of this plan were done already"),)


def _said(code: str, summary: str) -> Diagnostic:
    return Diagnostic(code=code, severity=Severity.INFO, summary=summary)
