"""A folder with saved plans, and the environment of a run at one of the two hosts."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from tests.forge.hosts import HEAD, MERGE, TOKEN, GitHubHost, Host
from tests.journeys.workspace import Emulator, Outcome, Workspace, profile


@dataclass
class Stage:
    """``name`` is that of the forge, and of its option."""

    name: str
    host: Host
    workspace: Workspace
    telnyx: Emulator

    @property
    def option(self) -> str:
        """What names the forge on the command line."""
        return f"--{self.name}"

    @property
    def bodies(self) -> list[str]:
        """The text of every comment."""
        return [row["body"] for row in self.host.comments]

    @property
    def summary(self) -> str:
        """What the job's summary shows, or GitLab's log instead of one."""
        path = self.workspace.folder / "summary.md"
        return path.read_text("utf-8") if path.exists() else ""

    @property
    def outputs(self) -> dict[str, str]:
        """The outputs of the step."""
        path = self.workspace.folder / "outputs"
        lines = iter(path.read_text("utf-8").splitlines() if path.exists() else ())
        found = {}
        for line in lines:
            name, _, end = line.partition("<<")
            found[name] = "\n".join(iter(lambda: next(lines), end))
        return found

    def saved(self, *names: str, out: str = "plan.json", account: str | None = None) -> str:
        """Plan the profiles of these names and save that; its fingerprint."""
        manifests = [profile(name, webhook_url=f"https://hooks.example.com/{name}") for name in names]
        self.workspace.declare(*manifests)
        chosen = ("--account", account) if account else ()
        made = self.workspace.call("plan", "manifests.yaml", "--out", out, "--format", "json", *chosen)
        assert made.code == 0, made.out + made.err
        fingerprint: str = made.document["fingerprint"]
        return fingerprint

    def run(self, *arguments: str, **environment: str) -> Outcome:
        """A command of ours in this run, where there is no key of an account."""
        keyless = {name: text for name, text in self.workspace.environment.items() if "TELNYX" not in name}
        there = Workspace(self.workspace.folder, {**keyless, **self.environment, **environment})
        done = there.call(*arguments)
        assert TOKEN not in done.out + done.err + self.summary
        return done

    def comment(self, *arguments: str, **environment: str) -> Outcome:
        """``comment`` on the pull request."""
        return self.run("comment", self.option, *arguments, **environment)

    @property
    def environment(self) -> Mapping[str, str]:
        """What the runner tells of a run that a pull request started."""
        folder = self.workspace.folder
        if self.name == "gitlab":
            return {
                "GITLAB_CI": "true",
                "CI_API_V4_URL": self.host.base,
                "CI_PROJECT_ID": "42",
                "CI_MERGE_REQUEST_IID": "7",
                "CI_COMMIT_SHA": HEAD,
                "CI_PIPELINE_ID": "500",
                "CI_JOB_URL": "https://gitlab.example/acme/messaging/-/jobs/1",
                "GITLAB_TOKEN": TOKEN,
            }
        event = folder / "event.json"
        event.write_text(json.dumps({"pull_request": {"number": 7, "head": {"sha": HEAD}}}))
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.host.base,
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_REPOSITORY": "acme/messaging",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REF": "refs/pull/7/merge",
            "GITHUB_REF_NAME": "7/merge",
            "GITHUB_SHA": "c" * 40,
            "GITHUB_RUN_ID": "500",
            "GITHUB_WORKFLOW_REF": "acme/messaging/.github/workflows/messaging.yml@refs/pull/7/merge",
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            "GITHUB_OUTPUT": str(folder / "outputs"),
            "GITHUB_TOKEN": TOKEN,
        }

    @property
    def merge(self) -> Mapping[str, str]:
        """What the runner tells of a run that the merge started, beside the above."""
        if self.name == "gitlab":
            return {"CI_MERGE_REQUEST_IID": "", "CI_COMMIT_SHA": MERGE, "CI_COMMIT_BRANCH": "main"}
        event = self.workspace.folder / "push.json"
        event.write_text(json.dumps({"after": MERGE}))
        return {
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_REF_NAME": "main",
            "GITHUB_SHA": MERGE,
            "GITHUB_RUN_ID": "501",
            "GITHUB_WORKFLOW_REF": "acme/messaging/.github/workflows/messaging.yml@refs/heads/main",
        }

    def merged(self, *names: str, **more: bytes) -> None:
        """The pull request is merged; its run left these files behind, and ``more``."""
        files = {name: (self.workspace.folder / name).read_bytes() for name in names or ("plan.json",)} | more
        self.remembered(packed(files))

    def remembered(self, archive: bytes) -> None:
        """What the host knows after the merge: the pull request, its runs, and what the newest of them left behind."""
        self.host.archive = archive
        here = {"full_name": "acme/messaging"}
        if isinstance(self.host, GitHubHost):
            head = {"sha": HEAD, "repo": here}
            base = {"ref": "main"}
            self.host.merged = [
                {"number": 7, "merged_at": "2026-01-01", "merge_commit_sha": MERGE, "head": head, "base": base}
            ]
            run = {"event": "pull_request", "status": "completed", "head_repository": here, "pull_requests": []}
            self.host.runs = [
                {"id": 400, "run_number": 1, "head_sha": HEAD, "conclusion": "failure", **run},
                {"id": 500, "run_number": 2, "head_sha": HEAD, "conclusion": "success", **run},
                {"id": 501, "run_number": 3, "head_sha": "d" * 40, "conclusion": "success", **run},
            ]
            self.host.artifacts = [
                {"id": 1, "run": "500", "name": "plan", "expired": True},
                {"id": 2, "run": "500", "name": "plan", "expired": False},
                {"id": 3, "run": "500", "name": "coverage", "expired": False},
            ]
            return
        self.host.merged = [
            {
                "iid": 7,
                "state": "merged",
                "sha": HEAD,
                "merge_commit_sha": MERGE,
                "squash_commit_sha": None,
                "target_branch": "main",
                "source_project_id": 42,
                "target_project_id": 42,
            }
        ]
        self.host.runs = [
            {"id": 500, "sha": HEAD, "ref": "refs/merge-requests/7/head", "status": "success"},
            {"id": 400, "sha": HEAD, "ref": "refs/merge-requests/7/head", "status": "failed"},
            {"id": 600, "sha": HEAD, "ref": "feature", "status": "success"},
        ]
        self.host.artifacts = [
            {"id": 10, "run": "500", "name": "plan", "status": "success", "expired": False},
            {"id": 11, "run": "500", "name": "plan", "status": "failed", "expired": False},
        ]


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip archive, as artifacts are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
