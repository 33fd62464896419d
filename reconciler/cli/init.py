"""``reconciler init``."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import click

from reconciler.cli.interruption import ending_at_once
from reconciler.cli.log import current_log
from reconciler.cli.terminal import Terminal
from reconciler.errors import ExitCode, Interrupted, ReconcilerError, UsageError
from reconciler.resources import kinds
from reconciler.workflow.init import Begun, init, likely_pipeline, present
from reconciler.workflow.starting import (
    Pipeline,
    Wishes,
    checked_accounts,
    checked_ledger,
    checked_name,
    key_variable,
    project_name_for,
)

_HERE = ".reconciler"
_ACCOUNT = "default"
_ACCOUNTS = "Accounts, separated by spaces"
_LEDGER = "Ledger; a team shares one: s3://BUCKET/PREFIX, az://…, gs://…, https://…"
_PIPELINE = "Pipeline: github, gitlab or none"
T = TypeVar("T")


@click.command("init")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--project", metavar="NAME", help="The project's name. Default: the folder's.")
@click.option("--account", "accounts", metavar="NAME", multiple=True, help="A Telnyx account. Default: one, default.")
@click.option("--ledger", metavar="LOCATION", help="Where the ledger lives. Default: .reconciler, on this machine.")
@click.option("--ci", type=click.Choice([each.value for each in Pipeline]), help="Whose pipeline to add.")
@click.option("--yes", is_flag=True, help="Ask nothing: take the defaults for what is not given.")
def command(
    folder: Path, project: str | None, accounts: tuple[str, ...], ledger: str | None, ci: str | None, *, yes: bool
) -> int:
    """Begin a project in DIR: settings, an example, editor settings, a pipeline.

    Asks for what is not given, on a terminal; elsewhere takes the defaults. Never overwrites a file, and can be run
    again. Nothing in an account is touched, and nothing that it writes creates anything by itself.
    """
    terminal = Terminal()
    try:
        there = present(folder)
        ask = _Questions(asks=there is None and not yes and sys.stdin is not None and sys.stdin.isatty())
        wishes = there or _wishes(ask, folder, project, accounts, ledger)
        wishes = replace(wishes, pipeline=ask.chosen(_PIPELINE, ci, likely_pipeline(folder).value, _pipeline))
        begun = init(folder, wishes, kinds())
        if there is not None and (project or accounts or ledger):
            begun.advice.append("reconciler.yaml is there already: add accounts to it, or change it, by hand")
    except ReconcilerError as error:
        return terminal.failed(error)
    terminal.result("".join(f"{line}\n" for line in _told(folder, wishes, begun)))
    return ExitCode.OK


def _wishes(
    ask: _Questions, folder: Path, project: str | None, accounts: tuple[str, ...], ledger: str | None
) -> Wishes:
    chosen = ask.chosen("Project name", project, project_name_for(folder.resolve().name), checked_name)
    names = ask.chosen(_ACCOUNTS, " ".join(accounts) or None, _ACCOUNT, lambda text: checked_accounts(text.split()))
    return Wishes(chosen, names, ask.chosen(_LEDGER, ledger, _HERE, lambda text: checked_ledger(text, names)))


def _pipeline(text: str) -> Pipeline:
    try:
        return Pipeline(text)
    except ValueError:
        raise UsageError(f'no pipeline "{text}"', hint="there are: github, gitlab, none") from None


class _Questions:
    """Each asked once for what was not given, and again for an answer that cannot be used."""

    def __init__(self, *, asks: bool) -> None:
        self._asks = asks

    def chosen(self, question: str, given: str | None, default: str, check: Callable[[str], T]) -> T:
        """What was given, else what is answered, else the default. Raises UsageError and Interrupted."""
        if given is not None or not self._asks:
            return check(default if given is None else given)
        log = current_log()
        while True:
            try:
                with ending_at_once():
                    answer = log.ask(question, default)
            except (click.Abort, KeyboardInterrupt):
                log.end_question()
                raise Interrupted("interrupted; nothing was written") from None
            try:
                return check(answer.strip())
            except UsageError as error:
                log.say(f"{error.summary}; {error.hint}\n", always=True)


def _told(folder: Path, wishes: Wishes, begun: Begun) -> Iterator[str]:
    for word, names in (("wrote", begun.written), ("added to", begun.extended), ("left alone", begun.left)):
        yield from (f"{word:<10}  {name}" for name in names)
    if begun.advice:
        yield ""
        yield from begun.advice
    yield from ("", "next:")
    yield from (f"  {typed:<32}  {meaning}".rstrip() for typed, meaning in _next(folder, wishes.accounts))
    if examples := [name for name in begun.written if name.endswith("example.yaml")]:
        yield f"or, without an account, take the comment marks off {examples[0]}, and:"
        yield f"  reconciler plan {examples[0]} --account sandbox"


def _next(folder: Path, accounts: Sequence[str]) -> Iterator[tuple[str, str]]:
    flag = "" if len(accounts) == 1 else f" --account {accounts[0]}"
    if folder.resolve() != Path.cwd():
        yield f"cd {shlex.quote(str(folder))}", ""
    yield f"export {key_variable(accounts, accounts[0])}=…", "the account's API key"
    yield f"reconciler export{flag}", "writes what the account holds as manifests"
    yield f"reconciler plan{flag}", "shows what would change"
