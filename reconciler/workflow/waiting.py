"""Waiting for what takes days: look, now and then, until nothing changes any more without us, or the time is up.

Holds no lock and no session between two looks, writes nothing, and remembers nothing: it may be ended at any time, and
begun again. What is waited for is what was there when it began.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from reconciler.api import connect
from reconciler.errors import ApiError, Forbidden, Unauthorised
from reconciler.executor.observe import confirm, observe
from reconciler.executor.pause import Patience
from reconciler.model.account import account_option
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.events import Applied, Report
from reconciler.model.observed import World
from reconciler.model.plan import Delete
from reconciler.model.standing import Awaiting, Heard, Missed, Moved, Standing, Turn, Underway
from reconciler.planner.situation import Situation
from reconciler.planner.underway import awaited_lists, underway
from reconciler.workflow.connecting import target
from reconciler.workflow.setting import Setting

FIRST_PAUSE = 15.0
LONGEST_PAUSE = 300.0
GROWTH = 1.5
"""Seconds between two looks at what takes days: few requests, and nobody sits before it for five minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """How to wait: for ``timeout`` seconds at most, by which clock, and who is told what changed."""

    patience: Patience
    tell: Callable[[Heard], None]
    timeout: float = math.inf


@dataclass(frozen=True, slots=True)
class Waited:
    """Where everything stands after a wait, and what was seen of it last."""

    things: tuple[Underway, ...]
    seen: Situation
    timed_out: bool = False


async def wait(setting: Setting, seen: Situation, things: Sequence[Underway], until: Until) -> Waited:
    """Look again at ``things``, which were ``seen``, until none of them waits for anybody but us.

    A look that fails for want of an answer is tried again in its turn. Raises Unauthorised and Forbidden: waiting does
    not help there.
    """
    clock, known = until.patience.clock, tuple(things)
    deadline, pause = clock() + until.timeout, FIRST_PAUSE
    if any(thing.waits for thing in known):
        until.tell(Awaiting([thing for thing in known if thing.waits]))
    while any(thing.waits for thing in known):
        left = deadline - clock()
        if left <= 0:
            return Waited(known, seen, timed_out=True)
        await until.patience.pause(min(pause, left))
        grown = min(pause * GROWTH, LONGEST_PAUSE)
        try:
            seen, now = await _look(setting, seen, known)
        except ApiError as error:
            if isinstance(error, Unauthorised | Forbidden):
                raise
            until.tell(Missed(error, min(grown, max(deadline - clock(), 0.0))))
            pause = grown
            continue
        moved = _moved(known, now)
        for each in moved:
            until.tell(each)
        known, pause = now, FIRST_PAUSE if moved else grown
    return Waited(known, seen)


def written_by(report: Report | None) -> frozenset[Address]:
    """What a run has made, or sent something to: not what it only recorded."""
    if report is None:
        return frozenset()
    done = [outcome.change for outcome in report.outcomes if isinstance(outcome, Applied)]
    return frozenset(change.address for change in done if not change.ledger_only and not isinstance(change, Delete))


async def wait_for_applied(setting: Setting, addresses: Collection[Address], until: Until) -> Waited:
    """The same for what a run has just made or changed, by what it recorded. Raises ApiError and LedgerError."""
    ledger = (await setting.ledger.snapshot()).ledger
    seen = Situation(
        kinds=setting.kinds,
        resources=(),
        ledger=replace(ledger, entries={a: entry for a, entry in ledger.entries.items() if a in addresses}),
        world=World(),
        account=setting.account.name,
        project=setting.project.name,
    )
    things = underway(seen)
    if not things:
        return Waited((), seen)
    seen, things = await _look(setting, seen, things)
    return await wait(setting, seen, things, until)


async def _look(
    setting: Setting, seen: Situation, things: Iterable[Underway]
) -> tuple[Situation, tuple[Underway, ...]]:
    """Read the objects of ``things`` one by one, and the lists in which those will show that are to come."""
    known = {thing.address: thing for thing in things}
    there = [(address.kind, entry.remote) for address, entry in seen.ledger.entries.items() if address in known]
    async with connect(target(setting)) as session:
        world = await observe(session, seen.kinds, awaited_lists(seen, known.values()), seen.world)
        world = await confirm(session, seen.kinds, there, world)
    seen = replace(seen, world=world)
    return seen, tuple(
        replace(thing, history=known[thing.address].history) for thing in underway(seen) if thing.address in known
    )


def _moved(before: Iterable[Underway], now: Iterable[Underway]) -> list[Moved]:
    was = {thing.address: thing.standing for thing in before}
    return [
        Moved(was[thing.address], thing)
        for thing in now
        if _seen_by_people(was[thing.address]) != _seen_by_people(thing.standing)
    ]


def _seen_by_people(standing: Standing) -> object:
    return standing.status, standing.words, standing.parts


def verdict(waited: Waited, account: str) -> Diagnostic | None:
    """Why not everything is done, and the exact commands to go on with; None where it is."""
    left = [thing for thing in waited.things if not thing.done]
    if not left:
        return None
    failed = sum(Turn.FAILED in thing.standing.turns for thing in left)
    yours = sum(thing.standing.turn is Turn.YOU for thing in left)
    counts = [
        f"{failed} failed, in whole or in part" if failed else "",
        f"{yours} wait{'s' if yours == 1 else ''} for you" if yours else "",
        f"{waits} still wait{'s' if waits == 1 else ''} for others" if (waits := sum(t.waits for t in left)) else "",
    ]
    told = ", ".join(filter(None, counts))
    commands = dict.fromkeys(command for thing in left for command in thing.commands)
    again = [f"reconciler status --wait{account_option(account)}"] if waited.timed_out else []
    code = "wait-timed-out" if waited.timed_out else "wait-failed" if failed else "wait-needs-you"
    return Diagnostic(
        code=code,
        severity=Severity.ERROR,
        summary=f"{'the time is up' if waited.timed_out else 'nothing changes any more by itself'}: {told}",
        detail="\n".join(f"{thing.address} is {thing.standing.status}: {thing.standing.words}" for thing in left),
        hint="\n".join([*commands, *again]) or "put the causes right, then plan again",
    )
