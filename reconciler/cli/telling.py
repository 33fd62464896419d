"""``--notify``, ``--notify-state`` and ``--metrics``: what a run on a schedule leaves behind besides its report."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reconciler.cli.outputs import unusable
from reconciler.cli.pipeline import run_address
from reconciler.cli.result_files import write_result
from reconciler.errors import UsageError
from reconciler.model.notification import Destination, parse_destination
from reconciler.render.escape import visible

if TYPE_CHECKING:
    from reconciler.workflow.telling import Telling

F = TypeVar("F", bound=Callable[..., Any])


class DestinationType(click.ParamType[Destination]):
    """``slack:env:VARIABLE``. What is wrong is told without the value: it may be a password."""

    name = "DESTINATION"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Destination:
        """Parse, or fail with the right forms."""
        try:
            return value if isinstance(value, Destination) else parse_destination(str(value))
        except ValueError as error:
            raise click.BadParameter(str(error), ctx, param) from None


class KeptFile(click.ParamType[str]):
    """A file that is written as a whole."""

    name = "FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check, or fail with the reason."""
        if reason := unusable(str(value)):
            raise click.BadParameter(f'"{visible(str(value))}" {reason}', ctx, param)
        return str(value)


def telling(command: F) -> F:
    """The three options."""
    options = (
        click.option(
            "--notify",
            "destinations",
            multiple=True,
            type=DestinationType(),
            metavar="DESTINATION",
            help="Tell of drift when it changes or ends: slack:env:VARIABLE, webhook:env:VARIABLE. Repeatable.",
        ),
        click.option("--notify-state", type=KeptFile(), help="Keep what was told in FILE, not beside the ledger."),
        click.option("--metrics", type=KeptFile(), help="Write what was found to FILE, for Prometheus."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def telling_of(destinations: tuple[Destination, ...], notify_state: str | None, metrics: str | None) -> Telling:
    """What the options ask for. Raises UsageError."""
    from reconciler.workflow.telling import prepare_telling  # noqa: PLC0415 - help loads nothing of it

    if metrics is not None and notify_state is not None and os.path.realpath(metrics) == os.path.realpath(notify_state):
        raise UsageError("--metrics and --notify-state name one file", hint="give each a file of its own")
    return prepare_telling(
        destinations,
        record=notify_state,
        metrics=metrics,
        run=run_address(os.environ),
        environment=dict(os.environ),
    )


def write_metrics(told: Telling) -> None:
    """Write the file, if there is anything to say. Raises OutputLost."""
    if told.metrics is not None and told.runs:
        write_result(told.metrics, told.metrics_text())
