"""Why there is no approved plan to apply: each reason with what to do next."""

from __future__ import annotations

from reconciler.errors import PlanRefused


def no_approved_plan(summary: str, hint: str) -> PlanRefused:
    """Nothing that could be applied was found."""
    return PlanRefused(summary, hint=hint, code="no-approved-plan")


def not_merged(commit: str, request: str) -> PlanRefused:
    """A commit that nobody reviewed."""
    return no_approved_plan(
        f"commit {commit} is not the merge of a {request}, so no plan was reviewed for it",
        f"make the change by a {request}; protect the branch, so that nothing else gets there",
    )


def not_planned(merged_head: str, request: str, number: int) -> PlanRefused:
    """The newest commit of the branch has no run that ended well."""
    return no_approved_plan(
        f"the newest commit {merged_head[:12]} of {request} {number} has no successful run of a plan",
        "see its runs; then plan again in a new one, whose plan is reviewed",
    )


def from_fork(request: str, number: int) -> PlanRefused:
    """Runs of forks hold no key, and what they leave is under the control of a stranger."""
    return PlanRefused(
        f"{request} {number} comes from a fork: what its runs leave behind is not trusted",
        hint=f"push its commits to a branch of this repository, and review the plan of that {request}",
        code="plan-from-fork",
    )


def expired(name: str, run: str) -> PlanRefused:
    """The forge keeps artifacts for some days only."""
    return PlanRefused(
        f'the artifact "{name}" of run {run} has expired',
        hint="plan again in a new pull request: a plan that old would be stale anyway",
        code="artifact-expired",
    )
