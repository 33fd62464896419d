"""GitLab: merge requests, pipelines and what their jobs leave, by the REST API (docs.gitlab.com/api).

The token of a job may neither read nor write notes (docs.gitlab.com/ci/jobs/ci_job_token): it takes a token with the
scope ``api``, of the project or of a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from reconciler.errors import ForgeError, UsageError
from reconciler.forge.board import Board
from reconciler.forge.forge import LARGEST_ARTIFACT, CiRun, Merged
from reconciler.forge.refusals import expired, from_fork, no_approved_plan, not_merged, not_planned
from reconciler.forge.session import Session, number
from reconciler.transport.key import ApiKey

_TOKEN = "GITLAB_TOKEN"  # noqa: S105 - the name of a variable
_REF = re.compile(r"refs/merge-requests/\d+/(?:head|merge|train)")


def gitlab_run(environment: Mapping[str, str]) -> CiRun:
    """What the runner tells (docs.gitlab.com: predefined variables). Raises UsageError outside of a job.

    In a pipeline of merged results ``CI_COMMIT_SHA`` is a commit of GitLab's own; then the branch's has another name.
    """
    project, asked = environment.get("CI_PROJECT_ID", ""), environment.get("CI_MERGE_REQUEST_IID", "")
    if not project.isascii() or not project.isdecimal():
        raise UsageError(f'CI_PROJECT_ID is "{project}": this is no job of GitLab CI', hint="run it in a job")
    commit = environment.get("CI_COMMIT_SHA", "")
    token = environment.get(_TOKEN)
    return CiRun(
        forge="gitlab",
        url=environment.get("CI_API_V4_URL") or "https://gitlab.com/api/v4",
        url_variable="CI_API_V4_URL",
        token=ApiKey(token, variable=_TOKEN) if token else None,
        token_variable=_TOKEN,
        project=f"/projects/{project}",
        number=int(asked) if asked.isascii() and asked.isdecimal() else None,
        head=environment.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or commit,
        commit=commit,
        branch=environment.get("CI_COMMIT_BRANCH", ""),
        run=environment.get("CI_PIPELINE_ID", ""),
    )


class GitLab:
    """A ``Forge``."""

    longest = 1_000_000
    request = "merge request"

    def __init__(self, session: Session, run: CiRun) -> None:
        """Take a session at the API of the run's project."""
        self._session = session
        self._run = run

    async def comments(self, number: int) -> Board:
        """See ``Forge``."""
        is_ours = await self._is_ours()
        path = f"{self._run.project}/merge_requests/{number}/notes"
        return Board(
            session=self._session,
            path=path,
            query={"sort": "asc", "order_by": "created_at"},
            item=path,
            method="PUT",
            body="body",
            id="id",
            ours=lambda row: is_ours(row) and not row.get("system"),
        )

    async def issues(self) -> Board:
        """See ``Forge``."""
        is_ours = await self._is_ours()
        return Board(
            session=self._session,
            path=f"{self._run.project}/issues",
            query={"state": "opened", "scope": "all" if self._run.author else "created_by_me"},
            item=f"{self._run.project}/issues",
            method="PUT",
            body="description",
            id="iid",
            ours=is_ours,
            closed={"state_event": "close"},
            labels=lambda label: {"labels": label},
        )

    async def merged_by(self, commit: str) -> Merged:
        """See ``Forge``. Fast-forward merges make no commit: then the branch's own is the one."""
        rows = await self._session.rows(
            f"{self._run.project}/repository/commits/{quote(commit, safe='')}/merge_requests"
        )
        names = ("merge_commit_sha", "squash_commit_sha", "sha")
        merged = [row for row in rows if row.get("state") == "merged" and commit in {row.get(name) for name in names}]
        if self._run.branch:
            merged = [row for row in merged if row.get("target_branch") == self._run.branch]
        if len(merged) != 1:
            raise not_merged(commit, self.request)
        [row] = merged
        if row.get("source_project_id") != row.get("target_project_id"):
            raise from_fork(self.request, number(row, "iid"))
        return Merged(number(row, "iid"), str(row.get("sha")))

    async def planned_by(self, merged: Merged) -> str:
        """See ``Forge``: the newest pipeline. That it was of the newest commit, the stamp of the plan tells."""
        rows = await self._session.rows(f"{self._run.project}/merge_requests/{merged.number}/pipelines")
        runs = [row for row in rows if _REF.fullmatch(str(row.get("ref"))) and _is_of(row, merged.head)]
        newest = max(runs, key=lambda row: number(row, "id"), default={})
        if newest.get("status") != "success":
            raise not_planned(merged.head, self.request, merged.number)
        return str(number(newest, "id"))

    async def artifact(self, run: str, name: str) -> bytes:
        """See ``Forge``. ``name`` is that of the job."""
        rows = await self._session.rows(f"{self._run.project}/pipelines/{quote(run, safe='')}/jobs")
        found = [row for row in rows if row.get("name") == name and row.get("status") == "success"]
        if not found:
            raise no_approved_plan(
                f'pipeline {run} has no successful job "{name}"', "name the job that plans with --artifact"
            )
        newest = max(found, key=lambda row: number(row, "id"))
        content = await self._session.file(
            f"{self._run.project}/jobs/{number(newest, 'id')}/artifacts", LARGEST_ARTIFACT
        )
        if content is None:
            raise expired(name, run)
        return content

    async def _is_ours(self) -> Callable[[Mapping[str, Any]], bool]:
        """By the name that was given, or our own number."""
        name = self._run.author
        if name:
            return lambda row: (row.get("author") or {}).get("username") == name
        me: Any = await self._session.get("/user")
        if not isinstance(me, Mapping):
            raise ForgeError("GET /user was not answered with a user")
        own = number(me, "id")
        return lambda row: (row.get("author") or {}).get("id") == own


def _is_of(row: Mapping[str, Any], head: str) -> bool:
    """Only a pipeline of the branch itself names the branch's commit."""
    return row.get("sha") == head or not str(row.get("ref")).endswith("/head")
