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
from reconciler.model.plan import (
    Adopt,
    Change,
    Create,
    Delete,
    Desired,
    Noop,
    Plan,
    Protected,
    Replace,
    Requests,
    Update,
)
from reconciler.model.policy import Policy
from reconciler.planner.draft import Draft
from reconciler.planner.guards import run_guards
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
    pending = [_identity(change, situation) for change in changes if not isinstance(change, Noop | Protected)]
    text = canonical_json([situation.account, situation.project, pending, lifted])
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _identity(change: Change, situation: Situation) -> list[Any]:
    """All that a reviewer approves. Secrets stand in it as seals, which the ledger's salt protects."""
    desired = getattr(change, "desired", None)
    return [
        change.address,
        change.action.value,
        change.remote,
        change.moved_from,
        change.blocked_by,
        getattr(change, "digest", None),
        getattr(change, "seen", None),
        [[dotted(diff.path), diff.before, diff.after, diff.forces_replace] for diff in change.diffs],
        _wish(desired, situation.ledger.header.salt) if desired is not None else None,
    ]


def _wish(desired: Desired, salt: str) -> list[Any]:
    """What would be written, to the account and to the ledger."""
    resource, lifecycle = desired.resource, desired.resource.lifecycle
    values = {
        dotted(path): sealed(value, salt) if path in resource.secrets else value
        for path, value in desired.created_with.items()
    }
    ignored = sorted(dotted(path) for path in lifecycle.ignore_changes)
    options = {
        name: sealed(value, salt) if name in resource.secret_options else value
        for name, value in resource.options.items()
    }
    return [values, options, lifecycle.prevent_destroy, lifecycle.on_remove, ignored]


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
