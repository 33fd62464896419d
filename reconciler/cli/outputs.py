"""``--format``: in which forms a result is written, and where to. One to standard output, any number to files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from reconciler.model.account import STATE_FOLDER
from reconciler.render.escape import visible

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Output:
    """A format, and the file that it goes to; None: standard output."""

    format_name: str
    file: str | None = None


class OutputType(click.ParamType[Output]):
    """``json``, or ``json=FILE``."""

    name = "FORMAT[=FILE]"

    def __init__(self, names: Sequence[str]) -> None:
        """``names`` are the formats that the command offers."""
        self.names = tuple(names)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Output:
        """Parse, or fail with what there is."""
        if isinstance(value, Output):
            return value
        name, equals, file = str(value).partition("=")
        if name not in self.names:
            there_are = f"{', '.join(self.names[:-1])} and {self.names[-1]}"
            raise click.BadParameter(f'"{visible(name)}" is no format here; there are {there_are}', ctx, param)
        if not equals:
            return Output(name)
        if reason := unusable(file):
            raise click.BadParameter(f'"{visible(file)}" {reason}', ctx, param)
        return Output(name, file)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names."""
        return [CompletionItem(name) for name in self.names if name.startswith(incomplete)]


def unusable(file: str) -> str:
    """Why a file cannot take a result.

    A manifest's name is refused: the next plan would read it. So is the folder with the ledger, which nothing replaces.
    """
    path = Path(file)
    if file in {"", "-"} or path.suffix.lower() in {".yaml", ".yml"}:
        return "is no name for a result; write a file such as plan.md"
    if STATE_FOLDER in Path(os.path.realpath(path)).parts[:-1]:
        return f"lies in {STATE_FOLDER}, which is kept for the ledger and its history"
    if path.is_dir():
        return "is a folder"
    return "" if path.parent.is_dir() else "lies in a folder that does not exist"


def check_apart(outputs: Iterable[Output], *others: tuple[str, str | None]) -> None:
    """Raise click.UsageError where a result would replace a file that the command reads or writes besides.

    ``others`` are what each file is, and its name. No ReconcilerError: such a failure is told in these very files.
    """
    for output in outputs:
        for what, file in others:
            if output.file is not None and file not in {None, "-"} and _same(output.file, str(file)):
                told = f"--format {output.format_name}={visible(output.file)}"
                raise click.UsageError(
                    f"{told} would replace {what}; give it a file of its own", click.get_current_context(silent=True)
                )


def _same(one: str, other: str) -> bool:
    try:
        return os.path.realpath(one) == os.path.realpath(other) or Path(one).samefile(other)
    except (OSError, ValueError):  # one of them is not there yet
        return False


def formats(*names: str) -> Callable[[F], F]:
    """``--format``, the first being the default. Once for standard output, and for as many files as are wanted."""

    def checked(ctx: click.Context, param: click.Parameter, found: tuple[Output, ...]) -> tuple[Output, ...]:
        printed = [output.format_name for output in found if output.file is None]
        if len(printed) > 1:
            hint = f"write one of them to a file: --format {printed[1]}=FILE"
            raise click.BadParameter(f"{' and '.join(printed)} on one standard output; {hint}", ctx, param)
        files = [os.path.realpath(output.file) for output in found if output.file is not None]
        if len(set(files)) < len(files):
            raise click.BadParameter("two formats go to one file", ctx, param)
        return found if printed else (Output(names[0]), *found)

    return click.option(
        "--format",
        "outputs",
        type=OutputType(names),
        multiple=True,
        callback=checked,
        metavar="FORMAT[=FILE]",
        help=f"{'|'.join(names)}; to a file where one is named. Repeatable.  [default: {names[0]}]",
    )
