"""What is shown to newcomers works: the examples, and the commands of the README."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.journeys.workspace import ROOT, Workspace

FENCE = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
SAVED = re.compile(r"^Save this as `([\w.]+)`:\n\n```yaml\n(.*?)^```", re.DOTALL | re.MULTILINE)
EXIT = re.compile(r"\s+# exit (\d+)\s*$")


class Shown(NamedTuple):
    """A command of a document and the exit code that it is said to have."""

    command: str
    code: int


def commands(text: str) -> Iterator[Shown]:
    """The lines that begin with ``$ `` in blocks fenced as ``console``; ``# exit N`` behind one says how it ends."""
    for block in FENCE.findall(text):
        for line in block.splitlines():
            if line.startswith("$ "):
                told = EXIT.search(line)
                yield Shown(EXIT.sub("", line[2:]), int(told[1]) if told else 0)


@pytest.fixture
def folder(tmp_path: Path) -> Workspace:
    """A fresh folder with the examples in it, and no account but the built-in one."""
    made = Workspace.at(tmp_path / "fresh")
    shutil.copytree(ROOT / "examples", made.folder / "examples")
    # What people do before: a toll-free number can be verified once it is on a profile.
    numbers = made.call("sandbox", "create", "messaging_profiles", "name=Numbers", 'whitelisted_destinations=["US"]')
    profile = numbers.document["id"]
    edited = made.call("sandbox", "edit", "phone_numbers", "+18005550101", f"messaging_profile_id={profile}")
    assert edited.code == 0
    return made


def test_the_examples_apply_and_then_have_nothing_left(folder: Workspace) -> None:
    """Twice; the second is empty."""
    sandbox = ("--account", "sandbox", "examples")
    assert folder.call("validate", "examples").code == 0
    folder.apply("--allow-adopt", *sandbox)
    assert "No changes" in folder.apply(*sandbox).out + folder.call("plan", *sandbox).out
    assert folder.call("plan", "--detailed-exitcode", *sandbox).code == 0


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda path: path.stem)
def test_each_example_applies_alone(example: Path, folder: Workspace) -> None:
    """So that a newcomer may begin with any of them."""
    sandbox = ("--account", "sandbox", f"examples/{example.name}")
    folder.apply("--allow-adopt", *sandbox)
    assert folder.call("plan", "--detailed-exitcode", *sandbox).code == 0


def test_commands_are_found_in_a_document() -> None:
    """The convention of the README."""
    text = "```console\n$ reconciler plan  # exit 2\noutput\n$ reconciler drift\n```\n```sh\n$ not this\n```\n"
    assert list(commands(text)) == [Shown("reconciler plan", 2), Shown("reconciler drift", 0)]


@pytest.mark.long
def test_the_commands_of_the_readme_work(tmp_path: Path) -> None:
    """In order, in one fresh folder with the manifests that it shows, with nothing installed but this program."""
    folder, text = Workspace.at(tmp_path / "first"), (ROOT / "README.md").read_text("utf-8")
    [(name, manifests)] = SAVED.findall(text)
    folder.write(manifests, name)
    shown = list(commands(text))
    if not shown:
        pytest.skip("the README has no console block yet")
    for command, code in shown:
        words = shlex.split(command)
        assert words[0] == "reconciler", f"{command}: only our own commands are run"
        ended = folder.run(*words[1:])
        assert ended.code == code, f"$ {command}\n{ended.out}{ended.err}"
