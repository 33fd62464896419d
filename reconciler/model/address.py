"""The local name of a resource: its kind and its ``metadata.name``."""

from __future__ import annotations

from typing import NamedTuple


class Address(NamedTuple):
    """``MessagingProfile/marketing``. Unique in a project; what references, the ledger and people use."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read ``Kind/name``. Raises ValueError when either half is missing."""
        kind, slash, name = text.partition("/")
        if not (kind and slash and name):
            raise ValueError(f'"{text}" is not an address; write Kind/name')
        return cls(kind, name)
