"""What tells apart the objects that one address could mean, for the person who must choose.

The planner knows the candidates; what hangs on them is counted by reads that only such a finding causes.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.model.address import Address
from reconciler.model.answers import told_of
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.kind import Kinds, ResourceKind
from reconciler.model.observed import Observed

Counts = Mapping[tuple[str, str], Mapping[str, int]]
"""By kind and remote id: how many things of each sort hang on an object, by what they are called."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The objects that a finding lists. ``hidden`` fields are secrets."""

    rows: tuple[Observed, ...]
    hidden: frozenset[str] = frozenset()


def told_apart(
    findings: Iterable[Diagnostic], candidates: Mapping[Address, Candidates], kinds: Kinds, counts: Counts
) -> tuple[Diagnostic, ...]:
    """The findings, those about an ambiguity with a line for each candidate."""
    return tuple(
        replace(finding, detail=_detail(finding.address, candidates[finding.address], kinds, counts))
        if finding.code == "ambiguous" and finding.address is not None and finding.address in candidates
        else finding
        for finding in findings
    )


def _detail(address: Address, among: Candidates, kinds: Kinds, counts: Counts) -> str:
    kind = kinds[address.kind]
    rows = sorted(among.rows, key=lambda row: row.remote.id)
    return "\n".join(
        _line(kind, row, among.hidden, address, counts.get((kind.name, row.remote.id), {})) for row in rows
    )


def _line(
    kind: ResourceKind, row: Observed, hidden: Collection[str], address: Address, counted: Mapping[str, int]
) -> str:
    parts = [*told_of(kind, row, hidden=hidden), *(f"{what}: {number}" for what, number in sorted(counted.items()))]
    chosen = shlex.quote(f"{address}={row.remote.id}")
    told = f" ({', '.join(parts)})" if parts else ""
    return f"{row.remote.id}{told}: remote_id: {row.remote.id}, or reconciler adopt {chosen}"


def ids_of(rows: Sequence[Observed]) -> str:
    """The candidates in short."""
    return ", ".join(sorted(row.remote.id for row in rows))
