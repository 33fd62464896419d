"""Files that a result goes to: whole at the end of a command, or line by line as a run goes on."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.cli.streams import OutputLost
from reconciler.render.escape import visible


@dataclass(slots=True)
class Streams:
    """The files that are written line by line, and which of them have begun."""

    begun: set[str] = field(default_factory=set)

    def add(self, file: str, line: str) -> None:
        """One more line; the first takes the place of what was there. Raises OutputLost."""
        try:
            with Path(file).open("a" if file in self.begun else "w", encoding="utf-8") as stream:
                stream.write(line)
        except OSError as error:
            raise OutputLost(error, visible(file)) from None
        self.begun.add(file)


def write_result(file: str, text: str) -> None:
    """The whole file, or what was there before. Raises OutputLost."""
    path = Path(file)
    special = path.exists() and not path.is_file()  # a device, a pipe: nothing may take its place
    written = path if special else path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        written.write_text(text, encoding="utf-8")
        written.replace(path)
    except OSError as error:
        if not special:
            with contextlib.suppress(OSError):
                written.unlink()
        raise OutputLost(error, visible(file)) from None
