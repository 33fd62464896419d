"""Local names from remote names: readable, legal, unique, and the same again when other objects are added.

Plain names never hold a dot and counted ones do (``alerts-us``, ``alerts-us.2``), so that a counted name is never what
the name of yet another object would give. The older object has the plain one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 60
"""Characters. Names stand in command lines; a manifest takes 100."""
LONGEST_FOREIGN = 90
"""As above, for names that others chose: a count must still fit behind them."""

_OTHERS = re.compile(r"[^a-z0-9]+")
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ILLEGAL = re.compile(r"[^A-Za-z0-9._-]+")


def slug(text: str) -> str:
    """Lower-case words with hyphens between them; empty for a text without any Latin letter or digit."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    word = _OTHERS.sub("-", plain.lower()).strip("-")
    if len(word) <= LONGEST:
        return word
    cut = word[: LONGEST + 1]
    return (cut.rpartition("-")[0] or cut[:LONGEST]) if "-" in cut else cut[:LONGEST]


def kebab(kind: str) -> str:
    """``MessagingProfile`` as ``messaging-profile``."""
    return _CAPITAL.sub("-", kind).lower()


def legal(text: str) -> str:
    """A name of another tool with as few changes as a local name allows; may be empty."""
    return _ILLEGAL.sub("-", text).lstrip("._-")[:LONGEST_FOREIGN]


class Names:
    """The local names of one kind that are spoken for, whatever their case: they become names of files."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        """Start with what is taken."""
        self._taken = {name.casefold() for name in taken}

    def claim(self, wanted: str) -> str:
        """``wanted``, or the first counted form of it that is free."""
        name, number = wanted, 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{wanted}.{number}"
        self._taken.add(name.casefold())
        return name
