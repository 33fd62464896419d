"""What ``ledger list`` and ``ledger show`` tell: what is recorded as ours. Pure data."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.model.diagnostic import Diagnostic
from reconciler.model.ledger import Entry, Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """Every entry by address, and what runs have begun and not finished. ``ledger`` is where it lives."""

    account: str
    ledger: str = ""
    entries: tuple[Entry, ...] = ()
    intents: tuple[Intent, ...] = ()
    notes: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryReport:
    """One address: its entry, its pending intent, or both."""

    account: str
    ledger: str = ""
    entry: Entry | None = None
    intent: Intent | None = None
    notes: tuple[Diagnostic, ...] = ()
