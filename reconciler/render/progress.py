"""What happens during an apply, as it happens: plain lines for logs, a live display on a terminal.

Consumes events and writes to the stream that it is given; decides nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TextIO

from reconciler.model.events import Applied, Began, Blocked, Emit, Event, Failed, Observing, Settling, Stopped
from reconciler.model.plan import Create, Replace
from reconciler.render.escape import visible
from reconciler.render.words import WORDS, counted


class Lines:
    """The words for each event. ``[3/12]`` counts what has ended, in whatever order it did."""

    def __init__(self, account: str | None = None) -> None:
        """Nothing has happened yet. ``account`` begins each line where a run has several."""
        self.ended = 0
        self.total = 0
        self._before = "" if account is None else f"{visible(account)}: "

    def of(self, event: Event) -> str | None:
        """One line, or None for what is not worth one in a log."""
        line = self._words(event)
        return None if line is None else self._before + line

    def _words(self, event: Event) -> str | None:
        match event:
            case Observing(purpose=purpose):
                return f"{visible(purpose)}: reading the account"
            case Settling(addresses=addresses, seconds=seconds):
                names = ", ".join(visible(str(address)) for address in addresses)
                writes = counted(len(addresses), "write")
                return f"looking up to {seconds:.0f} s for {writes} whose outcome is unknown: {names}"
            case Began(total=total):
                self.total = total
                return None
            case Stopped():  # often hundreds, for one reason: the result lists them
                self.ended += 1
                return None
            case Applied() | Failed() | Blocked():
                self.ended += 1
                words = f"{visible(str(event.change.address))} {_end(event)}"
                return f"[{self.ended}/{self.total}] {words}" if self.total else words


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


@contextlib.contextmanager
def progress(stream: TextIO, *, terminal: bool = False, account: str | None = None) -> Iterator[Emit]:
    """Something to hand events to, while the block lasts. rich is loaded on a terminal only.

    ``account`` is named where a run has several: these are shown as lines.
    """
    if terminal:
        with _live(stream) as emit:
            yield emit
        return
    lines = Lines(account)

    def emit_line(event: Event) -> None:
        line = lines.of(event)
        if line is not None:
            stream.write(line + "\n")
            stream.flush()

    yield emit_line


@contextlib.contextmanager
def _live(stream: TextIO) -> Iterator[Emit]:
    from rich.console import Console  # noqa: PLC0415 - 50 ms that logs and pipes need not pay
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    lines = Lines()
    columns = (
        SpinnerColumn(),
        MofNCompleteColumn(),
        BarColumn(),
        # markup off: a name such as "[bold]" is a name
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=Console(file=stream, highlight=False), transient=True) as display:
        task = display.add_task("", total=None)

        def emit(event: Event) -> None:
            line = lines.of(event)
            if isinstance(event, Began):
                now = f"{event.change.action.value} {visible(str(event.change.address))}"
                display.update(task, total=event.total, description=now)
            elif isinstance(event, Observing | Settling):
                display.update(task, description=line or "")
            else:
                display.update(task, completed=lines.ended)
                if line is not None:
                    display.console.print(Text(line))

        yield emit
