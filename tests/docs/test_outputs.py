"""docs/outputs.md: its commands run, and its tables are what the commands offer."""

from __future__ import annotations

import importlib
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from reconciler.cli.outputs import OutputType
from reconciler.render.format import formats
from tests.journeys.workspace import ROOT, Workspace, emulator, profile

PAGE = (ROOT / "docs" / "outputs.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
OFFERING = ("validate", "plan", "show", "drift", "apply", "destroy", "doctor", "hosted documents")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A fresh folder whose default account is an emulator."""
    with emulator() as telnyx:
        yield Workspace.at(tmp_path, telnyx)


def offered(command: str) -> tuple[str, ...]:
    """The formats of a command."""
    first, *inner = command.split()
    made: click.Command = importlib.import_module(f"reconciler.cli.{first}").command
    for word in inner:
        assert isinstance(made, click.Group)
        made = made.commands[word]
    [names] = [each.type.names for each in made.params if isinstance(each.type, OutputType)]
    return names


def commands() -> list[str]:
    """Every command of a block of shell, in their order."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("reconciler ")]


def test_every_format_is_told_with_the_commands_that_offer_it() -> None:
    """Those that are offered by all say so in words."""
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| (.*) \|$", PAGE.split("## Several")[0], re.MULTILINE))
    assert set(rows) == {*formats(), "jsonl"}
    for name, told in rows.items():
        if not told.startswith("every command"):
            assert [f"`{command}`" for command in OFFERING if name in offered(command)] == told.split(", ")


@pytest.mark.parametrize("command", ["validate", "plan", "drift", "apply", "destroy"])
def test_the_readme_tells_the_formats(command: str) -> None:
    """In the order of the help."""
    [row] = [line for line in README.splitlines() if line.startswith(f"| `{command}` |")]
    names = "\\|".join(offered(command))
    assert f"`--format {names}`" in row


def test_the_commands_do_what_the_page_says(workspace: Workspace) -> None:
    """One after the other, in a project with one profile."""
    workspace.declare(profile("alerts"))
    for line in commands():
        words = shlex.split(line.split(" 2> ")[0])
        ended = workspace.call(*words[1:])
        assert ended.code == 0, (line, ended.err)
        for file in (word.split("=")[1] for word in words if re.fullmatch(r"\w+=[\w.]+", word)):
            assert (workspace.folder / Path(file)).stat().st_size > 0


def test_the_line_of_a_log_has_the_keys_of_the_page(workspace: Workspace) -> None:
    """In their order."""
    workspace.declare(profile("alerts"))
    [example] = re.findall(r"```json\n(.*?)\n```", PAGE, re.DOTALL)
    ended = workspace.call("plan", "--log-level", "debug", "--log-format", "json")
    assert list(json.loads(ended.err.splitlines()[0])) == list(json.loads(example))
