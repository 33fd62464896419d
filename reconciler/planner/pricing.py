"""What an apply costs: requests by endpoint, and the least time in which the account's rate lets them through.

The rate is that of each endpoint (guide §18.4), and endpoints run side by side. Not so the steps of an apply, which
wait for each other:

    look    the lists, then what is read below an id
    decide  what guards and reviewers want to know
    look    once more, just before the first write
    write   all changes; objects that are overwritten or deleted are read, and guarded, once more, and so is what is
            taken off an object first, after which that is guarded again

The time is the floor of that: no answer takes any time, nothing fails, and changes never wait for one another for
longer than their endpoints do. A look is what planning needed for its own; the rest follows from the changes. Pure.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.kind import Attached, Kinds, ResourceKind, Verb
from reconciler.model.paper import names_paper
from reconciler.model.plan import Adopt, Change, Create, Delete, EndpointRequests, Replace, Requests, Update
from reconciler.model.steps import Step, steps_of

ByEndpoint = Mapping[str, int]
"""Requests by what the rate limit counts together: ``GET /messaging_profiles/{}``."""


Unassigned = Mapping[Address, tuple[Attached, ...]]
"""What is taken off an object before it is deleted: read and updated, each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What planning has sent: for its look, for what guards and reviewers asked, and of that for guards alone."""

    looked: ByEndpoint = field(default_factory=dict)
    asked: ByEndpoint = field(default_factory=dict)
    guarded: ByEndpoint = field(default_factory=dict)


def price(
    changes: Iterable[Change],
    kinds: Kinds,
    *,
    spent: Spent,
    rate: float,
    looks: int = 2,
    reads: int | None = None,
    unassigned: Unassigned | None = None,
) -> Requests:
    """The price of an apply at ``rate`` requests/s and endpoint. ``reads``: what planning cost, where that is known."""
    changes = [change for change in changes if not change.ledger_only]
    writing = _writing(changes, kinds, spent.guarded, unassigned or {})
    look = [_by_depth(spent.looked, deep=False), _by_depth(spent.looked, deep=True)]
    phases = [*look, spent.asked, *look * (looks - 1), writing]
    made = Counter(spent.looked) + Counter(spent.asked)
    planned: Counter[str] = Counter()
    for phase in phases:
        planned.update(phase)
    writes = sum(count for endpoint, count in writing.items() if not endpoint.startswith("GET "))
    return Requests(
        reads=made.total() if reads is None else reads,
        writes=writes,
        estimated_seconds=round(seconds_at(rate, phases), 1) if writes else 0.0,
        rate=None if math.isinf(rate) else rate,
        per_endpoint=tuple(
            EndpointRequests(endpoint, made=made[endpoint], planned=planned[endpoint] if writes else 0)
            for endpoint in sorted(made.keys() | planned.keys() if writes else made.keys())
        ),
    )


def seconds_at(rate: float, phases: Iterable[ByEndpoint]) -> float:
    """How long these take one after the other, each endpoint sending one request every 1/``rate`` seconds."""
    now, ready = 0.0, dict[str, float]()
    for phase in phases:
        ends = [now]
        for endpoint, count in phase.items():
            last = max(now, ready.get(endpoint, 0.0)) + (count - 1) / rate
            ready[endpoint] = last + 1 / rate
            ends.append(last)
        now = max(ends)
    return now


def _by_depth(sent: ByEndpoint, *, deep: bool) -> ByEndpoint:
    """What is below an id can only be asked for once the id is known."""
    return {endpoint: count for endpoint, count in sent.items() if ("{}" in endpoint) is deep}


def _writing(changes: Sequence[Change], kinds: Kinds, guarded: ByEndpoint, unassigned: Unassigned) -> Counter[str]:
    sent: Counter[str] = Counter()
    asking = 0
    for step in steps_of(changes, kinds):
        sent.update(_step(kinds[step[0].address.kind], step))
    for change in changes:
        kind, first = kinds[change.address.kind], unassigned.get(change.address, ())
        sent.update(kinds[one.what].adapter.endpoint(verb) for one in first for verb in (None, Verb.UPDATE))
        if _is_reread(kind, change) and any(fact.needed(change) for fact in kind.facts):
            asking += 2 if first else 1
    if asking:
        # Lists that planning read once for all changes are read for each of them then.
        sent.update({endpoint: max(count, asking) for endpoint, count in guarded.items()})
    return sent


def _step(kind: ResourceKind, step: Step) -> Iterator[str]:
    """What is carried out together costs what its job costs at the least."""
    if len(step) > 1 and kind.bulk is not None:
        yield from kind.bulk.requests
    else:
        for change in step:
            yield from _requests(kind, change)


def _requests(kind: ResourceKind, change: Change) -> Iterator[str]:
    """What one change sends."""
    if _is_reread(kind, change):
        yield kind.adapter.endpoint(None)
    match change:
        case Create():
            yield kind.adapter.endpoint(Verb.CREATE)
        case Update() | Adopt() if any(not names_paper(diff.path) for diff in change.diffs):
            yield kind.adapter.endpoint(Verb.UPDATE)
        case Delete():
            yield kind.adapter.endpoint(Verb.DELETE)
        case Replace():
            yield kind.adapter.endpoint(Verb.DELETE)
            yield kind.adapter.endpoint(Verb.CREATE)
    if kind.papers is not None and any(names_paper(diff.path) for diff in change.diffs):
        yield kind.papers.endpoint


def _is_reread(kind: ResourceKind, change: Change) -> bool:
    """Whether the object is read just before, as the write would overwrite or destroy what others did to it."""
    match change:
        case Delete() | Replace():
            return True
        case Update() | Adopt():
            settings = {leaf.path[0] for leaf in kind.leaves.values() if leaf.settings}
            return kind.adapter.sends_whole or any(diff.path[0] in settings for diff in change.diffs)
        case _:
            return False


def too_late(requests: Requests, deadline: float | None) -> Diagnostic | None:
    """Why an apply of this price does not fit into ``deadline`` seconds, if it does not.

    It is a judgement before the first write: an apply that began is never cut off.
    """
    if deadline is None or not requests.writes or requests.estimated_seconds <= deadline:
        return None
    busiest = max(requests.per_endpoint, key=lambda one: one.planned)
    endpoint = busiest.endpoint.replace("{}", "{id}")
    return Diagnostic(
        code="deadline-exceeded",
        severity=Severity.ERROR,
        summary=f"applying takes at least {requests.estimated_seconds:.0f} s, and the deadline is {deadline:.0f} s",
        detail=f"most goes to {endpoint}: {busiest.planned} of {sum(one.planned for one in requests.per_endpoint)} "
        f"requests, at {requests.rate or math.inf:g} a second and endpoint",
        hint="raise --deadline; or rate: in reconciler.yaml, where the account may do more; or apply it in parts with "
        "--only, --kind or --label",
    )
