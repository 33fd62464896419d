"""Completion: in a real bash, offline, and silent whatever is wrong."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
from pathlib import Path

import pytest
from click.shell_completion import CompletionItem, ShellComplete

from reconciler.cli.main import cli
from tests.cli.test_help import COMMANDS
from tests.journeys.workspace import COMMAND, Workspace, manifest, profile


@pytest.fixture
def project(tmp_path: Path) -> Workspace:
    """Two accounts of files that nobody could reach, and one manifest that is broken."""
    made = Workspace.at(tmp_path / "project")
    made.write(
        "accounts: {prod: {paths: [prod], ledger: 's3://nowhere/x'}, staging: {paths: [staging]}}", "reconciler.yaml"
    )
    order = manifest("HostedNumberOrder", "desk")
    made.declare(profile("alerts"), profile("billing"), order, name="prod/profiles.yaml")
    made.declare(manifest("RcsAgent", "assistant"), name="staging/agents.yaml")
    made.write("kind: [", "staging/broken.yaml")
    return made


def _offered(workspace: Workspace, typed: str) -> list[CompletionItem]:
    """What the program offers for the last word, which is the one that is being typed; nothing else is said."""
    *words, incomplete = typed.split(" ")[1:]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(workspace.folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        found = ShellComplete(cli, {}, "reconciler", "_RECONCILER_COMPLETE").get_completions(words, incomplete)
    assert (out.getvalue(), err.getvalue()) == ("", "")
    return found


def _words(workspace: Workspace, typed: str) -> list[str]:
    return [item.value for item in _offered(workspace, typed)]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("reconciler pl", ["plan"]),
        ("reconciler ledger un", ["unlock", "unprotect"]),
        ("reconciler plan --detailed", ["--detailed-exitcode"]),
        ("reconciler plan --format ma", ["markdown"]),
        ("reconciler plan --account ", ["prod", "staging", "sandbox"]),
        ("reconciler plan --account staging,", ["staging,prod", "staging,sandbox"]),
        ("reconciler destroy --account staging,", []),
        ("reconciler plan --allow spend", ["spend-limit-raised"]),
        (
            "reconciler plan --only ",
            ["HostedNumberOrder/desk", "MessagingProfile/alerts", "MessagingProfile/billing", "RcsAgent/assistant"],
        ),
        ("reconciler plan --account staging --only ", ["RcsAgent/assistant"]),
        ("reconciler plan --account nobody --only ", []),
        ("reconciler ledger show MessagingProfile/b", ["MessagingProfile/billing"]),
        ("reconciler history RcsAgent/", ["RcsAgent/assistant"]),
        ("reconciler hosted send-codes RcsAgent/", []),
        ("reconciler hosted verify --account prod HostedNumberOrder/", ["HostedNumberOrder/desk"]),
        ("reconciler explain Rcs", ["RcsAgent", "RcsTestNumber"]),
        ("reconciler explain RcsAgent.agent", ["RcsAgent.agent_id"]),
        ("reconciler explain Nothing.", []),
        ("reconciler explain max", ["max-deletes"]),
        ("reconciler schema mani", ["manifest"]),
        ("reconciler no-such-command ", None),
    ],
)
def test_what_is_offered(typed: str, offered: list[str] | None, project: Workspace) -> None:
    """From the command line itself and from the files at hand."""
    found = _words(project, typed)
    if offered is not None:
        assert found == offered
    else:
        assert "plan" in found


def test_paths_are_left_to_the_shell(project: Workspace) -> None:
    """Which knows better how to offer them."""
    for typed in ("reconciler plan pro", "reconciler show pla", "reconciler validate x"):
        assert [item.type for item in _offered(project, typed)] == ["file"]


def test_what_is_recorded_is_offered_too(tmp_path: Path) -> None:
    """Of a ledger on this machine."""
    workspace = Workspace.at(tmp_path)
    manifests = workspace.declare(profile("alerts"))
    workspace.apply("--account", "sandbox")
    manifests.write_text("", "utf-8")
    assert _words(workspace, "reconciler ledger show --account sandbox ") == ["MessagingProfile/alerts"]


def test_nothing_that_is_wrong_is_said(project: Workspace) -> None:
    """Neither settings that cannot be read nor a ledger that is damaged."""
    project.write("{broken", ".reconciler/staging.ledger.json")
    assert _words(project, "reconciler plan --account staging --only ") == []
    project.write("{broken", "reconciler.yaml")
    assert _words(project, "reconciler plan --only ") == []
    assert _words(project, "reconciler plan --account ") == []
    assert _words(project, "reconciler plan --det") == ["--detailed-exitcode"]


def test_a_name_without_its_kind_is_answered_with_its_address(project: Workspace) -> None:
    """From the same source."""
    told = project.call("plan", "--account", "staging", "--only", "assistant")
    assert told.code == 64
    assert '"assistant" is not an address; write kind/name; did you mean rcsagent/assistant?' in told.err.lower()
    assert "did you mean" not in project.call("plan", "--only", "nobody").err
    (project.folder / "staging" / "broken.yaml").unlink()
    project.declare(profile("alerts"), name="staging/agents.yaml")
    wrong = project.call("plan", "--account", "staging", "--only", "MessagingProfile/alert")
    assert 'did you mean "MessagingProfile/alerts"?' in wrong.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_printed(shell: str, project: Workspace) -> None:
    """For each shell."""
    told = project.call("completion", shell)
    assert (told.code, told.err) == (0, "")
    assert f"_RECONCILER_COMPLETE={shell}_complete" in told.out


def test_a_real_bash_completes(project: Workspace) -> None:
    """Its variables in, its variables out."""
    script = """
        eval "$(reconciler completion bash)"
        complete -p reconciler
        COMP_WORDS=(reconciler plan --only MessagingProfile/a) COMP_CWORD=3
        _reconciler_completion reconciler
        printf '<%s>' "${COMPREPLY[@]}"
    """
    ended = subprocess.run(
        ["bash", "--norc", "-c", script],
        cwd=project.folder,
        env={**project.environment, "PATH": f"{COMMAND.parent}{os.pathsep}{project.environment['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stderr == ""
    assert ended.stdout.splitlines()[-1] == "<MessagingProfile/alerts>"
    assert "-F _reconciler_completion reconciler" in ended.stdout


def test_every_command_is_offered(project: Workspace) -> None:
    """The empty word is the beginning of them all."""
    assert set(COMMANDS) <= set(_words(project, "reconciler "))
