"""The last step of planning: a guarded draft becomes a Plan with its fingerprint and its price."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

from reconciler.model.address import Address
from reconciler.model.diagnostic import by_place
from reconciler.model.digest import canonical_json, sealed
from reconciler.model.kind import Facts
from reconciler.model.paths import dotted
from reconciler.model.plan import Adopt, Change, Create, Delete, Plan, Replace, Requests, Update
from reconciler.planner.draft import Draft
from reconciler.planner.guards import Policy, run_guards
from reconciler.planner.situation import Situation


def finish(
    drafted: Draft,
    facts: Mapping[Address, Facts],
    situation: Situation,
    policy: Policy,
    *,
    reads: int,
    rate: float,
) -> Plan:
    """Run the guards over a draft. ``reads`` is what planning cost; ``rate`` is requests per second and endpoint."""
    verdict = run_guards(drafted.changes, facts, situation, policy)
    return Plan(
        account=situation.account,
        project=situation.project,
        changes=verdict.changes,
        diagnostics=tuple(by_place([*drafted.diagnostics, *verdict.diagnostics])),
        lifted=verdict.lifted,
        fingerprint=_fingerprint(verdict.changes, verdict.lifted, situation),
        requests=_requests(verdict.changes, reads, rate),
    )


def _fingerprint(changes: tuple[Change, ...], lifted: tuple[str, ...], situation: Situation) -> str:
    """Over account, project, changes, preconditions and lifts: the same review has the same fingerprint."""
    pending = [_identity(change, situation) for change in changes if change.action.value not in ("noop", "protected")]
    text = canonical_json([situation.account, situation.project, pending, lifted])
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _identity(change: Change, situation: Situation) -> list[Any]:
    digest = getattr(change, "digest", None)
    desired = getattr(change, "desired", None)
    secrets = desired.resource.secrets if desired is not None else ()
    sealed_values = {
        dotted(path): sealed(desired.values[path], situation.ledger.header.salt)
        for path in sorted(secrets)
        if desired is not None and path in desired.values
    }
    diffs = [[dotted(diff.path), str(diff.before), str(diff.after)] for diff in change.diffs]
    return [
        change.address,
        change.action.value,
        change.remote,
        change.moved_from,
        change.blocked_by,
        digest,
        diffs,
        sealed_values,
    ]


def _requests(changes: tuple[Change, ...], reads: int, rate: float) -> Requests:
    """What an apply will send; endpoints run side by side, each at ``rate``."""
    sent: Counter[tuple[str, str]] = Counter()
    for change in changes:
        kind = change.address.kind
        match change:
            case Create():
                sent[kind, "create"] += 1
            case Update():
                sent[kind, "update"] += 1
            case Adopt() if change.diffs:
                sent[kind, "update"] += 1
            case Replace():
                sent[kind, "create"] += 1
                sent[kind, "delete"] += 1
            case Delete():
                sent[kind, "delete"] += 1
            case _:
                pass
    slowest = max(sent.values(), default=0)
    return Requests(reads=reads, writes=sent.total(), estimated_seconds=round(max(slowest - 1, 0) / rate, 1))
