"""Help, words from other tools, and what is loaded for which command."""

from __future__ import annotations

import re
import subprocess
import sys

import click
import pytest

from reconciler import __version__
from reconciler.cli.main import cli
from reconciler.cli.words import OTHER_COMMANDS, OTHER_OPTIONS
from tests.journeys.workspace import MEASURED, Workspace, profile

COMMANDS = (
    "init",
    "completion",
    "validate",
    "plan",
    "adopt",
    "apply",
    "drift",
    "hosted",
    "destroy",
    "rotate-secret",
    "status",
    "doctor",
    "explain",
    "schema",
    "sandbox",
)
SANDBOX = ("serve", "state", "reset", "edit", "create", "advance", "receive")
HOSTED = ("hosted send-codes", "hosted verify")
HEAVY = ("httpx", "rich", "deepdiff", "starlette", "uvicorn", "sqlite3", "asyncio")


def test_help_names_every_command(bare: Workspace) -> None:
    """In words, in 100 columns, with exit 0."""
    told = bare.call("--help")
    assert told.code == 0
    assert all(f"  {command} " in told.out for command in COMMANDS)
    assert max(map(len, told.out.splitlines())) <= 100
    assert __version__ in bare.call("--version").out


@pytest.mark.parametrize("command", [*COMMANDS, *(f"sandbox {name}" for name in SANDBOX), *HOSTED])
def test_each_command_has_help(command: str, bare: Workspace) -> None:
    """Every option with its words, both ways of asking, without an account or a project."""
    told = bare.call(*command.split(), "--help")
    assert told.code == 0
    assert f"Usage: reconciler {command}" in told.out
    assert bare.call(*command.split(), "-h").out == told.out


def test_nothing_at_all_shows_the_help(bare: Workspace) -> None:
    """Not a traceback, and not a success either."""
    told = bare.call()
    assert told.code in {0, 64}
    assert "plan" in told.out + told.err


@pytest.mark.parametrize(
    ("words", "ours"),
    [
        ("diff", "plan"),
        ("import", "adopt"),
        ("state", "ledger"),
        ("refresh", "drift"),
        ("apply --dry-run", "reconciler plan"),
        ("plan -target=x", "--only"),
        ("plan -target x", "--only"),
        ("plan --target x", "--only"),
        ("apply -auto-approve", "--auto-approve"),
        ("apply --yes", "--auto-approve"),
        ("destroy --force", "--allow"),
    ],
)
def test_words_from_other_tools_are_answered_with_ours(words: str, ours: str, workspace: Workspace) -> None:
    """Refused with 64 and the right words, never carried out."""
    workspace.declare(profile("alerts"))
    told = workspace.call(*words.split())
    assert told.code == 64
    assert ours in told.err
    assert told.out == ""


@pytest.mark.parametrize("word", [*OTHER_COMMANDS, *OTHER_OPTIONS])
def test_every_answer_is_a_sentence_that_names_what_exists(word: str, bare: Workspace) -> None:
    """Commands with their subcommands, options of the command that is named, or of any."""
    told = bare.call("plan", word, "x") if word.startswith("-") else bare.call(word, "list", "-o", "json")
    line = told.err.splitlines()[0]
    what = "option" if word.startswith("-") else "command"
    assert (told.code, told.out) == (64, "")
    assert re.fullmatch(rf'error: there is no {what} "{re.escape(word)}"; [a-z$-][^"]*[A-Za-z)}}] \[usage\]', line), (
        line
    )
    assert "use:" not in line
    root = cli.make_context("reconciler", [], resilient_parsing=True)
    every = {name: cli.get_command(root, name) for name in cli.list_commands(root)}
    assert word not in every
    assert set(re.findall(r"reconciler ([a-z]+)\b", line)) <= every.keys()
    ledger = every["ledger"]
    assert isinstance(ledger, click.Group)
    assert set(re.findall(r"ledger (list|show|forget|unlock)\b", line)) <= ledger.commands.keys()
    options = {spelling for each in every.values() if each for parameter in each.params for spelling in parameter.opts}
    assert set(re.findall(r"(?<![\w\"])--[a-z-]+", line)) <= options | {"--help", "--version"}


def test_a_command_that_is_nearly_one(bare: Workspace) -> None:
    """In the style of all other errors."""
    told = bare.call("plna")
    assert told.err.startswith('error: no command "plna"; did you mean "plan"? [usage]\n')


@pytest.mark.parametrize("command", ["export", "show", "ledger"])
def test_what_is_not_there_yet_is_refused(command: str, bare: Workspace) -> None:
    """Nothing is accepted and ignored."""
    assert bare.call(command).code == 64


@pytest.mark.parametrize("arguments", [("--help",), ("validate",), ("history",), ("ledger", "list")], ids=" ".join)
def test_heavy_packages_are_not_loaded(arguments: tuple[str, ...], workspace: Workspace) -> None:
    """Neither for help nor for validate (design §9), nor for what looks at files alone."""
    workspace.declare(profile("alerts"))
    code = (
        "import sys, atexit; from reconciler.cli.main import main;"
        "atexit.register(lambda: print([m for m in sys.argv.pop().split() if m in sys.modules], file=sys.stderr));"
        "heavy = sys.argv.pop(); arguments = sys.argv[1:]; sys.argv.append(heavy); main(arguments)"
    )
    heavy = " ".join(name for name in HEAVY if name != "asyncio" or arguments == ("--help",))
    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments, heavy],
        cwd=workspace.folder,
        env={name: value for name, value in workspace.environment.items() if name != MEASURED},  # it loads packages
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stderr.splitlines()[-1] == "[]", ended.stderr


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("MessagingProfile.lifecycle.prevent_destroy", "refuse to delete or replace"),
        ("MessagingProfile.metadata.remote_id", "settles any ambiguity"),
        ("HostedNumberOrder.options.attempt", "integer"),
        ("HostedNumberOrder", "options.attempt"),
        ("MessagingProfile.webhook_url", "to clear"),
    ],
)
def test_explain_knows_every_part_of_a_manifest(subject: str, words: str, bare: Workspace) -> None:
    """Not the spec alone."""
    told = bare.call("explain", subject)
    assert (told.code, words in told.out) == (0, True), told.out + told.err
