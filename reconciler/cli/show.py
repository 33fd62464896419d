"""``reconciler show``."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.completing import files
from reconciler.cli.outputs import Output, check_apart, formats
from reconciler.cli.plan import nothing_planned, rendered
from reconciler.cli.terminal import Terminal
from reconciler.errors import ExitCode, ReconcilerError, UsageError
from reconciler.model.saved.plan import SavedPlan
from reconciler.workflow.approval import plan_in


@click.command("show")
@formats("text", "json", "markdown", "html", "github")
@click.argument("file", shell_complete=files)
def command(file: str, outputs: tuple[Output, ...]) -> int:
    """Show a saved plan. Needs neither a key nor the manifests, and looks at nothing but the file."""
    check_apart(outputs, ("the plan that is to be shown", file))
    terminal = Terminal(outputs)
    try:
        saved = saved_plan(file)
    except ReconcilerError as error:
        return terminal.failed(error, lambda findings: rendered(nothing_planned(None, findings)))
    terminal.tell(lambda form, view: form.saved(saved, view=view))
    return ExitCode.OK


def saved_plan(file: str) -> SavedPlan:
    """The plan in a file. Raises UsageError for anything else, PlanRefused for one that is not whole."""
    saved = plan_in(file)
    if saved is None and not Path(file).exists():
        raise UsageError(f'there is no file "{file}"', hint="save a plan with reconciler plan --out FILE")
    if saved is None:
        raise UsageError(f'"{file}" is not a saved plan', hint="save one with reconciler plan --out FILE")
    return saved
