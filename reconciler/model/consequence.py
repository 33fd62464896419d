"""What a change entails beyond what it writes, and no later change takes back. Said by kinds, from the guide alone."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Sort(StrEnum):
    """Why somebody should know before. The order is that in which they are told."""

    IRREVERSIBLE = "irreversible"
    COST = "cost"


class Consequence(NamedTuple):
    """One of them: a clause for people, the same for every change that it is true of."""

    sort: Sort
    text: str
