"""A short name for everything that a reviewer of a plan approves: the same review has the same fingerprint.

It covers the account, the project, every change that does something with what it would write, what must still hold
when it runs (the object's digest, the ids that have the key of a create, the ledger's entry, the facts that guards
used), what is unassigned before a delete, and the guards that were lifted. Times, places in files and estimates are
not in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from reconciler.model.digest import canonical_json, sealed_value
from reconciler.model.entries import entry_document
from reconciler.model.handing_in import seal_of
from reconciler.model.paths import Path, dotted
from reconciler.model.plan import Change, Desired, FieldDiff, Plan, desired_of, entry_of
from reconciler.model.recording import touches


def fingerprint(plan: Plan, salt: str) -> str:
    """``sha256:…``. Secrets are in it as seals, which ``salt`` protects."""
    approved = [approval(change, salt) for change in plan.pending]
    facts = [[address, plan.facts.get(address)] for address in sorted(plan.facts)]
    content = [plan.account, plan.project, approved, facts, plan.lifted]
    if plan.unassigned:  # what was approved before anything could be unassigned stays approved
        content.append([[address, plan.unassigned[address]] for address in sorted(plan.unassigned)])
    text = canonical_json(content)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def approval(change: Change, salt: str) -> list[Any]:
    """All that a reviewer approves of one change."""
    desired, entry = desired_of(change), entry_of(change)
    return [
        change.address,
        change.action.value,
        change.remote,
        change.moved_from,
        change.blocked_by,
        getattr(change, "digest", None),
        getattr(change, "seen", None),
        None if entry is None else entry_document(entry),
        [_shown(diff) for diff in change.diffs],
        None if desired is None else wish(desired, salt),
    ]


def _shown(diff: FieldDiff) -> list[Any]:
    """All of a difference that a reviewer sees: of a long list that may be its elements alone."""
    return [
        dotted(diff.path),
        diff.before,
        diff.after,
        diff.forces_replace,
        diff.sensitive,
        diff.added,
        diff.removed,
    ]


def wish(desired: Desired, salt: str) -> list[Any]:
    """What would be written, to the account and to the ledger."""
    resource, lifecycle = desired.resource, desired.resource.lifecycle
    ignored = sorted(dotted(path) for path in lifecycle.ignore_changes)
    options = {
        name: sealed_value(value, salt).seal if name in resource.secret_options else value
        for name, value in resource.options.items()
    }
    papers = {name: seal_of(paper, salt) for name, paper in resource.papers.items()}
    return [
        sealed_values(desired.created_with, resource.secrets, salt),
        options,
        lifecycle.prevent_destroy,
        lifecycle.on_remove,
        ignored,
        *([papers] if papers else []),
    ]


def sealed_values(values: Mapping[Path, Any], secrets: frozenset[Path], salt: str) -> Mapping[str, Any]:
    """Values by dotted path, the secret ones as their seals."""
    return {
        dotted(path): sealed_value(value, salt).seal if secrets and touches(path, secrets) else value
        for path, value in values.items()
    }
