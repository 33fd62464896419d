"""``--log-level`` and ``--log-format``: on every command, and loading nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click

from reconciler.model.level import Level

_META = "reconciler.log"


def asked_for() -> Mapping[str, Any]:
    """What this command line says about its log, as arguments of ``Log``."""
    context = click.get_current_context(silent=True)
    found: Mapping[str, Any] = context.meta.get(_META, {}) if context is not None else {}
    return found


def _chosen(name: str, meaning: Callable[[str], Any]) -> Callable[[click.Context, click.Parameter, str | None], None]:
    def keep(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
        if value is not None:
            ctx.meta.setdefault(_META, {})[name] = meaning(value)

    return keep


def _options() -> Iterator[click.Option]:
    yield click.Option(
        ["--log-level"],
        type=click.Choice([level.word for level in Level]),
        expose_value=False,
        callback=_chosen("level", lambda word: Level[word.upper()]),
        help="How much is said on standard error; debug tells every request.  [default: info]",
    )
    yield click.Option(
        ["--log-format"],
        type=click.Choice(["text", "json"]),
        expose_value=False,
        callback=_chosen("as_json", lambda word: word == "json"),
        help="Words, or one JSON object a line.  [default: text]",
    )


def with_log_options(command: click.Command) -> click.Command:
    """A command, and all below it, with the options about its log; once."""
    if isinstance(command, click.Group):
        for each in command.commands.values():
            with_log_options(each)
    elif not any(parameter.name == "log_level" for parameter in command.params):
        command.params.extend(_options())
    return command
