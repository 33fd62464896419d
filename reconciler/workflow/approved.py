"""``approved``: the saved plan that was reviewed in the pull request whose merge is being applied, or nothing.

From the merge commit to its pull request, to the newest commit of its branch, to the run that planned that commit, to
its artifact; and the fingerprint, commit and run that the comment showed must be those. Reads the forge and writes one
file; never speaks to Telnyx.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.errors import PlanRefused
from reconciler.forge.archive import files_in
from reconciler.forge.forge import Forge, Merged
from reconciler.forge.message import mark_of, stamp_in
from reconciler.forge.opening import ci_run, open_forge
from reconciler.forge.posting import marked
from reconciler.forge.refusals import no_approved_plan
from reconciler.ledger.files import replace_file
from reconciler.model.saved.file import is_plan_file
from reconciler.model.saved.plan import SavedPlan
from reconciler.workflow.approval import plan_from
from reconciler.workflow.runner_files import append_outputs
from reconciler.workflow.setting import Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """Which plan is looked for. None and empty: what the run itself tells."""

    account: str | None = None
    artifact: str = "plan"
    workflow: str = ""
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The plan, and the pull request that approved it."""

    saved: SavedPlan
    request: str
    number: int


async def approved(around: Surroundings, forge: str, out: Path, wanted: Approved) -> Found:
    """Find it and write it to ``out``. Raises PlanRefused where there is none that may be applied, and ForgeError."""
    run = ci_run(forge, around.environment, lambda path: Path(path).read_bytes())
    run = replace(run, workflow=wanted.workflow or run.workflow, commit=wanted.commit or run.commit)
    async with open_forge(run, writes=False) as opened:
        merged = await opened.merged_by(run.commit)
        planned = await opened.planned_by(merged)
        files = files_in(await opened.artifact(planned, wanted.artifact))
        saved, content = _chosen(files, wanted.account, planned)
        await _check(opened, saved, merged, planned)
        found = Found(saved, opened.request, merged.number)
    replace_file(out, content, temporary=out.with_name(f"{out.name}.{os.getpid()}.tmp"))
    append_outputs(
        around.environment,
        {
            "has-changes": "true" if saved.plan.pending else "false",
            "fingerprint": saved.plan.fingerprint,
            "plan-file": str(out),
        },
    )
    return found


def _chosen(files: Mapping[str, bytes], account: str | None, run: str) -> tuple[SavedPlan, bytes]:
    plans = {name: plan_from(data, name) for name, data in files.items() if is_plan_file(data[:64])}
    fitting = {name: saved for name, saved in plans.items() if account in {None, saved.plan.account}}
    if len(fitting) == 1:
        [(name, saved)] = fitting.items()
        return saved, files[name]
    there = ", ".join(sorted(saved.plan.account for saved in plans.values())) or "none"
    which = f'one plan of account "{account}"' if account else "one plan"
    raise no_approved_plan(
        f"the artifact of run {run} does not hold {which}; accounts there: {there}", "choose one with --account NAME"
    )


async def _check(forge: Forge, saved: SavedPlan, merged: Merged, run: str) -> None:
    """Whether the comment showed this plan, made of the commit that was merged, by the run that was found."""
    plan, where = saved.plan, f"{forge.request} {merged.number}"
    board = await forge.comments(merged.number)
    posts = await marked(board, mark_of(plan.project, plan.account))
    stamp = stamp_in(posts[0].body) if posts else None
    if stamp is None:
        raise no_approved_plan(
            f'no comment of ours in {where} shows a plan of account "{plan.account}"',
            "plan in a new one, with reconciler comment and a token that may write comments",
        )
    if stamp.head != merged.head:
        raise no_approved_plan(
            f"the comment in {where} shows the plan of commit {stamp.head[:12]}, and {merged.head[:12]} was merged",
            "nobody has seen the plan of what was merged: plan it in a new one",
        )
    if (stamp.fingerprint, stamp.run) != (plan.fingerprint, run):
        raise PlanRefused(
            f"the plan of run {run} has the fingerprint {plan.fingerprint}, and the comment in {where} shows "
            f"{stamp.fingerprint} of run {stamp.run}",
            hint="what was reviewed is not what was left behind: see both runs, and plan again in a new one",
            code="plan-not-approved",
        )
