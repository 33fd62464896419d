"""Streams and the process: what a command prints goes out here, and errors become exit codes here.

stdout carries the result in the chosen format and nothing else; everything said on the way goes to stderr.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import click

from reconciler.cli.streams import OutputLost, abandon
from reconciler.errors import ExitCode, ReconcilerError, UsageError
from reconciler.model.diagnostic import Diagnostic
from reconciler.render.failure import findings_of
from reconciler.render.format import Format, formats
from reconciler.render.text import FORMAT as TEXT
from reconciler.workflow.setting import Surroundings

WithFindings = Callable[[Sequence[Diagnostic]], str]
"""Renders the command's own document with nothing in it but these findings."""


def surroundings() -> Surroundings:
    """The real machine."""
    return Surroundings(
        folder=Path.cwd(),
        environment=dict(os.environ),
        stdin=cache(_stdin),
        now=lambda: datetime.now(UTC),
        command=as_typed(),
    )


def _stdin() -> bytes:
    if sys.stdin is None:
        raise UsageError("standard input is closed", hint="pipe manifests into it, or leave out the -")
    return sys.stdin.buffer.read()


def as_typed() -> str:
    """This very command, to be shown to whoever waits for its lock and to be typed again after a partial apply."""
    return shlex.join(["reconciler", *sys.argv[1:]])


@dataclass(frozen=True, slots=True)
class Terminal:
    """The two streams, and the format in which results are written."""

    format_name: str = "text"
    text: Format = TEXT

    @property
    def format(self) -> Format:
        """The chosen format; the event stream's results are JSON documents."""
        return self.text if self.is_text else formats()["json" if self.format_name == "jsonl" else self.format_name]

    @property
    def is_text(self) -> bool:
        """Whether results are read by a person."""
        return self.format_name == "text"

    def color(self, *, err: bool = False) -> bool:
        """Whether a stream is a terminal that shows colour (https://no-color.org)."""
        stream = sys.stderr if err else sys.stdout
        if stream is None or not stream.isatty():
            return False
        return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def result(self, rendered: str) -> None:
        """Write the result. Raises OutputLost."""
        try:
            click.echo(rendered, nl=False, color=True)
        except OSError as error:
            abandon(sys.stdout)
            raise OutputLost(error) from None

    def document(self, rendered: str) -> None:
        """Write the result of a run, which in the event stream is the last line."""
        if self.format_name == "jsonl":
            # The line ends inside strings are escaped: all others are layout.
            rendered = "".join(line.lstrip(" ") for line in rendered.split("\n")) + "\n"
        self.result(rendered)

    def say(self, rendered: str) -> None:
        """Write something on the way. There is nobody to tell that nobody listens."""
        try:
            click.echo(rendered, nl=False, err=True, color=True)
        except OSError:
            abandon(sys.stderr)

    def findings(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Write findings for a person, in the order given."""
        self.say(self.text.diagnostics(diagnostics, color=self.color(err=True)))

    def failed(self, error: ReconcilerError, document: WithFindings, *, said: int = 0) -> ExitCode:
        """Tell why a command stopped: in words on stderr, and as the command's own document for programs.

        The first ``said`` findings stand in a plan that was just shown: people need not read them twice.
        """
        findings = findings_of(error)
        self.findings(findings[said:])
        if not self.is_text:
            self.document(document(findings))
        return error.exit_code
