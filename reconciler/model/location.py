"""Where a ledger lives, as ``reconciler.yaml`` spells it. Pure: whether anything is there is not looked at."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

FORMS = "file:FOLDER, s3://BUCKET/PREFIX, az://CONTAINER/PREFIX, gs://BUCKET/PREFIX or https://ADDRESS"

_BUCKETS = frozenset({"s3", "az", "gs"})
_BUCKET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SEGMENT = re.compile(r"[A-Za-z0-9_=.,@+-]+")


@dataclass(frozen=True, slots=True)
class FolderLocation:
    """A folder on this machine; a relative one lies below the project's."""

    folder: str


@dataclass(frozen=True, slots=True)
class BucketLocation:
    """A bucket or container of an object store, and what the names in it begin with; ``scheme`` tells whose it is."""

    scheme: str
    bucket: str
    prefix: str = ""

    def __str__(self) -> str:
        return f"{self.scheme}://{self.bucket}" + (f"/{self.prefix}" if self.prefix else "")


@dataclass(frozen=True, slots=True)
class HttpLocation:
    """One document behind the HTTP protocol that Terraform's ``http`` backend speaks; its names, and its defaults."""

    address: str
    lock_address: str = ""
    """Empty: the address itself."""
    lock_method: str = "LOCK"
    unlock_method: str = "UNLOCK"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def same_server(one: str, other: str) -> bool:
    """Whether two addresses lead to one server: what may be sent to one may be sent to the other."""
    try:
        first, second = urlsplit(one), urlsplit(other)
    except ValueError:
        return False
    plain = not (second.query or second.fragment)
    return plain and (first.scheme, first.netloc) == (second.scheme, second.netloc)


LedgerLocation = FolderLocation | BucketLocation | HttpLocation


def parse_location(text: str) -> LedgerLocation:
    """Read one spelling. Raises ValueError with what is wrong, never quoting what may be a secret."""
    if text.startswith("file:"):
        folder = text.removeprefix("file:")
        if not folder or "\0" in folder or folder.startswith("//"):
            raise ValueError("file: is followed by a folder, such as file:ledgers or file:/srv/ledgers")
        return FolderLocation(folder)
    try:
        parts = urlsplit(text)
    except ValueError:
        raise ValueError("this is not a URL") from None
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("a ledger's address holds no user name, query or fragment: credentials are variables")
    if parts.scheme in {"http", "https"} and parts.netloc:
        if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
            raise ValueError("the password would cross the network unencrypted: write https")
        return HttpLocation(text)
    if parts.scheme not in _BUCKETS:
        raise ValueError(f"a ledger is {FORMS}")
    prefix = parts.path.strip("/")
    segments = prefix.split("/") if prefix else []
    if not _BUCKET_NAME.fullmatch(parts.netloc):
        raise ValueError(f"{parts.scheme}:// is followed by the name of a bucket")
    if any(not _SEGMENT.fullmatch(segment) or not segment.strip(".") for segment in segments):
        raise ValueError("the folders behind the bucket are plain names: letters, digits and _ = . , @ + -")
    return BucketLocation(parts.scheme, parts.netloc, prefix)
