"""What a web address says about itself, without asking anybody. What it resolves to is the business of who asks."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

_OWN = ("localhost", ".localhost", ".local", ".internal", ".home.arpa")
"""Names that lead nowhere outside (RFC 6761, RFC 6762, RFC 8375, and the one that ICANN reserves for this)."""


def scheme_of(url: str) -> str:
    """In lower case; nothing for what is no address."""
    try:
        return urlsplit(url).scheme.lower()
    except ValueError:
        return ""


def is_private(url: str) -> bool:
    """Whether the host is named as one that only its own network knows."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == _OWN[0] or host.endswith(_OWN[1:])
