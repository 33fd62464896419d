"""Objects in a bucket, written only on a condition: that there is none yet, or that it is the one which was read.

The only place that knows ``obstore``. Its exceptions quote URLs, which may hold signatures: none of their words leave.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from obstore import delete_async, get_async, head_async, list as list_objects, put_async
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    NotSupportedError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)
from obstore.store import AzureStore, GCSStore, ObjectStore, S3Store

from reconciler.errors import LedgerError
from reconciler.model.location import BucketLocation

if TYPE_CHECKING:
    from obstore import PutMode, UpdateVersion

SECONDS = 20.0
"""For one operation, its repetitions included."""

_RETRY: Any = {"max_retries": 4, "retry_timeout": timedelta(seconds=10)}

VARIABLES: Mapping[str, str] = {
    "s3": "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION and AWS_ENDPOINT_URL",
    "az": "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY, or AZURE_STORAGE_SAS_TOKEN, or AZURE_CLIENT_ID, "
    "AZURE_TENANT_ID and AZURE_CLIENT_SECRET",
    "gs": "GOOGLE_APPLICATION_CREDENTIALS",
}
"""Where each store looks for credentials; all others that object_store documents work too."""


_CREDENTIALS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
"""Each is a way to credentials for S3, or a part of one; without any the client asks the machine it runs on."""


class Taken(Exception):
    """The condition does not hold: there is such an object already, or another one than was read."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which writing of an object this is."""

    version: UpdateVersion


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it was read. ``modified`` is by the store's own clock."""

    content: bytes
    stamp: Stamp
    modified: datetime


def _stamp(result: Mapping[str, Any]) -> Stamp:
    # Only what the store gave: a ``version`` of None is refused as a condition.
    version: UpdateVersion = {}
    if result.get("e_tag") is not None:
        version["e_tag"] = result["e_tag"]
    if result.get("version") is not None:
        version["version"] = result["version"]
    return Stamp(version)


class Bucket:
    """The objects below one prefix."""

    def __init__(
        self, location: BucketLocation, environment: Mapping[str, str], *, store: ObjectStore | None = None
    ) -> None:
        """Open it. Raises LedgerError for settings that make no sense.

        The client reads credentials and endpoint from the variables of the process by itself; ``environment`` is the
        same, and tells whether plain http is meant. A ``store`` that is given is used instead of opening one.
        """
        self.location = location
        self._unset = _unset(location, environment)
        try:
            self._store = store or _opened(location, {"timeout": timedelta(seconds=SECONDS / 2), **_plain(environment)})
        except (BaseError, ValueError):
            raise LedgerError(
                f'"{location}" cannot be used with these settings', hint=f"check {VARIABLES[location.scheme]}"
            ) from None

    async def read(self, key: str) -> Stored | None:
        """The object, or None. Raises LedgerError."""
        async with self._asking("read", key):
            try:
                found = await get_async(self._store, key)
                return Stored(bytes(await found.bytes_async()), _stamp(found.meta), found.meta["last_modified"])
            except FileNotFoundError:
                return None

    async def create(self, key: str, content: bytes) -> Stamp:
        """Write an object that is not there yet. Raises Taken, LedgerError."""
        return await self._put(key, content, "create")

    async def replace(self, key: str, content: bytes, stamp: Stamp) -> Stamp:
        """Write over the object that ``stamp`` names. Raises Taken, LedgerError."""
        return await self._put(key, content, stamp.version)

    async def now(self, key: str) -> datetime:
        """What the clock of the store says: the time at which it lets us write ``key``."""
        async with self._asking("write", key):
            await put_async(self._store, key, b"", use_multipart=False)
            return (await head_async(self._store, key))["last_modified"]

    async def keys(self, folder: str) -> list[str]:
        """What is in a folder, sorted. Raises LedgerError."""
        try:
            async with self._asking("list", folder):
                return sorted(found["path"] for found in await list_objects(self._store, folder).collect_async())
        except _Unexplained:
            # A bucket that is not there and a store that does not answer fail alike here; reading tells them apart.
            async with self._asking("read"):
                with contextlib.suppress(FileNotFoundError):
                    await get_async(self._store, "any")
            raise LedgerError(
                f'cannot list "{self.location}": there is no such bucket, or it may not be listed',
                hint="create the bucket, and allow listing it; the program creates none",
            ) from None

    async def remove(self, keys: Sequence[str]) -> None:
        """Remove objects; one that is not there is fine. Raises LedgerError."""
        if keys:
            async with self._asking("remove", keys[0]):
                with contextlib.suppress(FileNotFoundError):
                    await delete_async(self._store, list(keys))

    async def _put(self, key: str, content: bytes, mode: PutMode) -> Stamp:
        async with self._asking("write", key):
            try:
                return _stamp(await put_async(self._store, key, content, mode=mode, use_multipart=False))
            except (AlreadyExistsError, PreconditionError):
                pass
        # The answer to an attempt that succeeded may have been lost, and its repetition then met our own writing.
        found = await self.read(key)
        if found is not None and found.content == content:
            return found.stamp
        raise Taken(key)

    @contextlib.asynccontextmanager
    async def _asking(self, doing: str, key: str = "") -> AsyncIterator[None]:
        """Tell what went wrong with an object, or with the place itself where no ``key`` is given."""
        where = f'"{self.location}/{key}"' if key else f'"{self.location}"'
        credentials = f"check {VARIABLES[self.location.scheme]}"
        try:
            async with asyncio.timeout(SECONDS):
                yield
        except FileNotFoundError:
            raise LedgerError(
                f"cannot {doing} {where}: there is no such bucket",
                hint="create the bucket, or correct its name; the program creates none",
            ) from None
        except (PermissionDeniedError, UnauthenticatedError):
            raise LedgerError(
                f"cannot {doing} {where}: the store refuses these credentials",
                hint=f"{self._unset}{credentials}; they must be allowed to list, read, write and delete there",
            ) from None
        except (NotImplementedError, NotSupportedError):
            raise LedgerError(
                f"cannot {doing} {where}: the store cannot write on a condition",
                hint="use a store that can: without it two runs could overwrite each other",
            ) from None
        except (BaseError, TimeoutError, OSError, ValueError):
            raise _Unexplained(
                f"cannot {doing} {where}: the store does not answer, or not as one",
                hint=f"{self._unset}check the network; {credentials}",
            ) from None


class _Unexplained(LedgerError):
    """A failure of which the store's client tells nothing that could be told further."""


def _unset(location: BucketLocation, environment: Mapping[str, str]) -> str:
    """What to say first of a failure: no variable gives credentials, though the machine itself may."""
    if location.scheme != "s3" or any(environment.get(name) for name in _CREDENTIALS):
        return ""
    return "none of the variables for credentials is set (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY); "


def _plain(environment: Mapping[str, str]) -> dict[str, bool]:
    """Plain http is for this machine, and for whoever asks for it by name."""
    endpoint = environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL") or ""
    loopback = endpoint.startswith(("http://127.0.0.1:", "http://localhost:", "http://[::1]:"))
    asked = ("AWS_ALLOW_HTTP", "AZURE_ALLOW_HTTP", "AZURE_STORAGE_USE_EMULATOR")
    return {"allow_http": True} if loopback or any(environment.get(name) == "true" for name in asked) else {}


def _opened(location: BucketLocation, options: Any) -> S3Store | AzureStore | GCSStore:
    prefix = location.prefix or None
    match location.scheme:
        case "s3":
            return S3Store(location.bucket, prefix=prefix, client_options=options, retry_config=_RETRY)
        case "az":
            return AzureStore(location.bucket, prefix=prefix, client_options=options, retry_config=_RETRY)
        case _:
            return GCSStore(location.bucket, prefix=prefix, client_options=options, retry_config=_RETRY)
