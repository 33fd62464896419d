"""One rule of ``drift.ignore``: which drift is known and minded by nobody, why, and until when. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from reconciler.model.paths import Path, dotted
from reconciler.model.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoreRule:
    """``address`` and ``field`` are patterns (``*``, ``?``, ``[…]``); at least one of them is given.

    ``expires`` is the first day on which the rule no longer holds.
    """

    reason: str
    source: Source
    address: str | None = None
    field: str | None = None
    expires: date | None = None

    def expired(self, today: date) -> bool:
        """Whether its time is over."""
        return self.expires is not None and today >= self.expires

    def covers(self, address: str, path: Path | None) -> bool:
        """Whether it speaks of a field, or (None) of an object that is gone or unknown; a field covers its inner ones.

        An object that is not managed has no address: ``Kind/REMOTE_ID`` stands for it.
        """
        if self.address is not None and not fnmatchcase(address, self.address):
            return False
        if self.field is None:
            return True
        return path is not None and any(fnmatchcase(dotted(path[:end]), self.field) for end in range(1, len(path) + 1))
