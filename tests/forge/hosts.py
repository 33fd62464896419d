"""GitHub and GitLab on a real socket, as far as comments, issues, runs and artifacts go.

Written from their documentation, never from our client: pages with their headers, limits on length, who may do what,
redirects to a store that needs no token. ``trouble`` makes them misbehave.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reconciler.sandbox.delivery import CONNECTION
from reconciler.sandbox.server import running

TOKEN = "ghs_canary_0123456789abcdefghij"
HEAD, MERGE = "a" * 40, "b" * 40
COUNT = itertools.count(1)

Trouble = Callable[[str], Response | str | None]
"""From ``METHOD /path`` to an answer instead, or ``lose``: carry it out, then drop the connection."""


@dataclass
class Host:
    """One server with one project, one pull request that was merged, and the run that planned it."""

    app_token: bool = True
    """GitHub: whether the token is a workflow's, which may not ask for its own name."""
    base: str = ""
    store: str = ""
    """Where artifacts really are: another server, which must never see the token."""
    comments: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    stored: list[dict[str, Any]] = field(default_factory=list)
    """Headers of the requests that the store was sent."""
    archive: bytes = b""
    merged: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    artifacts: list[dict[str, Any]] = field(default_factory=list)
    longest: int = 1 << 30
    trouble: Trouble = lambda _: None

    def writes(self) -> list[str]:
        """What was sent and was no GET."""
        return [each for each in self.requests if not each.startswith("GET ")]

    async def store_app(self, request: Request) -> Response:
        """The store behind the redirect."""
        self.stored.append(dict(request.headers))
        return Response(self.archive, media_type="application/zip")

    async def app(self, request: Request) -> Response:
        """Serve one request."""
        line = f"{request.method} {request.url.path}"
        self.requests.append(line)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return JSONResponse({"message": "Bad credentials"}, 401)
        trouble = self.trouble(line)
        if isinstance(trouble, Response):
            return trouble
        body = json.loads(await request.body() or b"{}")
        answer = self.route(request, request.url.path.split("/")[1:], body)
        if trouble == "lose":
            request.scope["extensions"][CONNECTION].abort()
        return answer

    def route(self, request: Request, path: Sequence[str], body: Mapping[str, Any]) -> Response:
        """The API's own paths."""
        raise NotImplementedError

    def page(self, request: Request, rows: Sequence[Any], inside: str = "") -> Response:
        """One page of a list."""
        raise NotImplementedError


class GitHubHost(Host):
    """https://docs.github.com/rest, below ``/api/v3`` as on a server of one's own."""

    @property
    def me(self) -> dict[str, Any]:
        """Who the token is."""
        return {"login": "github-actions[bot]", "type": "Bot"} if self.app_token else {"login": "ci", "type": "User"}

    def route(self, request: Request, path: Sequence[str], body: Mapping[str, Any]) -> Response:  # noqa: C901, PLR0911 - a table
        """The API's own paths."""
        match [request.method, *path[2:]]:
            case ["GET", "user"]:
                if self.app_token:
                    return JSONResponse({"message": "Resource not accessible by integration"}, 403)
                return JSONResponse(self.me)
            case ["GET", "repos", "acme", "messaging", "issues", "7", "comments"]:
                return self.page(request, self.comments)
            case ["POST", "repos", "acme", "messaging", "issues", "7", "comments"]:
                return self._new(self.comments, {"id": next(COUNT), "body": body["body"]}, body["body"])
            case ["PATCH", "repos", "acme", "messaging", "issues", "comments", number]:
                return self._change(self.comments, "id", number, body)
            case ["GET", "repos", "acme", "messaging", "issues"]:
                return self.page(request, [row for row in self.issues if row["state"] == "open"])
            case ["POST", "repos", "acme", "messaging", "issues"]:
                row = {"id": next(COUNT), "number": next(COUNT), "state": "open", **body}
                return self._new(self.issues, row, body["body"])
            case ["PATCH", "repos", "acme", "messaging", "issues", number]:
                return self._change(self.issues, "number", number, body)
            case ["GET", "repos", "acme", "messaging", "commits", sha, "pulls"]:
                return self.page(request, [row for row in self.merged if row["merge_commit_sha"] == sha])
            case ["GET", "repos", "acme", "messaging", "actions", "workflows", "messaging.yml", "runs"]:
                wanted = {name: request.query_params[name] for name in ("head_sha", "event")}
                rows = [row for row in self.runs if wanted.items() <= row.items()]
                return self.page(request, rows, "workflow_runs")
            case ["GET", "repos", "acme", "messaging", "actions", "runs", run, "artifacts"]:
                rows = [row for row in self.artifacts if row["run"] == run]
                return self.page(request, rows, "artifacts")
            case ["GET", "repos", "acme", "messaging", "actions", "artifacts", _, "zip"]:
                return Response(status_code=302, headers={"location": f"{self.store}/blob?sig=canary"})
        return JSONResponse({"message": "Not Found"}, 404)

    def page(self, request: Request, rows: Sequence[Any], inside: str = "") -> Response:
        """Links lead to a host of nobody: whoever follows one would tell it the token."""
        size, page = int(request.query_params.get("per_page", 30)), int(request.query_params.get("page", 1))
        found = list(rows[(page - 1) * size : page * size])
        more = len(rows) > page * size
        headers = {"link": f'<http://127.0.0.1:9/x?page={page + 1}>; rel="next"'} if more else {}
        return JSONResponse({"total_count": len(rows), inside: found} if inside else found, headers=headers)

    def _too_long(self, text: str) -> Response | None:
        if len(text) <= self.longest:
            return None
        error = {"resource": "IssueComment", "code": "unprocessable", "field": "data", "message": "Body is too long"}
        return JSONResponse({"message": "Validation Failed", "errors": [error]}, 422)

    def _new(self, rows: list[dict[str, Any]], row: dict[str, Any], text: str) -> Response:
        if refused := self._too_long(text):
            return refused
        rows.append({**row, "user": self.me, "html_url": f"https://github.example/acme/messaging#{row['id']}"})
        return JSONResponse(rows[-1], 201)

    def _change(self, rows: list[dict[str, Any]], key: str, number: str, body: Mapping[str, Any]) -> Response:
        if refused := self._too_long(body.get("body", "")):
            return refused
        [row] = [row for row in rows if str(row[key]) == number]
        row.update(body)
        return JSONResponse(row)


class GitLabHost(Host):
    """https://docs.gitlab.com/api, below ``/api/v4``."""

    me = 99

    def route(self, request: Request, path: Sequence[str], body: Mapping[str, Any]) -> Response:  # noqa: C901, PLR0911 - a table
        """The API's own paths."""
        match [request.method, *path[2:]]:
            case ["GET", "user"]:
                return JSONResponse({"id": self.me, "username": "project_42_bot"})
            case ["GET", "projects", "42", "merge_requests", "7", "notes"]:
                return self.page(request, self.comments)
            case ["POST", "projects", "42", "merge_requests", "7", "notes"]:
                row = {"id": next(COUNT), "body": body["body"], "author": {"id": self.me}, "system": False}
                return self._new(self.comments, row, body["body"])
            case ["PUT", "projects", "42", "merge_requests", "7", "notes", number]:
                return self._change(self.comments, "id", number, body)
            case ["GET", "projects", "42", "issues"]:
                return self.page(request, [row for row in self.issues if row["state"] == "opened"])
            case ["POST", "projects", "42", "issues"]:
                row = {"iid": next(COUNT), "state": "opened", "author": {"id": self.me}, **body}
                return self._new(self.issues, row, body["description"])
            case ["PUT", "projects", "42", "issues", number]:
                closing = {"state": "closed"} if body.get("state_event") == "close" else {}
                return self._change(self.issues, "iid", number, {**body, **closing})
            case ["GET", "projects", "42", "repository", "commits", _, "merge_requests"]:
                return self.page(request, self.merged)
            case ["GET", "projects", "42", "merge_requests", "7", "pipelines"]:
                return self.page(request, self.runs)
            case ["GET", "projects", "42", "pipelines", run, "jobs"]:
                return self.page(request, [row for row in self.artifacts if row["run"] == run])
            case ["GET", "projects", "42", "jobs", number, "artifacts"]:
                [job] = [row for row in self.artifacts if str(row["id"]) == number]
                return Response(status_code=404) if job["expired"] else Response(self.archive)
        return JSONResponse({"message": "404 Not found"}, 404)

    def page(self, request: Request, rows: Sequence[Any], inside: str = "") -> Response:  # noqa: ARG002 - GitHub's
        """The next page's number in a header, empty on the last."""
        size, page = int(request.query_params.get("per_page", 20)), int(request.query_params.get("page", 1))
        more = len(rows) > page * size
        headers = {"x-next-page": str(page + 1) if more else ""}
        return JSONResponse(list(rows[(page - 1) * size : page * size]), headers=headers)

    def _new(self, rows: list[dict[str, Any]], row: dict[str, Any], text: str) -> Response:
        if len(text) > self.longest:
            return JSONResponse({"message": {"note": ["is too long (maximum is 1000000 characters)"]}}, 400)
        rows.append(row)
        return JSONResponse(row, 201)

    def _change(self, rows: list[dict[str, Any]], key: str, number: str, body: Mapping[str, Any]) -> Response:
        if len(body.get("body", "")) > self.longest:
            return JSONResponse({"message": {"note": ["is too long (maximum is 1000000 characters)"]}}, 400)
        [row] = [row for row in rows if str(row[key]) == number]
        row.update(body)
        return JSONResponse(row)


@contextmanager
def serving(host: Host) -> Iterator[Host]:
    """Serve on two ports of this machine: the API, and the store of artifacts."""
    methods = ["GET", "POST", "PATCH", "PUT", "DELETE"]
    with (
        running(Starlette(routes=[Route("/{rest:path}", host.app, methods=methods)])) as base,
        running(Starlette(routes=[Route("/{rest:path}", host.store_app)])) as store,
    ):
        version = "v3" if isinstance(host, GitHubHost) else "v4"
        host.base, host.store = f"{base.removesuffix('/v2')}/api/{version}", store.removesuffix("/v2")
        yield host


def once(line: str, answer: Response | str) -> Trouble:
    """Misbehave the first time that a request begins like ``line``."""
    left = [answer]
    return lambda asked: left.pop() if left and asked.startswith(line) else None


def always(line: str, answer: Response | str) -> Trouble:
    """Misbehave every time."""
    return lambda asked: answer if asked.startswith(line) else None
