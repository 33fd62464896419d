"""``--kind`` and ``--label``: the part of a project that a command speaks about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from reconciler.cli import completing
from reconciler.model.selector import Selector

F = TypeVar("F", bound=Callable[..., Any])


class LabelType(click.ParamType[tuple[str, str]]):
    """``KEY=VALUE``."""

    name = "KEY=VALUE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Parse, or fail with the right form."""
        if isinstance(value, tuple):
            return value
        key, equals, label = str(value).partition("=")
        if not key or not equals:
            raise click.BadParameter(f'"{value}" is no label; write it as in metadata.labels: team=growth', ctx, param)
        return key, label


def selecting(command: F) -> F:
    """``--kind KIND`` and ``--label KEY=VALUE``."""
    command = click.option(
        "--label", multiple=True, type=LabelType(), help="Only manifests with this label. Repeatable: with all of them."
    )(command)
    return click.option(
        "--kind",
        multiple=True,
        metavar="KIND",
        help="Only this kind. Repeatable: any of them.",
        shell_complete=completing.kind_names,
    )(command)


def selector(kind: tuple[str, ...], label: tuple[tuple[str, str], ...]) -> Selector:
    """What these options select."""
    return Selector(frozenset(kind), label)
