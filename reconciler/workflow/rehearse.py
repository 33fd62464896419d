"""``apply --rehearse``: the very apply, on a copy of the account that is thrown away, in time that nobody waits for.

Not a second implementation: ``apply`` itself runs, with a sandbox for its API, a copy for its ledger and a simulated
clock. First without faults, watched for its worst moment; from what stood then the next apply runs as well, and the
plan after it must be empty. Then, where a fault profile is chosen, once more with those faults: that run is the
rehearsal's outcome. Nothing in here knows the way to the account.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reconciler.errors import ReconcilerError, Stale
from reconciler.executor.pause import SETTLE_SECONDS
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.events import Applied, Blocked, Emit, Event, Failed, Observing, Outcome, Report
from reconciler.model.plan import Adopt, Change, Create, Forget, Move, Plan, Record, Replace
from reconciler.model.rehearsal import Crash, NextApply, Rehearsal
from reconciler.render.failure import findings_of
from reconciler.workflow.carrying_out import Approve
from reconciler.workflow.copied_run import CopiedRun, Course, Standing, pace, run_on_copy
from reconciler.workflow.copying import Copy
from reconciler.workflow.fault_profiles import FAULT_PROFILES


def rehearse(copy: Copy, emit: Emit, *, faults: str | None = None, settle: float = SETTLE_SECONDS) -> Rehearsal:
    """Rehearse the plan of ``copy``, under the fault profile named ``faults``. ``settle`` is in simulated seconds.

    ``emit`` hears of the run whose outcome is told. Raises ReconcilerError where the copy does not behave as the
    account, so that nothing can be said, and KeyError for a profile that there is not.
    """
    profile = None if faults is None else FAULT_PROFILES[faults]
    plan = copy.plan
    told = Rehearsal(account=plan.account, fingerprint=plan.fingerprint, faults=faults, rate=pace(copy))
    if copy.rows is None:
        return told
    emit(Observing("rehearsing"))
    start, real = Standing(copy.rows, copy.snapshot.ledger), _without_new_ids(emit)
    course = Course(approve=_same_as(plan), emit=_unheard if profile else real, settle=settle, watched=True)
    ended = whole = run_on_copy(copy, start, course)
    _insist_on_the_plan(whole, plan)
    if profile is not None:
        spelled = profile.spelled(whole.cost.writes)
        course = replace(course, emit=real, faults=spelled, quirks=profile.quirks, watched=False)
        ended = run_on_copy(copy, start, course)
        _insist_on_the_plan(ended, plan)
    report = _report(ended)
    return replace(
        told,
        cost=ended.cost,
        report=report,
        error=ended.error,
        crash=_crash(copy, whole, settle),
        next_apply=_next_apply(copy, ended.standing, settle)[1] if report is not None and report.failed else None,
    )


def _report(run: CopiedRun) -> Report | None:
    """How it ended, without the ids that only the copy has."""
    report = run.applied.report if run.applied else None
    return None if report is None else replace(report, outcomes=tuple(map(_without_new_id, report.outcomes)))


def _without_new_id(outcome: Outcome) -> Outcome:
    match outcome:
        case Applied(change=Create() | Replace()):
            return replace(outcome, remote_id=None)
        case _:
            return outcome


def _without_new_ids(emit: Emit) -> Emit:
    return lambda event: emit(_without_new_id(event) if isinstance(event, Applied) else event)


def _unheard(_event: Event) -> None:
    """For runs that nobody follows."""


def _same_as(plan: Plan) -> Approve:
    return lambda made: made.fingerprint == plan.fingerprint


def _anything(_plan: Plan) -> bool:
    return True


def _nothing(_plan: Plan) -> bool:
    return False


def _insist_on_the_plan(run: CopiedRun, plan: Plan) -> None:
    """The plan that was made of the account is the one that ran, to the letter of its fingerprint."""
    applied, moved = run.applied, isinstance(run.error, Stale)
    if moved or (applied is not None and (applied.report is None or applied.plan.fingerprint != plan.fingerprint)):
        raise ReconcilerError(
            "the copy of the account gives another plan than the account itself, so nothing can be said of it",
            hint="this is a defect of the program: please report it, with the plan; apply itself is not concerned",
            code="rehearsal-differs",
        )


def _next_apply(copy: Copy, standing: Standing, settle: float) -> tuple[CopiedRun, NextApply]:
    """The next apply, and what comes of it; then the plan after it, which must be empty."""
    run = run_on_copy(copy, standing, Course(approve=_anything, emit=_unheard, settle=settle))
    reasons = tuple(_reasons(run))
    if not reasons:
        after = run_on_copy(copy, run.standing, Course(approve=_nothing, emit=_unheard, settle=settle))
        reasons = tuple(_reasons(after)) or tuple(_left_over(after))
    return run, NextApply(converges=not reasons, cost=run.cost, reasons=reasons)


def _reasons(run: CopiedRun) -> Iterator[Diagnostic]:
    """Why a run did not end well."""
    if run.error is not None:
        yield from findings_of(run.error)
    if run.applied is None:
        return
    for error in (run.applied.refused, run.applied.ledger_error):
        yield from findings_of(error) if error is not None else ()
    for outcome in run.applied.report.failed if run.applied.report else ():
        match outcome:
            case Failed(change=change, error=failure):
                yield from (_about(change.address, finding) for finding in findings_of(failure))
            case Blocked():
                pass  # because of a failure that is told already
            case _:
                yield _left(outcome.change.address)


def _about(address: Address, finding: Diagnostic) -> Diagnostic:
    return finding if finding.address is not None else replace(finding, address=address)


def _left_over(run: CopiedRun) -> Iterator[Diagnostic]:
    """What the plan after the next apply would still change."""
    for change in run.shown.pending if run.shown else ():
        yield _left(change.address)


def _left(address: Address) -> Diagnostic:
    return Diagnostic(
        code="not-converged",
        severity=Severity.ERROR,
        summary=f"{address} would still not be as desired",
        hint="this is a defect of the program, or of the copy: please report it, with the plan",
        address=address,
    )


def _crash(copy: Copy, whole: CopiedRun, settle: float) -> Crash | None:
    """The worst moment of the run without faults, read off the plan that the next apply makes of what stood then."""
    if whole.worst is None:
        return None
    after_writes, standing = whole.worst
    run, next_apply = _next_apply(copy, standing, settle)
    now = {change.address: change for change in run.shown.pending} if run.shown else {}
    known = run.shown is not None or next_apply.converges
    lists: dict[str, list[Address]] = {"missing": [], "unrecorded": [], "done": [], "not_done": []}
    for change in copy.plan.pending:
        lists[_standing(now.get(change.address)) if known else "not_done"].append(change.address)
    return Crash(
        after_writes=after_writes,
        writes=whole.cost.writes,
        missing=tuple(lists["missing"]),
        unrecorded=tuple(lists["unrecorded"]),
        done=tuple(lists["done"]),
        not_done=tuple(lists["not_done"]),
        next_apply=next_apply,
    )


def _standing(left: Change | None) -> str:
    """Where a change stands of which the next plan leaves this to be done."""
    match left:
        case None:
            return "done"
        case Create(reason="interrupted-replace"):
            return "missing"
        case Record() | Forget() | Move():
            return "unrecorded"
        case Adopt(diffs=()):
            return "unrecorded"
        case _:
            return "not_done"
