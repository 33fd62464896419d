"""Standard error: everything said on the way goes out here, as words or as JSON lines. Its name is no command's."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import click

from reconciler.cli.log_options import asked_for
from reconciler.cli.streams import abandon
from reconciler.model.diagnostic import Diagnostic, by_place
from reconciler.model.events import Event
from reconciler.model.level import Level
from reconciler.model.sent import Sent
from reconciler.render.log import (
    LEVEL_OF,
    event_fields,
    event_level,
    finding_fields,
    log_line,
    sent_fields,
    sent_words,
    wait_level,
    wait_words,
)
from reconciler.render.text import FORMAT as TEXT
from reconciler.render.view import View

_NO_FIELDS: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Log:
    """How much is said, and in which form."""

    level: Level = Level.INFO
    as_json: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def is_lively(self) -> bool:
        """Whether a terminal may show a display that moves."""
        return not self.as_json and self.level <= Level.INFO

    def say(
        self,
        words: str,
        level: Level = Level.INFO,
        event: str = "note",
        fields: Mapping[str, Any] = _NO_FIELDS,
        *,
        always: bool = False,
    ) -> None:
        """Say something, newline included. ``always``: what a question is about is shown whatever the level."""
        if level < self.level and not always:
            return
        if self.as_json:
            message = words.removeprefix(f"{level.word}: ")
            self._write(log_line(self.now(), level, event, message, fields))
        else:
            self._write(words)

    def findings(self, diagnostics: Sequence[Diagnostic], view: View) -> None:
        """Say findings."""
        wanted = [finding for finding in diagnostics if LEVEL_OF[finding.severity] >= self.level]
        if not self.as_json:
            self._write(TEXT.diagnostics(wanted, view=view))
            return
        for finding in by_place(wanted):
            self.say(finding.summary, LEVEL_OF[finding.severity], "finding", finding_fields(finding))

    def request(self, account: str | None, sent: Sent) -> None:
        """Say that an attempt ended. ``account`` where a run has several."""
        fields = {**sent_fields(sent), **({} if account is None else {"account": account})}
        before = "" if account is None else f"{account}: "
        self._technical(Level.DEBUG, "request", before + sent_words(sent), fields)
        if sent.again_in is not None:
            waited = {**fields, "seconds": round(sent.again_in, 3)}
            self._technical(wait_level(sent), "waiting", before + wait_words(sent, sent.again_in), waited)

    def _technical(self, level: Level, event: str, words: str, fields: Mapping[str, Any]) -> None:
        self.say(f"{level.word}: {words}\n", level, event, fields)

    def ask(self, question: str, default: str = "") -> str:
        """Ask on the terminal. Raises click.Abort."""
        if not self.as_json:
            answer: str = click.prompt(question, default=default, show_default=bool(default), err=True)
            return answer
        self.say(question, event="question", fields={"default": default} if default else {}, always=True)
        typed: str = click.prompt("", default=default, show_default=False, prompt_suffix="", err=True)
        return typed

    def end_question(self) -> None:
        """Go on a new line after a question that was not answered."""
        if not self.as_json:
            click.echo(err=True)

    def event(self, event: Event, words: str | None, account: str | None) -> None:
        """Say what happened in a run; ``words`` None: it is worth saying to programs only."""
        if words is None and not self.as_json:
            return
        name, fields = event_fields(event)
        told = fields if account is None else {**fields, "account": account}
        self.say(f"{words or name}\n", event_level(event), name, told)

    def _write(self, text: str) -> None:
        """There is nobody to tell that nobody listens."""
        try:
            click.echo(text, nl=False, err=True, color=True)
        except OSError:
            abandon(sys.stderr)


def current_log() -> Log:
    """The log that this command line asks for."""
    return Log(**asked_for())
