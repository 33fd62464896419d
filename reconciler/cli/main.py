"""The ``reconciler`` command. Commands are imported when they are called, so that ``--help`` stays quick."""

from __future__ import annotations

import atexit
import contextlib
import difflib
import gc
import importlib
import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.shell_completion import CompletionItem

from reconciler import __version__
from reconciler.cli.log_options import with_log_options
from reconciler.cli.streams import OutputLost, abandon, hold_streams
from reconciler.cli.words import ALL_ACCOUNTS, OTHER_COMMANDS, OTHER_OPTIONS
from reconciler.errors import ExitCode
from reconciler.model.level import Level

if TYPE_CHECKING:
    from reconciler.cli.log import Log

COMMANDS: Mapping[str, str] = {
    "init": "Begin a project: settings, an example, editor settings, a pipeline.",
    "export": "Write the live account as manifests, and record it as ours.",
    "validate": "Check manifests offline: syntax, schema, references.",
    "plan": "Show what would change in the account.",
    "show": "Show a saved plan.",
    "comment": "Post saved plans to the pull request of this CI run.",
    "approved": "Fetch the plan that was approved in the pull request of a merge.",
    "adopt": "Record live objects as ours, and change nothing in the account.",
    "apply": "Make the account as the manifests say, or as a saved plan does.",
    "drift": "Show what changed in the account behind our back.",
    "issue": "Open, update or close the issue about drift.",
    "hosted": "Do what hosted number orders wait for: codes and papers.",
    "destroy": "Remove everything that the ledger records as ours.",
    "rotate-secret": "Have the secret of a profile made anew, and write it to a file.",
    "status": "Show the account, the last run, and what waits for a human.",
    "doctor": "Check the key, the account, its webhooks, numbers and replies.",
    "history": "Show what was done with the account, an object or a field.",
    "ledger": "Look after what the ledger records: list, forget, unlock, migrate.",
    "explain": "Explain a kind or one of its fields.",
    "schema": "Print or write the JSON schemas of manifests and outputs.",
    "completion": "Print the script that completes our words in bash, zsh or fish.",
    "sandbox": "Serve and administer the local Telnyx emulator.",
}

_COLLECT_SELDOM = (100_000, 50, 100)
"""A project is hundreds of thousands of objects that live until the end, and hardly any cycles: the usual thresholds
walk them all again and again, for a tenth of the time of a plan."""


class Commands(click.Group):
    """Finds commands by name without importing the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of a working day."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module: Any = importlib.import_module(f"reconciler.cli.{cmd_name.replace('-', '_')}")
        return with_log_options(module.command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Answer words from other tools with ours."""
        if ctx.resilient_parsing:  # a completion, which says nothing
            return super().resolve_command(ctx, args)
        word = args[0] if args else ""
        if word in OTHER_COMMANDS:
            raise click.UsageError(f'there is no command "{word}"; {OTHER_COMMANDS[word]}', ctx)
        if word and not word.startswith("-") and word not in COMMANDS:
            near = difflib.get_close_matches(word, COMMANDS, n=1)
            meant = f'did you mean "{near[0]}"?' if near else f"there are: {', '.join(COMMANDS)}"
            raise click.UsageError(f'no command "{word}"; {meant}', ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The names, without importing any command."""
        named = [CompletionItem(name, help=told) for name, told in COMMANDS.items() if name.startswith(incomplete)]
        return named + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="reconciler")
def cli() -> None:
    """Configuration as code for the Telnyx messaging API.

    Manifests say what the account should hold; plan shows the difference, apply makes it so, drift says what
    changed behind our back. Without an account: reconciler plan --account sandbox.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit. click's own usage errors become 64, so that 2 means changes and nothing else."""
    gc.set_threshold(*_COLLECT_SELDOM)
    hold_streams()
    words = sys.argv[1:] if arguments is None else arguments
    try:
        code = cli.main(args=arguments, prog_name="reconciler", standalone_mode=False)
    except click.UsageError as error:
        _explain(error, words)
        sys.exit(ExitCode.USAGE)
    except click.exceptions.Abort:
        _log(words).say("interrupted\n", Level.ERROR)
        sys.exit(ExitCode.INTERRUPTED)
    except click.ClickException as error:
        _log(words).say(f"error: {error.format_message()}\n", Level.ERROR)
        sys.exit(ExitCode.ERROR)
    except OutputLost as lost:
        if not lost.quiet:
            _complain(words, "output", str(lost))
        sys.exit(ExitCode.ERROR)
    except OSError as error:  # click's own pages: help, version
        abandon(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            _complain(words, "output", (error.strerror or str(error)).lower())
        sys.exit(ExitCode.ERROR)
    sys.exit(code if isinstance(code, int) else ExitCode.OK)


def _complain(arguments: Sequence[str], code: str, summary: str, hint: str = "") -> None:
    more = f"  {hint}\n" if hint else ""
    fields = {"code": code, "detail": "", "hint": hint, "address": None, "source": None}
    log = _log(arguments)
    words = summary if log.as_json else f"error: {summary} [{code}]\n{more}"
    log.say(words, Level.ERROR, "finding", {"summary": summary, **fields})


def _log(arguments: Sequence[str]) -> Log:
    """Where no command has begun, or it has ended: the log, as far as the command line tells which."""
    from reconciler.cli.log import Log  # noqa: PLC0415 - help stays quick

    return Log(as_json=("--log-format", "json") in _options(arguments))


def run() -> NoReturn:
    """The whole process: as ``main``, but gone at once. Taking 10,000 resources apart first takes a tenth of a second.

    Whatever is not an ordinary end (a broken pipe at the last flush, a thread that still writes, an exception) ends
    the ordinary way.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for some costs 40 ms, and we have none
    try:
        main()
    except SystemExit as stop:
        if threading.active_count() > 1 or not isinstance(stop.code, int):
            raise
        atexit._run_exitfuncs()  # noqa: SLF001 - what the interpreter would call next
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(stop.code)


def _explain(error: click.UsageError, arguments: Sequence[str]) -> None:
    """Show it; an option of another tool with ours for it. click would name only the first letter of ``-target``."""
    typed = next((word for word in (each.partition("=")[0] for each in arguments) if word in OTHER_OPTIONS), None)
    if isinstance(error, click.NoSuchOption) and error.option_name == "--all-accounts":
        error = click.UsageError(ALL_ACCOUNTS, error.ctx)
    elif isinstance(error, click.NoSuchOption) and error.option_name in {"--log-level", "--log-format"}:
        error = click.UsageError(f"{error.option_name} stands behind the command, as every option", error.ctx)
    elif typed is not None and isinstance(error, click.NoSuchOption):
        error = click.UsageError(f'there is no option "{typed}"; {OTHER_OPTIONS[typed]}', error.ctx)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return
    text = error.format_message()
    summary = text[:1].lower() + text[1:].rstrip(".")
    page = error.ctx.command_path if error.ctx is not None else "reconciler"
    hint = f"{page} --help tells more"
    _complain(arguments, "usage", summary, hint)
    if _asked_for_json(arguments):
        _answer(summary, hint)


def _asked_for_json(arguments: Sequence[str]) -> bool:
    """Whether a program waits for a document, as far as the misused command line tells."""
    return any(pair in {("--format", "json"), ("--format", "jsonl")} for pair in _options(arguments))


def _options(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every word with the next one, which is its value if it is an option."""
    return pairwise(word for each in arguments for word in (each.split("=", 1) if each.startswith("--") else [each]))


def _answer(summary: str, hint: str) -> None:
    from reconciler.model.diagnostic import Diagnostic, Severity  # noqa: PLC0415 - help stays quick
    from reconciler.render.document import diagnostics  # noqa: PLC0415 - as above

    finding = Diagnostic(code="usage", severity=Severity.ERROR, summary=summary, hint=hint)
    with contextlib.suppress(OSError):
        click.echo(diagnostics([finding]), nl=False)
