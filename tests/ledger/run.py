"""A process that applies: locks, writes a journal, compacts, and can be told to die on the way.

    python -m tests.ledger.run FOLDER kill N      SIGKILL itself just before the Nth file operation in FOLDER
    python -m tests.ledger.run FOLDER limit N     no file may grow beyond N bytes, as on a full disk
    python -m tests.ledger.run FOLDER hold        take the lock, say so, and wait to be killed

It prints what it was promised: a word per finished step.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from reconciler.errors import ReconcilerError
from reconciler.ledger.local import LocalLedger
from reconciler.ledger.store import HeldLedger, LedgerStore
from reconciler.model.ledger import Identified, Intended, Recorded, Removed

from .cases import PROFILE, SINCE, entry, intent

OPERATIONS = {"open", "os.mkdir", "os.truncate", "os.rename", "os.remove"}


def die_before(folder: str, number: int) -> None:
    """Have the interpreter itself (its audit events) count the file operations in the folder."""
    left = number

    def count(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if event in OPERATIONS and (event == "os.truncate" or str(arguments[0]).startswith(folder)):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def say(word: str) -> None:
    """Tell the test, at once."""
    print(word, flush=True)  # noqa: T201 - this script's whole point


async def apply(ledger: LedgerStore, *, hold: bool) -> None:
    """Lock, and write or wait."""
    async with ledger.lock("reconciler apply", SINCE) as held:
        if hold:
            say("locked")
            await asyncio.sleep(60)
        await run(held)


async def run(ledger: HeldLedger) -> None:
    """Two applies in one: the second begins from a compacted ledger."""
    other = PROFILE._replace(name="other")
    await ledger.append(Identified("https://api.telnyx.com/v2", "org"))
    await ledger.append(Intended((intent(), intent(other))))
    say("intended")
    await ledger.append(Recorded(entry()))
    say("recorded")
    await ledger.compact({"outcome": "applied"})
    say("compacted")
    await ledger.append(Removed(other))
    say("removed")
    await ledger.compact()
    say("done")


def main() -> int:
    """Run as the arguments say; 1 for an error of ours, which is printed."""
    folder, what, number = Path(sys.argv[1]), sys.argv[2], int((*sys.argv, "0")[3])
    ledger = LocalLedger(folder, "default")
    if what == "kill":
        die_before(str(folder), number)
    if what == "limit":
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        atexit.register(resource.setrlimit, resource.RLIMIT_FSIZE, before)  # room for what coverage measured
        resource.setrlimit(resource.RLIMIT_FSIZE, (number, before[1]))
    try:
        asyncio.run(apply(ledger, hold=what == "hold"))
    except ReconcilerError as error:
        say(f"{type(error).__name__}: {error} | {error.hint}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
