"""Probes: the reads that tell what a risky change touches. Data; the executor makes them and the planner judges them.

Beside the facts that guards need (``model/kind.py``): a probe that fails leaves something unknown, and no plan fails
because of it. What a guard reads anyway is never read twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from reconciler.model.impact import Traffic
from reconciler.model.kind import Attached, Fact, ResourceKind
from reconciler.model.plan import Adopt, Change, Delete, Replace, Update
from reconciler.model.session import ReadSession

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Things:
    """What hangs on an object: what one of them is called, how many there are, and the first of them, or all."""

    what: str
    count: int
    some: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True)
class OptOuts:
    """Recipients whose block is left behind, on the object ``of``."""

    count: int
    of: str = ""


@dataclass(frozen=True, slots=True)
class Unlearnt:
    """What could not be learnt, as ``Probe.name`` calls it."""

    name: str


Measure = Things | OptOuts | Traffic


@dataclass(frozen=True, slots=True)
class Probe:
    """One question about an object, and the two ways to ask it.

    name    what is asked for, as people say it: "phone numbers", "traffic"
    each    the answer for one object, in one request where the API counts
    every   the answers for the whole account, by object, if that takes no more requests than given; else None
    none    the answer for an object of which a list for the whole account says nothing; None: it stays unknown
    fact    the guards' fact that reads the same
    kind    the kind whose objects are counted, by ``among``: where a plan has read their list, nothing is read again
    """

    name: str
    each: Callable[[ReadSession, str], Awaitable[Measure]]
    every: Callable[[ReadSession, int], Awaitable[Mapping[str, Measure] | None]]
    none: Measure | None = None
    fact: Fact | None = None
    kind: str | None = None
    among: Callable[[Iterable[Row]], Mapping[str, Measure]] | None = None


class Ask(NamedTuple):
    """A probe about the object ``id``, None where that is not told. ``shared``: about more than the change's own."""

    probe: Probe
    id: str | None
    shared: bool = False


def is_risky(kind: ResourceKind, change: Change) -> bool:
    """Whether it is worth telling what a change touches: it takes an object away, or changes a field of ``risky``."""
    match change:
        case Delete() | Replace():
            return True
        case Update() | Adopt():
            return any(diff.path[0] in kind.risky for diff in change.diffs)
        case _:
            return False
