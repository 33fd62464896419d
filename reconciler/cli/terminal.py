"""Streams and the process: what a command prints goes out here, and errors become exit codes here.

stdout carries the result in the chosen format and nothing else; everything said on the way goes to stderr.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TextIO

import click

from reconciler.cli.log import Log, current_log
from reconciler.cli.outputs import Output
from reconciler.cli.pipeline import checkout, links, run_address
from reconciler.cli.result_files import Streams, write_result
from reconciler.cli.streams import OutputLost, abandon
from reconciler.errors import ExitCode, ReconcilerError, UsageError
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.level import Level
from reconciler.model.page import Page
from reconciler.render.failure import findings_of
from reconciler.render.format import Format, formats
from reconciler.render.text import FORMAT as TEXT
from reconciler.render.view import View
from reconciler.workflow.setting import Surroundings

Render = Callable[[Format, View], str]
"""Something to tell, in whatever format."""

WithFindings = Callable[[Sequence[Diagnostic]], Render]
"""The command's own document with nothing in it but these findings."""


def surroundings(*, several: bool = False) -> Surroundings:
    """The real machine. ``several``: the log names the account of each request."""
    log = current_log()
    return Surroundings(
        folder=Path.cwd(),
        environment=dict(os.environ),
        stdin=cache(_stdin),
        now=lambda: datetime.now(UTC),
        command=as_typed(),
        requests=lambda account, sent: log.request(account if several else None, sent),
    )


def page_of(code: str) -> Page | None:
    """What is written about a code; read when it is asked for."""
    from reconciler.workflow.pages import pages  # noqa: PLC0415 - few formats show any

    return pages().get(code)


def _stdin() -> bytes:
    if sys.stdin is None:
        raise UsageError("standard input is closed", hint="pipe manifests into it, or leave out the -")
    return sys.stdin.buffer.read()


def as_typed() -> str:
    """This very command, to be shown to whoever waits for its lock and to be typed again after a partial apply."""
    return shlex.join(["reconciler", *sys.argv[1:]])


def _columns(stream: TextIO | None) -> int:
    """What COLUMNS says, else how wide the stream's own terminal is, else what logs have."""
    wished = os.environ.get("COLUMNS", "")
    if wished.isdecimal() and int(wished):
        return int(wished)
    try:
        return (os.get_terminal_size(stream.fileno()).columns if stream is not None else 0) or View().width
    except (OSError, ValueError):  # no terminal, or nothing that could be one
        return View().width


@dataclass(frozen=True, slots=True)
class Terminal:
    """The two streams, the files, and the formats in which results are written."""

    outputs: tuple[Output, ...] = (Output("text"),)
    text: Format = TEXT
    log: Log = field(default_factory=current_log)
    _streams: Streams = field(default_factory=Streams)

    @property
    def is_text(self) -> bool:
        """Whether standard output is for people."""
        return any(output == Output("text") for output in self.outputs)

    @property
    def streams_events(self) -> bool:
        """Whether a program follows the run."""
        return any(output.format_name == "jsonl" for output in self.outputs)

    def color(self, *, err: bool = False) -> bool:
        """Whether a stream is a terminal that shows colour (https://no-color.org)."""
        stream = sys.stderr if err else sys.stdout
        if stream is None or not stream.isatty():
            return False
        return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def view(self, *, err: bool = False) -> View:
        """How text on a stream is looked at."""
        return View(color=self.color(err=err), width=_columns(sys.stderr if err else sys.stdout))

    def _elsewhere(self) -> View:
        """How everything else is looked at: on a web page, by a program, later."""
        files = [out.file for out in self.outputs if out.file is not None and out.format_name in {"html", "json"}]
        run = run_address(os.environ)
        whole = f"in {files[0]}" if files else f"in the log of {run}" if run else ""
        here = Path.cwd()
        return View(links=links(os.environ, here), checkout=checkout(os.environ, here), whole=whole, page_of=page_of)

    def tell(self, render: Render) -> None:
        """Write the result to wherever it was asked for. Raises OutputLost, after all others were written."""
        self._tell(render, self.outputs)

    def tell_others(self, render: Render) -> None:
        """As ``tell``, but for people at standard output, who are told in other words."""
        self._tell(render, [output for output in self.outputs if output != Output("text")])

    def _tell(self, render: Render, outputs: Sequence[Output]) -> None:
        lost: OutputLost | None = None
        for output in outputs:
            at_terminal = output == Output("text")
            text = render(self._format(output.format_name), self.view() if at_terminal else self._elsewhere())
            try:
                self._write(output, text)
            except OutputLost as error:
                lost = lost or error
        if lost is not None:
            raise lost

    def _format(self, name: str) -> Format:
        """The results of the event stream are JSON documents."""
        return self.text if name == "text" else formats()["json" if name == "jsonl" else name]

    def _write(self, output: Output, text: str) -> None:
        if output.format_name == "jsonl":
            # The line ends inside strings are escaped: all others are layout.
            text = "".join(line.lstrip(" ") for line in text.split("\n")) + "\n"
            self._add(output, text)
        elif output.file is None:
            self.result(text)
        else:
            write_result(output.file, text)

    def event(self, line: str) -> None:
        """One line of the event stream. Raises OutputLost."""
        for output in self.outputs:
            if output.format_name == "jsonl":
                self._add(output, line)

    def _add(self, output: Output, line: str) -> None:
        if output.file is None:
            self.result(line)
        else:
            self._streams.add(output.file, line)

    def result(self, rendered: str) -> None:
        """Write to standard output. Raises OutputLost."""
        try:
            click.echo(rendered, nl=False, color=True)
        except OSError as error:
            abandon(sys.stdout)
            raise OutputLost(error) from None

    def say(self, rendered: str) -> None:
        """Write something on the way."""
        self.log.say(rendered)

    def warn(self, rendered: str) -> None:
        """Write that something did not go as it should."""
        self.log.say(f"warning: {rendered}", Level.WARNING)

    def show(self, plan: str) -> None:
        """Write what a question is about: part of the result only where that is for people, too."""
        if self.is_text:
            self.result(plan)
        else:
            self.log.say(plan, event="plan", always=True)

    def warn_of(self, stakes: str) -> None:
        """Write what stands above a question, if there is anything."""
        if stakes:
            self.log.say(stakes, Level.WARNING, event="stakes", always=True)

    def findings(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Write findings, by place."""
        self.log.findings(diagnostics, self.view(err=True))

    def failed(self, error: ReconcilerError, document: WithFindings | None = None, *, said: int = 0) -> ExitCode:
        """Tell why a command stopped: in words on stderr, and as the command's own document for programs.

        The first ``said`` findings stand in a plan that was just shown: people need not read them twice.
        """
        findings = findings_of(error)
        self.findings(findings[said:])
        if document is not None:
            self.tell_others(document(findings))
        return error.exit_code
