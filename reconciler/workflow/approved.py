"""``approved``: the saved plan that was reviewed in the pull request whose merge is being applied, or nothing.

From the merge commit to its pull request, to the newest commit of its branch, to the run that planned that commit, to
its artifact; and the fingerprint, commit and run that the comment showed must be those, its text as it was posted.
Reads the forge and writes one file; never speaks to Telnyx.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from reconciler.errors import PlanRefused
from reconciler.forge.archive import files_in
from reconciler.forge.forge import Forge, Merged
from reconciler.forge.message import is_as_posted, mark_of, stamp_in
from reconciler.forge.opening import ci_run, open_forge
from reconciler.forge.posting import marked
from reconciler.forge.refusals import no_approved_plan
from reconciler.ledger.files import replace_file
from reconciler.model.saved.file import is_plan_file
from reconciler.model.saved.plan import SavedPlan
from reconciler.workflow.approval import plan_from
from reconciler.workflow.runner_files import append_outputs, step_outputs
from reconciler.workflow.setting import Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """Which plans are looked for. No accounts: all that were planned. Empty: what the run itself tells."""

    accounts: tuple[str, ...] = ()
    artifact: str = "plan"
    workflow: str = ""
    commit: str = ""
    author: str = ""
    """Who posted the comments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Out:
    """Where plans are written: one to ``file``, or any number into ``folder``, each under the name of its account."""

    file: Path | None = None
    folder: Path | None = None

    def of(self, account: str) -> Path:
        """The file of one."""
        if self.folder is not None:
            return self.folder / f"{quote(account, safe='')}.json"
        return self.file or Path("plan.json")


@dataclass(frozen=True, slots=True)
class Found:
    """The plans by file, and the pull request that approved them."""

    plans: Mapping[Path, SavedPlan]
    request: str
    number: int


async def approved(around: Surroundings, forge: str, out: Out, wanted: Approved) -> Found:
    """Find them and write them. Raises PlanRefused where one is not there or may not be applied, and ForgeError.

    Nothing is written unless all of them may be.
    """
    run = ci_run(forge, around.environment, lambda path: Path(path).read_bytes())
    workflow, commit = wanted.workflow or run.workflow, wanted.commit or run.commit
    run = replace(run, workflow=workflow, commit=commit, author=wanted.author)
    async with open_forge(run, writes=False) as opened:
        merged = await opened.merged_by(run.commit)
        planned = await opened.planned_by(merged)
        files = files_in(await opened.artifact(planned, wanted.artifact))
        plans = _chosen(files, wanted.accounts, planned, one=out.folder is None)
        for saved in plans.values():
            await _check(opened, saved, merged, planned)
    there = {out.of(saved.plan.account): (saved, files[name]) for name, saved in plans.items()}
    for path, (_, content) in there.items():
        replace_file(path, content, temporary=path.with_name(f"{path.name}.{os.getpid()}.tmp"))
    found = Found({path: saved for path, (saved, _) in there.items()}, opened.request, merged.number)
    append_outputs(around.environment, step_outputs({str(path): saved for path, saved in found.plans.items()}))
    return found


def _chosen(files: Mapping[str, bytes], accounts: tuple[str, ...], run: str, *, one: bool) -> dict[str, SavedPlan]:
    plans = {name: plan_from(data, name) for name, data in sorted(files.items()) if is_plan_file(data[:64])}
    there = [saved.plan.account for saved in plans.values()]
    wanted = accounts or tuple(there)
    listed = ", ".join(sorted(there)) or "none"
    for account in wanted:
        if there.count(account) != 1:
            raise no_approved_plan(
                f'the artifact of run {run} does not hold one plan of account "{account}"; accounts there: {listed}',
                "see what that run planned",
            )
    if not wanted or (one and len(wanted) > 1):
        raise no_approved_plan(
            f"the artifact of run {run} does not hold one plan; accounts there: {listed}",
            "choose one with --account NAME, or take all with --out-dir FOLDER",
        )
    return {name: saved for name, saved in plans.items() if saved.plan.account in wanted}


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
    if not is_as_posted(posts[0].body):
        raise PlanRefused(
            f'the comment in {where} that shows the plan of account "{plan.account}" was edited after it was posted',
            hint="see its history for who changed what; then plan again in a new one, whose comment is reviewed",
            code="comment-edited",
        )
