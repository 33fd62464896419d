"""GitHub: pull requests, runs of Actions and their artifacts, by the REST API (docs.github.com/rest)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from reconciler.errors import ForgeDenied, ForgeError, UsageError
from reconciler.forge.board import Board
from reconciler.forge.forge import LARGEST_ARTIFACT, CiRun, Merged
from reconciler.forge.refusals import expired, from_fork, no_approved_plan, not_merged, not_planned
from reconciler.forge.session import Session, number
from reconciler.transport.key import ApiKey

_TOKEN = "GITHUB_TOKEN"  # noqa: S105 - the name of a variable
_WORKFLOW = "github-actions[bot]"
"""Who a job's own token writes as (docs.github.com: GITHUB_TOKEN)."""
_REF = re.compile(r"refs/pull/(\d+)/")
_NAME = re.compile(r"(?!\.+/)[A-Za-z0-9._-]+/(?!\.+$)[A-Za-z0-9._-]+")


def github_run(environment: Mapping[str, str], read: Callable[[str], bytes]) -> CiRun:
    """What the runner tells (docs.github.com: variables). Raises UsageError outside of a run."""
    repository = environment.get("GITHUB_REPOSITORY", "")
    if not _NAME.fullmatch(repository):
        raise UsageError(
            f'GITHUB_REPOSITORY is "{repository}": this is no run of GitHub Actions', hint="run it in a workflow"
        )
    request = _pull_request(environment, read)
    found = _REF.match(environment.get("GITHUB_REF", ""))
    asked = request.get("number") or (int(found[1]) if found else None)
    commit = environment.get("GITHUB_SHA", "")
    token = environment.get(_TOKEN)
    return CiRun(
        forge="github",
        url=environment.get("GITHUB_API_URL") or "https://api.github.com",
        url_variable="GITHUB_API_URL",
        token=ApiKey(token, variable=_TOKEN) if token else None,
        token_variable=_TOKEN,
        project=f"/repos/{repository}",
        number=asked if isinstance(asked, int) else None,
        head=str((request.get("head") or {}).get("sha") or commit),
        commit=commit,
        branch=environment.get("GITHUB_REF_NAME", ""),
        run=environment.get("GITHUB_RUN_ID", ""),
        workflow=environment.get("GITHUB_WORKFLOW_REF", "").partition("@")[0].rpartition("/")[2],
    )


def _pull_request(environment: Mapping[str, str], read: Callable[[str], bytes]) -> Mapping[str, Any]:
    path = environment.get("GITHUB_EVENT_PATH")
    if not path:
        return {}
    try:
        event = json.loads(read(path))
    except (OSError, ValueError):
        raise UsageError("the file that GITHUB_EVENT_PATH names is no event") from None
    request = event.get("pull_request") if isinstance(event, dict) else None
    return request if isinstance(request, dict) else {}


class GitHub:
    """A ``Forge``."""

    longest = 65_536
    request = "pull request"

    def __init__(self, session: Session, run: CiRun) -> None:
        """Take a session at the API of the run's repository."""
        self._session = session
        self._run = run
        self._repository = run.project.removeprefix("/repos/")

    async def comments(self, number: int) -> Board:
        """See ``Forge``. Comments of a pull request are those of the issue that it is, too."""
        return Board(
            session=self._session,
            path=f"{self._run.project}/issues/{number}/comments",
            item=f"{self._run.project}/issues/comments",
            method="PATCH",
            body="body",
            id="id",
            ours=await self._is_ours(),
        )

    async def issues(self) -> Board:
        """See ``Forge``. GitHub lists pull requests among them."""
        is_ours = await self._is_ours()
        return Board(
            session=self._session,
            path=f"{self._run.project}/issues",
            query={"state": "open"},
            item=f"{self._run.project}/issues",
            method="PATCH",
            body="body",
            id="number",
            ours=lambda row: "pull_request" not in row and is_ours(row),
            closed={"state": "closed", "state_reason": "completed"},
            labels=lambda label: {"labels": [label]},
        )

    async def merged_by(self, commit: str) -> Merged:
        """See ``Forge``."""
        rows = await self._session.rows(f"{self._run.project}/commits/{quote(commit, safe='')}/pulls")
        merged = [row for row in rows if row.get("merged_at") and row.get("merge_commit_sha") == commit]
        if self._run.branch:
            merged = [row for row in merged if (row.get("base") or {}).get("ref") == self._run.branch]
        if len(merged) != 1:
            raise not_merged(commit, self.request)
        merge, head = number(merged[0], "number"), merged[0].get("head") or {}
        if (head.get("repo") or {}).get("full_name") != self._repository:
            raise from_fork(self.request, merge)
        return Merged(merge, str(head.get("sha")))

    async def planned_by(self, merged: Merged) -> str:
        """See ``Forge``: the newest run of the workflow for the commit, which must have succeeded."""
        workflow = quote(self._run.workflow, safe="")
        if not workflow:
            raise UsageError("GITHUB_WORKFLOW_REF names no workflow", hint="name the one that plans: --workflow FILE")
        rows = await self._session.rows(
            f"{self._run.project}/actions/workflows/{workflow}/runs",
            {"head_sha": merged.head, "event": "pull_request"},
            inside="workflow_runs",
        )
        runs = [row for row in rows if row.get("head_sha") == merged.head and self._is_here(row, merged.number)]
        newest = max(runs, key=lambda row: number(row, "run_number"), default={})
        if newest.get("status") != "completed" or newest.get("conclusion") != "success":
            raise not_planned(merged.head, self.request, merged.number)
        return str(number(newest, "id"))

    def _is_here(self, row: Mapping[str, Any], merge: int) -> bool:
        """Whether a run was of this repository, and of the pull request where it tells: one branch may have two."""
        requests = [each.get("number") for each in row.get("pull_requests") or []]
        return (row.get("head_repository") or {}).get("full_name") == self._repository and (
            not requests or merge in requests
        )

    async def artifact(self, run: str, name: str) -> bytes:
        """See ``Forge``. A run that was repeated has one of each attempt: the newest counts."""
        rows = await self._session.rows(
            f"{self._run.project}/actions/runs/{quote(run, safe='')}/artifacts", {"name": name}, inside="artifacts"
        )
        found = [row for row in rows if row.get("name") == name]
        if not found:
            raise no_approved_plan(f'run {run} left no artifact "{name}"', "name it with --artifact")
        newest = max(found, key=lambda row: number(row, "id"))
        if newest.get("expired"):
            raise expired(name, run)
        path = f"{self._run.project}/actions/artifacts/{number(newest, 'id')}/zip"
        content = await self._session.file(path, LARGEST_ARTIFACT)
        if content is None:
            raise expired(name, run)
        return content

    async def _is_ours(self) -> Callable[[Mapping[str, Any]], bool]:
        """By the name that was given, or our own; an app's token may not ask for that: then by a workflow's.

        Raises ForgeError where even that cannot be told: what others wrote is never overwritten.
        """
        name = self._run.author or await self._me()
        return lambda row: (row.get("user") or {}).get("login") == name

    async def _me(self) -> str:
        try:
            me = await self._session.get("/user")
        except ForgeDenied:
            return _WORKFLOW
        name = me.get("login") if isinstance(me, dict) else None
        if not isinstance(name, str) or not name:
            raise ForgeError("GET /user was not answered with a user")
        return name
