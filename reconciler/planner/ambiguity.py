"""What tells apart the objects that one address could mean, for the person who must choose.

The planner knows the candidates; what hangs on them is counted by reads that only such a finding causes.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.model.address import Address
from reconciler.model.answers import told_of
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.kind import Kinds
from reconciler.model.observed import Observed

Counts = Mapping[tuple[str, str], Mapping[str, int]]
"""By kind and remote id: how many things of each sort hang on an object, by what they are called."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The objects that a finding lists. ``hidden`` fields are secrets.

    ``begun``: an interrupted run may have made any of them, so that nothing is adopted before an apply has looked.
    """

    rows: tuple[Observed, ...]
    hidden: frozenset[str] = frozenset()
    begun: bool = False


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
    lines = []
    for row in sorted(among.rows, key=lambda row: row.remote.id):
        remote_id, counted = row.remote.id, counts.get((kind.name, row.remote.id), {})
        parts = [*told_of(kind, row, hidden=among.hidden), *(f"{what}: {n}" for what, n in sorted(counted.items()))]
        told = f" ({', '.join(parts)})" if parts else ""
        command = "" if among.begun else f", or reconciler adopt {shlex.quote(f'{address}={remote_id}')}"
        lines.append(f"{remote_id}{told}: remote_id: {remote_id}{command}")
    return "\n".join(lines)


def ids_of(rows: Sequence[Observed]) -> str:
    """The candidates in short."""
    return ", ".join(sorted(row.remote.id for row in rows))
