"""Whoever opted out is blocked on one object alone: what a delete takes along, and what a move leaves behind.

Said whatever was learnt of the number: to write to somebody who has opted out is a legal matter (guide §8).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.listed import listed
from reconciler.model.plan import Change, Delete
from reconciler.model.probe import Measure, OptOuts, Unlearnt
from reconciler.planner.situation import Situation

_NAMED = 3


def left_behind(
    changes: Iterable[Change], learnt: Mapping[Address, Sequence[Measure | Unlearnt]], situation: Situation
) -> Iterator[Diagnostic]:
    """One finding for each object that is deleted with its opt-outs, and one for each other that something leaves.

    What is put nowhere sends nothing, and is not told of.
    """
    moving: dict[OptOuts, list[Change]] = {}
    deleted: set[str] = set()
    for change in changes:
        known = next((each for each in learnt.get(change.address, ()) if isinstance(each, OptOuts)), None)
        if isinstance(change, Delete) and situation.kinds[change.address.kind].loses_identity:
            deleted.add(change.remote.id)
            if known is None or known.count:
                yield _lost(change, known)
        elif known is not None and known.count and _moves_on(change, known.of):
            moving.setdefault(known, []).append(change)
    names = {entry.remote.id: entry.address for entry in situation.ledger.entries.values()} if moving else {}
    for opt_outs, these in moving.items():
        if opt_outs.of not in deleted:
            yield _stranded(opt_outs, these, str(names.get(opt_outs.of, opt_outs.of)))


def _moves_on(change: Change, before: str) -> bool:
    return any(diff.before == before and diff.after is not None for diff in change.diffs)


def _lost(change: Delete, known: OptOuts | None) -> Diagnostic:
    if known is None:
        summary = "nobody has counted who opted out on it: the list, if there is one, goes with it"
    else:
        summary = f"{_people(known.count)} opted out on it: the list goes with it, and holds nowhere else"
    return Diagnostic(
        code="opt-outs-lost",
        severity=Severity.WARNING,
        summary=summary,
        hint="to write to them all the same may be against the law: keep the list before, and leave them out",
        address=change.address,
        source=change.source,
    )


def _stranded(opt_outs: OptOuts, changes: Sequence[Change], where: str) -> Diagnostic:
    shown = listed([change.address for change in changes], _NAMED)
    return Diagnostic(
        code="opt-outs-stranded",
        severity=Severity.WARNING,
        summary=f"{_people(opt_outs.count)} opted out on {where}; that does not hold where {shown} will be",
        hint="to write to them all the same may be against the law: leave them out of what is sent from there",
        address=changes[0].address,
        source=changes[0].source,
    )


def _people(count: int) -> str:
    return f"{count:,} {'person' if count == 1 else 'people'}"
