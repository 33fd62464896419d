"""What happens during a run, as it happens: short lines in logs, a live display on a terminal. One for every command.

Consumes events, and the steps of long looks at the account; writes to the stream that it is given; decides nothing.
What takes less than two seconds is not worth watching: only its ends are told.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

from reconciler.model.events import Applied, Began, Blocked, Event, Failed, Observing, Settling, Stopped
from reconciler.model.listed import listed
from reconciler.model.plan import Create, Replace
from reconciler.model.watching import Asked, Listed, Sought, Step
from reconciler.render.escape import visible
from reconciler.render.pace import WORTH_SAYING, Clock, Reading, Stretch, Stretches
from reconciler.render.screen import LiveScreen, LogScreen, Screen
from reconciler.render.words import WORDS, counted

Shown = Callable[[Event | Step], None]
"""An ``Emit`` and a ``Watch`` in one."""

MOST_NAMES = 5
"""Addresses of one line."""
PARTS = 12
"""Lines in a log about the lists of one look, at most; as long as their number is not known, few more."""


def words_of(event: Applied | Failed | Blocked | Settling) -> str:
    """What is worth a line, wherever it is shown."""
    match event:
        case Settling(addresses=addresses, seconds=seconds):
            names = listed([visible(str(address)) for address in addresses], MOST_NAMES)
            writes = counted(len(addresses), "write")
            return f"looking up to {seconds:.0f} s for {writes} whose outcome is unknown: {names}"
        case _:
            return f"{visible(str(event.change.address))} {_end(event)}"


def _end(outcome: Applied | Failed | Blocked) -> str:
    match outcome:
        case Applied(change=Create() | Replace() as change, remote_id=str(remote_id)):
            return f"{WORDS[change.action].done}, id {visible(remote_id)}"
        case Applied(change=change):
            return WORDS[change.action].done
        case Failed(error=error):
            return f"failed: {visible(error.summary)} [{visible(error.code)}]"
        case Blocked(because_of=address):
            return f"blocked by {visible(str(address))}"


class Progress:
    """Counts what it is told and shows it. ``[3/12]`` counts what has ended, in whatever order it did."""

    def __init__(self, screen: Screen, clock: Clock) -> None:
        """Nothing has happened yet."""
        self._screen = screen
        self._clock = clock
        self._doing = "reading the account"
        self._reading: Reading | None = None
        self._changes = Stretches()
        self._due = 0.0
        self._part = 0

    def of(self, account: str | None = None) -> Shown:
        """Something to hand events and steps to; ``account`` begins each line where a run has several."""
        before = "" if account is None else f"{visible(account)}: "

        def show(event: Event | Step) -> None:
            match event:
                case Asked() | Listed() | Sought():
                    self._read(event, account)
                case Observing(purpose=purpose):
                    self._doing = f"{visible(purpose)}: reading the account"
                    self._screen.remark(f"{before}{self._doing}")
                case Began(change=change, total=total):
                    now = f"{change.action.value} {visible(str(change.address))}"
                    self._changes.each.setdefault(account, Stretch(self._clock(), total))
                    self._written(f"{before}{now}")
                case Settling():
                    self._screen.line(f"{before}{words_of(event)}")
                case Stopped():  # often hundreds, for one reason: the result lists them
                    self._ended(account)
                case Applied() | Failed() | Blocked():
                    self._screen.line(f"{before}{self._ended(account)}{words_of(event)}")

        return show

    def rest(self) -> None:
        """Take what is live off the terminal: something else is to be written there, or the look is over."""
        self._screen.clear()
        self._reading, self._part = None, 0

    def _ended(self, account: str | None) -> str:
        """Count one more; the count, where the total is known."""
        changes = self._changes.each.get(account)
        if changes is None:
            return ""
        changes.done += 1
        return f"[{changes.done}/{changes.total}] "

    def _written(self, now: str) -> None:
        """Show how far the changes are, above the one that begins."""
        self._reading = None
        changes, clock = self._changes, self._clock()
        if clock - min(one.began for one in changes.each.values()) >= WORTH_SAYING:
            told = filter(None, (f"{changes.done} of {changes.total} done", changes.left_words(clock), now))
            self._screen.live(", ".join(told), changes.done, changes.total)

    def _read(self, step: Step, account: str | None) -> None:
        if self._changes.each:
            return  # the reads of a run that writes are a part of its changes
        now = self._clock()
        if self._reading is None:
            self._reading, self._due = Reading(now), now + WORTH_SAYING
        reading = self._reading
        reading.take(step, account, now)
        if now - reading.began < WORTH_SAYING:
            return
        words = f"{self._doing}: {reading.words(now)}"
        self._screen.live(words, reading.lists.done, reading.lists.total or None)
        if self._worth_a_line(reading, now):
            self._screen.remark(words)

    def _worth_a_line(self, reading: Reading, now: float) -> bool:
        """A twelfth of the lists each; while their number is not known, after twice the time each."""
        if now < self._due:
            return False
        if total := reading.lists.total:
            part = reading.lists.done * PARTS // total
            if part <= self._part:
                return False
            self._part, self._due = part, now + WORTH_SAYING
        else:
            self._due = now + (now - reading.began)
        return True


def progress(stream: TextIO, *, terminal: bool = False, clock: Clock = time.monotonic) -> Progress:
    """What shows a run, until ``rest``. rich is loaded on a terminal, once there is something to watch."""
    return Progress(LiveScreen(stream) if terminal else LogScreen(stream), clock)
