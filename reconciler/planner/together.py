"""The guards that count, over the plans of one run for several accounts (design §4).

Each plan was judged by itself already, by the policy of the run; here the sums are judged by that policy once more. So
a run may not do in several accounts together what is too much for one, and a large account makes no room for emptying
a small one. ``--max-deletes`` takes the place of the thresholds in both: a number is a limit of the run, a percentage
one of the run and of each account. An account whose ``guards.allow`` lifts such a guard for itself is not counted.
Refused are the plans that have a part in what is too much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity, by_place
from reconciler.model.fingerprint import fingerprint
from reconciler.model.plan import Change, Delete, Plan
from reconciler.model.policy import Policy
from reconciler.planner.situation import Situation
from reconciler.planner.tallies import Deletes, deletes_of, many_vanished, seen_again, vanished_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One account's plan, what it was made of, and the guards that this account never minds."""

    plan: Plan
    seen: Situation
    allowed: frozenset[str] = frozenset()


def judged_together(judged: Sequence[Judged], policy: Policy) -> list[Plan]:
    """The plans, each judged by ``policy`` before, with everything blocked that is too much for one run."""
    plans = [one.plan for one in judged]
    counted = [index for index, one in enumerate(judged) if "max-deletes" not in one.allowed | policy.allowed]
    if refusal := _deletes([judged[index] for index in counted], policy):
        for index in counted:
            deleted = frozenset(change.address for change in plans[index].changes if isinstance(change, Delete))
            plans[index] = _refused(plans[index], judged[index].seen, refusal, deleted)
    counted = [index for index, one in enumerate(judged) if "mass-vanish" not in one.allowed | policy.allowed]
    if refusal := _vanished([judged[index].seen for index in counted], policy):
        for index in counted:
            gone = frozenset(vanished_of(judged[index].seen))
            plans[index] = _refused(plans[index], judged[index].seen, refusal, gone)
    return plans


def _deletes(judged: Sequence[Judged], policy: Policy) -> Diagnostic | None:
    each = {one.plan.account: deletes_of(one.plan.changes, one.seen) for one in judged}
    whole = sum(each.values(), Deletes())
    allowed = not whole.excessive if policy.max_deletes is None else whole.within(policy.max_deletes)
    if allowed or not whole.by_kind.total():
        return None
    return _finding(
        "max-deletes",
        f"the plans of this run together delete {whole}",
        {account: deletes.by_kind.total() for account, deletes in each.items()},
        f"if that is meant, allow it with --max-deletes {whole.by_kind.total()}, which counts over all accounts",
    )


def _vanished(seen: Sequence[Situation], policy: Policy) -> Diagnostic | None:
    each = {one.account: len(vanished_of(one)) for one in seen}
    gone, recorded = sum(each.values()), sum(len(seen_again(one)) for one in seen)
    if not many_vanished(gone, recorded) or gone <= policy.allow_vanished:
        return None
    return _finding(
        "mass-vanish",
        f"{gone} of {recorded} objects that the accounts of this run record no longer exist",
        each,
        "check that the keys belong to the right accounts; if they were deleted on purpose, "
        f"allow it with --allow-vanished {gone}, which counts over all accounts",
    )


def _finding(code: str, summary: str, counts: Mapping[str, int], hint: str) -> Diagnostic:
    detail = ", ".join(f"{account}: {number}" for account, number in counts.items() if number)
    return Diagnostic(code=code, severity=Severity.ERROR, summary=summary, detail=detail, hint=hint)


def _refused(plan: Plan, seen: Situation, refusal: Diagnostic, about: frozenset[Address]) -> Plan:
    """The plan, unless it has no part in it; what is blocked already is blocked by this as well."""
    if not about:
        return plan
    changes = tuple(_blocked(change, refusal.code) if change.address in about else change for change in plan.changes)
    made = replace(plan, changes=changes, diagnostics=tuple(by_place([*plan.diagnostics, refusal])))
    return replace(made, fingerprint=fingerprint(made, seen.ledger.header.salt))


def _blocked(change: Change, guard: str) -> Change:
    others = change.blocked_by.split(", ") if change.blocked_by else []
    return change if guard in others else replace(change, blocked_by=", ".join([*others, guard]))
