"""A server of the state protocol that answers by script, and the documents and locks that it should see."""

from __future__ import annotations

import getpass
import json
import os
import re
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from reconciler import __version__
from reconciler.ledger.document import ledger_document
from reconciler.ledger.remote import RemoteLedger
from reconciler.model.fields import spelled
from reconciler.model.ledger import Header, Ledger
from reconciler.model.location import HttpLocation
from reconciler.transport.remote import Exchanged, RemoteDocument, Reply

from .cases import SINCE

HERE = "https://state.example.com/one"
HOST, USER = socket.gethostname(), getpass.getuser()
TOKEN = "ab" * 6


def lock_id(command: str = "reconciler-apply") -> str:
    """Of this process, which may have been forked since the tests were loaded."""
    words = (re.sub("[^A-Za-z0-9_-]+", "-", word)[:60].strip("-") for word in (USER, HOST, str(os.getpid())))
    return ".".join([command, *words, TOKEN])


def description() -> dict[str, str]:
    """What a server is told of the lock."""
    info = {"lock_id": lock_id(), "pid": os.getpid(), "host": HOST, "user": USER, "command": "reconciler apply"}
    return {
        "ID": lock_id(),
        "Operation": "reconciler",
        "Info": json.dumps({**info, "since": "2026-03-01T12:00:00Z"}),
        "Who": f"{USER}@{HOST}",
        "Version": __version__,
        "Created": "2026-03-01T12:00:00Z",
        "Path": "default",
    }


LINEAGE, SALT = "abababab-abab-4bab-abab-abababababab", "ab" * 32
NEW = Ledger(Header(account="default", lineage=LINEAGE, salt=SALT))


@dataclass
class Script(RemoteDocument):
    """A server that answers what it is told to, in turn, and remembers what it was asked."""

    answers: list[Exchanged]
    asked: list[tuple[str, str, bytes | None, Any]] = field(default_factory=list)
    naps: list[float] = field(default_factory=list)
    time: float = 50.0

    async def exchange(self, method: str, url: str, content: bytes | None = None, query: Any = None) -> Exchanged:
        """Give the next answer."""
        self.asked.append((method, url, content, query))
        return self.answers.pop(0)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[RemoteDocument]:
        """As connections are."""
        yield self

    async def sleep(self, seconds: float) -> None:
        """Move the clock."""
        self.naps.append(seconds)
        self.time += seconds

    def store(self, location: HttpLocation | None = None) -> RemoteLedger:
        """A store that speaks to it, and whose random numbers are known."""
        return RemoteLedger(
            location or HttpLocation(HERE),
            "default",
            self.opened,
            token_hex=lambda size: "ab" * size,
            clock=lambda: self.time,
            sleep=self.sleep,
        )


def ok(content: bytes = b"") -> Reply:
    """Done."""
    return Reply(200, content)


def script(*answers: Exchanged | int) -> Script:
    """A bare number is a status without a body."""
    return Script([Reply(each, b"") if isinstance(each, int) else each for each in answers])


def document(
    serial: int,
    ledger: Ledger | None,
    lines: Sequence[bytes] = (),
    history: Sequence[bytes] = (),
    lineage: str = LINEAGE,
) -> bytes:
    """The bytes of the whole document."""
    head = b'{"version":1,"serial":%d,"lineage":"%s","ledger":' % (serial, lineage.encode())
    inner = b"null" if ledger is None else spelled(ledger_document(ledger))
    return (
        head
        + inner
        + b',"journal":[\n'
        + b",\n".join(line.rstrip(b"\n") for line in lines)
        + b'\n],"history":[\n'
        + b",\n".join(line.rstrip(b"\n") for line in history)
        + b"\n]}\n"
    )


async def lock_once(store: RemoteLedger, wait: float = 0.0) -> None:
    """Be the only writer, for nothing."""
    async with store.lock("reconciler apply", SINCE, wait=wait):
        pass


ADDRESS = "see whether the address is right, and lock_address, method and unlock_method of ledger_lock"
WHO = "see who holds its lock, then type the same command again: it carries on"
SET = "set RECONCILER_LEDGER_USERNAME and RECONCILER_LEDGER_PASSWORD to a user who may write there"
CHECK = "check the address and the network, then run the command again"
