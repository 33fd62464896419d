"""Where progress is shown: a log keeps lines, a terminal also has one that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Screen(Protocol):
    """What can be shown."""

    def line(self, text: str) -> None:
        """Show something that stays. Raises OSError."""
        ...

    def remark(self, text: str) -> None:
        """Show what is under way, where there is nothing that changes: in a log. Raises OSError."""
        ...

    def live(self, text: str, done: int, total: int | None) -> None:
        """Show what is under way now, instead of what was: on a terminal. Raises OSError."""
        ...

    def clear(self) -> None:
        """Take away what is not to stay. Raises OSError."""
        ...


class LogScreen:
    """Lines."""

    def __init__(self, stream: TextIO) -> None:
        """Nothing is written yet."""
        self._stream = stream

    def line(self, text: str) -> None:
        """See ``Screen``."""
        self._stream.write(f"{text}\n")
        self._stream.flush()

    def remark(self, text: str) -> None:
        """See ``Screen``."""
        self.line(text)

    def live(self, text: str, done: int, total: int | None) -> None:
        """See ``Screen``."""

    def clear(self) -> None:
        """See ``Screen``."""


class LiveScreen:
    """Lines, and below them a bar and what is under way. rich is loaded for the first such bar."""

    def __init__(self, stream: TextIO) -> None:
        """Nothing is shown yet."""
        self._stream = stream
        self._bar: tuple[Progress, TaskID] | None = None

    def line(self, text: str) -> None:
        """See ``Screen``."""
        if self._bar is None:
            self._stream.write(f"{text}\n")
            self._stream.flush()
            return
        from rich.text import Text  # noqa: PLC0415 - loaded with the bar

        self._bar[0].console.print(Text(text), soft_wrap=True)

    def remark(self, text: str) -> None:
        """See ``Screen``."""

    def live(self, text: str, done: int, total: int | None) -> None:
        """See ``Screen``."""
        if self._bar is None:
            display = self._display()
            self._bar = display, display.add_task(text, completed=done, total=total)
            display.start()
            return
        display, task = self._bar
        display.update(task, description=text, completed=done, total=total)

    def clear(self) -> None:
        """See ``Screen``."""
        if self._bar is not None:
            display, self._bar = self._bar[0], None
            display.stop()

    def _display(self) -> Progress:
        from rich.console import Console  # noqa: PLC0415 - 50 ms that logs, pipes and short runs need not pay
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn  # noqa: PLC0415
        from rich.table import Column  # noqa: PLC0415

        # markup off: a name such as "[bold]" is a name
        words = TextColumn("{task.description}", markup=False, table_column=Column(overflow="fold"))
        console = Console(file=self._stream, highlight=False)
        return Progress(SpinnerColumn(), BarColumn(bar_width=20), words, console=console, transient=True)
