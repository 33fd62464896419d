"""What came of trying to reach a web address, as values: whoever tries knows no accounts, who judges sends nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody answered, whatever it was, ``seconds`` after the host name was first asked for."""

    status: int
    seconds: float


@dataclass(frozen=True, slots=True)
class NoSuchHost:
    """The host name has no address."""


@dataclass(frozen=True, slots=True)
class NotPublic:
    """The host is in a network of its own (loopback, private, link-local): nothing was sent."""


@dataclass(frozen=True, slots=True)
class BadCertificate:
    """TLS was refused. ``flaw`` completes the words "its certificate"."""

    flaw: str


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """No connection, or no answer on it."""

    reason: str


Reached: TypeAlias = Answered | NoSuchHost | NotPublic | BadCertificate | NoAnswer
Reach = Callable[[str], Awaitable[Reached]]
"""Tries one absolute http or https address once. Raises nothing."""
