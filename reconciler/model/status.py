"""Where an account stands: who is writing, what ran last, what is unfinished. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.ledger import Intent
from reconciler.model.standing import Underway


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds an account's lock. ``since`` is ISO 8601 in UTC.

    ``lock_id`` names a lock that can outlive its holder; empty for one that ends with its process. ``pid`` is 0 where
    the place of the ledger does not tell.
    """

    pid: int
    host: str
    user: str
    command: str
    since: str
    lock_id: str = ""

    def __str__(self) -> str:
        process = f"pid {self.pid} on {self.host}" if self.pid else self.host
        lock = f", lock {self.lock_id}" if self.lock_id else ""
        return f'{process} (user {self.user}, since {self.since}{lock}): "{self.command}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What ``status`` shows. ``ledger`` is where it lives; ``recorded`` counts what is ours, ``entries`` has its ids.

    ``lock_known`` is False where nobody can ask who holds the lock. The ``last_run`` whose ``finished`` is None was cut
    short, or is under way.
    ``intents`` are what a run had begun and not finished; ``underway`` what takes days, and whose turn it is there.
    """

    account: str
    ledger: str
    endpoint: str = ""
    organization_id: str | None = None
    holder: Holder | None = None
    lock_known: bool = True
    last_run: Mapping[str, Any] | None = None
    intents: tuple[Intent, ...] = ()
    recorded: Mapping[str, int] = field(default_factory=dict)
    entries: Mapping[Address, str] = field(default_factory=dict)
    underway: tuple[Underway, ...] = ()
    notices: tuple[Diagnostic, ...] = ()
