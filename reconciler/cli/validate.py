"""``reconciler validate``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from reconciler.cli.options import accounts, paths, selection
from reconciler.cli.outputs import Output, check_apart, formats
from reconciler.cli.terminal import Render, Terminal, surroundings
from reconciler.errors import ExitCode, ReconcilerError
from reconciler.model.diagnostic import Diagnostic, has_errors
from reconciler.render.words import counted
from reconciler.workflow.setting import Reading, prepare_each
from reconciler.workflow.validate import validate


@click.command("validate")
@formats("text", "json", "markdown", "html", "github", "sarif")
@accounts
@paths
def command(
    account: str | None, outputs: tuple[Output, ...], paths: tuple[str, ...], *, all_accounts: bool, allow_empty: bool
) -> int:
    """Check manifests offline: syntax, schema, references. Needs no key.

    PATHS are files, folders or - for standard input; without any, those of the account in reconciler.yaml (of every
    account, if none is chosen), else the current folder.
    """
    check_apart(outputs, *(("a file that is read", path) for path in paths))
    terminal = Terminal(outputs)
    try:
        chosen = selection(account, all_accounts=all_accounts)
        if chosen is not None:
            from reconciler.cli.several import validated  # noqa: PLC0415 - one account needs none of it

            return validated(terminal, chosen, Reading(paths=paths, allow_empty=allow_empty))
        loaded = validate(prepare_each(surroundings(), account), Reading(paths=paths, allow_empty=allow_empty))
    except ReconcilerError as error:
        return terminal.failed(error, _findings)
    valid = not has_errors(loaded.diagnostics)
    read = f"{counted(len(loaded.resources), 'resource')} in {counted(len(loaded.files), 'file')}"
    verdict = f"{read}: valid\n" if valid else ""
    if terminal.is_text:
        terminal.findings(loaded.diagnostics)
    terminal.tell_others(_findings(loaded.diagnostics, verdict))
    if terminal.is_text:
        terminal.result(verdict)
    else:
        terminal.say(verdict)
    return ExitCode.OK if valid else ExitCode.ERROR


def _findings(found: Sequence[Diagnostic], verdict: str = "") -> Render:
    """People are told the ``verdict``, too: to them no findings are an empty file."""
    return lambda form, view: form.diagnostics(found, view=view) + (verdict if form.name == "text" else "")
