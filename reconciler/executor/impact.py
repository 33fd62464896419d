"""Learning what risky changes touch: every distinct question once, in the fewest requests, and never at any price.

Requests for one probe, about n objects that nothing has answered yet:

    n = 1                                        1
    n > 1, the whole account's list is shorter   its pages
    n > 1, otherwise                             n + 1: the first page of that list told its length

A read that fails leaves its answers unknown. Where the list for the whole account fails, so would the others, and
nothing more is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciler.errors import ApiError
from reconciler.executor.together import together
from reconciler.model.address import Address
from reconciler.model.impact import Traffic
from reconciler.model.kind import Attached, Fact, Facts, Kinds
from reconciler.model.observed import World
from reconciler.model.plan import Change
from reconciler.model.probe import Ask, Measure, OptOuts, Probe, Things, Unlearnt, is_risky
from reconciler.model.session import ReadSession

Learnt = Measure | Unlearnt
Answers = Mapping[tuple[Probe, str], Measure]


@dataclass(frozen=True, slots=True)
class Learning:
    """What was learnt of each risky change, in the order in which its kind asked, and why the rest was not."""

    of: Mapping[Address, Sequence[Learnt]] = field(default_factory=dict)
    failures: Mapping[str, Sequence[ApiError | None]] = field(default_factory=dict)
    """By the name of the probe. None: the API answered, and said nothing of the object."""


async def learn_impact(
    session: ReadSession,
    kinds: Kinds,
    changes: Iterable[Change],
    facts: Mapping[Address, Facts],
    world: World,
    listed: Collection[str],
) -> Learning:
    """Ask what the risky changes touch. Raises nothing that the API does.

    ``facts`` are what guards have read already; ``listed`` are the kinds whose list ``world`` holds whole.
    """
    changes = list(changes)
    asked = {
        change.address: asks
        for change in changes
        if is_risky(kinds[change.address.kind], change) and (asks := kinds[change.address.kind].impact(change))
    }
    return await learn(session, asked, world, listed, dict(_read_by_guards(kinds, changes, facts, asked.values())))


async def learn(
    session: ReadSession,
    asked: Mapping[Address, Sequence[Ask | Things]],
    world: World,
    listed: Collection[str] = (),
    known: Answers | None = None,
) -> Learning:
    """The answers to what is asked about each address; ``known`` are not asked again. Raises as ``learn_impact``."""
    answers = dict(known or {})
    open_questions: dict[Probe, dict[str, None]] = {}
    for ask in (one for asks in asked.values() for one in asks if isinstance(one, Ask)):
        if ask.id is not None and (ask.probe, ask.id) not in answers:
            open_questions.setdefault(ask.probe, {})[ask.id] = None
    replies = await together(
        _observed(probe, ids, world) if probe.kind in listed else _asked(session, probe, list(ids))
        for probe, ids in open_questions.items()
    )
    failures: dict[str, list[ApiError | None]] = {}
    for probe, reply in zip(open_questions, replies, strict=True):
        for object_id, answer in reply.items():
            if isinstance(answer, ApiError) or answer is None:
                failures.setdefault(probe.name, []).append(answer)
            else:
                answers[probe, object_id] = answer
    return Learning({address: [_answered(ask, answers) for ask in asks] for address, asks in asked.items()}, failures)


_Reply = Mapping[str, Measure | ApiError | None]


def _read_by_guards(
    kinds: Kinds, changes: Iterable[Change], facts: Mapping[Address, Facts], asked: Iterable[Sequence[Ask | Things]]
) -> Iterable[tuple[tuple[Probe, str], Measure]]:
    """The probes that a guard's fact answers."""
    known: dict[tuple[Fact, str], tuple[Attached, ...]] = {
        (fact, change.remote.id): facts[change.address][fact.name]
        for change in changes
        if change.remote is not None
        for fact in kinds[change.address.kind].facts
        if fact.name in facts.get(change.address, {})
    }
    for ask in (one for asks in asked for one in asks if isinstance(one, Ask)):
        probe = ask.probe
        if probe.fact is not None and ask.id is not None and isinstance(probe.none, Things):
            attached = known.get((probe.fact, ask.id))
            if attached is not None:
                yield (probe, ask.id), replace(probe.none, count=len(attached), some=attached)


async def _observed(probe: Probe, ids: Iterable[str], world: World) -> _Reply:
    """From the list that the plan has read."""
    rows = [{**one.attributes, "id": one.remote.id} for one in world.of_kind(probe.kind or "")]
    found = probe.among(rows) if probe.among is not None else {}
    return {one: found.get(one, probe.none) for one in ids}


async def _asked(session: ReadSession, probe: Probe, ids: Sequence[str]) -> _Reply:
    if len(ids) > 1:
        try:
            found = await probe.every(session, len(ids))
        except ApiError as error:
            return dict.fromkeys(ids, error)
        if found is not None:
            return {one: found.get(one, probe.none) for one in ids}
    return dict(zip(ids, await together(_each(session, probe, one) for one in ids), strict=True))


async def _each(session: ReadSession, probe: Probe, object_id: str) -> Measure | ApiError:
    try:
        return await probe.each(session, object_id)
    except ApiError as error:
        return error


def _answered(ask: Ask | Things, answers: Answers) -> Learnt:
    if not isinstance(ask, Ask):
        return ask
    answer = None if ask.id is None else answers.get((ask.probe, ask.id))
    if answer is None:
        return Unlearnt(ask.probe.name)
    match answer:
        case Traffic():
            return replace(answer, shared=ask.shared)
        case OptOuts():
            return replace(answer, of=ask.id or "")
        case _:
            return answer
