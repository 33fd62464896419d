"""Which changes of a plan are carried out together: how an apply goes about it, and nothing that a reviewer approves.

Pure. Changes that wait for the same may be one step without a circle: none of them can wait for another one, and what
waits for one of two steps cannot be waited for by the other.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from reconciler.model.kind import Kinds
from reconciler.model.plan import Adopt, Change, Update

Step = tuple[Change, ...]
"""Changes that begin together. Each has an outcome and a line in the journal of its own."""

FEWEST = 4
"""Changes that are worth a job, which takes a request to begin, at least one to look at and one to read what became
of it."""


def steps_of(changes: Sequence[Change], kinds: Kinds) -> tuple[Step, ...]:
    """Every change in exactly one step; most are steps by themselves."""
    alike: dict[Hashable, list[Change]] = {}
    for at, change in enumerate(changes):
        key = _together(change, kinds)
        alike.setdefault(at if key is None else key, []).append(change)
    return tuple(step for group in alike.values() for step in _cut(group, kinds))


def _together(change: Change, kinds: Kinds) -> Hashable | None:
    """What changes of one step have in common; None for a change that is a step by itself."""
    bulk = kinds[change.address.kind].bulk
    if bulk is None or not isinstance(change, Update | Adopt):
        return None
    path = (bulk.field,)
    value = change.desired.values.get(path)
    if value is None or [diff.path for diff in change.diffs] != [path]:
        return None
    return change.address.kind, value, frozenset(change.depends_on)


def _cut(group: Sequence[Change], kinds: Kinds) -> Iterable[Step]:
    """Full jobs; a rest that is worth none goes one by one."""
    bulk = kinds[group[0].address.kind].bulk
    most = bulk.most if bulk is not None else 1
    for begin in range(0, len(group), most):
        step = tuple(group[begin : begin + most])
        if len(step) < FEWEST:
            yield from ((change,) for change in step)
        else:
            yield step
