"""The recipes for pipelines work: each job in a fresh checkout, nothing in common but the ledger and the saved plan."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.journeys.workspace import COMMAND, ROOT, Emulator, Workspace, profile
from tests.ledger.places import s3_environment, s3_server
from tests.ledger.stateserver import SECRET, USER, serving

RECIPES = ROOT / "examples" / "ci"
GITHUB = yaml.safe_load((RECIPES / ".github/workflows/messaging.yml").read_text("utf-8"))
GITLAB = yaml.safe_load((RECIPES / ".gitlab-ci.yml").read_text("utf-8"))
COUNT = itertools.count()

Jobs = Mapping[str, Sequence[str]]


class Pipelines(NamedTuple):
    """The jobs of a recipe, and what their machines have in common."""

    jobs: Jobs
    settings: str
    environment: Mapping[str, str]
    folder: Path
    telnyx: Emulator

    def checkout(self, *manifests: Mapping[str, Any]) -> Workspace:
        """A fresh machine with the repository on it."""
        made = Workspace.at(self.folder / f"checkout-{next(COUNT)}", self.telnyx)
        made.environment |= self.environment
        made.environment["GITHUB_STEP_SUMMARY"] = str(made.folder / "summary.md")
        made.environment["PATH"] = f"{COMMAND.parent}{os.pathsep}{made.environment['PATH']}"
        made.declare(*manifests, name="manifests/all.yaml")
        made.write(self.settings, "reconciler.yaml")
        return made

    def run(self, job: str, workspace: Workspace) -> int:
        """The steps of a job that are ours, until one fails; its exit code."""
        assert self.jobs[job], job
        for step in self.jobs[job]:
            ended = subprocess.run(
                ["bash", "-e", "-o", "pipefail", "-c", step],
                cwd=workspace.folder,
                env=workspace.environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
            if ended.returncode:
                return ended.returncode
        return 0


def _github_jobs() -> Jobs:
    steps = {name: [step.get("run", "") for step in job["steps"]] for name, job in GITHUB["jobs"].items()}
    return {name: [line for line in lines if line.startswith("reconciler ")] for name, lines in steps.items()}


def _gitlab_jobs() -> Jobs:
    return {name: GITLAB[name]["script"] for name in ("plan", "apply", "drift")}


@pytest.fixture(params=["github", "gitlab"])
def pipelines(request: pytest.FixtureRequest, tmp_path: Path, telnyx: Emulator) -> Iterator[Pipelines]:
    """Each recipe with the ledger that it names, served for real."""
    text = (RECIPES / "reconciler.yaml").read_text("utf-8").replace("    paths:", "    rate: 1000\n    paths:")
    if request.param == "gitlab":
        with serving(gitlab=True) as server:
            address = "https://gitlab.com/api/v4/projects/42/terraform/state/messaging"
            kept = [line for line in text.splitlines() if "s3://" not in line]
            settings = "\n".join(line.replace("    # ", "    ") if "42 is" not in line else "" for line in kept)
            settings = settings.replace(address, f"{server.base}/state/one")
            secrets = {"RECONCILER_LEDGER_USERNAME": USER, "RECONCILER_LEDGER_PASSWORD": SECRET}
            yield Pipelines(_gitlab_jobs(), settings, secrets, tmp_path, telnyx)
    else:
        with s3_server() as url:
            authorization = "AWS4-HMAC-SHA256 Credential=a/b/us-east-1/s3/x"
            telnyx.http.put(f"{url}/acme-messaging-state", headers={"authorization": authorization})
            own = text.replace("/reconciler ", f"/reconciler-{next(COUNT)} ")  # servers of one process share buckets
            yield Pipelines(_github_jobs(), own, s3_environment(url), tmp_path, telnyx)


def test_from_pull_request_to_drift(pipelines: Pipelines, telnyx: Emulator) -> None:
    """Plan on one machine, apply on another without the manifests of the first, look for drift on a third."""
    manifests = (profile("alerts"), profile("billing"))
    review = pipelines.checkout(*manifests)
    assert pipelines.run("plan", review) == 0
    merged = pipelines.checkout(*manifests)
    shutil.copy(review.folder / "plan.json", merged.folder)
    assert pipelines.run("apply", merged) == 0
    assert {row["name"] for row in telnyx.rows("messaging_profiles")} == {"Alerts", "Billing"}
    assert pipelines.run("apply", merged) == 0, "once more has nothing to do"
    scheduled = pipelines.checkout(*manifests)
    assert pipelines.run("drift", scheduled) == 0
    telnyx.edit("messaging_profiles", "Alerts", enabled=False)
    telnyx.edit("messaging_profiles", "Billing", whitelisted_destinations=["GB"])
    assert pipelines.run("drift", scheduled) == 2


def test_moved_between_review_and_merge(pipelines: Pipelines, telnyx: Emulator) -> None:
    """The merge does not apply what nobody has seen."""
    review = pipelines.checkout(profile("alerts"))
    assert pipelines.run("plan", review) == 0
    telnyx.create("messaging_profiles", name="Alerts", whitelisted_destinations=["US"])
    telnyx.forget_requests()
    merged = pipelines.checkout(profile("alerts"))
    shutil.copy(review.folder / "plan.json", merged.folder)
    assert pipelines.run("apply", merged) == 3
    assert telnyx.writes() == []


def test_a_mistake_in_a_manifest(pipelines: Pipelines) -> None:
    """The pull request fails, and nothing is saved."""
    review = pipelines.checkout(profile("alerts", webhook_url="ftp://x"))
    assert pipelines.run("plan", review) == 1
    assert not (review.folder / "plan.json").exists()


def test_every_step_of_ours_is_run() -> None:
    """No command of the recipes is left out of the tests above."""
    for recipe, jobs in (("messaging.yml", _github_jobs()), (".gitlab-ci.yml", _gitlab_jobs())):
        [file] = RECIPES.rglob(recipe)
        written = [line.split("reconciler ", 1)[1] for line in file.read_text("utf-8").splitlines() if _is_ours(line)]
        run = [step.split("reconciler ", 1)[1] for steps in jobs.values() for step in steps]
        assert sorted(written) == sorted(run)


def _is_ours(line: str) -> bool:
    return line.strip().removeprefix("- ").removeprefix("run: ").startswith("reconciler ")
