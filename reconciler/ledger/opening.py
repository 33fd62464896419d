"""From where a ledger is said to live to the store that speaks to it. Asks nobody: the first use does.

What a store needs beyond the standard library is loaded by that first use: ``validate`` stays quick and offline, and a
missing extra is no matter to whoever does not use it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.errors import LedgerError
from reconciler.ledger.local import LocalLedger
from reconciler.ledger.notified import BucketRecord, DocumentRecord, FileRecord, RecordPlace, file_name
from reconciler.ledger.object_names import ObjectNames
from reconciler.ledger.store import LedgerStore
from reconciler.model.location import BucketLocation, FolderLocation, HttpLocation, LedgerLocation

if TYPE_CHECKING:
    from reconciler.ledger.bucket import Bucket
    from reconciler.transport.remote import RemoteDocument


def open_ledger(location: LedgerLocation, account: str, *, root: Path, environment: Mapping[str, str]) -> LedgerStore:
    """The store of an account's ledger. A relative folder lies below ``root``; credentials are in ``environment``."""
    match location:
        case FolderLocation(folder=folder):
            # A folder that somebody names may hold other things, which are not ours to hide from git.
            return LocalLedger(root / folder, account, out_of_git=False)
        case BucketLocation():
            from reconciler.ledger.objects import ObjectLedger  # noqa: PLC0415 - loads asyncio, as does the next

            return ObjectLedger(location, account, lambda: _bucket(location, environment))
        case HttpLocation():
            from reconciler.ledger.remote import RemoteLedger  # noqa: PLC0415 - see above

            return RemoteLedger(location, account, lambda: _document(location, account, environment))


def open_record(
    location: LedgerLocation | None, account: str, *, root: Path, state_folder: Path, environment: Mapping[str, str]
) -> RecordPlace:
    """Where it is kept what was told of drift: beside the ledger at ``location``, None being the state folder."""
    match location:
        case None:
            return FileRecord(state_folder / file_name(account), private=True)
        case FolderLocation(folder=folder):
            return FileRecord(root / folder / file_name(account))
        case BucketLocation():
            key = ObjectNames(account).notified
            return BucketRecord(f"{location}/{key}", key, lambda: _bucket(location, environment))
        case HttpLocation(address=address):
            import asyncio  # noqa: PLC0415 - 25 ms that nobody else need pay

            beside = HttpLocation(f"{address.rstrip('/')}-notified")
            return DocumentRecord(beside.address, lambda: _document(beside, account, environment), asyncio.sleep)


def _bucket(location: BucketLocation, environment: Mapping[str, str]) -> Bucket:
    try:
        from reconciler.ledger.bucket import Bucket  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise LedgerError(
            f'the ledger "{location}" needs the package {error.name}, which is not installed',
            hint="pip install 'telnyx-reconciler[ledgers]', or '.[ledgers]' in a checkout",
        ) from None
    return Bucket(location, environment)


def _document(
    location: HttpLocation, account: str, environment: Mapping[str, str]
) -> AbstractAsyncContextManager[RemoteDocument]:
    from reconciler.ledger.remote_client import PASSWORD, SECONDS, USERNAME  # noqa: PLC0415 - as the next
    from reconciler.transport.remote import Credentials, open_document  # noqa: PLC0415 - loads the HTTP client

    name, password = environment.get(USERNAME, ""), environment.get(PASSWORD, "")
    credentials = Credentials(name, password) if name or password else None
    return open_document(
        location.address, variable=f"accounts.{account}.ledger", credentials=credentials, total=SECONDS
    )
