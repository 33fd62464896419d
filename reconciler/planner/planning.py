"""The last step of planning: a guarded draft becomes a Plan with its fingerprint and its price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from reconciler.errors import ApiError
from reconciler.model.address import Address
from reconciler.model.consequence import Consequence
from reconciler.model.diagnostic import by_place
from reconciler.model.fingerprint import fingerprint
from reconciler.model.kind import Facts, Kinds
from reconciler.model.plan import Change, Plan, SeenFacts
from reconciler.model.policy import Policy
from reconciler.model.probe import Measure, Unlearnt
from reconciler.model.question import Verdicts
from reconciler.planner.draft import Draft
from reconciler.planner.guards import run_guards
from reconciler.planner.pricing import Spent, price
from reconciler.planner.situation import Situation
from reconciler.planner.touching import touching


def finish(
    drafted: Draft,
    facts: Mapping[Address, Facts],
    situation: Situation,
    policy: Policy,
    *,
    reads: int,
    rate: float,
    spent: Spent | None = None,
    learnt: Mapping[Address, Sequence[Measure | Unlearnt]] = MappingProxyType({}),
    failures: Mapping[str, Sequence[ApiError | None]] = MappingProxyType({}),
    verdicts: Mapping[str, Verdicts] = MappingProxyType({}),
) -> Plan:
    """Run the guards over a draft. ``reads`` is what planning cost, ``spent`` for what; ``rate`` is per endpoint.

    What was ``learnt`` of the changes, and why not (``failures``), is shown, and no part of what is decided or
    approved. ``verdicts`` answer the kinds' questions, by kind.
    """
    verdict = run_guards(drafted.changes, facts, situation, policy, verdicts)
    touched = touching(learnt, failures, verdict.changes, situation, verdict.unassigned)
    plan = Plan(
        account=situation.account,
        project=situation.project,
        changes=verdict.changes,
        diagnostics=tuple(by_place([*drafted.diagnostics, *touched.diagnostics, *verdict.diagnostics])),
        lifted=verdict.lifted,
        requests=price(
            verdict.changes,
            situation.kinds,
            spent=spent or Spent(),
            rate=rate,
            reads=reads,
            unassigned=verdict.unassigned,
        ),
        facts={address: plain_facts(seen) for address, seen in facts.items()},
        unassigned=verdict.unassigned,
        impact=touched.impact,
        consequences=_consequences(verdict.changes, facts, situation.kinds),
    )
    return replace(plan, fingerprint=fingerprint(plan, situation.ledger.header.salt))


def plain_facts(facts: Facts) -> SeenFacts:
    """Without the names that people know things by, which may be secrets."""
    return {name: tuple(sorted((one.what, one.id) for one in attached)) for name, attached in facts.items()}


def _consequences(
    changes: tuple[Change, ...], facts: Mapping[Address, Facts], kinds: Kinds
) -> Mapping[Address, tuple[Consequence, ...]]:
    """Of everything that would be carried out: what a guard blocks it tells of by itself."""
    found = {
        change.address: tuple(kinds[change.address.kind].consequences(change, facts.get(change.address, {})))
        for change in changes
        if not change.ledger_only and not change.blocked_by
    }
    return {address: said for address, said in found.items() if said}
