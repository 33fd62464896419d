"""How much somebody wants to read of what is said on the way."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """The higher, the more it matters."""

    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40

    @property
    def word(self) -> str:
        """As it is typed and written."""
        return self.name.lower()
