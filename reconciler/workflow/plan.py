"""``plan``: read the manifests, look at the account, say what would change. Holds a session that cannot write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.api import Client, connect
from reconciler.errors import LedgerError, UsageError
from reconciler.executor.facts import count_attached, fetch_facts
from reconciler.executor.impact import Learning, learn_impact
from reconciler.executor.questions import ask_questions
from reconciler.manifest import Loaded
from reconciler.manifest.wording import suggestion
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.kind import Facts, Kinds
from reconciler.model.ledger import Ledger
from reconciler.model.observed import World
from reconciler.model.plan import Plan
from reconciler.model.scope import Scope
from reconciler.planner.ambiguity import told_apart
from reconciler.planner.draft import Draft, draft
from reconciler.planner.lookups import collections
from reconciler.planner.planning import finish
from reconciler.planner.pricing import Spent, too_late
from reconciler.planner.situation import Situation
from reconciler.workflow.connecting import rate, target
from reconciler.workflow.drifted import narrowed
from reconciler.workflow.lifts import check_lifts
from reconciler.workflow.looking import look
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.selecting import selected_addresses
from reconciler.workflow.setting import Setting, read_manifests


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan and what it was made of. ``ledger_exists`` is False for an account that was never applied."""

    plan: Plan
    seen: Situation
    ledger_exists: bool


async def plan(setting: Setting, request: PlanRequest) -> Planned:
    """Plan without touching anything. Raises InvalidInput, ApiError, LedgerError, PlanRefused."""
    snapshot = await setting.ledger.snapshot()
    situation = desired_situation(setting, request, snapshot.ledger)
    async with connect(target(setting)) as session:
        seen, said = narrowed(setting, request, await look(session, situation, setting))
        made = await decide(session, setting, request, seen, (*snapshot.notes, *said))
    return Planned(made, seen, snapshot.exists)


def desired_situation(setting: Setting, request: PlanRequest, ledger: Ledger) -> Situation:
    """Manifests and ledger, not yet looked at the account. Raises InvalidInput, UsageError and LedgerError."""
    check_kinds(ledger, setting.kinds)
    loaded = (
        Loaded((), (), ())
        if request.desires_nothing
        else read_manifests(setting, request.reading, known=ledger.entries)
    )
    _check(setting, request, loaded, ledger.entries)
    selected = selected_addresses(setting.kinds, request.selector, loaded.resources, ledger.entries)
    return Situation(
        kinds=setting.kinds,
        resources=loaded.resources,
        ledger=ledger,
        world=World(),
        account=setting.account.name,
        project=setting.project.name,
        scope=Scope(
            whole=request.reading.whole,
            prune=request.reading.whole or request.prune,
            loaded_files=frozenset(loaded.files),
            only=frozenset(request.only) or selected,
        ),
        allow_adopt=request.allow_adopt,
        manifests=loaded.digest,
    )


async def decide(
    session: Client,
    setting: Setting,
    request: PlanRequest,
    situation: Situation,
    notes: Sequence[Diagnostic] = (),
) -> Plan:
    """Match, compare, fetch the facts that guards need, and run the guards. ``notes`` join the findings."""
    looked = Counter(session.requests.endpoints)
    drafted = draft(situation)
    facts = await fetch_facts(session, setting.kinds, drafted.changes)
    guarded = session.requests.endpoints - looked
    findings = await with_counts(session, drafted, setting.kinds)
    asked = await ask_questions(session, setting.kinds, drafted.changes)
    learning = await _learnt(session, request, situation, drafted, facts)
    policy = replace(request.policy, allowed=request.policy.allowed | set(setting.account.allowed_guards))
    made = finish(
        replace(drafted, diagnostics=(*notes, *findings, *asked.unanswered)),
        facts,
        situation,
        policy,
        reads=session.requests.reads,
        rate=rate(setting),
        spent=Spent(looked=looked, guarded=guarded, asked=session.requests.endpoints - looked),
        learnt=learning.of,
        failures=learning.failures,
        verdicts=asked.verdicts,
    )
    late = too_late(made.requests, request.deadline)
    return made if late is None else replace(made, diagnostics=(*made.diagnostics, late))


async def _learnt(
    session: Client, request: PlanRequest, situation: Situation, drafted: Draft, facts: Mapping[Address, Facts]
) -> Learning:
    """What the risky changes touch. Never fails: what the API does not tell is unknown."""
    if not request.impact:
        return Learning()
    listed = {listing.kind for listing in collections(situation)}
    return await learn_impact(session, situation.kinds, drafted.changes, facts, situation.world, listed)


async def with_counts(session: Client, drafted: Draft, kinds: Kinds) -> tuple[Diagnostic, ...]:
    """The findings of a draft; where several objects could be meant, with what hangs on each. Raises ApiError."""
    if not drafted.candidates:
        return drafted.diagnostics
    told = {finding.address for finding in drafted.diagnostics}
    listed = {
        (address.kind, row.remote)
        for address, among in drafted.candidates.items()
        if address in told
        for row in among.rows
    }
    counts = await count_attached(session, kinds, sorted(listed, key=lambda each: (each[0], each[1].id)))
    return told_apart(drafted.diagnostics, drafted.candidates, kinds, counts)


def check_kinds(ledger: Ledger, kinds: Collection[str]) -> None:
    """What a newer version manages must not be taken for something that this one may leave out. Raises LedgerError."""
    unknown = sorted({address.kind for address in (*ledger.entries, *ledger.intents)}.difference(kinds))
    if unknown:
        raise LedgerError(
            f"this ledger knows objects of kind {', '.join(unknown)}, which this version does not",
            hint="upgrade this program; if no version has such a kind, the ledger is damaged: restore it from a backup",
        )


def _check(setting: Setting, request: PlanRequest, loaded: Loaded, recorded: Collection[Address]) -> None:
    """Words that name nothing are typing errors."""
    if request.only and request.selector:
        word = "--kind" if request.selector.kinds else "--label"
        raise UsageError(f"--only and {word} exclude each other", hint="name addresses, or what they have in common")
    addresses = {resource.address for resource in loaded.resources} | set(recorded)
    complete = request.reading.whole and not request.desires_nothing
    check_lifts(setting.kinds, request.policy.allowed, setting.account, addresses, complete=complete)
    missing = sorted(str(address) for address in request.only if address not in addresses)
    if missing:
        hint = suggestion(missing[0], map(str, addresses), "addresses")
        raise UsageError(f"--only {missing[0]}: neither declared nor recorded", hint=hint or "write Kind/name")
