"""``reconciler explain``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from reconciler.cli.completing import subjects
from reconciler.cli.error_page import error_page
from reconciler.cli.terminal import Terminal
from reconciler.errors import ExitCode, ReconcilerError
from reconciler.render.escape import json_text
from reconciler.resources import kinds
from reconciler.workflow.explain import FieldExplained, KindExplained, explain


@click.command("explain")
@click.argument("subject", metavar="KIND[.FIELD]|CODE", required=False, shell_complete=subjects)
def command(subject: str | None) -> int:
    """Explain a kind or one of its fields: what it accepts, how to clear it, what changing it does.

    Or the code of an error or a warning, the word in brackets. Without KIND, lists the kinds.
    """
    terminal = Terminal()
    if subject and (page := error_page(subject)) is not None:
        terminal.result(page)
        return ExitCode.OK
    known = kinds()
    try:
        subjects = [explain(known, subject)] if subject else [explain(known, name) for name in known]
    except ReconcilerError as error:
        return terminal.failed(error)
    for explained in subjects:
        match explained:
            case KindExplained() if subject:
                terminal.result(_kind(explained))
            case KindExplained():
                terminal.result(f"{explained.name}\n  {explained.description}\n")
            case FieldExplained():
                terminal.result(_field(explained))
    return ExitCode.OK


def _kind(kind: KindExplained) -> str:
    width = max(len(field.path) for field in (*kind.fields, *kind.around))
    actions = "".join(f"  {action:8} {meaning}\n" for action, meaning in kind.life)
    more = f"{kind.more}\n\n" if kind.more else ""
    return (
        f"{kind.name}: {kind.description}\n\n"
        f"{more}"
        f"actions:\n{actions}\n"
        f"{_statuses(kind)}"
        f"spec:\n{_listed(kind.fields, width)}\n"
        f"beside it:\n{_listed(kind.around, width)}\n"
        f"reconciler explain {kind.name}.FIELD tells more\n"
    )


def _statuses(kind: KindExplained) -> str:
    if not kind.statuses:
        return ""
    width = max(len(status) for status, _ in kind.statuses)
    lines = (f"  {status:{width}}  {standing.turn:6}  {standing.meaning}\n" for status, standing in kind.statuses)
    return f"statuses, and whose turn it is:\n{''.join(lines)}\n"


def _listed(fields: Sequence[FieldExplained], width: int) -> str:
    return "".join(
        f"  {field.path:{width}}  {'required, ' if field.required else ''}{field.accepts}\n" for field in fields
    )


def _field(field: FieldExplained) -> str:
    return (
        f"{field.path}: {field.description}\n\n"
        f"  accepts   {field.accepts}\n"
        f"  required  {'yes' if field.required else 'no'}\n"
        f"  default   {field.default}\n"
        f"  to clear  {field.clearing}\n"
        f"  a change  is {field.changing}\n"
        f"  example   {_example(field)}\n"
    )


def _example(field: FieldExplained) -> str:
    """As it stands in a manifest: each level of the path on a line of its own, JSON values, which are YAML."""
    *above, name = field.path.split(".")
    lines = [f"{step}:" for step in above] + [f"{name}: {json_text(field.example)}"]
    return "\n            ".join("  " * depth + line for depth, line in enumerate(lines))
