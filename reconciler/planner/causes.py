"""Why an address cannot be planned, where another one is the reason: whoever hears of the one has to hear of both."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.model.address import Address
from reconciler.model.kind import Kinds
from reconciler.model.resource import Resource
from reconciler.planner.generations import parents_of


def with_causes(
    asked: Iterable[Address], refused: frozenset[Address], resources: Iterable[Resource], kinds: Kinds
) -> frozenset[Address]:
    """``asked``, and of the ``refused`` ones those that a refused one of them refers to, directly or in turn."""
    told = set(asked)
    waiting = list(refused & told)
    if not waiting:
        return frozenset(told)
    named = {one.address: parents_of(one, kinds[one.address.kind]) for one in resources if one.address in refused}
    while waiting:
        above = refused.intersection(named.get(waiting.pop(), ())) - told
        told |= above
        waiting.extend(above)
    return frozenset(told)
