"""Running the checks side by side, each for itself: what one of them cannot read is its own finding."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

from reconciler.checks.check import Check, Look, Looked, Turn, unread
from reconciler.checks.sharing import Shared
from reconciler.errors import ApiError
from reconciler.model.checkup import Condition, Examined, by_severity, outcome_of


async def examine(checks: Sequence[Check], look: Look) -> tuple[Examined, ...]:
    """What every check came to, in their order. An error of the first ones ends it: all others would tell the same."""
    shared = Shared(look.session)
    found: dict[str, Examined] = {}
    try:
        for turn in Turn:
            due = [check for check in checks if check.turn is turn]
            if wrong := [one for one in found.values() if one.outcome is Condition.ERROR and turn is not Turn.LAST]:
                ended = unasked(due, f"see {wrong[0].title}")
            else:
                async with asyncio.TaskGroup() as group:
                    tasks = [group.create_task(_one(check, replace(look, session=shared.reader()))) for check in due]
                ended = tuple(task.result() for task in tasks)
            found |= {one.name: one for one in ended}
        return tuple(found[check.name] for check in checks)
    finally:
        await shared.end()


def unasked(checks: Iterable[Check], why: str) -> tuple[Examined, ...]:
    """These checks, none of them made."""
    return tuple(Examined(name=one.name, summary=f"not asked: {why}", outcome=Condition.UNKNOWN) for one in checks)


async def _one(check: Check, look: Look) -> Examined:
    try:
        looked = await check.look(look)
    except ApiError as error:
        looked = Looked("not known", (unread(error),))
    findings = by_severity(looked.findings)
    outcome = outcome_of(findings, known=looked.known)
    return Examined(name=check.name, summary=looked.summary, outcome=outcome, findings=findings)
