"""What others read: workflows and the action by GitHub, pipelines by GitLab, hooks by pre-commit, the image by Docker.

Their schemas come with ``check-jsonschema``; nothing here asks the network.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.journeys.workspace import COMMAND, ROOT, Workspace, profile

BIN = Path(sys.executable).parent
CI = ROOT / "examples" / "ci"
SCHEMAS = {
    "examples/ci/github/.github/workflows/messaging.yml": "vendor.github-workflows",
    "action.yml": "vendor.github-actions",
    "examples/ci/gitlab/.gitlab-ci.yml": "vendor.gitlab-ci",
}
USES = re.compile(r"uses: (\S+)@(\S+)(.*)")


def _run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=folder, env=environment or None, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("file", SCHEMAS)
def test_has_the_form_that_its_reader_wants(file: str) -> None:
    """By the schemas that editors use."""
    done = _run(ROOT, str(BIN / "check-jsonschema"), "--builtin-schema", SCHEMAS[file], file)
    assert done.returncode == 0, done.stdout


def test_no_finding_of_an_auditor() -> None:
    """Nobody's text runs as a script, permissions are few, credentials do not stay behind, actions are pinned."""
    done = _run(
        ROOT,
        str(BIN / "zizmor"),
        "--offline",
        "--quiet",
        "action.yml",
        str(CI / "github" / ".github/workflows/messaging.yml"),
    )
    assert done.returncode == 0, done.stdout


def test_the_auditor_would_say_so(tmp_path: Path) -> None:
    """It reads these files at all: one with a hole has a finding."""
    text = (ROOT / "action.yml").read_text("utf-8").replace('"$VERSION"', "${{ inputs.version }}")
    (tmp_path / "action.yml").write_text(text, "utf-8")
    assert "template-injection" in _run(tmp_path, str(BIN / "zizmor"), "--offline", "action.yml").stdout


@pytest.mark.parametrize("file", ["examples/ci/github/.github/workflows/messaging.yml", "action.yml"])
def test_actions_of_others_are_pinned(file: str) -> None:
    """By commit, with the version beside it, and the same one everywhere."""
    found = USES.findall((ROOT / file).read_text("utf-8"))
    assert found
    for name, pin, behind in found:
        assert re.fullmatch(r"[0-9a-f]{40}", pin), name
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", behind), name
    every = USES.findall(
        (ROOT / "action.yml").read_text("utf-8") + (CI / "github/.github/workflows/messaging.yml").read_text("utf-8")
    )
    assert len({name for name, _, _ in every}) == len(set(every))


def test_keys_are_where_they_are_needed() -> None:
    """The token and the key of the account are never in one step; no step of others has either."""
    jobs = yaml.safe_load((CI / "github" / ".github/workflows/messaging.yml").read_text("utf-8"))["jobs"]
    for step in (step for job in jobs.values() for step in job["steps"]):
        given = set(step.get("env", {}))
        assert not {"GITHUB_TOKEN", "TELNYX_API_KEY"} <= given
        assert "run" in step or not given
    assert not any("env" in job for job in jobs.values())


def test_the_hook_is_one() -> None:
    """As pre-commit itself reads it."""
    done = _run(ROOT, str(BIN / "pre-commit"), "validate-manifest", ".pre-commit-hooks.yaml")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("broken", "file", "code"), [(False, "m", 0), (True, "manifests", 1), (False, "manifests", 0)])
def test_pre_commit_runs_the_hook(tmp_path: Path, *, broken: bool, file: str, code: int) -> None:
    """With the command that is installed here in place of one that pre-commit would install from the network."""
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    made = Workspace.at(tmp_path / "project")
    made.environment |= {"PRE_COMMIT_HOME": str(tmp_path / "home"), "PATH": f"{COMMAND.parent}:/usr/bin:/bin"}
    local = {"repos": [{"repo": "local", "hooks": [{**hook, "language": "system"}]}]}
    made.write(yaml.safe_dump(local), ".pre-commit-config.yaml")
    made.declare(profile("alerts", **({"webhook_url": "ftp://x"} if broken else {})), name=f"{file}/all.yaml")
    for words in (("init", "--quiet"), ("add", ".")):
        assert _run(made.folder, "git", *words, **made.environment).returncode == 0
    done = _run(made.folder, str(BIN / "pre-commit"), "run", "--all-files", **made.environment)
    assert done.returncode == code, done.stdout
    assert ("no files to check" in done.stdout) == (file == "m"), done.stdout
    assert ("error:" in done.stdout) == broken


def test_the_image_by_a_linter() -> None:
    """Nobody has built it yet: this and no more is known of it."""
    done = _run(ROOT, str(BIN / "hadolint"), "--failure-threshold", "style", "Dockerfile")
    assert done.returncode == 0, done.stdout
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    assert "USER 65532:65532" in lines
    kept = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    for line in (line for line in lines if line.startswith("COPY") and "--from" not in line):
        for name in line.split()[1:-1]:
            assert (ROOT / name).exists()
            assert f"!{name.split('/')[0]}" in kept
