"""A pseudo-terminal with one of our commands on it."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.workspace import COMMAND, Workspace

SECONDS = 20.0


@dataclass
class Console:
    """What a person sees and types."""

    process: subprocess.Popen[bytes]
    master: int
    shown: str = ""

    def until(self, words: str) -> str:
        """Everything shown so far, once ``words`` are among it."""
        deadline = time.monotonic() + SECONDS
        while words not in self.shown:
            assert time.monotonic() < deadline, self.shown
            if not self._read(0.2) and self.process.poll() is not None and not self._read(0.2):
                raise AssertionError(f"ended with {self.process.returncode} before {words!r}:\n{self.shown}")
        return self.shown

    def type(self, line: str) -> None:
        """Answer a question."""
        os.write(self.master, f"{line}\n".encode())

    def end(self) -> int:
        """Wait for the end and answer the exit code."""
        deadline = time.monotonic() + SECONDS
        while self.process.poll() is None:
            assert time.monotonic() < deadline, self.shown
            self._read(0.1)
        while self._read(0.1):
            pass
        return self.process.returncode

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return False
        try:
            got = os.read(self.master, 65536)
        except OSError:  # Linux's way to say that the other side has gone
            return False
        self.shown += got.decode(errors="replace")
        return bool(got)


@contextmanager
def console(
    workspace: Workspace, *arguments: str, program: str | Path = COMMAND, columns: str = "100", **environment: str
) -> Iterator[Console]:
    """A command whose three streams are a terminal of so many columns; killed in the end if need be."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (50, int(columns)))
    process = subprocess.Popen(
        [program, *arguments],
        cwd=workspace.folder,
        env={**workspace.environment, "TERM": "xterm-256color", **environment},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield Console(process, master)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        os.close(master)
