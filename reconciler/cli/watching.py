"""Progress of a command on standard error: shown as long as somebody listens, and never the end of a run."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from reconciler.cli.log import Log
from reconciler.cli.streams import OutputLost
from reconciler.cli.terminal import Terminal
from reconciler.model.events import Event
from reconciler.model.level import Level
from reconciler.model.watching import Asked, Listed, Sought, Step
from reconciler.render.progress import Progress, Shown, progress

T = TypeVar("T")


class Watching:
    """What shows a run, account by account."""

    def __init__(self, of: Callable[[str | None], Shown], rest: Callable[[], None]) -> None:
        """See ``watching``."""
        self.of = of
        self.rest = rest


@contextmanager
def watching(terminal: Terminal) -> Iterator[Watching]:
    """Show progress while the block lasts. Without standard error there is nobody to show it to."""
    log = terminal.log
    if sys.stderr is None:
        yield Watching(lambda _: ignore, lambda: None)
        return
    if not log.is_lively:
        yield Watching(lambda account: _said(log, account), lambda: None)
        return
    # The lines about single requests would run into what moves.
    shown = progress(sys.stderr, terminal=sys.stderr.isatty() and log.level >= Level.INFO)

    def rest() -> None:
        with suppress(OSError):
            shown.rest()

    try:
        yield Watching(lambda account: unfailing(shown.of(account), terminal), rest)
    finally:
        rest()


class _Words:
    """A screen that keeps the last words, for a log that says them in a form of its own."""

    def __init__(self) -> None:
        self.last: str | None = None

    def taken(self) -> str | None:
        words, self.last = self.last, None
        return words

    def line(self, text: str) -> None:
        self.last = text

    def remark(self, text: str) -> None:
        self.last = text

    def live(self, text: str, done: int, total: int | None) -> None:
        pass

    def clear(self) -> None:
        pass


def _said(log: Log, account: str | None) -> Shown:
    words = _Words()
    show = Progress(words, time.monotonic).of(account)

    def say(event: Event | Step) -> None:
        show(event)
        told = words.taken()
        if not isinstance(event, Asked | Listed | Sought):
            log.event(event, told, account)
        elif told is not None:
            log.say(f"{told}\n", event="reading", fields={} if account is None else {"account": account})

    return say


def ignore(_: object) -> None:
    """Nobody listens."""


def unfailing(tell: Callable[[T], None], terminal: Terminal) -> Callable[[T], None]:
    """``tell`` until its stream fails. A write that is in flight must not be lost for want of somebody to tell."""
    listening = True

    def emit(event: T) -> None:
        nonlocal listening
        if listening:
            try:
                tell(event)
            except (OSError, OutputLost) as lost:
                listening = False
                terminal.warn(f"{lost}; the run goes on\n")

    return emit
