"""Where the API may live: https anywhere, plain http only on this machine. Sends nothing."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from reconciler.errors import UsageError


@dataclass(frozen=True, slots=True)
class BaseUrl:
    """A checked base URL without a trailing slash."""

    url: str
    path: str
    """The prefix of every path sent, such as ``/v2``; empty when there is none."""
    loopback: bool
    """Whether it names this machine. Such traffic never goes through a proxy."""


def check_base_url(url: str, *, variable: str, example: str = "https://api.telnyx.com/v2") -> BaseUrl:
    """Check ``url`` as found in the variable (or setting) named ``variable``; hints show ``example``.

    Raises UsageError unless it is https, or http on 127.0.0.0/8, ::1 or localhost: a key must not cross a
    network in the clear. User names, queries and fragments are refused without being quoted, since they may
    be secrets.
    """
    hint = f"check {variable}: {example}, or http on this machine for an emulator"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port  # both raise ValueError when they make no sense
    except ValueError:
        raise UsageError(f"{variable} is not a URL", hint=hint) from None
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise UsageError(f"{variable} may hold no user name, query or fragment", hint=hint)
    if any(not "!" <= character <= "~" for character in url) or "\\" in url:
        raise UsageError(f"{variable} contains characters that no URL has", hint=hint)
    if parts.scheme not in {"http", "https"} or not host:
        raise UsageError(f"{variable} is {url!r}, which is not an https URL", hint=hint)
    loopback = _is_loopback(host)
    if parts.scheme == "http" and not loopback:
        raise UsageError(f"{variable} is {url!r}: the key would cross the network unencrypted", hint=hint)
    path = parts.path.rstrip("/")
    return BaseUrl(url=f"{parts.scheme}://{parts.netloc}{path}", path=path, loopback=loopback)


def check_secret_url(url: str, *, variable: str) -> bool:
    """Whether an address that may be a secret as a whole is on this machine. A query is fine: it may be a signature.

    Raises UsageError as ``check_base_url`` does, without quoting any of it.
    """
    hint = f"check {variable}: an https address, or http on this machine"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise UsageError(f"{variable} is not a URL", hint=hint) from None
    if any(not "!" <= character <= "~" for character in url) or "\\" in url:
        raise UsageError(f"{variable} contains characters that no URL has", hint=hint)
    if parts.scheme not in {"http", "https"} or not host:
        raise UsageError(f"{variable} is not an https address", hint=hint)
    if "@" in parts.netloc or parts.fragment:
        raise UsageError(f"{variable} may hold no user name and no fragment", hint=hint)
    loopback = _is_loopback(host)
    if parts.scheme == "http" and not loopback:
        raise UsageError(f"{variable} is not https: it would cross the network unencrypted", hint=hint)
    return loopback


def _is_loopback(host: str) -> bool:
    """Names other than localhost are not looked up: what they resolve to can change after the check."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
