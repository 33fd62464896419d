"""What a person sees on a terminal: the question, colour, live progress; and what none of them may do in a pipe."""

from __future__ import annotations

import re
import signal
import time

import pytest

from tests.cli.console import console
from tests.journeys.workspace import COMMAND, Emulator, Workspace, manifest, profile


def plain(shown: str) -> str:
    """Without colours."""
    return re.sub(r"\x1b\[\d*m", "", shown)


@pytest.mark.parametrize("answer", ["yes", "no", "y", "", "YES"])
def test_only_yes_is_a_yes(answer: str, workspace: Workspace, telnyx: Emulator) -> None:
    """Anything else declines, writes nothing and exits 1."""
    workspace.declare(profile("alerts"))
    with console(workspace, "apply") as terminal:
        terminal.until('Type "yes"')
        assert "1 to create" in terminal.shown
        assert "cannot be undone" not in terminal.shown
        terminal.type(answer)
        code = terminal.end()
    assert code == (0 if answer == "yes" else 1), terminal.shown
    assert len(telnyx.rows("messaging_profiles")) == (answer == "yes")
    assert ("declined" in terminal.shown) is (answer != "yes")


def test_destroy_asks_for_the_accounts_name(workspace: Workspace, telnyx: Emulator) -> None:
    """A yes typed by habit is a no."""
    workspace.declare(profile("alerts"))
    workspace.apply()
    for answer, code in (("yes", 1), ("default", 0)):
        with console(workspace, "destroy") as terminal:
            asked = terminal.until("account's name")
            assert "This cannot be undone:\r\n  1 delete: MessagingProfile/alerts\r\n" in plain(asked)
            terminal.type(answer)
            assert terminal.end() == code
    assert telnyx.rows("messaging_profiles") == []


def test_a_yes_is_consent_to_adopt(workspace: Workspace, telnyx: Emulator) -> None:
    """Interactively no flag is needed."""
    workspace.declare(manifest("RcsAgent", "agent", agent_id="a1f09c3e5d7b4862", webhook_url="https://a.example.com"))
    with console(workspace, "apply") as terminal:
        terminal.until('Type "yes"')
        terminal.type("yes")
        assert terminal.end() == 0, terminal.shown


@pytest.mark.parametrize("command", ["apply", "destroy"])
@pytest.mark.parametrize("way", ["control-D", "control-C", "SIGTERM"])
def test_leaving_at_the_question(way: str, command: str, workspace: Workspace, telnyx: Emulator) -> None:
    """Writes nothing, shows no traceback, and does not wait for an answer."""
    workspace.declare(profile("alerts"), profile("other"))
    if command == "destroy":
        workspace.apply()
        telnyx.forget_requests()
    with console(workspace, command) as terminal:
        terminal.until('Type "yes"' if command == "apply" else "account's name")
        time.sleep(0.3)  # nobody is quicker; the question is on its way to its read
        match way:
            case "control-D":
                terminal.type("\x04")
            case "control-C":
                terminal.process.send_signal(signal.SIGINT)
            case _:
                terminal.process.send_signal(signal.SIGTERM)
        assert terminal.end() == 130, terminal.shown
        assert "Traceback" not in terminal.shown
        assert "interrupted" in terminal.shown
    assert telnyx.writes() == []


def test_colour_and_progress_are_for_terminals(workspace: Workspace) -> None:
    """On a terminal both; with NO_COLOR or a dumb terminal no colour."""
    workspace.declare(profile("alerts"))
    with console(workspace, "plan") as terminal:
        assert terminal.end() == 0
        assert "\x1b[3" in terminal.shown
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        with console(workspace, "plan", **environment) as terminal:
            assert terminal.end() == 0
            assert "\x1b[3" not in terminal.shown
    with console(workspace, "apply", "--auto-approve") as terminal:
        assert terminal.end() == 0
        assert "MessagingProfile/alerts" in terminal.shown
        assert "1/1" in terminal.shown
        assert "\x1b[" in terminal.shown


def test_nothing_is_left_on_a_terminal_without_colour(workspace: Workspace) -> None:
    """NO_COLOR also holds for the live progress of an apply."""
    workspace.declare(profile("alerts"))
    with console(workspace, "apply", "--auto-approve", NO_COLOR="1") as terminal:
        assert terminal.end() == 0
        assert "\x1b[3" not in terminal.shown


def test_text_is_as_wide_as_its_own_terminal(workspace: Workspace) -> None:
    """Also where standard output is none: the plan of an apply that prints JSON is shown on standard error."""
    workspace.declare(profile("alerts", webhook_url="https://hooks.example.com/a-long-path/to-the-receiver"))
    script = '"$0" apply --format json >out.json'
    with console(workspace, "-c", script, str(COMMAND), program="/bin/sh", columns="40") as terminal:
        terminal.until('Type "yes"')
        assert "webhook_url\r\n" in terminal.shown, "a narrow place: the value is below its name"
        terminal.type("no")
        assert terminal.end() == 1


def test_the_question_says_what_cannot_be_undone(workspace: Workspace) -> None:
    """Right above it, below the plan."""
    workspace.declare(profile("alerts"), profile("old"))
    workspace.apply()
    workspace.declare(profile("alerts"))
    with console(workspace, "apply", "--max-deletes", "1") as terminal:
        asked = terminal.until('Type "yes"')
        assert "This cannot be undone:" in asked[asked.index("Plan: ") :]
        assert "  1 delete: MessagingProfile/old\r\n" in asked[asked.index("cannot be undone") :]
        terminal.type("no")
        assert terminal.end() == 1
