"""What a refusal says, whole: an error is compared with all its parts, so that none can vanish unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from reconciler.errors import LedgerError, Locked


@dataclass
class Told:
    """An error's parts; empty until it is raised."""

    type: str = ""
    summary: str = ""
    hint: str = ""
    code: str = ""

    def __iter__(self) -> Iterator[str]:
        return iter((self.summary, self.hint))


@contextmanager
def refused() -> Iterator[Told]:
    """Whatever stands inside must be refused by the ledger, or by its lock; what was said is there afterwards."""
    told = Told()
    with pytest.raises((LedgerError, Locked)) as caught:
        yield told
    error = caught.value
    told.type, told.summary, told.hint, told.code = type(error).__name__, error.summary, error.hint, error.code
