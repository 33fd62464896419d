"""The real command line in a process that meets its end at a chosen moment of its journal.

    python -m tests.journeys.dying signal NUMBER LINES ARGUMENTS…   send itself the signal just before it writes to the
                                                              ledger while the journal holds LINES lines or more
    python -m tests.journeys.dying call NAME ARGUMENTS…        kill itself just before its main thread calls os.NAME
    python -m tests.journeys.dying limit BYTES ARGUMENTS…   no file may grow beyond BYTES bytes, as on a full disk

The answer of a write has come and been read, and the line that remembers it is about to be written: no request can
tell that moment, and nothing of the program is swapped to find it. The interpreter reports every call of ``os.write``
that the ledger's thread makes (``threading.setprofile``), and the files say how far the journal is. Lines that wait
together are written together, so that not every number of lines is met.
"""

from __future__ import annotations

import atexit
import os
import resource
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from reconciler.cli.main import run
from reconciler.ledger.journal import read_journal

JOURNAL = Path(".reconciler/default.journal.jsonl")


def signal_before(lines: int, number: int) -> None:
    """Have threads that are yet to begin watched for their writes; the main thread writes no ledger."""
    sent = False

    def watch(_: FrameType, event: str, called: Any) -> None:
        nonlocal sent
        if event == "c_call" and called is os.write and not sent and _lines() >= lines:
            sent = True
            os.kill(os.getpid(), number)

    threading.setprofile(watch)


def kill_before(name: str) -> None:
    """Have the main thread watched for a call of a function of the operating system."""
    last = getattr(os, name)

    def watch(_: FrameType, event: str, called: Any) -> None:
        if event == "c_call" and called is last:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)


def _lines() -> int:
    return len(read_journal(JOURNAL).lines)


def limit_until_exit(size: int) -> None:
    """No file may grow beyond ``size`` bytes until the program has ended; coverage may then write what it measured."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    atexit.register(resource.setrlimit, resource.RLIMIT_FSIZE, before)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))


def main() -> None:
    """Prepare the end, and run the command."""
    match sys.argv[1:]:
        case ["signal", number, lines, *arguments]:
            signal_before(int(lines), int(number))
        case ["call", name, *arguments]:
            kill_before(name)
        case ["limit", size, *arguments]:
            limit_until_exit(int(size))
        case other:
            sys.exit(f"not understood: {other}")
    sys.argv = ["reconciler", *arguments]
    run()


if __name__ == "__main__":
    main()
