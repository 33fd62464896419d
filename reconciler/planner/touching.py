"""What was learnt of risky changes becomes what a reviewer is told: without secrets, and without what leaves anyway."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from reconciler.errors import ApiError
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.impact import Impact, Touched, Traffic
from reconciler.model.kind import Attached
from reconciler.model.plan import SENSITIVE, Change
from reconciler.model.probe import Measure, OptOuts, Things, Unlearnt
from reconciler.planner.hiding import Hidden
from reconciler.planner.leaving import Leaving
from reconciler.planner.opting_out import left_behind
from reconciler.planner.situation import Situation

SHOWN = 3
"""How many things of a sort are named."""


@dataclass(frozen=True, slots=True)
class Touching:
    """What the risky changes touch, and the finding that says why some of it is unknown."""

    impact: Mapping[Address, Impact] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


def touching(
    learnt: Mapping[Address, Sequence[Measure | Unlearnt]],
    failures: Mapping[str, Sequence[ApiError | None]],
    changes: Iterable[Change],
    situation: Situation,
    unassigned: Mapping[Address, Sequence[Attached]] = MappingProxyType({}),
) -> Touching:
    """Compose what is told of each change; what is ``unassigned`` first stands there by name. Pure."""
    changes = list(changes)
    opted_out = tuple(left_behind(changes, learnt, situation))
    if not learnt:
        return Touching(diagnostics=opted_out)
    hidden = Hidden(situation)
    leaving = Leaving(changes, situation.kinds)
    impact = {
        change.address: _impact(change, learnt[change.address], leaving, hidden, unassigned.get(change.address, ()))
        for change in changes
        if change.address in learnt
    }
    return Touching(impact, (*opted_out, *_unlearnt(impact, failures, hidden)))


def counted_only(learnt: Sequence[Measure | Unlearnt]) -> Impact:
    """What hangs on one object, without names: where no manifest was read, nobody knows which of them are secrets."""
    return _composed(learnt, lambda one: Touched(one.what, one.count))


def _impact(
    change: Change,
    learnt: Sequence[Measure | Unlearnt],
    leaving: Leaving,
    hidden: Hidden,
    unassigned: Sequence[Attached],
) -> Impact:
    told = {(one.what, one.id) for one in unassigned}

    def named(things: Things) -> Touched:
        staying = _staying(change, things, lambda one: (one.what, one.id) in told or leaving.has(one, change))
        return Touched(things.what, staying.count, tuple(hidden.label(each) for each in staying.some[:SHOWN]))

    return _composed(learnt, named)


def _composed(learnt: Sequence[Measure | Unlearnt], told: Callable[[Things], Touched]) -> Impact:
    touched: list[Touched] = []
    opt_outs, traffic, unknown = 0, None, []
    for one in learnt:
        match one:
            case Things():
                found = told(one)
                if found.count:
                    touched.append(found)
            case OptOuts(count=count):
                opt_outs = count
            case Traffic():
                traffic = one
            case Unlearnt(name=name):
                unknown.append(name)
    return Impact(touched=tuple(touched), opt_outs=opt_outs, traffic=traffic, unknown=tuple(unknown))


def _staying(change: Change, things: Things, leaves: Callable[[Attached], bool]) -> Things:
    """Without what this plan itself removes or moves away, where all are known; the object itself stays in sight."""
    if len(things.some) != things.count or change.remote is None:
        return things
    own = (change.address.kind, change.remote.id)
    left = tuple(each for each in things.some if (each.what, each.id) == own or not leaves(each))
    return Things(things.what, len(left), left)


def _unlearnt(
    impact: Mapping[Address, Impact], failures: Mapping[str, Sequence[ApiError | None]], hidden: Hidden
) -> Iterator[Diagnostic]:
    """One finding for all that is unknown, and why."""
    unknown = sum(bool(one.unknown) for one in impact.values())
    if unknown:
        changes = "1 change touches" if unknown == 1 else f"{unknown} changes touch"
        yield Diagnostic(
            code="impact-unknown",
            severity=Severity.INFO,
            summary=f"what {changes} is not fully known",
            detail="\n".join(_reason(name, failures[name], hidden) for name in sorted(failures)),
            hint="it is told for reviewers and decides nothing; --no-impact leaves it out",
        )


def _reason(name: str, failures: Sequence[ApiError | None], hidden: Hidden) -> str:
    first = next((each for each in failures if each is not None), None)
    why = "the API does not say" if first is None else first.summary
    more = f", and {len(failures) - 1} more like it" if len(failures) > 1 else ""
    return f"{name}: {SENSITIVE if hidden.within(why) else why}{more}"
