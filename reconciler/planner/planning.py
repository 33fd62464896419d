"""The last step of planning: a guarded draft becomes a Plan with its fingerprint and its price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

from reconciler.model.address import Address
from reconciler.model.diagnostic import by_place
from reconciler.model.fingerprint import fingerprint
from reconciler.model.impact import Impact
from reconciler.model.kind import Facts, Kinds
from reconciler.model.plan import (
    Adopt,
    Create,
    Delete,
    Plan,
    Replace,
    Requests,
    SeenFacts,
    Update,
)
from reconciler.model.policy import Policy
from reconciler.model.steps import steps_of
from reconciler.planner.draft import Draft
from reconciler.planner.guards import Verdict, run_guards
from reconciler.planner.situation import Situation


def finish(
    drafted: Draft,
    facts: Mapping[Address, Facts],
    situation: Situation,
    policy: Policy,
    *,
    reads: int,
    rate: float,
    impact: Mapping[Address, Impact] | None = None,
) -> Plan:
    """Run the guards over a draft. ``reads`` is what planning cost; ``rate`` is requests per second and endpoint.

    ``impact`` is shown, and no part of what is decided or approved.
    """
    verdict = run_guards(drafted.changes, facts, situation, policy)
    plan = Plan(
        account=situation.account,
        project=situation.project,
        changes=verdict.changes,
        diagnostics=tuple(by_place([*drafted.diagnostics, *verdict.diagnostics])),
        lifted=verdict.lifted,
        requests=_requests(verdict, situation.kinds, reads, rate),
        facts={address: plain_facts(seen) for address, seen in facts.items()},
        unassigned=verdict.unassigned,
        impact=impact or {},
    )
    return replace(plan, fingerprint=fingerprint(plan, situation.ledger.header.salt))


def plain_facts(facts: Facts) -> SeenFacts:
    """Without the names that people know things by, which may be secrets."""
    return {name: tuple(sorted((one.what, one.id) for one in attached)) for name, attached in facts.items()}


def _requests(verdict: Verdict, kinds: Kinds, reads: int, rate: float) -> Requests:
    """What an apply will send; endpoints run side by side, each at ``rate``. A step of many changes is one request."""
    unassigned = chain.from_iterable(verdict.unassigned.values())
    sent: Counter[tuple[str, str]] = Counter((one.what, "update") for one in unassigned)
    for step in steps_of(verdict.changes, kinds):
        kind = step[0].address.kind
        match step:
            case (_, _, *_):
                sent[kind, "bulk"] += 1
            case (Create(),):
                sent[kind, "create"] += 1
            case (Update(),):
                sent[kind, "update"] += 1
            case (Adopt() as change,) if change.diffs:
                sent[kind, "update"] += 1
            case (Replace(),):
                sent[kind, "create"] += 1
                sent[kind, "delete"] += 1
            case (Delete(),):
                sent[kind, "delete"] += 1
    slowest = max(sent.values(), default=1)
    return Requests(reads=reads, writes=sent.total(), estimated_seconds=round((slowest - 1) / rate, 1))
