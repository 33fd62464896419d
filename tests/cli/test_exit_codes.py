"""Each exit code, produced for real (design §6): a script can branch on it."""

from __future__ import annotations

import shlex
import time

import pytest

from tests.cli.console import console
from tests.journeys.workspace import Emulator, Workspace, manifest, profile


def test_0_and_2_of_the_main_job(bare: Workspace) -> None:
    """Plan, apply, empty plan, an edit behind our back, drift, apply, destroy: on the built-in account."""
    bare.declare(profile("alerts", webhook_url="https://a.example.com"))
    sandbox = ("--account", "sandbox")
    edit = ("sandbox", "edit", "messaging_profiles", "Alerts", "webhook_url=https://b.example.com")
    for code, *command in (
        (0, "validate"),
        (0, "plan", *sandbox),
        (2, "plan", *sandbox, "--detailed-exitcode"),
        (0, "apply", *sandbox, "--auto-approve"),
        (0, "plan", *sandbox, "--detailed-exitcode"),
        (0, "drift", *sandbox),
        (0, *edit),
        (2, "drift", *sandbox),
        (2, "plan", *sandbox, "--detailed-exitcode"),
        (0, "apply", *sandbox, "--auto-approve"),
        (0, "status", *sandbox),
        (0, "doctor", *sandbox),
        (0, "destroy", *sandbox, "--auto-approve"),
    ):
        # Half of them as processes; the README's commands, all of them processes, tell the same story.
        ended = (bare.run if code or command[0] == "apply" else bare.call)(*map(str, command))
        assert ended.code == code, f"{command}\n{ended.out}\n{ended.err}"


@pytest.mark.parametrize("command", ["validate", "plan", "apply", "drift"])
def test_1_for_input_that_is_wrong(command: str, workspace: Workspace, telnyx: Emulator) -> None:
    """A misspelt field: nothing is asked of the API at all."""
    workspace.declare(profile("alerts", enabeld=True))
    ended = workspace.run(command, *(["--auto-approve"] if command == "apply" else []))
    assert ended.code == 1
    assert "manifests.yaml" in ended.err
    assert "enabled" in ended.err
    assert telnyx.requests() == []


def test_1_for_an_api_that_fails_before_anything_changed(workspace: Workspace, telnyx: Emulator) -> None:
    """The first write is refused, and there is no other."""
    workspace.declare(profile("alerts"))
    telnyx.fault("POST /messaging_profiles * status-before=422")
    ended = workspace.run("apply", "--auto-approve")
    assert ended.code == 1, ended.err
    assert telnyx.rows("messaging_profiles") == []


def test_3_when_the_world_moves_between_the_question_and_the_yes(workspace: Workspace, telnyx: Emulator) -> None:
    """Nothing is written, and the object that moved is named."""
    workspace.declare(profile("alerts"), profile("other"))
    workspace.apply()
    workspace.declare(profile("alerts", webhook_url="https://b.example.com"), profile("other"), profile("third"))
    telnyx.forget_requests()
    with console(workspace, "apply") as terminal:
        terminal.until('Type "yes"')
        telnyx.edit("messaging_profiles", "Alerts", enabled=False)
        terminal.type("yes")
        assert terminal.end() == 3
        assert "MessagingProfile/alerts" in terminal.shown.partition('Type "yes"')[2]
        assert "nothing was written" in terminal.shown
    assert telnyx.writes() == []


def test_4_when_a_later_write_fails(workspace: Workspace, telnyx: Emulator) -> None:
    """What is live, what is not, why, and the exact next command; and that command then succeeds."""
    stop = manifest("AutoResponse", "stop", messaging_profile="beta", op="stop", country_code="US", keywords=["STOP"])
    workspace.declare(profile("alpha"), profile("beta"), stop)
    telnyx.fault("POST /messaging_profiles 2 status-before=422")
    ended = workspace.run("apply", "--auto-approve", "manifests.yaml")
    assert ended.code == 4, ended.err
    assert "MessagingProfile/alpha" in ended.out
    assert "MessagingProfile/beta" in ended.out
    assert "AutoResponse/stop" in ended.out
    assert "422" in ended.out
    [next_command] = [line.strip() for line in ended.out.splitlines() if "reconciler apply" in line]
    words = shlex.split(next_command[next_command.index("reconciler apply") :])
    assert words == ["reconciler", "apply", "--auto-approve", "manifests.yaml"]
    again = workspace.run(*words[1:])
    assert again.code == 0, again.err
    assert workspace.actions() == {}


def test_5_while_another_process_holds_the_account(workspace: Workspace, telnyx: Emulator) -> None:
    """The second says who holds it, and may read meanwhile; the lock dies with the first."""
    workspace.declare(profile("alerts"))
    telnyx.fault("POST /messaging_profiles 1 hold-before")
    with workspace.start("apply", "--auto-approve") as first:
        while not telnyx.writes():
            assert first.poll() is None
            time.sleep(0.02)
        second = workspace.run("apply", "--auto-approve", "--format", "json")
        assert second.code == 5
        assert second.codes == ["locked"]
        assert str(first.pid) in second.err
        status = workspace.run("status", "--format", "json")
        assert (status.code, status.document["holder"]["pid"]) == (0, first.pid)
        first.kill()
        first.communicate()
    workspace.apply("--settle", "1")
    assert len(telnyx.rows("messaging_profiles")) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "--nonsense"),
        ("nonsense",),
        ("plan", "--format", "yaml"),
        ("plan", "--only", "no-address"),
        ("plan", "--max-deletes", "101%"),
        ("apply", "--auto-approve", "--settle", "nan"),
        ("apply", "--auto-approve", "--settle", "inf"),
        ("apply", "--auto-approve", "--settle", "601"),
        ("sandbox", "serve", "--port", "0", "--rps", "nan"),
        ("sandbox", "serve", "--port", "0", "--latency", "inf"),
        ("plan", "--account", "nobody"),
        ("plan", "--allow", "no-such-guard"),
        ("plan", "--only", "MessagingProfile/nobody"),
        ("plan", "--kind", "MesagingProfile"),
        ("plan", "--kind", "RcsAgent"),
        ("plan", "--label", "growth"),
        ("plan", "--label", "team=growth"),
        ("plan", "--only", "MessagingProfile/alerts", "--kind", "MessagingProfile"),
        ("apply", "--auto-approve", "--only", "MessagingProfile/alerts", "--label", "team=growth"),
        ("drift", "--kind", "MesagingProfile"),
        ("drift", "--label", "team=growth"),
        ("drift", "--drifted"),
        ("apply", "--fingerprint", "sha256:0"),
        ("destroy", "manifests.yaml", "--auto-approve"),
        ("apply",),
        ("destroy",),
        ("explain", "Nothing"),
        ("schema", "Nothing"),
        ("schema", "plan", "--out", "x"),
        ("sandbox", "edit", "messaging_profiles"),
        ("sandbox", "edit", "messaging_profiles", "x", "not-a-pair"),
        ("sandbox", "serve", "--fault", "nonsense"),
        ("sandbox", "serve", "--quirk", "nonsense"),
        ("sandbox", "state", "--url", "http://example.com"),
    ],
    ids=" ".join,
)
def test_64_for_a_command_line_that_makes_no_sense(arguments: tuple[str, ...], workspace: Workspace) -> None:
    """Never 2, which means changes; nothing is accepted and ignored."""
    workspace.declare(profile("alerts"))
    ended = workspace.call(*arguments)
    assert ended.code == 64, ended.err
    assert ended.err
    assert ended.out == ""


def test_64_of_the_process(bare: Workspace) -> None:
    """Whatever click thinks that a usage error is worth."""
    assert bare.run("plan", "--nonsense").code == 64
