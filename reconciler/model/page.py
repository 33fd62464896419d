"""The page of an error code: what happened, why the program refuses, what to do next, and a way to see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.diagnostic import Severity


@dataclass(frozen=True, slots=True)
class Step:
    """One command of an example: the files that are written before it, by name, and what follows ``reconciler``."""

    files: Mapping[str, str]
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything that is written about one code. ``steps`` end with the command that shows it; none: no example."""

    code: str
    severity: Severity
    what: str
    why: str
    next: str
    steps: tuple[Step, ...] = ()
