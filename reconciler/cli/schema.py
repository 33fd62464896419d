"""``reconciler schema``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from reconciler.cli.completing import schema_names
from reconciler.cli.terminal import Terminal
from reconciler.errors import ExitCode, ReconcilerError
from reconciler.resources import kinds
from reconciler.workflow.schema import schema, schemas, stale, write


@click.command("schema")
@click.argument("name", required=False, shell_complete=schema_names)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write every schema into this folder.")
@click.option("--check", type=click.Path(file_okay=False, path_type=Path), help="Exit 1 unless that folder is fresh.")
def command(name: str | None, out: Path | None, check: Path | None) -> int:
    """Print the JSON schema of a kind or an output. Without NAME, lists the names.

    Editors complete and check manifests with the one called manifest.
    """
    terminal = Terminal()
    if sum(chosen is not None for chosen in (name, out, check)) > 1:
        raise click.UsageError("NAME, --out and --check exclude each other")
    try:
        if out is not None:
            terminal.result("".join(f"{path}\n" for path in write(kinds(), out)))
        elif check is not None:
            return _checked(terminal, check)
        elif name is not None:
            terminal.result(json.dumps(schema(kinds(), name), indent=2, sort_keys=True) + "\n")
        else:
            terminal.result("".join(f"{known}\n" for known in sorted(schemas(kinds()))))
    except ReconcilerError as error:
        return terminal.failed(error)
    return ExitCode.OK


def _checked(terminal: Terminal, folder: Path) -> ExitCode:
    behind = stale(kinds(), folder)
    for path in behind:
        terminal.say(f"{path}: not what the code generates; run: reconciler schema --out {folder}\n")
    return ExitCode.ERROR if behind else ExitCode.OK
