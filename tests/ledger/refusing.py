"""What a refusal says, whole: an error is compared with all its parts, so that none can vanish unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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


class refused:  # noqa: N801 - reads as pytest.raises does
    """Whatever stands inside must be refused by the ledger, or by its lock; what was said is there afterwards."""

    def __enter__(self) -> Told:
        self._told = Told()
        self._raises = pytest.raises((LedgerError, Locked))
        self._caught = self._raises.__enter__()
        return self._told

    def __exit__(self, *raised: Any) -> bool:  # noqa: PYI036 - handed on as they are
        swallowed = self._raises.__exit__(*raised)
        error, told = self._caught.value, self._told
        told.type, told.summary, told.hint, told.code = type(error).__name__, error.summary, error.hint, error.code
        return swallowed
