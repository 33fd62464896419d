"""What a desired address turned out to mean: an object, none, or nothing that could be decided (``matching.py``)."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.ledger import Entry
from reconciler.model.observed import Observed
from reconciler.planner.ambiguity import Candidates


@dataclass(frozen=True, slots=True)
class Found:
    """The object that the address means.

    ``entry`` is what the ledger knows of it, here or under ``moved_from``; None makes it an adoption. ``pinned`` and
    ``interrupted`` are consent: the id was written down, or the object is our own unfinished create.
    """

    observed: Observed
    reason: str
    entry: Entry | None = None
    moved_from: Address | None = None
    pinned: bool = False
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Absent:
    """No such object: it is to be created. ``seen`` are ids that have the key and are not meant."""

    reason: str
    seen: tuple[str, ...] = ()
    attempt: int | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """The table cannot decide, or decides against it."""

    code: str
    summary: str
    hint: str = ""
    among: Candidates | None = None


Match = Found | Absent | Unclear
