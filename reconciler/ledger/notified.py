"""Where it is kept what was last told of an account's drift: beside its ledger, without which it means nothing to lose.

Neither part of the ledger nor under its lock: whoever looks for drift only reads, and must neither wait for an apply
nor make one wait. Nobody writes over what he has not read: a writer that comes second is told so, and looks again. What
is in the record is none of this package's business, apart from a number that rises with each writing.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from reconciler.errors import LedgerError
from reconciler.ledger.files import content_of, keep_out_of_git, ledger_errors, private_folder, replace_file

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

    from reconciler.ledger.bucket import Bucket
    from reconciler.transport.remote import RemoteDocument


class Overtaken(Exception):
    """Somebody else wrote since it was read."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was read; ``content`` is None where there is nothing yet. ``stamp`` is the place's own."""

    content: bytes | None
    stamp: Any = None


class RecordPlace(Protocol):
    """A place for one record."""

    @property
    def where(self) -> str:
        """A path or a URL for people; without anything secret."""
        ...

    async def read(self) -> Kept:
        """What is there. Changes nothing. Raises LedgerError."""
        ...

    async def write(self, content: bytes, over: Kept) -> None:
        """Put it in the place of what was read. Raises Overtaken, LedgerError."""
        ...


class FileRecord:
    """A file on this machine."""

    def __init__(self, path: Path, *, private: bool = False) -> None:
        """``private``: in a state folder of ours, which may have to be made and is hidden from git."""
        self.path = path
        self._private = private

    @property
    def where(self) -> str:
        """Its path."""
        return str(self.path)

    async def read(self) -> Kept:
        """The file."""
        return Kept(content_of(self.path))

    async def write(self, content: bytes, over: Kept) -> None:
        """Compare and replace, which takes an instant."""
        if self._private:
            private_folder(self.path.parent)
            keep_out_of_git(self.path.parent, self.path.name)
        with self._alone():
            if content_of(self.path) != over.content:
                raise Overtaken
            replace_file(self.path, content)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """The folder itself is locked: there is nothing to clean up."""
        with ledger_errors("write", self.path):
            folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            with ledger_errors("lock", self.path.parent):
                fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)


class BucketRecord:
    """An object in a bucket."""

    def __init__(self, where: str, key: str, open_bucket: Callable[[], Bucket]) -> None:
        """``open_bucket`` raises LedgerError where there can be none."""
        self.where = where
        self._key = key
        self._open = open_bucket
        self._opened: Bucket | None = None

    async def read(self) -> Kept:
        """The object."""
        stored = await self._bucket().read(self._key)
        return Kept(None) if stored is None else Kept(stored.content, stored.stamp)

    async def write(self, content: bytes, over: Kept) -> None:
        """Write it on the condition that nobody else did."""
        bucket = self._bucket()
        from reconciler.ledger.bucket import Taken  # noqa: PLC0415 - an extra, which is there once a bucket is open

        try:
            if over.content is None:
                await bucket.create(self._key, content)
            else:
                await bucket.replace(self._key, content, over.stamp)
        except Taken:
            raise Overtaken from None

    def _bucket(self) -> Bucket:
        if self._opened is None:
            self._opened = self._open()
        return self._opened


_MISSING = {HTTPStatus.NOT_FOUND, HTTPStatus.NO_CONTENT}
_TAKEN = {HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED, HTTPStatus.UNPROCESSABLE_ENTITY}


class DocumentRecord:
    """A document beside a ledger behind HTTP, at an address of its own.

    Written without a lock, as the protocol allows while nobody holds one. GitLab refuses a serial that it has, so that
    the second of two writers is told; on a server that does not, the last one stays.
    """

    def __init__(
        self,
        address: str,
        open_document: Callable[[], AbstractAsyncContextManager[RemoteDocument]],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        """``open_document`` opens connections to the server of ``address``."""
        self.where = address
        self._open = open_document
        self._sleep = sleep

    async def read(self) -> Kept:
        """The document."""
        from reconciler.ledger.remote_client import StateClient  # noqa: PLC0415 - what only shared ledgers need

        async with self._open() as server:
            client = StateClient(server, self.where, self._sleep)
            reply = await client.ask("GET", self.where)
            if reply.status in _MISSING or (reply.status == HTTPStatus.OK and not reply.content.strip()):
                return Kept(None)
            if reply.status != HTTPStatus.OK:
                raise client.refused("read", reply)
            return Kept(reply.content)

    async def write(self, content: bytes, over: Kept) -> None:
        """Replace the document."""
        from reconciler.ledger.remote_client import DONE, StateClient  # noqa: PLC0415 - as above

        if (await self.read()).content != over.content:
            raise Overtaken
        async with self._open() as server:
            client = StateClient(server, self.where, self._sleep)
            reply = await client.send(content)
            if reply.status in DONE or (await self.read()).content == content:
                return
            if reply.status in _TAKEN:
                raise Overtaken
            raise client.refused("write", reply)


def file_name(account: str) -> str:
    """What a record is called beside a ledger in files. Any account name makes a file name."""
    return f"{quote(account, safe='', errors='surrogatepass')}.notified.json"


def refused_content(where: str, reason: object) -> LedgerError:
    """What to raise for a record that cannot be understood."""
    return LedgerError(
        f'cannot understand "{where}": {reason}',
        hint="a newer version may have written it: upgrade this program; otherwise remove it",
    )
