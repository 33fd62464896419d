"""What the objects of a ledger in a bucket are called, and which objects are called so. Asks nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

_BATCH = re.compile(r"([0-9]{8})-([0-9]{6})\.jsonl")
_RECORD = re.compile(r"([0-9]{8})\.jsonl")


@dataclass(frozen=True, slots=True)
class Batch:
    """The name of a batch of the journal."""

    key: str
    serial: int
    number: int


class ObjectNames:
    """The names for one account. Any account name makes plain object names."""

    def __init__(self, account: str) -> None:
        """``document`` is the ledger; ``journal`` and ``history`` are folders; ``notified`` see ``notified``."""
        stem = quote(account, safe="", errors="surrogatepass").replace("%", "=")
        self.document, self.lock = f"{stem}.ledger.json", f"{stem}.lock.json"
        self.notified = f"{stem}.notified.json"
        self.journal, self.history = f"{stem}.journal", f"{stem}.history"

    def batch(self, serial: int, number: int) -> str:
        """A batch of lines for the ledger of that serial."""
        return f"{self.journal}/{serial:08}-{number:06}.jsonl"

    def batches(self, keys: Iterable[str]) -> list[Batch]:
        """Those of the keys that are batches."""
        found = ((key, _BATCH.fullmatch(key.removeprefix(f"{self.journal}/"))) for key in keys)
        return [Batch(key, int(name[1]), int(name[2])) for key, name in found if name]

    def record(self, number: int) -> str:
        """A part of the history."""
        return f"{self.history}/{number:08}.jsonl"

    def records(self, keys: Iterable[str]) -> list[int]:
        """The numbers of those of the keys that are parts of the history."""
        found = (_RECORD.fullmatch(key.removeprefix(f"{self.history}/")) for key in keys)
        return [int(name[1]) for name in found if name]
