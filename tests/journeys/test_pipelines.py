"""The pipelines work: each job in a fresh checkout, nothing in common but the ledger, the forge and what a job left.

Every shell step is run as the runner runs it, against local servers that behave like GitHub, GitLab, S3 and Telnyx.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.forge.hosts import TOKEN, GitHubHost, GitLabHost, Host, serving
from tests.forge.runner import ACTION, Done, Runner
from tests.forge.stage import Stage
from tests.journeys.workspace import ROOT, Emulator, Workspace, profile
from tests.ledger.places import s3_environment, s3_server
from tests.ledger.stateserver import SECRET, USER, serving as serving_states

RECIPES = ROOT / "examples" / "ci"
WORKFLOW = yaml.safe_load((RECIPES / "github/.github/workflows/messaging.yml").read_text("utf-8"))
PIPELINE = yaml.safe_load((RECIPES / "gitlab/.gitlab-ci.yml").read_text("utf-8"))
COUNT = itertools.count()


class Pipelines(NamedTuple):
    """A forge, a ledger that machines share, and an account."""

    name: str
    settings: str
    ledger: Mapping[str, str]
    folder: Path
    telnyx: Emulator
    host: Host

    def checkout(self, *manifests: Mapping[str, Any]) -> Stage:
        """A fresh machine with the repository on it."""
        made = Workspace.at(self.folder / f"checkout-{next(COUNT)}", self.telnyx)
        made.declare(*manifests, name="manifests/all.yaml")
        made.write(self.settings, "reconciler.yaml")
        return Stage("gitlab" if self.name == "gitlab" else "github", self.host, made, self.telnyx)

    def run(self, job: str, stage: Stage, *, merged: bool = False) -> Done:
        """A job, with the secrets that it asks for and no others."""
        around = {name: text for name, text in stage.workspace.environment.items() if name != "TELNYX_API_KEY"}
        told = {**around, **stage.environment, **(stage.merge if merged else {}), **self._addresses()}
        told = {name: text for name, text in told.items() if name != "GITHUB_TOKEN"}
        runner = Runner(stage.workspace.folder, told, self._secrets(), TOKEN)
        if self.name == "gitlab":
            return runner.gitlab_job(PIPELINE, job)
        if self.name == "github":
            return runner.github_job(WORKFLOW, job)
        return runner.action({"TELNYX_API_KEY": self.telnyx.key, **self.ledger}, command=job, comment="true")

    def _addresses(self) -> dict[str, str]:
        return {name: text for name, text in self.ledger.items() if name == "AWS_ENDPOINT_URL"}

    def _secrets(self) -> dict[str, str]:
        names = {"AWS_ACCESS_KEY_ID": "LEDGER_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY": "LEDGER_SECRET_ACCESS_KEY"}
        return {"TELNYX_API_KEY": self.telnyx.key} | {names.get(name, name): text for name, text in self.ledger.items()}


@pytest.fixture(params=["github", "gitlab", "action"])
def pipelines(request: pytest.FixtureRequest, tmp_path: Path, telnyx: Emulator) -> Iterator[Pipelines]:
    """GitHub with a ledger in S3, GitLab and the action with one behind HTTP, both as the recipe names them."""
    text = (RECIPES / "reconciler.yaml").read_text("utf-8").replace("    paths:", "    rate: 1000\n    paths:")
    if request.param == "github":
        with s3_server() as url, serving(GitHubHost()) as host:
            authorization = "AWS4-HMAC-SHA256 Credential=a/b/us-east-1/s3/x"
            telnyx.http.put(f"{url}/acme-messaging-state", headers={"authorization": authorization})
            own = text.replace("/reconciler ", f"/reconciler-{next(COUNT)} ")  # servers of one process share buckets
            yield Pipelines(request.param, own, s3_environment(url), tmp_path, telnyx, host)
    else:
        forge = GitLabHost() if request.param == "gitlab" else GitHubHost()
        with serving_states(gitlab=True) as server, serving(forge) as host:
            address = "https://gitlab.com/api/v4/projects/42/terraform/state/messaging"
            kept = [line for line in text.splitlines() if "s3://" not in line]
            settings = "\n".join(line.replace("    # ", "    ") if "42 is" not in line else "" for line in kept)
            settings = settings.replace(address, f"{server.base}/state/one")
            secrets = {"RECONCILER_LEDGER_USERNAME": USER, "RECONCILER_LEDGER_PASSWORD": SECRET}
            yield Pipelines(request.param, settings, secrets, tmp_path, telnyx, host)


def _reviewed(pipelines: Pipelines, *manifests: Mapping[str, Any]) -> Done:
    """The pull request is planned, and merged."""
    review = pipelines.checkout(*manifests)
    done = pipelines.run("plan", review)
    assert done.code == 0, done.log
    review.remembered(done.artifacts["plan"])
    return done


def test_from_pull_request_to_drift(pipelines: Pipelines, telnyx: Emulator) -> None:
    """Plan on one machine, apply on another what the comment showed, look for drift on a third."""
    manifests = (profile("alerts"), profile("billing"))
    planned = _reviewed(pipelines, *manifests)
    [comment] = pipelines.host.comments
    assert "2 to create" in comment["body"]
    applied = pipelines.run("apply", pipelines.checkout(*manifests), merged=True)
    assert applied.code == 0, applied.log
    assert {row["name"] for row in telnyx.rows("messaging_profiles")} == {"Alerts", "Billing"}
    again = pipelines.run("apply", pipelines.checkout(*manifests), merged=True)
    assert again.code == 0, "once more has nothing to do"
    scheduled = pipelines.checkout(*manifests)
    quiet = pipelines.run("drift", scheduled)
    assert quiet.code == 0, quiet.log
    assert pipelines.host.issues == []
    telnyx.edit("messaging_profiles", "Billing", whitelisted_destinations=["GB"])
    loud = pipelines.run("drift", scheduled)
    assert loud.code == 0, loud.log
    assert len(pipelines.host.issues) == 1
    telnyx.edit("messaging_profiles", "Billing", whitelisted_destinations=["US"])
    assert pipelines.run("drift", scheduled).code == 0
    assert [row["state"] for row in pipelines.host.issues] == ["closed"]
    for done in (planned, applied, again, quiet, loud):
        assert TOKEN not in done.log
        assert telnyx.key not in done.log
    if pipelines.name == "action":
        assert planned.outputs["has-changes"] == "true"
        assert planned.outputs["fingerprint"] == applied.outputs["fingerprint"] in comment["body"]
        assert Path(planned.outputs["plan-file"]).is_file()
        assert (quiet.outputs["has-changes"], loud.outputs["has-changes"]) == ("false", "true")


def test_moved_between_review_and_merge(pipelines: Pipelines, telnyx: Emulator) -> None:
    """The merge does not apply what nobody has seen."""
    _reviewed(pipelines, profile("alerts"))
    telnyx.create("messaging_profiles", name="Alerts", whitelisted_destinations=["US"])
    telnyx.forget_requests()
    done = pipelines.run("apply", pipelines.checkout(profile("alerts")), merged=True)
    assert done.code == 3, done.log
    assert telnyx.writes() == []


def test_another_plan_in_the_artifact(pipelines: Pipelines, telnyx: Emulator) -> None:
    """Nor what was smuggled into what the run left behind."""
    _reviewed(pipelines, profile("alerts"))
    shown = [dict(row) for row in pipelines.host.comments]
    _reviewed(pipelines, profile("alerts"), profile("smuggled"))
    pipelines.host.comments[:] = shown
    telnyx.forget_requests()
    done = pipelines.run("apply", pipelines.checkout(profile("alerts")), merged=True)
    assert done.code == 1
    assert "[plan-not-approved]" in done.log
    assert telnyx.requests() == []


def test_a_mistake_in_a_manifest(pipelines: Pipelines) -> None:
    """The pull request fails, nothing is saved, and nothing is left for a merge."""
    review = pipelines.checkout(profile("alerts", webhook_url="ftp://x"))
    done = pipelines.run("plan", review)
    assert done.code == 1
    assert done.artifacts == {}
    assert not (review.workspace.folder / "plan.json").exists()
    if pipelines.name == "github":
        assert pipelines.run("validate", review).code == 1


def test_a_plan_that_is_refused_is_told(pipelines: Pipelines, telnyx: Emulator) -> None:
    """Its reviewers see why, the job fails, and what it left behind is never applied."""
    spent = profile("alerts", daily_spend_limit="10.00", daily_spend_limit_enabled=True)
    _reviewed(pipelines, spent)
    assert pipelines.run("apply", pipelines.checkout(spent), merged=True).code == 0
    spent["spec"]["daily_spend_limit"] = "9000.00"
    review = pipelines.checkout(spent)
    done = pipelines.run("plan", review)
    assert done.code == 1, done.log
    assert "spend-limit-raised" in pipelines.host.comments[0]["body"]


def test_a_drift_that_fails_fails_the_job(pipelines: Pipelines) -> None:
    """And says nothing about drift."""
    broken = pipelines.checkout(profile("alerts", webhook_url="ftp://x"))
    done = pipelines.run("drift", broken)
    assert done.code == 1
    assert pipelines.host.issues == []


def test_the_action_for_several_accounts(tmp_path: Path, telnyx: Emulator) -> None:
    """One comment, one file and one fingerprint for each, in their order; each applied by its own."""
    with serving(GitHubHost()) as host:
        settings = "accounts: {dev: {paths: [dev], rate: 1000}, prod: {paths: [prod], rate: 1000}}"
        pipelines = Pipelines("action", settings, {}, tmp_path, telnyx, host)
        stage = pipelines.checkout()
        stage.workspace.declare(profile("alerts"), name="dev/all.yaml")
        stage.workspace.declare(profile("billing"), name="prod/all.yaml")
        runner = Runner(stage.workspace.folder, {**stage.workspace.environment, **stage.environment}, {}, TOKEN)
        planned = runner.action({}, command="plan", account="dev prod", version="telnyx-reconciler==1.2")
        assert planned.code == 0, planned.log
        assert runner.installed == "install --quiet telnyx-reconciler==1.2\n"
        assert len(host.comments) == 2
        assert [Path(each).name for each in planned.outputs["plan-file"].splitlines()] == ["dev.json", "prod.json"]
        stage.remembered(planned.artifacts["plan"])
        environment = {**stage.workspace.environment, **stage.environment, **stage.merge}
        merge = Runner(stage.workspace.folder, environment, {}, TOKEN)
        applied = merge.action({}, command="apply", account="dev prod")
        assert applied.code == 0, applied.log
        assert applied.outputs["fingerprint"] == planned.outputs["fingerprint"]
        assert {row["name"] for row in telnyx.rows("messaging_profiles")} == {"Alerts", "Billing"}
        assert "--require-hashes" in merge.installed


def test_the_action_takes_lines(tmp_path: Path, telnyx: Emulator) -> None:
    """As YAML's ``|`` has them, with the one at the end: every path and every account counts, not only the first."""
    with serving(GitHubHost()) as host:
        accounts = "accounts: {dev: {rate: 1000}, prod: {rate: 1000}}"
        stage = Pipelines("action", accounts, {}, tmp_path, telnyx, host).checkout()
        stage.workspace.declare(profile("alerts"), name="one/all.yaml")
        stage.workspace.declare(profile("billing"), name="two/all.yaml")
        environment = {**stage.workspace.environment, **stage.environment}
        runner = Runner(stage.workspace.folder, environment, {}, TOKEN)
        lines = {"account": "dev\nprod\n", "paths": "one\ntwo\n"}
        planned = runner.action({}, command="plan", **lines)
        assert planned.code == 0, planned.log
        assert [Path(each).name for each in planned.outputs["plan-file"].splitlines()] == ["dev.json", "prod.json"]
        assert ["2 to create" in row["body"] for row in host.comments] == [True, True]
        stage.remembered(planned.artifacts["plan"])
        merge = Runner(stage.workspace.folder, {**environment, **stage.merge}, {}, TOKEN)
        applied = merge.action({}, command="apply", account=lines["account"])
        assert applied.outputs["fingerprint"] == planned.outputs["fingerprint"], applied.log
        drift = merge.action({}, command="drift", **lines)
        assert drift.code == 0, drift.log


def test_every_step_is_run() -> None:
    """No shell step of the files is left out of the tests above: jobs are run whole, and these are all of them."""
    assert set(WORKFLOW["jobs"]) == {"validate", "plan", "apply", "drift"}
    assert {name for name, job in PIPELINE.items() if "script" in job} == {"plan", "apply", "drift"}
    conditions = {step.get("if", "") for step in ACTION["runs"]["steps"]}
    assert {word for word in ("'plan'", "'apply'", "'drift'") if any(word in each for each in conditions)}
